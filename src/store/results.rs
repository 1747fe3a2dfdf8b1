//! Headshots: who may see them, which one was chosen, and the private link of a managed member.
//! H4, H6, M3

use super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    members::UnknownMember,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    ids::{HeadshotId, MemberId, OrgId, PhotoId},
};

/// A finished picture.
#[derive(Clone, Debug)]
pub struct Headshot {
    pub id: HeadshotId,
    pub number: i16,
    pub width: i32,
    pub height: i32,
    pub favorite: bool,
}

/// A member whose headshots are there, for the leads' page.
#[derive(Clone, Debug)]
pub struct Shown {
    pub member: MemberId,
    pub name: String,
    pub team: Option<String>,
    pub address: Option<String>,
    pub face: HeadshotId,
    pub chosen: bool,
    pub count: i64,
}

/// The headshots of a member's newest finished shoot, best first. H4
pub async fn gallery(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<Vec<Headshot>> {
    let rows = sqlx::query!(
        "select h.id, h.number, h.width, h.height, h.favorite
         from headshots h
         where h.org_id = $1 and h.shoot_id = (
             select s.id from shoots s
             where s.org_id = $1 and s.member_id = $2 and s.state = 'ready'
             order by s.created_at desc
             limit 1
         )
         order by h.number",
        org.0,
        member.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Headshot {
            id: HeadshotId(row.id),
            number: row.number,
            width: row.width,
            height: row.height,
            favorite: row.favorite,
        })
        .collect())
}

/// Everybody in the organization whose headshots are there, by name. H4
pub async fn of_organization(db: &mut PgConnection, org: OrgId) -> Result<Vec<Shown>> {
    let rows = sqlx::query!(
        r#"select m.id, m.name, m.address, t.name as "team?", h.id as face, h.favorite,
                  (select count(*) from headshots c
                   where c.org_id = m.org_id and c.shoot_id = h.shoot_id) as "count!"
           from members m
           left join teams t on t.org_id = m.org_id and t.id = m.team_id
           join lateral (
               select h.id, h.favorite, h.shoot_id
               from headshots h
               where h.org_id = m.org_id and h.member_id = m.id
               order by h.favorite desc, h.number
               limit 1
           ) h on true
           where m.org_id = $1
           order by lower(m.name), m.id"#,
        org.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Shown {
            member: MemberId(row.id),
            name: row.name,
            team: row.team,
            address: row.address,
            face: HeadshotId(row.face),
            chosen: row.favorite,
            count: row.count,
        })
        .collect())
}

/// Chooses a member's favorite; the one before is let go. H4
///
/// # Errors
/// The headshot is not theirs, or gone.
pub async fn choose(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    headshot: HeadshotId,
) -> Result<(), Error<UnknownHeadshot>> {
    let org = actor.org;
    // The member's row first: two choices at once follow each other.
    let name = sqlx::query_scalar!(
        "select name from members where org_id = $1 and id = $2 for no key update",
        org.0,
        member.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query!(
        "update headshots set favorite = false where org_id = $1 and member_id = $2 and favorite and id <> $3",
        org.0,
        member.0,
        headshot.0,
    )
    .execute(&mut *db)
    .await?;
    let chosen = sqlx::query!(
        "update headshots set favorite = true where org_id = $1 and member_id = $2 and id = $3",
        org.0,
        member.0,
        headshot.0,
    )
    .execute(&mut *db)
    .await?;
    if chosen.rows_affected() == 0 {
        return Err(Error::Refused(UnknownHeadshot));
    }
    let name = name.unwrap_or_default();
    Ok(audit::record(db, actor, Act::FavoriteChosen, Object::one(member.0, &name)).await?)
}

/// A headshot that was named is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This headshot is gone. Reload the page.")]
pub struct UnknownHeadshot;

/// Whose photo this is; of another organization is like unknown. H6
pub async fn photo_owner(db: &mut PgConnection, org: OrgId, photo: PhotoId) -> Result<Option<MemberId>> {
    let owner =
        sqlx::query_scalar!("select member_id from photos where org_id = $1 and id = $2", org.0, photo.0)
            .fetch_optional(db)
            .await?;
    Ok(owner.map(MemberId))
}

/// Whose headshot this is; of another organization is like unknown. H6
pub async fn headshot_owner(
    db: &mut PgConnection,
    org: OrgId,
    headshot: HeadshotId,
) -> Result<Option<MemberId>> {
    let owner = sqlx::query_scalar!(
        "select member_id from headshots where org_id = $1 and id = $2",
        org.0,
        headshot.0
    )
    .fetch_optional(db)
    .await?;
    Ok(owner.map(MemberId))
}

/// Makes earlier private links to a member's results useless; `revoked` says whether the new one
/// works. Gives the new generation. M3
///
/// # Errors
/// No such member.
pub async fn turn_link(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    access: LinkAccess,
) -> Result<i32, Error<UnknownMember>> {
    let turned = sqlx::query!(
        "update members set results_generation = results_generation + 1, results_revoked = $3
         where org_id = $1 and id = $2
         returning results_generation, name",
        actor.org.0,
        member.0,
        access == LinkAccess::Revoked,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(UnknownMember))?;
    let what = match access {
        LinkAccess::Renewed => "renewed",
        LinkAccess::Revoked => "revoked",
    };
    let object = Object::one(member.0, &turned.name).with(Some(what));
    audit::record(db, actor, Act::ResultsLinkChanged, object).await?;
    Ok(turned.results_generation)
}

/// Whether a member's private results link works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkAccess {
    Renewed,
    Revoked,
}

#[cfg(test)]
mod tests;
