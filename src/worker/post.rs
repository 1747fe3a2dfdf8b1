//! What each mail says, and to whom: from the ids in its job to a letter.

use crate::{
    domain::{
        ids::{InviteId, LinkId, MemberId, OrgId, ShootId},
        invite::InviteState,
        limits::CodeKind,
        member::MemberKind,
    },
    mail::{Letter, letters},
    server::state::AppState,
    store::{
        Error, PgConnection, codes,
        invites::Invite,
        jobs::{Job, Mail},
        members, shoots, waitlist,
    },
};

/// A letter and where it goes; `None` when it is of no use any more.
pub type Addressed = Option<(String, Letter)>;

/// What is known of a mail before it is written.
pub enum Contents {
    /// It is of no use any more.
    Void,
    Invite(OrgId, InviteId, Box<Invite>),
    Reminder(OrgId, InviteId, Box<Invite>),
    Written(String, Box<Letter>),
    /// It could not be read; for the operator.
    Broken(String),
}

/// The invite that a mail is about.
pub const fn invite_of(job: &Job) -> Option<(OrgId, InviteId)> {
    match job {
        Job::Mail(Mail::Invite { org, invite, .. } | Mail::Reminder { org, invite, .. }) => {
            Some((*org, *invite))
        }
        _ => None,
    }
}

impl Contents {
    /// The mail of an invite, void where another round has begun or the invite is closed. No reminder
    /// goes out where the invite itself has not arrived. I8
    pub fn of_invite(job: &Job, invite: Option<Invite>) -> Self {
        let Some(invite) = invite.filter(|invite| invite.require_open().is_ok()) else { return Self::Void };
        match *job {
            Job::Mail(Mail::Invite { org, invite: id, round }) if round == invite.round => {
                Self::Invite(org, id, Box::new(invite))
            }
            Job::Mail(Mail::Reminder { org, invite: id, round })
                if round == invite.round && invite.state == InviteState::Sent =>
            {
                Self::Reminder(org, id, Box::new(invite))
            }
            _ => Self::Void,
        }
    }

    /// Whether it is to somebody who wants no more of these. I10
    pub const fn opted_out(&self) -> bool {
        matches!(self, Self::Invite(_, _, invite) | Self::Reminder(_, _, invite) if invite.opted_out)
    }

    /// Writes the letter.
    ///
    /// # Errors
    /// Never in practice: the templates only print.
    pub fn write(&self, state: &AppState) -> anyhow::Result<Addressed> {
        match self {
            Self::Void => Ok(None),
            Self::Invite(org, id, invite) => invitation(state, *org, *id, invite).map(Some),
            Self::Reminder(org, id, invite) => reminder(state, *org, *id, invite).map(Some),
            Self::Written(to, letter) => Ok(Some((to.clone(), Letter::clone(letter)))),
            Self::Broken(why) => anyhow::bail!("{why}"),
        }
    }
}

/// Reads and writes a mail that is about no invite.
pub async fn read(state: &AppState, db: &mut PgConnection, mail: &Mail) -> anyhow::Result<Addressed> {
    match mail {
        Mail::LoginCode { code } => login_code(state, db, *code).await,
        Mail::Invite { .. } | Mail::Reminder { .. } => Ok(None),
        Mail::Ready { org, shoot } => ready(state, db, *org, *shoot).await,
        Mail::ShootFailed { org, shoot } => shoot_failed(state, db, *org, *shoot).await,
        Mail::OutOfCredits { org, lead, waiting } => out_of_credits(state, db, *org, *lead, *waiting).await,
        Mail::Waiting { org, link, mail } => waiting_people(state, db, *org, *link, *mail).await,
    }
}

async fn login_code(state: &AppState, db: &mut PgConnection, code: uuid::Uuid) -> anyhow::Result<Addressed> {
    let Some(facts) = codes::for_mail(db, code).await? else { return Ok(None) };
    let address = facts.address.to_string();
    let letter = match (facts.kind, &facts.org) {
        _ if facts.needs_account => {
            letters::NoAccount { address: &address, link: &state.base.to("/sign-up") }.write()?
        }
        (CodeKind::Letters, _) => {
            let letters = state.keys.letter_code(code, &facts.address);
            let (one, two) = letters.split_at(letters.len() / 2);
            letters::LetterCode { code: &format!("{one}-{two}") }.write()?
        }
        (CodeKind::Digits, org) => {
            let (code, minutes) = (&state.keys.login_code(code, &facts.browser_hash), 10);
            match org {
                Some(org) => letters::JoinCode { code, minutes, org }.write()?,
                None => letters::SignInCode { code, minutes }.write()?,
            }
        }
    };
    Ok(Some((address, letter)))
}

fn invitation(
    state: &AppState,
    org: OrgId,
    id: InviteId,
    invite: &Invite,
) -> anyhow::Result<(String, Letter)> {
    let links = Links::of(state, org, id, invite);
    let address = invite.address.to_string();
    let letter = letters::Invite {
        org: &invite.org_name,
        inviter: &invite.inviter,
        team: invite.team.as_deref(),
        note: invite.note.as_deref(),
        link: &links.join,
        address: &address,
        expires: &invite.expires_at.long_date(),
        min_photos: state.photo_limits.min_photos,
        max_photos: state.photo_limits.max_photos,
        unsubscribe: &links.unsubscribe,
    }
    .write()?;
    Ok((address, letter.stopped_at(links.unsubscribe)))
}

fn reminder(state: &AppState, org: OrgId, id: InviteId, invite: &Invite) -> anyhow::Result<(String, Letter)> {
    let links = Links::of(state, org, id, invite);
    let address = invite.address.to_string();
    let letter = letters::Reminder {
        org: &invite.org_name,
        inviter: &invite.inviter,
        team: invite.team.as_deref(),
        link: &links.join,
        address: &address,
        expires: &invite.expires_at.long_date(),
        unsubscribe: &links.unsubscribe,
    }
    .write()?;
    Ok((address, letter.stopped_at(links.unsubscribe)))
}

/// Where the mails of an invite lead.
struct Links {
    join: String,
    unsubscribe: String,
}

impl Links {
    fn of(state: &AppState, org: OrgId, id: InviteId, invite: &Invite) -> Self {
        let join = state.keys.invite_token(org, id, invite.generation);
        let unsubscribe = state.keys.unsubscribe_token(org, id, invite.generation);
        Self {
            join: state.base.to(&format!("/i/{join}")),
            unsubscribe: state.base.to(&format!("/u/{unsubscribe}")),
        }
    }
}

async fn ready(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    shoot: ShootId,
) -> anyhow::Result<Addressed> {
    let Some(shoot) = shoots::member_of(db, org, shoot).await? else { return Ok(None) };
    let Some(person) = person(db, org, shoot.member).await? else { return Ok(None) };
    let Some(address) = person.address else { return Ok(None) };
    let (name, org_name, count) = (&person.name, &person.org_name, shoot.headshots);
    let letter = if person.account.is_none() && person.kind == MemberKind::Managed {
        if person.results_revoked {
            return Ok(None);
        }
        let (lead, _) = members::owner(db, org).await?;
        let token = state.keys.results_token(org, person.id, person.results_generation);
        let link = state.base.to(&format!("/r/{token}"));
        letters::ReadyManaged { name, org: org_name, lead: &lead, count, link: &link }.write()?
    } else {
        letters::Ready { name, org: org_name, count, link: &state.base.to("/me") }.write()?
    };
    Ok(Some((address, letter)))
}

/// To the person, or to the Owner where the person has no account to come back to.
async fn shoot_failed(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    shoot: ShootId,
) -> anyhow::Result<Addressed> {
    let Some(shoot) = shoots::member_of(db, org, shoot).await? else { return Ok(None) };
    let Some(person) = person(db, org, shoot.member).await? else { return Ok(None) };
    let (address, link) = if person.account.is_some() {
        (person.address, state.base.to("/me"))
    } else {
        let (_, address) = members::owner(db, org).await?;
        (address, state.base.to(&format!("/members/{}/shoot", person.id)))
    };
    let Some(address) = address else { return Ok(None) };
    let reason = shoot.failure.as_deref().unwrap_or("The headshots could not be made.");
    let letter =
        letters::ShootFailed { name: &person.name, org: &person.org_name, reason, link: &link }.write()?;
    Ok(Some((address, letter)))
}

async fn out_of_credits(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    lead: MemberId,
    waiting: MemberId,
) -> anyhow::Result<Addressed> {
    let (Some(lead), Some(waiting)) = (person(db, org, lead).await?, person(db, org, waiting).await?) else {
        return Ok(None);
    };
    let Some(address) = lead.address else { return Ok(None) };
    let link = state.base.to("/credits");
    let letter =
        letters::OutOfCredits { lead: &lead.name, org: &lead.org_name, person: &waiting.name, link: &link }
            .write()?;
    Ok(Some((address, letter)))
}

async fn waiting_people(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    link: LinkId,
    mail: uuid::Uuid,
) -> anyhow::Result<Addressed> {
    let Some(news) = waitlist::news(db, org, link, mail).await? else { return Ok(None) };
    let (lead, address) = news.lead;
    let link = state.base.to("/members?add=link");
    let letter = letters::Waiting {
        lead: &lead,
        org: &news.org_name,
        label: news.label.as_deref(),
        people: &news.addresses,
        link: &link,
    }
    .write()?;
    Ok(Some((address, letter)))
}

/// The member, unless they were removed meanwhile.
async fn person(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
) -> anyhow::Result<Option<members::Person>> {
    match members::find(db, org, member).await {
        Ok(person) => Ok(Some(person)),
        Err(Error::Refused(_)) => Ok(None),
        Err(Error::Broken(error)) => Err(error.into()),
    }
}
