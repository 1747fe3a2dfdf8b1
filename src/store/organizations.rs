//! Organizations: creating one, how it shows itself, and how it invites. J1, P5, I7, I8

use super::{
    PgConnection, Result,
    accounts::ActiveMembership,
    audit::{self, Object},
    files, fresh_id, unknown_word,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    email::EmailAddress,
    ids::{AccountId, LogoId, MemberId, OrgId},
    invite::Inviting,
    organization::{Face, Profile, Website},
    photo::PictureKind,
    role::Role,
};

/// Creates an organization and makes this account its Owner. `org_name` and `person` are checked lines.
pub async fn create(
    db: &mut PgConnection,
    account: AccountId,
    address: &EmailAddress,
    org_name: &str,
    person: &str,
) -> Result<ActiveMembership> {
    let org = OrgId(fresh_id());
    let member = MemberId(fresh_id());
    sqlx::query!("insert into organizations (id, name) values ($1, $2)", org.0, org_name)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into members (org_id, id, account_id, role, kind, name, email, address)
         values ($1, $2, $3, 'owner', 'founder', $4, $5, $6)",
        org.0,
        member.0,
        account.0,
        person,
        address.key(),
        address.to_string(),
    )
    .execute(db)
    .await?;
    Ok(ActiveMembership {
        org,
        org_name: org_name.to_owned(),
        support: None,
        deletion_due: None,
        balance: 0,
        member,
        account,
        role: Role::Owner,
        name: person.to_owned(),
    })
}

/// As [`create`], for an account that belongs nowhere yet: sent twice, even at once, it makes one
/// organization. `None` where the account belongs somewhere meanwhile. N1
pub async fn create_first(
    db: &mut PgConnection,
    account: AccountId,
    address: &EmailAddress,
    org_name: &str,
    person: &str,
) -> Result<Option<ActiveMembership>> {
    // Who sends the same again waits here, and then finds the membership.
    sqlx::query!("select id from accounts where id = $1 for no key update", account.0)
        .fetch_one(&mut *db)
        .await?;
    let belongs = sqlx::query_scalar!(
        r#"select exists (select from members where account_id = $1) as "belongs!""#,
        account.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if belongs {
        return Ok(None);
    }
    create(db, account, address, org_name, person).await.map(Some)
}

/// The organizations with this exact name or id, for the operator's command line.
pub async fn named(db: &mut PgConnection, name_or_id: &str) -> Result<Vec<(OrgId, String)>> {
    let rows = sqlx::query!(
        "select id, name from organizations where lower(name) = lower($1) or id::text = lower($1) order by id",
        name_or_id,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (OrgId(row.id), row.name)).collect())
}

/// The columns of an organization's face. J1
pub(super) fn face(
    logo: Option<uuid::Uuid>,
    website: Option<String>,
    support_address: Option<String>,
) -> Result<Face> {
    let support = support_address.map(EmailAddress::try_from).transpose();
    Ok(Face {
        logo: logo.map(LogoId),
        website: website.map(Website::stored),
        support: support.map_err(|_| unknown_word("address"))?,
    })
}

/// What an organization says of itself.
///
/// # Errors
/// An unknown organization is `RowNotFound`.
pub async fn profile(db: &mut PgConnection, org: OrgId) -> Result<Profile> {
    let row = sqlx::query!(
        "select name, logo_id, website, support_address from organizations where id = $1",
        org.0,
    )
    .fetch_one(db)
    .await?;
    Ok(Profile { name: row.name, face: face(row.logo_id, row.website, row.support_address)? })
}

/// Changes what an organization says of itself; its logo stays. `name` is a checked line.
pub async fn set_profile(
    db: &mut PgConnection,
    actor: &Actor,
    name: &str,
    website: Option<&Website>,
    support: Option<&EmailAddress>,
) -> Result<()> {
    let before =
        sqlx::query_scalar!("select name from organizations where id = $1 for no key update", actor.org.0)
            .fetch_one(&mut *db)
            .await?;
    sqlx::query!(
        "update organizations set name = $2, website = $3, support_address = $4 where id = $1",
        actor.org.0,
        name,
        website.map(Website::as_str),
        support.map(ToString::to_string),
    )
    .execute(&mut *db)
    .await?;
    let what = if before == name {
        Object::many(0).with(Some("profile"))
    } else {
        Object::one(actor.org.0, name).with(Some("name"))
    };
    audit::record(db, actor, Act::SettingsChanged, what).await
}

/// Gives an organization another logo or none; the files of the one before are swept.
pub async fn set_logo(db: &mut PgConnection, actor: &Actor, logo: Option<LogoId>) -> Result<()> {
    let before =
        sqlx::query_scalar!("select logo_id from organizations where id = $1 for no key update", actor.org.0)
            .fetch_one(&mut *db)
            .await?;
    sqlx::query!(
        "update organizations
         set logo_id = $2, logo_at = case when $2::uuid is null then null else now() end
         where id = $1",
        actor.org.0,
        logo.map(|logo| logo.0),
    )
    .execute(&mut *db)
    .await?;
    if let Some(before) = before {
        files::note_unknown(db, actor.org, PictureKind::Logo, &[before]).await?;
    }
    let what = if logo.is_some() { "logo" } else { "no-logo" };
    audit::record(db, actor, Act::SettingsChanged, Object::many(0).with(Some(what))).await
}

/// Whose logo this is now; whoever asks has nothing but its name.
pub async fn whose_logo(db: &mut PgConnection, logo: LogoId) -> Result<Option<OrgId>> {
    let org = sqlx::query_scalar!("select id from organizations where logo_id = $1", logo.0);
    Ok(org.fetch_optional(db).await?.map(OrgId))
}

/// How an organization invites. I7, I8
///
/// # Errors
/// An unknown organization is `RowNotFound`.
pub async fn inviting(db: &mut PgConnection, org: OrgId) -> Result<Inviting> {
    let inviting = sqlx::query_as!(
        Inviting,
        "select invite_days as days, auto_reminders from organizations where id = $1",
        org.0,
    )
    .fetch_one(db)
    .await?;
    Ok(inviting)
}

/// Changes how an organization invites; invites that are out keep their day. The days are checked.
pub async fn set_inviting(db: &mut PgConnection, actor: &Actor, inviting: Inviting) -> Result<()> {
    sqlx::query!(
        "update organizations set invite_days = $2, auto_reminders = $3 where id = $1",
        actor.org.0,
        inviting.days,
        inviting.auto_reminders,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::SettingsChanged, Object::many(0).with(Some("inviting"))).await
}

#[cfg(test)]
mod tests;
