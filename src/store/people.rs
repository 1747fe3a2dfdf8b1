//! The list of people: members and pending invites together, a page at a time. P1
//!
//! A page is read by the index of its order from where the last one ended; what is shown of each is read
//! by its id, so that a page which follows a change reads only the rows that changed. N7

mod bulk;
mod stuck;

use uuid::Uuid;

use super::{PgConnection, Result, decode, keyset};
use crate::domain::{
    ids::{HeadshotId, LinkId, OrgId, TeamId},
    invite::InviteState,
    member::MemberKind,
    moment::Moment,
    people::{
        Cursor, LINKS_LISTED, PAGE, PeopleQuery, Person, PersonId, Sort, StageCounts, Standing, TeamFilter,
    },
    role::Role,
    shoot::Stage,
};

pub use self::{
    bulk::{Plan, Selected, assign, plan, remind_invited, remind_members, revoke},
    stuck::{
        count_stuck, due_photo_reminders, photo_reminders, remind_of_photos, set_photo_reminders, stuck,
    },
};

/// Whom a page shows.
pub type Page = keyset::Page<PersonId>;

/// What a list can be filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// By name.
    pub teams: Vec<(TeamId, String)>,
    /// The newest links that somebody joined through, newest first; what leads call them, if anything.
    pub links: Vec<(LinkId, Option<String>)>,
}

/// The conditions of a query, as parameters.
#[derive(Default, PartialEq, Eq)]
struct Filter<'a> {
    stage: Option<&'static str>,
    search: Option<&'a str>,
    team: Option<Uuid>,
    without_team: bool,
    kind: Option<&'static str>,
    link: Option<Uuid>,
    stuck: bool,
}

impl<'a> Filter<'a> {
    fn of(query: &'a PeopleQuery) -> Self {
        Self {
            stage: query.stage.map(Stage::as_str),
            search: query.search.as_deref(),
            team: query.team.and_then(TeamFilter::team).map(|team| team.0),
            without_team: query.team == Some(TeamFilter::None),
            kind: query.kind.map(MemberKind::as_str),
            link: query.link.map(|link| link.0),
            stuck: query.stuck,
        }
    }
}

/// Up to `limit` people who match, in order, from a place on. Both tables are read by the same conditions;
/// `$beyond` and `$order` make the index of that order do.
macro_rules! read_in_order {
    ($db:expr, $org:expr, $filter:expr, $from:expr, $limit:expr, $beyond:literal, $order:literal) => {
        sqlx::query!(
            r#"select id as "id!", sort_name as "sort_name!" from (
                   (
                       select id, sort_name from members m
                       where org_id = $1 and $8::text is not null and "# + $beyond + r#"
                         and ($2::text is null or stage = $2 and (kind <> 'founder' or stage <> 'joined'))
                         and ($3::text is null or id in (select members_found($1, $3)))
                         and ($4::uuid is null or team_id = $4)
                         and (not $5::boolean or team_id is null)
                         and ($6::text is null or kind = $6)
                         and ($7::uuid is null or link_id = $7)
                         and (not $11::boolean or id in (select s.id from stuck_members s where s.org_id = $1))
                       order by "# + $order + r#"
                       limit $10
                   )
                   union all
                   (
                       select id, sort_name from invites i
                       where org_id = $1 and invite_is_pending(state) and "# + $beyond + r#"
                         and ($2::text is null or case state when 'failed' then 'needs_attention' else 'invited' end = $2)
                         and ($3::text is null or search like (select search_pattern($3)) or team_id in (
                             select t.id from teams t
                             where t.org_id = $1 and search_key(t.name) like (select search_pattern($3))
                         ))
                         and ($4::uuid is null or team_id = $4)
                         and (not $5::boolean or team_id is null)
                         and ($6::text is null or $6 = 'invite')
                         and $7::uuid is null
                         and not $11::boolean
                       order by "# + $order + r#"
                       limit $10
                   )
               ) x
               order by "# + $order + r#"
               limit $10"#,
            $org.0,
            $filter.stage,
            $filter.search,
            $filter.team,
            $filter.without_team,
            $filter.kind,
            $filter.link,
            $from.0,
            $from.1,
            $limit,
            $filter.stuck,
        )
        .fetch_all($db)
        .await?
        .into_iter()
        .map(|row| Cursor { key: row.sort_name, id: PersonId(row.id) })
        .collect::<Vec<_>>()
    };
}

async fn read(
    db: &mut PgConnection,
    org: OrgId,
    query: &PeopleQuery,
    sort: Sort,
    cursor: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<Cursor>> {
    let (filter, from) = (Filter::of(query), keyset::start(sort, cursor));
    Ok(match sort {
        Sort::Name => {
            read_in_order!(db, org, filter, from, limit, "(sort_name, id) > ($8, $9)", "sort_name, id")
        }
        Sort::NameBackwards => {
            read_in_order!(
                db,
                org,
                filter,
                from,
                limit,
                "(sort_name, id) < ($8, $9)",
                "sort_name desc, id desc"
            )
        }
        Sort::Newest => read_in_order!(db, org, filter, from, limit, "id < $9", "id desc"),
        Sort::Oldest => read_in_order!(db, org, filter, from, limit, "id > $9", "id"),
    })
}

/// One page of those who match. P1
pub async fn page(db: &mut PgConnection, org: OrgId, query: &PeopleQuery) -> Result<Page> {
    page_of(db, org, query, PAGE).await
}

/// As [`page`], of so many people.
pub async fn page_of(db: &mut PgConnection, org: OrgId, query: &PeopleQuery, size: usize) -> Result<Page> {
    let order = keyset::order(query.sort, &query.place);
    let found = read(db, org, query, order, query.place.cursor(), keyset::limit(size)).await?;
    let found = found.into_iter().map(|cursor| (cursor.clone(), cursor.id)).collect();
    Ok(Page::of(found, &query.place, size))
}

/// Who matches, whatever the page, by name: at most so many. P2
pub async fn matching(
    db: &mut PgConnection,
    org: OrgId,
    query: &PeopleQuery,
    limit: usize,
) -> Result<Vec<PersonId>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = read(db, org, query, Sort::Name, None, limit).await?;
    Ok(found.into_iter().map(|place| place.id).collect())
}

/// How many are in each stage, of those who match all of a query but its stage. P1
pub async fn counts(db: &mut PgConnection, org: OrgId, query: &PeopleQuery) -> Result<StageCounts> {
    let filter = Filter { stage: None, ..Filter::of(query) };
    let counted = if filter == Filter::default() {
        count_all(db, org).await?
    } else {
        count_found(db, org, &filter).await?
    };
    Ok(counted.into())
}

/// As the database counts.
struct Counted {
    founder: i64,
    joined: i64,
    adding_photos: i64,
    generating: i64,
    ready: i64,
    stuck: i64,
    failed: i64,
    waiting: i64,
}

impl From<Counted> for StageCounts {
    fn from(counted: Counted) -> Self {
        let Counted { founder, joined, adding_photos, generating, ready, stuck, failed, waiting } = counted;
        let stages = [waiting, joined, adding_photos, generating, ready, stuck + failed];
        Self { stages, invites: waiting + failed, founder }
    }
}

/// Counts everybody, by indexes alone.
async fn count_all(db: &mut PgConnection, org: OrgId) -> Result<Counted> {
    sqlx::query_as!(
        Counted,
        r#"select founder as "founder!", joined as "joined!", adding_photos as "adding_photos!",
                  generating as "generating!", ready as "ready!", stuck as "stuck!", failed as "failed!",
                  waiting as "waiting!"
           from (
               select coalesce(sum(n) filter (where stage = 'joined' and kind = 'founder'), 0)::bigint as founder,
                      coalesce(sum(n) filter (where stage = 'joined' and kind <> 'founder'), 0)::bigint as joined,
                      coalesce(sum(n) filter (where stage = 'adding_photos'), 0)::bigint as adding_photos,
                      coalesce(sum(n) filter (where stage = 'generating'), 0)::bigint as generating,
                      coalesce(sum(n) filter (where stage = 'ready'), 0)::bigint as ready,
                      coalesce(sum(n) filter (where stage = 'needs_attention'), 0)::bigint as stuck
               from (select stage, kind, count(*) as n from members where org_id = $1 group by stage, kind) x
           ) members,
           (
               select count(*) filter (where state = 'failed') as failed,
                      count(*) filter (where state <> 'failed') as waiting
               from invites i
               where org_id = $1 and invite_is_pending(state)
           ) invites"#,
        org.0,
    )
    .fetch_one(db)
    .await
}

/// Counts those who match a filter, whatever their stage. Without `group by`: the database would sort everybody
/// for it, for it cannot know how many match.
async fn count_found(db: &mut PgConnection, org: OrgId, filter: &Filter<'_>) -> Result<Counted> {
    sqlx::query_as!(
        Counted,
        r#"select founder as "founder!", joined as "joined!", adding_photos as "adding_photos!",
                  generating as "generating!", ready as "ready!", stuck as "stuck!", failed as "failed!",
                  waiting as "waiting!"
           from (
               select count(*) filter (where stage = 'joined' and kind = 'founder') as founder,
                      count(*) filter (where stage = 'joined' and kind <> 'founder') as joined,
                      count(*) filter (where stage = 'adding_photos') as adding_photos,
                      count(*) filter (where stage = 'generating') as generating,
                      count(*) filter (where stage = 'ready') as ready,
                      count(*) filter (where stage = 'needs_attention') as stuck
               from members m
               where org_id = $1
                 and ($2::text is null or id in (select members_found($1, $2)))
                 and ($3::uuid is null or team_id = $3)
                 and (not $4::boolean or team_id is null)
                 and ($5::text is null or kind = $5)
                 and ($6::uuid is null or link_id = $6)
                 and (not $7::boolean or id in (select s.id from stuck_members s where s.org_id = $1))
           ) members,
           (
               select count(*) filter (where state = 'failed') as failed,
                      count(*) filter (where state <> 'failed') as waiting
               from invites i
               where org_id = $1 and invite_is_pending(state)
                 and ($2::text is null or search like (select search_pattern($2)) or team_id in (
                     select t.id from teams t
                     where t.org_id = $1 and search_key(t.name) like (select search_pattern($2))
                 ))
                 and ($3::uuid is null or team_id = $3)
                 and (not $4::boolean or team_id is null)
                 and ($5::text is null or $5 = 'invite')
                 and $6::uuid is null
                 and not $7::boolean
           ) invites"#,
        org.0,
        filter.search,
        filter.team,
        filter.without_team,
        filter.kind,
        filter.link,
        filter.stuck,
    )
    .fetch_one(db)
    .await
}

/// What is shown of these people, in this order; of those who are members or have a pending invite. N7
pub async fn rows(db: &mut PgConnection, org: OrgId, people: &[PersonId]) -> Result<Vec<Person>> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.0).collect();
    sqlx::query!(
        r#"select id as "id!", name, address, title, team_id, stage as "stage!", since as "since!", role, kind,
                  shoots, face, has_account, deactivated, offered, state, failure, expired, sent_at, reminded_at
           from (
               select m.id, m.name, m.address, m.title, m.team_id, m.stage, m.joined_at as since, m.role, m.kind,
                      (select count(*) from shoots s where s.org_id = m.org_id and s.member_id = m.id) as shoots,
                      (select h.id
                       from headshots h
                       join shoots s on s.org_id = h.org_id and s.id = h.shoot_id
                       where h.org_id = m.org_id and h.member_id = m.id
                       order by h.favorite desc, s.created_at desc, h.number
                       limit 1) as face,
                      m.account_id is not null as has_account,
                      m.deactivated_at is not null as deactivated,
                      m.ownership_offered_at is not null as offered,
                      null as state, null as failure, null::boolean as expired,
                      null::timestamptz as sent_at, m.reminded_at
               from members m
               where m.org_id = $1 and m.id = any($2)
               union all
               select i.id, i.name, i.address, i.title, i.team_id,
                      case i.state when 'failed' then 'needs_attention' else 'invited' end, i.created_at,
                      invite_role(i), null, null, null, null, null, null,
                      i.state, i.failure, i.expires_at <= now(), i.sent_at, i.reminded_at
               from invites i
               where i.org_id = $1 and i.id = any($2) and invite_is_pending(i.state)
           ) x
           order by array_position($2::uuid[], id)"#,
        org.0,
        &ids,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| {
        let standing = match (&row.role, &row.kind, &row.state) {
            (Some(role), Some(kind), _) => Standing::Member {
                role: decode::<Role>(role)?,
                kind: decode::<MemberKind>(kind)?,
                shoots: row.shoots.unwrap_or_default(),
                face: row.face.map(HeadshotId),
                has_account: row.has_account.unwrap_or_default(),
                is_deactivated: row.deactivated.unwrap_or_default(),
                is_offered: row.offered.unwrap_or_default(),
                reminded_at: row.reminded_at.map(Moment::from),
            },
            (role, _, state) => Standing::Invite {
                state: decode::<InviteState>(state.as_deref().unwrap_or_default())?,
                role: decode::<Role>(role.as_deref().unwrap_or_default())?,
                failure: row.failure,
                expired: row.expired.unwrap_or_default(),
                sent_at: row.sent_at.map(Moment::from),
                reminded_at: row.reminded_at.map(Moment::from),
            },
        };
        Ok(Person {
            id: PersonId(row.id),
            name: row.name,
            address: row.address,
            title: row.title,
            team: row.team_id.map(TeamId),
            stage: decode::<Stage>(&row.stage)?,
            since: row.since.into(),
            standing,
        })
    })
    .collect()
}

/// The members who joined or were added last, the newest first.
pub async fn recent(db: &mut PgConnection, org: OrgId, limit: i64) -> Result<Vec<PersonId>> {
    let ids = sqlx::query_scalar!(
        "select id from members where org_id = $1 order by id desc limit $2",
        org.0,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(PersonId).collect())
}

/// What a list can be filtered by. P1
pub async fn choices(db: &mut PgConnection, org: OrgId) -> Result<Choices> {
    let rows = sqlx::query!(
        r#"select id as "id!", is_team as "is_team!", called from (
               select id, true as is_team, name as called, name_key as place from teams where org_id = $1
               union all
               (
                   select id, false, coalesce(label, nullif(array_to_string(domains, ', '), '')), null
                   from invite_links
                   where org_id = $1 and used > 0
                   order by id desc
                   limit $2
               )
           ) x
           order by is_team desc, place, id desc"#,
        org.0,
        LINKS_LISTED,
    )
    .fetch_all(db)
    .await?;
    let mut choices = Choices::default();
    for row in rows {
        if row.is_team {
            choices.teams.push((TeamId(row.id), row.called.unwrap_or_default()));
        } else {
            choices.links.push((LinkId(row.id), row.called));
        }
    }
    Ok(choices)
}

#[cfg(test)]
mod tests;
