//! What the lead's Headshots page asks of the server. H4

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        headshot_list::{HeadshotCounts, HeadshotQuery},
        ids::{HeadshotId, MemberId, OrgId, TeamId},
        people::Cursor,
    },
};

/// One page of those whose headshots are there. H4
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadshotPage {
    /// What was asked.
    pub query: HeadshotQuery,
    pub people: Vec<ShownMember>,
    pub before: Option<Cursor>,
    pub after: Option<Cursor>,
    pub counts: HeadshotCounts,
    /// By name.
    pub teams: Vec<(TeamId, String)>,
}

/// A member whose headshots are there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ShownMember {
    pub member: MemberId,
    pub name: String,
    pub team: Option<String>,
    pub address: Option<String>,
    pub face: HeadshotId,
    pub chosen: bool,
}

/// Those whose headshots are there and who are asked for by `query`, which is that of the URL. H4
#[server(prefix = "/fn", endpoint = "headshots/list")]
pub async fn headshots(org: OrgId, query: String) -> Result<HeadshotPage, AppError> {
    use crate::{
        domain::{headshot_list::PAGE, role::Action},
        server::ctx,
        store::{self, Lists, people, results},
    };
    ctx::require(org, Action::ShootForOthers)?;
    let query = read_query(&query);
    let state = ctx::state();
    let asked = &query;
    let read = |lists: Lists| async move {
        let mut db = lists.acquire().await?;
        let page = results::page(&mut db, org, asked, PAGE).await?;
        let counts = results::counts(&mut db, org, asked).await?;
        store::Result::Ok((page, counts, people::choices(&mut db, org).await?.teams))
    };
    let (page, counts, teams) = state.pool.list(read).await?;
    let shown = page.people.into_iter().map(|one| ShownMember {
        member: one.member,
        name: one.name,
        team: one.team,
        address: one.address,
        face: one.face,
        chosen: one.chosen,
    });
    Ok(HeadshotPage { people: shown.collect(), before: page.before, after: page.after, counts, teams, query })
}

#[cfg(feature = "ssr")]
fn read_query(query: &str) -> HeadshotQuery {
    let pairs: std::collections::HashMap<_, _> =
        url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).into_owned().collect();
    HeadshotQuery::read(|name| pairs.get(name).cloned())
}
