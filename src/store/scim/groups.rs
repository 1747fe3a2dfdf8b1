//! Groups of a customer's directory, each of which is a sub-team. Somebody in several groups is in the sub-team
//! of the one they were added to last; where a lead moves them stays until a group of theirs changes. S6, T1

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    domain::{
        actor::Actor,
        audit::Act,
        ids::{OrgId, TeamId},
        moment::Moment,
    },
    store::{
        Error, PgConnection, Result,
        audit::{self, Object},
        fresh_id, refused,
        teams::{self, TeamRefusal},
        violates,
    },
};

/// A lookup returns so many groups at most: more than there are sub-teams.
const FOUND_MAX: i64 = 1_000;

/// A group of the directory.
#[derive(Clone, Debug)]
pub struct Group {
    pub id: Uuid,
    pub team: TeamId,
    /// The sub-team's.
    pub name: String,
    pub external_id: Option<String>,
    /// The directory's people in it, in the order in which they came. Empty where nobody asked.
    pub users: Vec<Uuid>,
    pub created_at: Moment,
    pub changed_at: Moment,
}

/// What groups are looked up by: one of these is theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub ids: Vec<Uuid>,
    /// By [`teams::name_key`].
    pub name_keys: Vec<String>,
    pub external_ids: Vec<String>,
    pub users: Vec<Uuid>,
}

/// A group that somebody is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupOf {
    pub user: Uuid,
    pub group: Uuid,
    pub name: String,
}

/// Whether the people in groups are read as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Members {
    Included,
    LeftOut,
}

/// Something that is to become of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A checked line.
    Rename(String),
    SetExternalId(Option<String>),
    Add(Vec<Uuid>),
    Remove(Vec<Uuid>),
    /// These and nobody else are in it.
    SetMembers(Vec<Uuid>),
}

/// Why a group was not made or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGrouped {
    #[error("There is no such group.")]
    Unknown,
    #[error("There is no user {0}.")]
    UnknownUser(Uuid),
    #[error(transparent)]
    Team(#[from] TeamRefusal),
}

/// Some of the directory's groups, oldest first, and how many there are in all.
pub async fn list(
    db: &mut PgConnection,
    org: OrgId,
    skip: usize,
    limit: usize,
    members: Members,
) -> Result<(usize, Vec<Group>)> {
    let total =
        sqlx::query_scalar!(r#"select count(*) as "n!" from directory_groups where org_id = $1"#, org.0)
            .fetch_one(&mut *db)
            .await?;
    let ids = sqlx::query_scalar!(
        "select id from directory_groups where org_id = $1 order by id offset $2 limit $3",
        org.0,
        i64::try_from(skip).unwrap_or(i64::MAX),
        i64::try_from(limit).unwrap_or(i64::MAX),
    )
    .fetch_all(&mut *db)
    .await?;
    let total = usize::try_from(total).unwrap_or(0);
    Ok((total, matching(db, org, &Wanted { ids, ..Wanted::default() }, members).await?))
}

/// The groups of which one of these is true, oldest first.
pub async fn matching(
    db: &mut PgConnection,
    org: OrgId,
    wanted: &Wanted,
    members: Members,
) -> Result<Vec<Group>> {
    let rows = sqlx::query!(
        r#"select g.id, g.team_id, t.name, g.external_id, g.created_at, g.changed_at,
                  case when $6 then array(
                      select gm.user_id from directory_group_members gm
                      where gm.org_id = $1 and gm.group_id = g.id
                      order by gm.added_at, gm.user_id
                  ) else '{}' end as "users!"
           from (
               select id from directory_groups where org_id = $1 and id = any($2)
               union
               select g.id
               from teams t
               join directory_groups g on g.org_id = $1 and g.team_id = t.id
               where t.org_id = $1 and t.name_key = any($3)
               union
               select id from directory_groups where org_id = $1 and external_id = any($4)
               union
               select group_id from directory_group_members where org_id = $1 and user_id = any($5)
           ) x
           join directory_groups g on g.org_id = $1 and g.id = x.id
           join teams t on t.org_id = $1 and t.id = g.team_id
           order by g.id
           limit $7"#,
        org.0,
        &wanted.ids,
        &wanted.name_keys,
        &wanted.external_ids,
        &wanted.users,
        members == Members::Included,
        FOUND_MAX,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Group {
            id: row.id,
            team: TeamId(row.team_id),
            name: row.name,
            external_id: row.external_id,
            users: row.users,
            created_at: row.created_at.into(),
            changed_at: row.changed_at.into(),
        })
        .collect())
}

/// The groups of these people.
pub async fn of_users(db: &mut PgConnection, org: OrgId, users: &[Uuid]) -> Result<Vec<GroupOf>> {
    sqlx::query_as!(
        GroupOf,
        r#"select gm.user_id as "user", gm.group_id as "group", t.name
           from directory_group_members gm
           join directory_groups g on g.org_id = $1 and g.id = gm.group_id
           join teams t on t.org_id = $1 and t.id = g.team_id
           where gm.org_id = $1 and gm.user_id = any($2)
           order by gm.added_at, gm.group_id"#,
        org.0,
        users,
    )
    .fetch_all(db)
    .await
}

/// One of them.
///
/// # Errors
/// Not there, or of another organization. N2
pub async fn find(
    db: &mut PgConnection,
    org: OrgId,
    id: Uuid,
    members: Members,
) -> Result<Group, Error<NotGrouped>> {
    let wanted = Wanted { ids: vec![id], ..Wanted::default() };
    matching(db, org, &wanted, members).await?.pop().ok_or(Error::Refused(NotGrouped::Unknown))
}

/// One of them with its people, held until the transaction ends.
///
/// # Errors
/// Not there, or of another organization. N2
pub async fn hold(db: &mut PgConnection, org: OrgId, id: Uuid) -> Result<Group, Error<NotGrouped>> {
    // The sub-team first, which a lead may be deleting.
    sqlx::query!(
        "select id from teams
         where org_id = $1 and id = (select team_id from directory_groups where org_id = $1 and id = $2)
         for no key update",
        org.0,
        id,
    )
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query!("select id from directory_groups where org_id = $1 and id = $2 for update", org.0, id)
        .fetch_optional(&mut *db)
        .await?;
    find(db, org, id, Members::Included).await
}

/// Makes a group: the sub-team of this name, which is made where there is none.
///
/// # Errors
/// A group has this name already, there are too many sub-teams, or a user is not there.
pub async fn create(
    db: &mut PgConnection,
    actor: &Actor,
    name: &str,
    external_id: Option<&str>,
    users: &[Uuid],
) -> Result<Group, Error<NotGrouped>> {
    let known = sqlx::query_scalar!(
        "select id from teams where org_id = $1 and name_key = $2 for no key update",
        actor.org.0,
        teams::name_key(name),
    )
    .fetch_optional(&mut *db)
    .await?;
    let team = match known {
        Some(team) => TeamId(team),
        None => teams::create(db, actor, name).await.map_err(refused)?,
    };
    let id = fresh_id();
    sqlx::query!(
        "insert into directory_groups (org_id, id, team_id, external_id) values ($1, $2, $3, $4)",
        actor.org.0,
        id,
        team.0,
        external_id,
    )
    .execute(&mut *db)
    .await
    .map_err(|error| {
        let taken = violates(&error, "directory_groups_team_key");
        if taken { Error::Refused(NotGrouped::Team(TeamRefusal::NameTaken)) } else { error.into() }
    })?;
    add(db, actor, id, team, name, users).await?;
    find(db, actor.org, id, Members::Included).await
}

/// Changes a group, which is held.
///
/// # Errors
/// The name is taken, or a user is not there.
pub async fn change(
    db: &mut PgConnection,
    actor: &Actor,
    before: &Group,
    changes: &[Change],
) -> Result<Group, Error<NotGrouped>> {
    let (org, id) = (actor.org, before.id);
    let mut name = before.name.clone();
    for change in changes {
        match change {
            Change::Rename(to) if *to == name => {}
            Change::Rename(to) => {
                teams::rename(db, actor, before.team, to).await.map_err(refused)?;
                name.clone_from(to);
            }
            Change::SetExternalId(to) => {
                sqlx::query!(
                    "update directory_groups set external_id = $3 where org_id = $1 and id = $2",
                    org.0,
                    id,
                    to.as_deref(),
                )
                .execute(&mut *db)
                .await?;
            }
            Change::Add(users) => add(db, actor, id, before.team, &name, users).await?,
            Change::Remove(users) => remove(db, actor, id, before.team, users).await?,
            Change::SetMembers(users) => {
                let others = sqlx::query_scalar!(
                    "select user_id from directory_group_members
                     where org_id = $1 and group_id = $2 and user_id <> all($3)",
                    org.0,
                    id,
                    users,
                )
                .fetch_all(&mut *db)
                .await?;
                remove(db, actor, id, before.team, &others).await?;
                add(db, actor, id, before.team, &name, users).await?;
            }
        }
    }
    sqlx::query!("update directory_groups set changed_at = now() where org_id = $1 and id = $2", org.0, id)
        .execute(&mut *db)
        .await?;
    find(db, org, id, Members::Included).await
}

/// Deletes a group and its sub-team. Its people stay, in the sub-team of another group of theirs or in none.
/// The group is held. T1
pub async fn delete(db: &mut PgConnection, actor: &Actor, before: &Group) -> Result<(), Error<NotGrouped>> {
    let org = actor.org;
    let in_team = sqlx::query_scalar!(
        "select u.id
         from members m
         join directory_users u on u.org_id = $1 and u.member_id = m.id
         where m.org_id = $1 and m.team_id = $2",
        org.0,
        before.team.0,
    )
    .fetch_all(&mut *db)
    .await?;
    teams::delete(db, actor, before.team).await.map_err(refused)?;
    fall_back(db, org, None, &in_team).await?;
    Ok(())
}

/// Puts people into a group, and by that into its sub-team. Who is in it already stays where they are.
async fn add(
    db: &mut PgConnection,
    actor: &Actor,
    group: Uuid,
    team: TeamId,
    name: &str,
    users: &[Uuid],
) -> Result<(), Error<NotGrouped>> {
    let org = actor.org;
    let known = sqlx::query_scalar!(
        "select id from directory_users where org_id = $1 and id = any($2) order by id for key share",
        org.0,
        users,
    )
    .fetch_all(&mut *db)
    .await?;
    let there: HashSet<&Uuid> = known.iter().collect();
    if let Some(unknown) = users.iter().find(|user| !there.contains(user)) {
        return Err(Error::Refused(NotGrouped::UnknownUser(*unknown)));
    }
    let added = sqlx::query_scalar!(
        "insert into directory_group_members (org_id, group_id, user_id)
         select $1, $2, x.id from unnest($3::uuid[]) as x (id)
         on conflict on constraint directory_group_members_pkey do nothing
         returning user_id",
        org.0,
        group,
        &known,
    )
    .fetch_all(&mut *db)
    .await?;
    let moved = sqlx::query!(
        "update members m
         set team_id = $3
         from (
             select m.id
             from directory_users u
             join members m on m.org_id = $1 and m.id = u.member_id
             where u.org_id = $1 and u.id = any($2) and m.team_id is distinct from $3
             order by m.id
             for no key update of m
         ) x
         where m.org_id = $1 and m.id = x.id
         returning m.id, m.name",
        org.0,
        &added,
        team.0,
    )
    .fetch_all(&mut *db)
    .await?;
    let moved: Vec<(Uuid, String)> = moved.into_iter().map(|row| (row.id, row.name)).collect();
    Ok(audit::record_each(db, actor, Act::MembersMoved, &moved, Some(name)).await?)
}

/// Takes people out of a group. Who is in its sub-team goes to that of another group of theirs, or to none.
async fn remove(
    db: &mut PgConnection,
    actor: &Actor,
    group: Uuid,
    team: TeamId,
    users: &[Uuid],
) -> Result<()> {
    let removed = sqlx::query_scalar!(
        "delete from directory_group_members
         where org_id = $1 and group_id = $2 and user_id = any($3)
         returning user_id",
        actor.org.0,
        group,
        users,
    )
    .fetch_all(&mut *db)
    .await?;
    let moved = fall_back(db, actor.org, Some(team), &removed).await?;
    if moved == 0 { Ok(()) } else { audit::record(db, actor, Act::MembersMoved, Object::many(moved)).await }
}

/// Puts those who are still in this sub-team (or in none) into that of the group they were added to last of those
/// that are left; how many.
async fn fall_back(db: &mut PgConnection, org: OrgId, from: Option<TeamId>, users: &[Uuid]) -> Result<usize> {
    let moved = sqlx::query!(
        "update members m
         set team_id = x.team_id
         from (
             select m.id,
                    (select g.team_id
                     from directory_group_members gm
                     join directory_groups g on g.org_id = $1 and g.id = gm.group_id
                     where gm.org_id = $1 and gm.user_id = u.id
                     order by gm.added_at desc, gm.group_id desc
                     limit 1) as team_id
             from directory_users u
             join members m on m.org_id = $1 and m.id = u.member_id
             where u.org_id = $1 and u.id = any($2) and m.team_id is not distinct from $3
             order by m.id
             for no key update of m
         ) x
         where m.org_id = $1 and m.id = x.id and m.team_id is distinct from x.team_id",
        org.0,
        users,
        from.map(|team| team.0),
    )
    .execute(db)
    .await?;
    Ok(usize::try_from(moved.rows_affected()).unwrap_or(usize::MAX))
}
