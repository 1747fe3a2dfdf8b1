//! Headshots: who may see them, which one was chosen, and the private link of a managed member.
//! H4, H6, M3

use uuid::Uuid;

use super::{
    Error, PgConnection, Result,
    audit::{self, Object},
    jobs::{self, Job, Mail},
    keyset,
    members::UnknownMember,
};
use crate::domain::{
    actor::Actor,
    audit::Act,
    headshot_list::{Choice, HeadshotCounts, HeadshotQuery},
    ids::{HeadshotId, MemberId, OrgId, PhotoId, ShootId, TeamId},
    moment::Moment,
    people::{Cursor, Sort, TeamFilter},
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

/// A finished shoot with its headshots.
#[derive(Clone, Debug)]
pub struct Session {
    pub shoot: ShootId,
    pub finished_at: Moment,
    /// When the organization has all of it deleted. H5
    pub kept_until: Option<Moment>,
    pub headshots: Vec<Headshot>,
}

/// A headshot by itself: whose it is, and what it is called when it is saved.
#[derive(Clone, Debug)]
pub struct Single {
    pub member: MemberId,
    pub name: String,
    pub number: i16,
    pub finished_at: Moment,
}

/// A member whose headshots are there, for the leads' page.
#[derive(Clone, Debug)]
pub struct Shown {
    pub member: MemberId,
    pub name: String,
    pub team: Option<String>,
    pub team_id: Option<TeamId>,
    pub address: Option<String>,
    pub face: HeadshotId,
    pub chosen: bool,
}

/// The headshots of a member, shoot by shoot, the newest first; of a shoot the best first. H4, H7
pub async fn sessions(db: &mut PgConnection, org: OrgId, member: MemberId) -> Result<Vec<Session>> {
    let rows = sqlx::query!(
        r#"select s.id as shoot_id, s.finished_at as "finished_at!", s.pictures_until,
                  h.id, h.number, h.width, h.height, h.favorite
           from shoots s
           join headshots h on h.org_id = s.org_id and h.shoot_id = s.id
           where s.org_id = $1 and s.member_id = $2 and s.state = 'ready'
           order by s.created_at desc, s.id desc, h.number"#,
        org.0,
        member.0,
    )
    .fetch_all(db)
    .await?;
    let mut sessions: Vec<Session> = Vec::new();
    for row in rows {
        let shoot = ShootId(row.shoot_id);
        if sessions.last().is_none_or(|session| session.shoot != shoot) {
            sessions.push(Session {
                shoot,
                finished_at: row.finished_at.into(),
                kept_until: row.pictures_until.map(Moment::from),
                headshots: Vec::new(),
            });
        }
        let headshot = Headshot {
            id: HeadshotId(row.id),
            number: row.number,
            width: row.width,
            height: row.height,
            favorite: row.favorite,
        };
        if let Some(session) = sessions.last_mut() {
            session.headshots.push(headshot);
        }
    }
    Ok(sessions)
}

/// Some of those whose headshots are there, by name.
pub type Page = keyset::Page<Shown>;

/// One of the headshots of several people.
#[derive(Clone, Debug)]
pub struct OfMany {
    pub headshot: HeadshotId,
    pub name: String,
    pub number: i16,
    pub finished_at: Moment,
}

/// Up to `limit` of those whose headshots are there and who match, from a place on. `$beyond` and `$order`
/// make the index of members by name do.
macro_rules! read_in_order {
    ($db:expr, $org:expr, $query:expr, $from:expr, $limit:expr, $beyond:literal, $order:literal) => {
        sqlx::query!(
            r#"select m.id, m.name, m.sort_name, m.address, m.team_id, t.name as "team?", h.id as face, h.favorite
               from members m
               left join teams t on t.org_id = m.org_id and t.id = m.team_id
               join lateral (
                   select h.id, h.favorite
                   from headshots h
                   join shoots s on s.org_id = h.org_id and s.id = h.shoot_id
                   where h.org_id = m.org_id and h.member_id = m.id
                   order by h.favorite desc, s.created_at desc, h.number
                   limit 1
               ) h on true
               where m.org_id = $1 and "# + $beyond + r#"
                 and ($4::text is null or m.id in (select members_found($1, $4)))
                 and ($5::uuid is null or m.team_id = $5)
                 and (not $6::boolean or m.team_id is null)
                 and ($7::boolean is null or h.favorite = $7)
               order by "# + $order + r#"
               limit $8"#,
            $org.0,
            $from.0,
            $from.1,
            $query.search.as_deref(),
            in_team($query),
            $query.team == Some(TeamFilter::None),
            $query.choice.map(|choice| choice == Choice::Chosen),
            $limit,
        )
        .fetch_all($db)
        .await?
        .into_iter()
        .map(|row| {
            let shown = Shown {
                member: MemberId(row.id),
                name: row.name,
                team: row.team,
                team_id: row.team_id.map(TeamId),
                address: row.address,
                face: HeadshotId(row.face),
                chosen: row.favorite,
            };
            (Cursor { key: row.sort_name, id: MemberId(row.id).into() }, shown)
        })
        .collect::<Vec<_>>()
    };
}

fn in_team(query: &HeadshotQuery) -> Option<Uuid> {
    query.team.and_then(TeamFilter::team).map(|team| team.0)
}

/// One page of those whose headshots are there, by name: the favorite of each, or the best of the newest
/// shoot. H4
pub async fn page(db: &mut PgConnection, org: OrgId, query: &HeadshotQuery, size: usize) -> Result<Page> {
    let order = keyset::order(Sort::Name, &query.place);
    let (from, limit) = (keyset::start(order, query.place.cursor()), keyset::limit(size));
    let found = if order == Sort::Name {
        read_in_order!(db, org, query, from, limit, "(m.sort_name, m.id) > ($2, $3)", "m.sort_name, m.id")
    } else {
        read_in_order!(
            db,
            org,
            query,
            from,
            limit,
            "(m.sort_name, m.id) < ($2, $3)",
            "m.sort_name desc, m.id desc"
        )
    };
    Ok(Page::of(found, &query.place, size))
}

/// How many match. H4
pub async fn counts(db: &mut PgConnection, org: OrgId, query: &HeadshotQuery) -> Result<HeadshotCounts> {
    let row = sqlx::query!(
        r#"select count(*) as "people!", count(*) filter (where not h.chosen) as "undecided!",
                  coalesce(sum(h.made) filter (where $5::boolean is null or h.chosen = $5), 0)::bigint as "headshots!"
           from members m
           join (
               select member_id, bool_or(favorite) as chosen, count(*) as made
               from headshots
               where org_id = $1
               group by member_id
           ) h on h.member_id = m.id
           where m.org_id = $1
             and ($2::text is null or m.id in (select members_found($1, $2)))
             and ($3::uuid is null or m.team_id = $3)
             and (not $4::boolean or m.team_id is null)"#,
        org.0,
        query.search.as_deref(),
        in_team(query),
        query.team == Some(TeamFilter::None),
        query.choice.map(|choice| choice == Choice::Chosen),
    )
    .fetch_one(db)
    .await?;
    Ok(HeadshotCounts { people: row.people, undecided: row.undecided, headshots: row.headshots })
}

/// All headshots of these people, person by person in this order, the newest shoot first. H4
pub async fn of_members(db: &mut PgConnection, org: OrgId, members: &[MemberId]) -> Result<Vec<OfMany>> {
    let ids: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        r#"select h.id, m.name, h.number, s.finished_at as "finished_at!"
           from headshots h
           join shoots s on s.org_id = h.org_id and s.id = h.shoot_id
           join members m on m.org_id = h.org_id and m.id = h.member_id
           where h.org_id = $1 and h.member_id = any($2)
           order by array_position($2::uuid[], h.member_id), s.created_at desc, s.id desc, h.number"#,
        org.0,
        &ids,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OfMany {
            headshot: HeadshotId(row.id),
            name: row.name,
            number: row.number,
            finished_at: row.finished_at.into(),
        })
        .collect())
}

/// Writes down that headshots of so many people are being downloaded, of a team or of all. P7
pub async fn log_download(
    db: &mut PgConnection,
    actor: &Actor,
    people: i64,
    team: Option<&str>,
) -> Result<()> {
    let people = usize::try_from(people).unwrap_or(0);
    audit::record(db, actor, Act::HeadshotsDownloaded, Object::many(people).with(team)).await
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

/// A headshot; of another organization is like unknown. H6
pub async fn find(db: &mut PgConnection, org: OrgId, headshot: HeadshotId) -> Result<Option<Single>> {
    let row = sqlx::query!(
        r#"select h.member_id, m.name, h.number, s.finished_at as "finished_at!"
           from headshots h
           join shoots s on s.org_id = h.org_id and s.id = h.shoot_id
           join members m on m.org_id = h.org_id and m.id = h.member_id
           where h.org_id = $1 and h.id = $2"#,
        org.0,
        headshot.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Single {
        member: MemberId(row.member_id),
        name: row.name,
        number: row.number,
        finished_at: row.finished_at.into(),
    }))
}

/// Makes earlier private links to a member's results useless; `revoked` says whether the new one
/// works. Gives the new generation. M3
///
/// # Errors
/// No such member, or a new one for somebody whom the directory deactivated. S6
pub async fn turn_link(
    db: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    access: LinkAccess,
) -> Result<i32, Error<UnknownMember>> {
    let turned = sqlx::query!(
        "update members set results_generation = results_generation + 1, results_revoked = $3
         where org_id = $1 and id = $2 and ($3 or deactivated_at is null)
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

/// Queues the mail with a managed member's private link once more; at most one an hour, so that pressing
/// again fills no mailbox. False when there was one, or there is nobody or nothing to mail. M6
pub async fn mail_link(db: &mut PgConnection, actor: &Actor, member: MemberId) -> Result<bool> {
    let org = actor.org;
    let shoot = sqlx::query_scalar!(
        "update members m set results_mailed_at = now()
         from (
             select id from shoots
             where org_id = $1 and member_id = $2 and state = 'ready'
             order by created_at desc
             limit 1
         ) s
         where m.org_id = $1 and m.id = $2 and m.account_id is null and m.address is not null
           and not m.results_revoked
           and (m.results_mailed_at is null or m.results_mailed_at < now() - interval '1 hour')
         returning s.id",
        org.0,
        member.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(shoot) = shoot.map(ShootId) else { return Ok(false) };
    jobs::queue(db, &[Job::Mail(Mail::Ready { org, shoot })]).await?;
    let object = Object { id: Some(member.0), people: 1, ..Object::default() };
    audit::record(db, actor, Act::ResultsLinkMailed, object).await?;
    Ok(true)
}

/// Whether a member's private results link works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkAccess {
    Renewed,
    Revoked,
}

#[cfg(test)]
mod tests;
