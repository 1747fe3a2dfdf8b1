//! Sends one mail and notes what became of it. I11, I12

use super::{super::state::AppState, Outcome};
use crate::{
    domain::{
        ids::{InviteId, LinkId, MemberId, OrgId, ShootId},
        member::MemberKind,
    },
    mail::{Letter, SendError, letters},
    store::{
        Error, PgConnection, codes,
        codes::Purpose,
        invites,
        jobs::{self, Leased, Mail},
        members, shoots, waiting,
    },
};

/// After so many attempts, some two days, a mail that never got through is given up.
const ATTEMPTS: i32 = 50;

/// A letter and where it goes; `None` when it is of no use any more.
type Addressed = Option<(String, Letter)>;

/// Sends the mail that a job stands for.
///
/// # Errors
/// The database fails.
pub async fn deliver(state: &AppState, job: &Leased, mail: &Mail) -> anyhow::Result<Outcome> {
    let mut db = state.pool.acquire().await?;
    let addressed = write(state, &mut db, mail).await?;
    // The connection goes back while a slow mail server takes its time.
    drop(db);
    let sent = match addressed {
        None => Ok(false),
        Some((to, letter)) => state.mailer.send(job.id, &to, &letter).await.map(|()| true),
    };
    let mut tx = state.pool.begin().await?;
    match (sent, mail) {
        (Ok(true), Mail::Invite { org, invite }) => {
            invites::mark_sent(&mut tx, *org, *invite).await?;
            jobs::finish(&mut tx, job).await?;
        }
        (Ok(_), _) => {
            jobs::finish(&mut tx, job).await?;
        }
        (Err(SendError::Later(why)), _) if job.attempts < ATTEMPTS => return Ok(Outcome::Later { why }),
        (Err(SendError::Refused(words) | SendError::Later(words)), mail) => {
            if let Mail::Invite { org, invite } = mail {
                invites::mark_failed(&mut tx, *org, *invite, &words).await?;
            }
            jobs::give_up(&mut tx, job, &words).await?;
        }
    }
    tx.commit().await?;
    Ok(Outcome::Done)
}

async fn write(state: &AppState, db: &mut PgConnection, mail: &Mail) -> anyhow::Result<Addressed> {
    match mail {
        Mail::LoginCode { code } => login_code(state, db, *code).await,
        Mail::Invite { org, invite } => invitation(state, db, *org, *invite).await,
        Mail::Ready { org, shoot } => ready(state, db, *org, *shoot).await,
        Mail::ShootFailed { org, shoot } => shoot_failed(state, db, *org, *shoot).await,
        Mail::OutOfCredits { org, lead, waiting } => out_of_credits(state, db, *org, *lead, *waiting).await,
        Mail::Waiting { org, link, mail } => waiting_people(state, db, *org, *link, *mail).await,
    }
}

async fn login_code(state: &AppState, db: &mut PgConnection, code: uuid::Uuid) -> anyhow::Result<Addressed> {
    let Some(facts) = codes::for_mail(db, code).await? else { return Ok(None) };
    let digits = state.keys.login_code(code, &facts.browser_hash);
    let letter = match (facts.purpose, facts.known, &facts.org) {
        (Purpose::SignIn, false, _) => {
            letters::NoAccount { address: &facts.address, link: &state.base.to("/sign-up") }.write()?
        }
        (Purpose::Join, _, Some(org)) => letters::JoinCode { code: &digits, minutes: 10, org }.write()?,
        _ => letters::SignInCode { code: &digits, minutes: 10 }.write()?,
    };
    Ok(Some((facts.address, letter)))
}

async fn invitation(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    id: InviteId,
) -> anyhow::Result<Addressed> {
    let Some(invite) = invites::find(db, org, id).await? else { return Ok(None) };
    if invite.require_open().is_err() {
        return Ok(None);
    }
    let link = state.base.to(&format!("/i/{}", state.keys.invite_token(org, id)));
    let address = invite.address.to_string();
    let letter = letters::Invite {
        org: &invite.org_name,
        inviter: &invite.inviter,
        team: invite.team.as_deref(),
        note: invite.note.as_deref(),
        link: &link,
        address: &address,
        expires: &invite.expires_at.long_date(),
        min_photos: state.photo_limits.min_photos,
        max_photos: state.photo_limits.max_photos,
    }
    .write()?;
    Ok(Some((address, letter)))
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
    let Some(news) = waiting::news(db, org, link, mail).await? else { return Ok(None) };
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
