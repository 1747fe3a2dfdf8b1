//! The people whom a customer's directory provisions: each is a member, through the one verb by which everybody
//! joins. Deactivated, they are out at once, and everything that was paid for stays. S6, S1, J7, M5
//!
//! Locked before accounts: see [`crate::store`].

use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    domain::{
        actor::Actor,
        audit::Act,
        directory::{Described, Profile},
        email::EmailAddress,
        ids::{AccountId, MemberId, OrgId},
        joining::Joined,
        moment::Moment,
        role::Role,
        sso::claim::CompanyDomain,
    },
    store::{
        Error, PgConnection, Result, address_locks,
        audit::{self, Object},
        decode, fresh_id, invites,
        members::{self, Through},
        proof::{Joiner, Proof},
        sso::{connections, identities},
        violates,
    },
};

/// A lookup returns so many people at most; what is looked up by is nearly always one person's alone.
const FOUND_MAX: i64 = 1_000;

/// A person of the directory.
#[derive(Clone, Debug)]
pub struct User {
    pub id: Uuid,
    pub member: MemberId,
    /// As the directory sent it; `active` as the member is.
    pub profile: Profile,
    pub created_at: Moment,
    pub changed_at: Moment,
}

/// What people are looked up by: one of these is theirs. Texts are case-folded, but for `external_ids`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub ids: Vec<Uuid>,
    pub user_names: Vec<String>,
    pub external_ids: Vec<String>,
    pub emails: Vec<String>,
}

/// Why somebody was not provisioned or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotProvisioned {
    #[error("There is no such user.")]
    Unknown,
    #[error("{0} is not a domain that your organization has verified. Add it under Settings, Domains.")]
    NotYourDomain(CompanyDomain),
    #[error("There is a user with this userName already.")]
    UserNameTaken,
    #[error("Another user or account has this email address.")]
    AddressTaken,
    #[error("This is the Owner of the organization, who cannot be deactivated. Hand over ownership first.")]
    Owner,
    /// The same person came twice at once; the other attempt won. Roll back and try again.
    #[error("try again")]
    Raced,
}

/// Some of the directory's people, oldest first, and how many there are in all.
pub async fn list(
    db: &mut PgConnection,
    org: OrgId,
    skip: usize,
    limit: usize,
) -> Result<(usize, Vec<User>)> {
    let total =
        sqlx::query_scalar!(r#"select count(*) as "n!" from directory_users where org_id = $1"#, org.0)
            .fetch_one(&mut *db)
            .await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select u.id, u.member_id, u.profile as "profile: Json<Profile>", u.created_at, u.changed_at,
                  m.deactivated_at is null as "active!"
           from directory_users u
           join members m on m.org_id = u.org_id and m.id = u.member_id
           where u.org_id = $1
           order by u.id
           offset $2
           limit $3"#,
        org.0,
        i64::try_from(skip).unwrap_or(i64::MAX),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
    .fetch_all(db)
    .await?;
    let total = usize::try_from(total).unwrap_or(0);
    Ok((total, rows.into_iter().map(User::from).collect()))
}

/// The people of whom one of these is true, oldest first.
pub async fn matching(db: &mut PgConnection, org: OrgId, wanted: &Wanted) -> Result<Vec<User>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select u.id, u.member_id, u.profile as "profile: Json<Profile>", u.created_at, u.changed_at,
                  m.deactivated_at is null as "active!"
           from (
               select id from directory_users where org_id = $1 and id = any($2)
               union
               select id from directory_users where org_id = $1 and user_name = any($3)
               union
               select id from directory_users where org_id = $1 and external_id = any($4)
               union
               select id from directory_users where org_id = $1 and emails && $5
           ) x
           join directory_users u on u.org_id = $1 and u.id = x.id
           join members m on m.org_id = u.org_id and m.id = u.member_id
           order by u.id
           limit $6"#,
        org.0,
        &wanted.ids,
        &wanted.user_names,
        &wanted.external_ids,
        &wanted.emails,
        FOUND_MAX,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// One of them.
///
/// # Errors
/// Not there, or of another organization. N2
pub async fn find(db: &mut PgConnection, org: OrgId, id: Uuid) -> Result<User, Error<NotProvisioned>> {
    let found = matching(db, org, &Wanted { ids: vec![id], ..Wanted::default() }).await?.pop();
    found.ok_or(Error::Refused(NotProvisioned::Unknown))
}

/// One of them, held until the transaction ends: whoever changes what is there has to see the newest.
///
/// # Errors
/// Not there, or of another organization. N2
pub async fn hold(db: &mut PgConnection, org: OrgId, id: Uuid) -> Result<User, Error<NotProvisioned>> {
    sqlx::query!("select id from directory_users where org_id = $1 and id = $2 for update", org.0, id)
        .fetch_optional(&mut *db)
        .await?;
    find(db, org, id).await
}

/// Makes a member of somebody, or finds whom the organization knows under this address: a member, somebody
/// who was added on their behalf or invited, or who was removed or deactivated. No credit is used. Says how they
/// came in, where they did.
///
/// # Errors
/// The address is not of a verified domain, or belongs to a user who is there already;
/// [`NotProvisioned::Raced`] asks for another try.
pub async fn create(
    db: &mut PgConnection,
    actor: &Actor,
    profile: &Profile,
    described: &Described,
) -> Result<(User, Option<Joined>), Error<NotProvisioned>> {
    require_own_domain(db, actor.org, &described.address).await?;
    let (member, joined) = if profile.active {
        let joined = join(db, actor.org, described, profile.external_id.as_deref()).await?;
        (joined.member(), Some(joined))
    } else {
        (keep_out(db, actor, described).await?, None)
    };
    describe(db, actor.org, member, described).await?;
    let id = fresh_id();
    sqlx::query!(
        "insert into directory_users (org_id, id, member_id, user_name, external_id, emails, profile)
         values ($1, $2, $3, $4, $5, $6, $7)",
        actor.org.0,
        id,
        member.0,
        profile.user_name.to_lowercase(),
        profile.external_id,
        &email_keys(profile),
        Json(profile) as _,
    )
    .execute(&mut *db)
    .await
    .map_err(taken)?;
    record(db, actor, Act::MemberProvisioned, member).await?;
    Ok((find(db, actor.org, id).await?, joined))
}

/// Makes of somebody what the directory now says of them. `before` is held.
///
/// # Errors
/// As [`create`]; or it is the Owner who was to be deactivated.
pub async fn change(
    db: &mut PgConnection,
    actor: &Actor,
    before: &User,
    profile: &Profile,
    described: &Described,
) -> Result<User, Error<NotProvisioned>> {
    let (org, member) = (actor.org, before.member);
    if *profile != before.profile {
        if profile.active {
            move_to(db, org, member, &described.address).await?;
        }
        match (before.profile.active, profile.active) {
            (true, false) => deactivate(db, actor, member).await?,
            (false, true) => {
                require_own_domain(db, org, &described.address).await?;
                let back = join(db, org, described, profile.external_id.as_deref()).await?;
                if back.member() != member {
                    return Err(Error::Refused(NotProvisioned::AddressTaken));
                }
                record(db, actor, Act::MemberReactivated, member).await?;
            }
            _ => {}
        }
        if describe(db, org, member, described).await? {
            record(db, actor, Act::MemberUpdated, member).await?;
        }
        sqlx::query!(
            "update directory_users
             set user_name = $3, external_id = $4, emails = $5, profile = $6, changed_at = now()
             where org_id = $1 and id = $2",
            org.0,
            before.id,
            profile.user_name.to_lowercase(),
            profile.external_id,
            &email_keys(profile),
            Json(profile) as _,
        )
        .execute(&mut *db)
        .await
        .map_err(taken)?;
    }
    find(db, org, before.id).await
}

/// Forgets somebody of the directory, who is deactivated by that. `before` is held.
///
/// # Errors
/// It is the Owner.
pub async fn delete(
    db: &mut PgConnection,
    actor: &Actor,
    before: &User,
) -> Result<(), Error<NotProvisioned>> {
    if before.profile.active {
        deactivate(db, actor, before.member).await?;
    }
    sqlx::query!("delete from directory_users where org_id = $1 and id = $2", actor.org.0, before.id)
        .execute(db)
        .await?;
    Ok(())
}

/// Lets somebody in on the word of the directory, by the one verb.
async fn join(
    db: &mut PgConnection,
    org: OrgId,
    described: &Described,
    external_id: Option<&str>,
) -> Result<Joined, Error<NotProvisioned>> {
    let proof = Proof::by_directory(db, &described.address).await?;
    let account = proof.account();
    let name = described.name.clone().unwrap_or_else(|| described.address.suggested_name());
    let joiner = Joiner { proof, name };
    let joined = members::join(db, org, Through::Directory, &joiner).await.map_err(|error| match error {
        Error::Broken(error) => Error::Broken(error),
        Error::Refused(_) => Error::Refused(NotProvisioned::Raced),
    })?;
    if let Some(subject) = external_id {
        identities::tie(db, org, subject, account).await?;
    }
    Ok(joined)
}

/// Somebody whom the directory knows and who is not to be in: the member they are already, deactivated, or a
/// new one who is so from the beginning.
async fn keep_out(
    db: &mut PgConnection,
    actor: &Actor,
    described: &Described,
) -> Result<MemberId, Error<NotProvisioned>> {
    let (org, email) = (actor.org, described.address.key());
    address_locks::hold_to_join(db, org, std::slice::from_ref(&email)).await?;
    let known = sqlx::query_scalar!("select id from members where org_id = $1 and email = $2", org.0, email)
        .fetch_optional(&mut *db)
        .await?;
    if let Some(member) = known.map(MemberId) {
        deactivate(db, actor, member).await?;
        return Ok(member);
    }
    let member = fresh_id();
    sqlx::query!(
        "insert into members (org_id, id, role, kind, name, email, address, deactivated_at)
         values ($1, $2, 'member', 'sso', $3, $4, $5, now())",
        org.0,
        member,
        described.name.clone().unwrap_or_else(|| described.address.suggested_name()),
        email,
        described.address.to_string(),
    )
    .execute(&mut *db)
    .await
    .map_err(taken)?;
    members::note_removal(db, actor, &email).await?;
    Ok(MemberId(member))
}

/// Ends somebody's access at once: the next request of any login finds no membership, and open streams end
/// when they hear of the change. Photos, headshots and credits stay. They are out until they are active again
/// or invited. P3, S3
async fn deactivate(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
) -> Result<(), Error<NotProvisioned>> {
    let org = actor.org;
    invites::hold_those_of(db, org, member).await?;
    let row = sqlx::query!(
        "select role, email, account_id, deactivated_at from members where org_id = $1 and id = $2 for update",
        org.0,
        member.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if decode::<Role>(&row.role)? == Role::Owner {
        return Err(Error::Refused(NotProvisioned::Owner));
    }
    if let Some(email) = &row.email {
        invites::revoke_those_at(db, org, email).await?;
    }
    if row.deactivated_at.is_some() {
        return Ok(());
    }
    sqlx::query!(
        "update members
         set account_id = null, deactivated_at = now(), role = 'member', ownership_offered_at = null,
             results_generation = results_generation + 1, results_revoked = true
         where org_id = $1 and id = $2",
        org.0,
        member.0,
    )
    .execute(&mut *db)
    .await?;
    if let Some(email) = &row.email {
        members::note_removal(db, actor, email).await?;
    }
    if let Some(account) = row.account_id {
        identities::bar(db, org, account).await?;
        sqlx::query!("delete from logins where account_id = $1 and sso_org_id = $2", account, org.0)
            .execute(&mut *db)
            .await?;
    }
    Ok(record(db, actor, Act::MemberDeactivated, member).await?)
}

/// Gives a member the address that the directory now knows them under, and their account as well.
async fn move_to(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    to: &EmailAddress,
) -> Result<(), Error<NotProvisioned>> {
    let key = to.key();
    let row = sqlx::query!(
        r#"select m.email,
                  coalesce(m.account_id, (select a.id from accounts a where a.email = m.email)) as account
           from members m
           where m.org_id = $1 and m.id = $2"#,
        org.0,
        member.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if row.email.as_ref() == Some(&key) {
        return Ok(());
    }
    require_own_domain(db, org, to).await?;
    if let Some(account) = row.account {
        // An account is spoken for by whoever has its domain.
        let old = identities::address_of(db, AccountId(account)).await?;
        require_own_domain(db, org, &old).await?;
        identities::follow(db, AccountId(account), to).await?;
        if identities::address_of(db, AccountId(account)).await?.key() != key {
            return Err(Error::Refused(NotProvisioned::AddressTaken));
        }
    }
    address_locks::hold_to_join(db, org, std::slice::from_ref(&key)).await?;
    invites::close_by_joining(db, org, &key).await?;
    sqlx::query!(
        "update members set email = $3, address = $4 where org_id = $1 and id = $2",
        org.0,
        member.0,
        key,
        to.to_string(),
    )
    .execute(db)
    .await
    .map_err(|error| {
        let taken = violates(&error, "members_email_key");
        if taken { Error::Refused(NotProvisioned::AddressTaken) } else { error.into() }
    })?;
    Ok(())
}

/// Name and title as the directory says them, where it does. Whether that changed anything.
async fn describe(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
    described: &Described,
) -> Result<bool> {
    let changed = sqlx::query!(
        "update members
         set name = coalesce($3, name), title = coalesce($4, title)
         where org_id = $1 and id = $2
           and (name <> coalesce($3, name) or title is distinct from coalesce($4, title))",
        org.0,
        member.0,
        described.name,
        described.title,
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// S1
async fn require_own_domain(
    db: &mut PgConnection,
    org: OrgId,
    address: &EmailAddress,
) -> Result<(), Error<NotProvisioned>> {
    let domain = CompanyDomain::of(address);
    if connections::owned_domains(db, org).await?.contains(&domain) {
        Ok(())
    } else {
        Err(Error::Refused(NotProvisioned::NotYourDomain(domain)))
    }
}

async fn record(db: &mut PgConnection, actor: &Actor, act: Act, member: MemberId) -> Result<()> {
    let name =
        sqlx::query_scalar!("select name from members where org_id = $1 and id = $2", actor.org.0, member.0)
            .fetch_one(&mut *db)
            .await?;
    audit::record(db, actor, act, Object::one(member.0, &name)).await
}

fn email_keys(profile: &Profile) -> Vec<String> {
    profile.emails.iter().filter_map(|email| email.value.as_deref()).map(str::to_lowercase).collect()
}

fn taken(error: sqlx::Error) -> Error<NotProvisioned> {
    if violates(&error, "directory_users_user_name_key") {
        Error::Refused(NotProvisioned::UserNameTaken)
    } else if violates(&error, "directory_users_member_key") {
        Error::Refused(NotProvisioned::AddressTaken)
    } else if violates(&error, "members_email_key") {
        Error::Refused(NotProvisioned::Raced)
    } else {
        error.into()
    }
}

struct Row {
    id: Uuid,
    member_id: Uuid,
    profile: Json<Profile>,
    created_at: time::OffsetDateTime,
    changed_at: time::OffsetDateTime,
    active: bool,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            member: MemberId(row.member_id),
            profile: Profile { active: row.active, ..row.profile.0 },
            created_at: row.created_at.into(),
            changed_at: row.changed_at.into(),
        }
    }
}
