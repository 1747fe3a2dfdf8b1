//! What each mail says, and to whom: from the ids in its job to an email. A mail that cannot be read or
//! written is broken by itself; those beside it go out. N8

use std::{any::Any, collections::HashMap, panic::AssertUnwindSafe};

use futures_util::FutureExt;

use crate::{
    domain::{
        actor::Actor,
        credit::RequestState,
        email::EmailAddress,
        ids::{CreditRequestId, InviteId, LinkId, MemberId, OrgId, ShootId},
        invite::InviteState,
        limits::{CodeKind, DIGITS_MINUTES, LETTERS_MINUTES},
        shoot::Stage,
        sso::claim::{ClaimNews, CompanyDomain},
    },
    mail::{
        Email,
        messages::{self, Answered},
    },
    server::state::AppState,
    store::{
        self, Error, PgConnection, codes, credit_requests, credits, deletion,
        invites::{self, Invite},
        jobs::{Job, Leased, Mail},
        members, opt_outs, people, roles, shoots, waitlist,
    },
};

/// An email and where it goes; `None` when it is of no use any more.
pub type Addressed = Option<(String, Email)>;

/// What is known of a mail before it is written.
pub enum Contents {
    /// It is of no use any more.
    Void,
    Invite(OrgId, InviteId, Box<Invite>),
    Reminder(OrgId, InviteId, Box<Invite>),
    Written(String, Box<Email>),
    /// It could not be read this time; for the operator.
    Unreadable(String),
    /// The code that reads it panicked, and would again.
    Panicked(Panicked),
}

/// What a panic said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("panicked: {0}")]
pub struct Panicked(String);

impl Panicked {
    fn of(payload: &(dyn Any + Send)) -> Self {
        let said = payload.downcast_ref::<&str>().copied();
        let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self(said.unwrap_or("without words").to_owned())
    }
}

/// Does something for one mail, of which a panic is the end and not of the outbox. What the panic
/// leaves half done is for the caller to throw away.
///
/// # Errors
/// It panicked.
pub async fn contain<T>(doing: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(doing).catch_unwind().await.map_err(|payload| Panicked::of(payload.as_ref()))
}

/// Reads what these mails are about, in their order.
pub async fn read(state: &AppState, db: &mut PgConnection, jobs: &[Leased]) -> store::Result<Vec<Contents>> {
    let invites: Vec<_> = jobs.iter().filter_map(|job| invite_of(&job.job)).collect();
    let found = read_invites(db, &invites).await;
    let mut all = Vec::with_capacity(jobs.len());
    for job in jobs {
        let contents = match (invite_of(&job.job), &job.job) {
            (Some((org, invite)), _) => match found.get(&invite) {
                None => Contents::Void,
                // Left where it is: another mail of the same invite may be among these.
                Some(Ok(found)) => of_invite(db, &job.job, org, invite, found.clone()).await?,
                Some(Err(Broken::Unreadable(why))) => Contents::Unreadable(why.clone()),
                Some(Err(Broken::Panicked(panicked))) => Contents::Panicked(panicked.clone()),
            },
            // Few, and each its own kind of reading.
            (None, Job::Mail(mail)) => match contain(read_other(state, db, mail)).await {
                Ok(Ok(Some((to, email)))) => Contents::Written(to, Box::new(email)),
                Ok(Ok(None)) => Contents::Void,
                Ok(Err(error)) => Contents::Unreadable(format!("{error:#}")),
                Err(panicked) => Contents::Panicked(panicked),
            },
            (None, _) => Contents::Unreadable("this is no mail".into()),
        };
        all.push(contents);
    }
    Ok(all)
}

/// The invite that a mail is about.
const fn invite_of(job: &Job) -> Option<(OrgId, InviteId)> {
    match job {
        Job::Mail(Mail::Invite { org, invite, .. } | Mail::Reminder { org, invite, .. }) => {
            Some((*org, *invite))
        }
        _ => None,
    }
}

/// Why one invite could not be read.
enum Broken {
    Unreadable(String),
    Panicked(Panicked),
}

/// Reads invites all at once, and one by one where that fails: one bad row spoils but its own mail.
async fn read_invites(
    db: &mut PgConnection,
    invites: &[(OrgId, InviteId)],
) -> HashMap<InviteId, Result<Invite, Broken>> {
    if invites.is_empty() {
        return HashMap::new();
    }
    if let Ok(Ok(found)) = contain(invites::find_all(db, invites)).await {
        return found.into_iter().map(|(id, invite)| (id, Ok(invite))).collect();
    }
    let mut found = HashMap::new();
    for (org, invite) in invites {
        let read = match contain(invites::find(db, *org, *invite)).await {
            Ok(Ok(None)) => continue,
            Ok(Ok(Some(found))) => Ok(found),
            Ok(Err(error)) => Err(Broken::Unreadable(error.to_string())),
            Err(panicked) => Err(Broken::Panicked(panicked)),
        };
        found.insert(*invite, read);
    }
    found
}

/// The mail of an invite, void where the person has joined or opted out meanwhile, another round has
/// begun, or the invite is closed. No reminder goes out where the invite itself has not arrived. I8,
/// I10, J7
async fn of_invite(
    db: &mut PgConnection,
    job: &Job,
    org: OrgId,
    id: InviteId,
    invite: Invite,
) -> store::Result<Contents> {
    if invite.is_member {
        invites::close(db, &Actor::system(org), id).await?;
    }
    // Whoever was added on their behalf owes no answer any more. M4
    if invite.require_open().is_err() || invite.state == InviteState::Managed {
        return Ok(Contents::Void);
    }
    let contents = match *job {
        Job::Mail(Mail::Invite { round, .. }) if round == invite.round => Contents::Invite,
        Job::Mail(Mail::Reminder { round, .. })
            if round == invite.round && invite.state == InviteState::Sent =>
        {
            Contents::Reminder
        }
        _ => return Ok(Contents::Void),
    };
    if invite.opted_out {
        return match invites::decline(db, &Actor::system(org), id).await {
            Ok(()) | Err(Error::Refused(_)) => Ok(Contents::Void),
            Err(Error::Broken(error)) => Err(error),
        };
    }
    Ok(contents(org, id, Box::new(invite)))
}

impl Contents {
    /// Writes the email.
    ///
    /// # Errors
    /// Never in practice: the template only prints.
    pub fn write(&self, state: &AppState) -> anyhow::Result<Addressed> {
        match self {
            Self::Invite(org, id, invite) => invitation(state, *org, *id, invite).map(Some),
            Self::Reminder(org, id, invite) => reminder(state, *org, *id, invite).map(Some),
            Self::Written(to, email) => Ok(Some((to.clone(), Email::clone(email)))),
            Self::Void | Self::Unreadable(_) | Self::Panicked(_) => Ok(None),
        }
    }
}

/// Reads and writes a mail that is about no invite.
async fn read_other(state: &AppState, db: &mut PgConnection, mail: &Mail) -> anyhow::Result<Addressed> {
    match mail {
        Mail::LoginCode { code } => login_code(state, db, *code).await,
        Mail::Invite { .. } | Mail::Reminder { .. } => Ok(None),
        Mail::Ready { org, shoot } => ready(state, db, *org, *shoot).await,
        Mail::OwnershipOffered { org, member } => ownership_offered(state, db, *org, *member).await,
        Mail::PhotosDue { org, member } => photos_due(state, db, *org, *member).await,
        Mail::ShootFailed { org, shoot } => shoot_failed(state, db, *org, *shoot).await,
        Mail::OutOfCredits { org, lead, waiting } => out_of_credits(state, db, *org, *lead, *waiting).await,
        Mail::FewCredits { org, lead } => few_credits(state, db, *org, *lead).await,
        Mail::CreditsRequested { request, .. } => credits_requested(state, db, *request).await,
        Mail::CreditsAnswered { org, request, lead } => {
            credits_answered(state, db, *org, *request, *lead).await
        }
        Mail::Waiting { org, link, mail } => waiting_people(state, db, *org, *link, *mail).await,
        Mail::DeletionAsked { org, lead } => deletion_asked(state, db, *org, *lead).await,
        Mail::RecoveryUsed { org, lead, network } => recovery_used(state, db, *org, *lead, network).await,
        Mail::Domain { org, lead, domain, news } => domain_news(state, db, *org, *lead, domain, *news).await,
    }
}

async fn login_code(state: &AppState, db: &mut PgConnection, code: uuid::Uuid) -> anyhow::Result<Addressed> {
    let Some(facts) = codes::for_mail(db, code).await? else { return Ok(None) };
    let address = facts.address.to_string();
    let email = match (facts.kind, &facts.org) {
        _ if facts.needs_account => {
            messages::NoAccount { address: &address, link: &state.base.to("/sign-up") }.write()?
        }
        (CodeKind::Letters, _) => {
            let letters = state.keys.letter_code(code, &facts.address);
            let (one, two) = letters.split_at(letters.len() / 2);
            messages::LetterCode { code: &format!("{one}-{two}"), minutes: LETTERS_MINUTES }.write()?
        }
        (CodeKind::Digits, org) => {
            let (code, minutes) = (&state.keys.login_code(code, &facts.browser_hash), DIGITS_MINUTES);
            match org {
                Some(org) => messages::JoinCode { code, minutes, org }.write()?,
                None => messages::SignInCode { code, minutes }.write()?,
            }
        }
    };
    Ok(Some((address, email)))
}

fn invitation(
    state: &AppState,
    org: OrgId,
    id: InviteId,
    invite: &Invite,
) -> anyhow::Result<(String, Email)> {
    let links = Links::of(state, org, id, invite);
    let address = invite.address.to_string();
    let email = messages::Invite {
        name: invite.name.as_deref(),
        org: &invite.org_name,
        logo: links.logo.as_deref(),
        inviter: &invite.inviter,
        team: invite.team.as_deref(),
        note: invite.note.as_deref(),
        link: &links.join,
        address: &address,
        expires: invite.expires_at,
        min_photos: state.photo_limits.min_photos,
        max_photos: state.photo_limits.max_photos,
        unsubscribe: &links.unsubscribe,
    }
    .write()?;
    Ok((address, email))
}

fn reminder(state: &AppState, org: OrgId, id: InviteId, invite: &Invite) -> anyhow::Result<(String, Email)> {
    let links = Links::of(state, org, id, invite);
    let address = invite.address.to_string();
    let email = messages::Reminder {
        name: invite.name.as_deref(),
        org: &invite.org_name,
        logo: links.logo.as_deref(),
        inviter: &invite.inviter,
        team: invite.team.as_deref(),
        link: &links.join,
        address: &address,
        expires: invite.expires_at,
        unsubscribe: &links.unsubscribe,
    }
    .write()?;
    Ok((address, email))
}

/// Where the mails of an invite lead.
struct Links {
    join: String,
    unsubscribe: String,
    logo: Option<String>,
}

impl Links {
    fn of(state: &AppState, org: OrgId, id: InviteId, invite: &Invite) -> Self {
        let join = state.keys.invite_token(org, id, invite.generation);
        let unsubscribe = state.keys.unsubscribe_token(org, id, invite.generation);
        Self {
            join: state.base.to(&format!("/i/{join}")),
            unsubscribe: state.base.to(&format!("/u/{unsubscribe}")),
            logo: invite.face.logo.map(|logo| state.base.to(&logo.path())),
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
    let (name, org_name, count, kept_until) =
        (&person.name, &person.org_name, shoot.headshots, shoot.kept_until);
    // Added on their behalf, or deactivated: whose private link is revoked.
    let email = if person.account.is_none() {
        if person.results_revoked {
            return Ok(None);
        }
        let (lead, _) = members::owner(db, org).await?;
        let token = state.keys.results_token(org, person.id, person.results_generation);
        let link = state.base.to(&format!("/r/{token}"));
        messages::ReadyManaged { name, org: org_name, lead: &lead, count, link: &link, kept_until }.write()?
    } else {
        messages::Ready { name, org: org_name, count, link: &state.base.to("/me"), kept_until }.write()?
    };
    Ok(Some((address, email)))
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
    let email =
        messages::ShootFailed { name: &person.name, org: &person.org_name, reason, link: &link }.write()?;
    Ok(Some((address, email)))
}

/// To whom the organization is offered. P5
async fn ownership_offered(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
) -> anyhow::Result<Addressed> {
    if !roles::is_offered(db, org, member).await? {
        return Ok(None);
    }
    let Some(person) = person(db, org, member).await? else { return Ok(None) };
    let Some(address) = person.address else { return Ok(None) };
    let (owner, _) = members::owner(db, org).await?;
    let link = state.base.to("/account");
    let offer =
        messages::OwnershipOffered { name: &person.name, org: &person.org_name, owner: &owner, link: &link };
    Ok(Some((address, offer.write()?)))
}

/// To a member who still has to submit photos, and wants such mail. I8, I10, I15
async fn photos_due(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
) -> anyhow::Result<Addressed> {
    let Some(row) = people::rows(db, org, &[member.into()]).await?.pop() else { return Ok(None) };
    if matches!(row.stage, Stage::Generating | Stage::Ready) {
        return Ok(None);
    }
    let Some(person) = person(db, org, member).await? else { return Ok(None) };
    let (Some(address), true) = (person.address, person.account.is_some()) else { return Ok(None) };
    let email = EmailAddress::try_from(address.clone())?;
    if opt_outs::has_opted_out(db, org, &email.key()).await? {
        return Ok(None);
    }
    let (lead, _) = members::owner(db, org).await?;
    let token = state.keys.unsubscribe_token_of_member(org, member);
    let due = messages::PhotosDue {
        name: &person.name,
        org: &person.org_name,
        lead: &lead,
        link: &state.base.to("/me"),
        unsubscribe: &state.base.to(&format!("/u/{token}")),
    };
    Ok(Some((address, due.write()?)))
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
    let email =
        messages::OutOfCredits { lead: &lead.name, org: &lead.org_name, person: &waiting.name, link: &link }
            .write()?;
    Ok(Some((address, email)))
}

/// To a lead: few credits are left, and nobody has added any since. C9
async fn few_credits(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    lead: MemberId,
) -> anyhow::Result<Addressed> {
    let Some(lead) = person(db, org, lead).await? else { return Ok(None) };
    let Some(address) = lead.address else { return Ok(None) };
    let outlook = credits::outlook(db, org).await?;
    let threshold = credits::threshold(db, org).await?;
    if outlook.balance >= i64::from(threshold) {
        return Ok(None);
    }
    let link = state.base.to("/credits");
    let email =
        messages::FewCredits { lead: &lead.name, org: &lead.org_name, outlook, threshold, link: &link };
    Ok(Some((address, email.write()?)))
}

/// To the operator, where their address is known: credits are asked for. C7
async fn credits_requested(
    state: &AppState,
    db: &mut PgConnection,
    request: CreditRequestId,
) -> anyhow::Result<Addressed> {
    let Some(operator) = &state.operator_address else { return Ok(None) };
    let Some(asked) = credit_requests::find(db, request).await? else { return Ok(None) };
    if asked.request.state != RequestState::Open {
        return Ok(None);
    }
    let token = state.keys.credit_request_token(asked.org, request);
    let email = messages::CreditsRequested {
        org: &asked.org_name,
        by: asked.request.by.as_deref(),
        credits: asked.request.credits,
        note: asked.request.note.as_deref(),
        balance: asked.balance,
        request: &request.to_string(),
        link: &state.base.to(&format!("/c/{token}")),
    }
    .write()?;
    Ok(Some((operator.to_string(), email)))
}

/// To a lead: what the operator said. C7
async fn credits_answered(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    request: CreditRequestId,
    lead: MemberId,
) -> anyhow::Result<Addressed> {
    let Some(asked) = credit_requests::find(db, request).await? else { return Ok(None) };
    let outcome = match asked.request.state {
        RequestState::Confirmed => Answered::Confirmed,
        RequestState::Declined => Answered::Declined,
        RequestState::Open | RequestState::Withdrawn => return Ok(None),
    };
    let Some(lead) = person(db, org, lead).await? else { return Ok(None) };
    let Some(address) = lead.address else { return Ok(None) };
    let email = messages::CreditsAnswered {
        lead: &lead.name,
        org: &asked.org_name,
        credits: asked.request.credits,
        outcome,
        remark: asked.request.answer.as_deref(),
        balance: asked.balance,
        link: &state.base.to("/credits"),
    }
    .write()?;
    Ok(Some((address, email)))
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
    let email = messages::Waiting {
        lead: &lead,
        org: &news.org_name,
        label: news.label.as_deref(),
        people: &news.addresses,
        link: &link,
    }
    .write()?;
    Ok(Some((address, email)))
}

/// To a lead: what became of a claim to a domain. S1
async fn domain_news(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    lead: MemberId,
    domain: &CompanyDomain,
    news: ClaimNews,
) -> anyhow::Result<Addressed> {
    let Some(lead) = person(db, org, lead).await? else { return Ok(None) };
    let Some(address) = lead.address else { return Ok(None) };
    let email = messages::DomainNews {
        lead: &lead.name,
        org: &lead.org_name,
        domain: domain.as_str(),
        news,
        link: &state.base.to("/settings"),
    }
    .write()?;
    Ok(Some((address, email)))
}

/// To a lead: the organization is deleted soon. P8
async fn deletion_asked(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    lead: MemberId,
) -> anyhow::Result<Addressed> {
    let Some(due) = deletion::due_at(db, org).await? else { return Ok(None) };
    let Some(lead) = person(db, org, lead).await? else { return Ok(None) };
    let Some(address) = lead.address else { return Ok(None) };
    let (owner, _) = members::owner(db, org).await?;
    let link = state.base.to("/settings");
    let news =
        messages::DeletionAsked { lead: &lead.name, org: &lead.org_name, owner: &owner, due, link: &link };
    Ok(Some((address, news.write()?)))
}

/// To a lead: somebody came back in with the Owner's recovery code. S4
async fn recovery_used(
    state: &AppState,
    db: &mut PgConnection,
    org: OrgId,
    lead: MemberId,
    network: &str,
) -> anyhow::Result<Addressed> {
    let Some(lead) = person(db, org, lead).await? else { return Ok(None) };
    let Some(address) = lead.address else { return Ok(None) };
    let link = state.base.to("/settings");
    let email =
        messages::RecoveryUsed { lead: &lead.name, org: &lead.org_name, network, link: &link }.write()?;
    Ok(Some((address, email)))
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
