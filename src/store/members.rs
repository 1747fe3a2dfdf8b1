//! Members: one of them, correcting, removing. P3, P4
//!
//! Joining is in `join`, adding on somebody's behalf in `managed`, the list in `people`.

mod join;
mod managed;

use super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    credits, decode, fresh_id, invites,
    jobs::{self, Job},
    sso::identities,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    ids::{AccountId, HeadshotId, MemberId, OrgId, PhotoId},
    member::{MemberKind, Removal, RemovalRefusal, may_be_removed},
    moment::Moment,
    role::Role,
    shoot::ShootState,
};

pub use self::{
    join::{Through, join},
    managed::{ManagedRefusal, NewManaged, add_managed, readdress, take_over_invite},
};
pub use super::leads::leads;

/// One member, for their own pages.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: MemberId,
    pub org: OrgId,
    pub org_name: String,
    pub account: Option<AccountId>,
    pub name: String,
    pub address: Option<String>,
    pub role: Role,
    pub kind: MemberKind,
    pub results_generation: i32,
    pub results_revoked: bool,
    /// When a lead last had their private link mailed.
    pub results_mailed_at: Option<Moment>,
}

impl Person {
    /// Whether their private results link works: it ends by itself when they get an account. M3, M6
    #[must_use]
    pub const fn has_results_link(&self) -> bool {
        self.account.is_none() && !self.results_revoked
    }
}

/// A member that was named is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This member is gone. Reload the page to see who is there.")]
pub struct UnknownMember;

/// Why a member was not removed. P3
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRemoved {
    #[error(transparent)]
    Rule(#[from] RemovalRefusal),
    #[error(transparent)]
    Unknown(#[from] UnknownMember),
}

/// One member of an organization.
///
/// # Errors
/// Not there, or of another organization. N2
pub async fn find(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
) -> Result<Person, Error<UnknownMember>> {
    let row = sqlx::query!(
        "select m.account_id, m.name, m.address, m.role, m.kind, m.results_generation, m.results_revoked,
                m.results_mailed_at, o.name as org_name
         from members m
         join organizations o on o.id = m.org_id
         where m.org_id = $1 and m.id = $2",
        org.0,
        member.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Refused(UnknownMember))?;
    Ok(Person {
        id: member,
        org,
        org_name: row.org_name,
        account: row.account_id.map(AccountId),
        name: row.name,
        address: row.address,
        role: decode::<Role>(&row.role)?,
        kind: decode::<MemberKind>(&row.kind)?,
        results_generation: row.results_generation,
        results_revoked: row.results_revoked,
        results_mailed_at: row.results_mailed_at.map(Moment::from),
    })
}

/// How somebody became a member, in words of the organization: whoever invited or added them, or what the
/// link is called. P4
pub async fn came_through(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<Option<String>> {
    let through = sqlx::query_scalar!(
        r#"select case m.kind
                      when 'invite' then (
                          select i.invited_by_name
                          from invites i
                          where i.org_id = m.org_id and i.email = m.email and i.state = 'joined'
                          order by i.id desc
                          limit 1
                      )
                      when 'link' then (
                          select coalesce(l.label, nullif(array_to_string(l.domains, ', '), ''))
                          from invite_links l
                          where l.org_id = m.org_id and l.id = m.link_id
                      )
                      when 'managed' then (
                          select a.actor_name
                          from audit_entries a
                          where a.org_id = m.org_id and a.object_id = m.id and a.act = 'member_added'
                          limit 1
                      )
                  end as through
           from members m
           where m.org_id = $1 and m.id = $2"#,
        org.0,
        member.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(through.flatten())
}

/// Corrects the name and the job title of a member; the texts are checked. P4
///
/// # Errors
/// No such member.
pub async fn correct(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    name: &str,
    title: Option<&str>,
) -> Result<(), Error<UnknownMember>> {
    // Held, so that of two corrections at once the log says what each changed.
    let before = sqlx::query!(
        "select name, title from members where org_id = $1 and id = $2 for no key update",
        actor.org.0,
        member.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(UnknownMember))?;
    let what = match (before.name != name, before.title.as_deref() != title) {
        (false, false) => return Ok(()),
        (true, false) => "name",
        (false, true) => "title",
        (true, true) => "name_and_title",
    };
    sqlx::query!(
        "update members set name = $3, title = $4 where org_id = $1 and id = $2",
        actor.org.0,
        member.0,
        name,
        title,
    )
    .execute(&mut *db)
    .await?;
    Ok(audit::record(db, actor, Act::MemberCorrected, Object::one(member.0, name).with(Some(what))).await?)
}

/// Corrects the actor's own name; the text is checked. P4
///
/// # Errors
/// They are no member any more.
pub async fn rename_oneself(
    db: &mut PgConnection,
    actor: &Actor,
    name: &str,
) -> Result<(), Error<UnknownMember>> {
    let oneself = actor.member().ok_or(Error::Refused(UnknownMember))?;
    let title = sqlx::query_scalar!(
        "select title from members where org_id = $1 and id = $2 for no key update",
        actor.org.0,
        oneself.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(UnknownMember))?;
    correct(db, actor, oneself, name, title.as_deref()).await
}

/// What goes with a member when they are removed. P3
///
/// # Errors
/// No such member.
pub async fn removal(
    db: &mut PgConnection,
    org: OrgId,
    member: MemberId,
) -> Result<Removal, Error<UnknownMember>> {
    sqlx::query_as!(
        Removal,
        r#"select (select count(*) from photos p
                   where p.org_id = m.org_id and p.member_id = m.id and p.shoot_id is null) as "photos!",
                  (select count(*) from shoots s
                   where s.org_id = m.org_id and s.member_id = m.id) as "shoots!",
                  (select count(*) from headshots h
                   where h.org_id = m.org_id and h.member_id = m.id) as "headshots!",
                  exists (
                      select from invites i
                      where i.org_id = m.org_id and i.email = m.email and invite_is_open(i.state, i.expires_at)
                  ) as "open_invite!"
           from members m
           where m.org_id = $1 and m.id = $2"#,
        org.0,
        member.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Refused(UnknownMember))
}

/// Removes a member, their photos, headshots and pending invites. Their own account stays. P3
///
/// Stored pictures are deleted after the commit, by a job of this transaction.
///
/// # Errors
/// A rule stands against it, or no such member; nothing was changed.
pub async fn remove(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
) -> Result<String, Error<NotRemoved>> {
    let org = actor.org;
    // What goes with the member, and is locked before.
    sqlx::query!(
        "select id from directory_users where org_id = $1 and member_id = $2 for update",
        org.0,
        member.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    invites::hold_those_of(db, org, member).await?;
    // Locked, so that no shoot begins between the count and the deletion.
    let row = sqlx::query!(
        "select role, name, email, account_id from members where org_id = $1 and id = $2 for update",
        org.0,
        member.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(NotRemoved::Unknown(UnknownMember)))?;
    let role = decode::<Role>(&row.role)?;
    let shoots =
        sqlx::query_scalar!("select id from shoots where org_id = $1 and member_id = $2", org.0, member.0)
            .fetch_all(&mut *db)
            .await?;
    may_be_removed(actor, member, role, shoots.len() as i64)
        .map_err(|rule| Error::Refused(NotRemoved::Rule(rule)))?;

    let photos =
        sqlx::query_scalar!("select id from photos where org_id = $1 and member_id = $2", org.0, member.0)
            .fetch_all(&mut *db)
            .await?;
    let headshots =
        sqlx::query_scalar!("select id from headshots where org_id = $1 and member_id = $2", org.0, member.0)
            .fetch_all(&mut *db)
            .await?;
    if let Some(email) = &row.email {
        invites::revoke_those_at(db, org, email).await?;
        note_removal(db, actor, email).await?;
    }
    if let Some(account) = row.account_id {
        identities::bar(db, org, account).await?;
    }
    let emails = addresses(db, org, member).await?;
    sqlx::query!("delete from members where org_id = $1 and id = $2", org.0, member.0)
        .execute(&mut *db)
        .await?;
    let delete = Job::DeletePictures {
        org,
        photos: photos.into_iter().map(PhotoId).collect(),
        headshots: headshots.into_iter().map(HeadshotId).collect(),
    };
    jobs::queue(db, &[delete]).await?;
    // What was done to them and by them stays, without who they were.
    audit::forget(db, org, member, &emails).await?;
    credits::forget(db, org, &shoots).await?;
    audit::record(
        db,
        actor,
        Act::MemberRemoved,
        Object { id: Some(member.0), people: 1, ..Object::default() },
    )
    .await?;
    Ok(row.name)
}

/// The addresses that a member has and had, but for those that somebody else has or had as well.
/// `offset 0`: each is looked up by itself, however few the planner thinks there are.
async fn addresses(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"select email as "email!" from members where org_id = $1 and id = $2 and email is not null
           union
           select email from member_former_addresses f
           where org_id = $1 and member_id = $2
             and not exists (select from members o where o.org_id = $1 and o.email = f.email offset 0)
             and not exists (
                 select from member_former_addresses o
                 where o.org_id = $1 and o.email = f.email and o.member_id <> $2
                 offset 0
             )
             and not exists (
                 select from invites i where i.org_id = $1 and i.email = f.email and invite_is_pending(i.state)
                 offset 0
             )"#,
        org.0,
        member.0,
    )
    .fetch_all(db)
    .await
}

/// Writes down that somebody is out: no link lets them in again, and their account's page says where they
/// were. J8
pub(super) async fn note_removal(db: &mut PgConnection, actor: &Actor, email: &str) -> Result<()> {
    sqlx::query!(
        "insert into removals (org_id, id, email, removed_by) values ($1, $2, $3, $4)",
        actor.org.0,
        fresh_id(),
        email,
        actor.member().map(|member| member.0),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Members with this name or address, for the operator's command line.
pub async fn named(
    db: &mut PgConnection,
    org: OrgId,
    name_or_email: &str,
) -> Result<Vec<(MemberId, String)>> {
    let rows = sqlx::query!(
        "select id, name from members where org_id = $1 and (lower(name) = lower($2) or email = lower($2))",
        org.0,
        name_or_email,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (MemberId(row.id), row.name)).collect())
}

/// The lead whom a member can write to: the Owner.
pub async fn owner(db: &mut PgConnection, org: OrgId) -> Result<(String, Option<String>)> {
    let row = sqlx::query!("select name, address from members where org_id = $1 and role = 'owner'", org.0)
        .fetch_one(db)
        .await?;
    Ok((row.name, row.address))
}

pub(super) fn shoot_state(word: &str) -> Result<ShootState> {
    decode::<ShootState>(word)
}

#[cfg(test)]
mod tests;
