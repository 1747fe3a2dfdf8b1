//! Lists as CSV: people, who did what, the ledger. Written while they are read, a part at a time. P6, P7, C6

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::stream;

use crate::{
    app::{
        components::{role_name, stage_name},
        console::{credits::api::who, history::sentences, members::kind_name},
    },
    domain::{
        audit::AuditQuery,
        csv,
        ids::{OrgId, TeamId},
        people::{PeopleQuery, Person, Place, Standing},
        role::Action,
    },
    http::{
        error::PageError,
        extract::{CurrentMember, Query},
        files::attachment::attachment,
    },
    server::state::AppState,
    store::{self, Lists, audit, credits, people},
    words,
};

/// Rows that are read at once.
const PART: usize = 500;

type Pairs = std::collections::HashMap<String, String>;

/// `GET /members.csv`: the people of a list, by the query of its URL. P6
pub async fn members(
    State(state): State<AppState>,
    viewer: CurrentMember,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    viewer.require(Action::SeeOrganization)?;
    let org = viewer.membership.org;
    let choices = |lists: Lists| async move { people::choices(&mut *lists.acquire().await?, org).await };
    let teams = state.pool.list(choices).await?.teams;
    let query = PeopleQuery::read(|name| pairs.get(name).cloned()).from_first();
    let head = csv::line(words::console::export_members_columns().split('|'));
    Ok(download("members.csv", head, Some(query), move |query| {
        let (state, teams) = (state.clone(), teams.clone());
        async move {
            let asked = &query;
            let read = |lists: Lists| async move {
                let mut db = lists.acquire().await?;
                let page = people::page_of(&mut db, org, asked, PART).await?;
                let rows = people::rows(&mut db, org, &page.people).await?;
                store::Result::Ok((page, rows))
            };
            let (page, rows) = state.pool.list(read).await?;
            let text = rows.iter().map(|person| person_row(person, &teams)).collect();
            let next = page.after.map(|after| PeopleQuery { place: Place::After(after), ..query });
            Ok((text, next))
        }
    }))
}

fn person_row(person: &Person, teams: &[(TeamId, String)]) -> String {
    let team = teams.iter().find(|(id, _)| Some(*id) == person.team).map(|(_, name)| name.as_str());
    let (kind, role, sessions) = match &person.standing {
        Standing::Member { role, kind, shoots, .. } => {
            (kind_name(*kind), role_name(*role), shoots.to_string())
        }
        Standing::Invite { role, .. } => (words::console::kind_invite(), role_name(*role), String::new()),
    };
    csv::line([
        person.name.as_deref().unwrap_or_default(),
        person.address.as_deref().unwrap_or_default(),
        person.title.as_deref().unwrap_or_default(),
        team.unwrap_or_default(),
        stage_name(person.stage),
        kind,
        role,
        &sessions,
        &person.since.iso(),
    ])
}

/// `GET /history.csv`: who did what, by the query of the page's URL. P7
pub async fn history(
    State(state): State<AppState>,
    viewer: CurrentMember,
    Query(pairs): Query<Pairs>,
) -> Result<Response, PageError> {
    viewer.require(Action::SeeOrganization)?;
    let org = viewer.membership.org;
    let query = AuditQuery::read(|name| pairs.get(name).cloned());
    let head = csv::line(words::console::export_history_columns().split('|'));
    Ok(download("history.csv", head, Some(AuditQuery { before: None, ..query }), move |query| {
        let state = state.clone();
        async move {
            let asked = &query;
            let read = |lists: Lists| async move {
                audit::entries(&mut *lists.acquire().await?, org, asked, PART as i64).await
            };
            let entries = state.pool.list(read).await?;
            let next = entries.last().filter(|_| entries.len() == PART).map(|last| last.id);
            let text = entries
                .iter()
                .map(|entry| {
                    csv::line([
                        entry.at.iso(),
                        sentences::who(entry),
                        sentences::what(entry),
                        entry.network.clone().unwrap_or_default(),
                    ])
                })
                .collect();
            Ok((text, next.map(|before| AuditQuery { before: Some(before), ..query })))
        }
    }))
}

/// `GET /credits.csv`: the ledger, newest first. C6
pub async fn credits(State(state): State<AppState>, viewer: CurrentMember) -> Result<Response, PageError> {
    viewer.require(Action::SeeCredits)?;
    let org = viewer.membership.org;
    let head = csv::line(words::console::export_ledger_columns().split('|'));
    Ok(download("credits.csv", head, Some(None::<i32>), move |before| {
        let state = state.clone();
        async move { ledger_part(&state, org, before).await }
    }))
}

async fn ledger_part(
    state: &AppState,
    org: OrgId,
    before: Option<i32>,
) -> store::Result<(String, Option<Option<i32>>)> {
    let read = |lists: Lists| async move {
        credits::entries(&mut *lists.acquire().await?, org, before, PART as i64).await
    };
    let entries = state.pool.list(read).await?;
    let next = entries.last().filter(|_| entries.len() == PART).map(|last| Some(last.number));
    let text = entries
        .iter()
        .map(|entry| {
            csv::line([
                entry.created_at.iso(),
                entry.kind.as_str().to_owned(),
                who(entry.who.clone()),
                entry.note.clone().unwrap_or_default(),
                entry.change.to_string(),
                entry.balance_after.to_string(),
            ])
        })
        .collect();
    Ok((text, next))
}

/// A file that begins with `head` and goes on with what `part` reads from each place, until there is none.
/// A part that cannot be read breaks the download off, so that nobody takes it for the whole.
fn download<P, F>(
    name: &str,
    head: String,
    first: Option<P>,
    part: impl Fn(P) -> F + Send + 'static,
) -> Response
where
    P: Send + 'static,
    F: Future<Output = store::Result<(String, Option<P>)>> + Send,
{
    let begin = Some(format!("{}{head}", csv::MARK));
    let parts = stream::try_unfold((begin, first, part), |(begin, place, part)| async move {
        if let Some(begin) = begin {
            return Ok(Some((Bytes::from(begin), (None, place, part))));
        }
        let Some(place) = place else { return Ok(None) };
        let (text, next) = part(place).await.inspect_err(|error| {
            tracing::warn!(%error, "an export could not be read to its end");
        })?;
        Ok::<_, store::DatabaseError>(Some((Bytes::from(text), (None, next, part))))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, attachment(name)),
    ];
    (headers, Body::from_stream(parts)).into_response()
}
