//! What the History page asks of the server. P7

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        audit::{AuditEntry, AuditQuery},
        ids::OrgId,
    },
};

/// A part of the log, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryPage {
    pub query: AuditQuery,
    pub entries: Vec<AuditEntry>,
    /// Older entries than these are there.
    pub more: bool,
    /// The leads, and of whom `query` names the members; in the order of their names.
    pub people: Vec<(uuid::Uuid, String)>,
    /// So many days entries are kept.
    pub days_kept: i16,
}

/// Entries on a page.
#[cfg(feature = "ssr")]
const PAGE: usize = 50;

/// The log, as the URL asks for it. P7
#[server(prefix = "/fn", endpoint = "history/list")]
pub async fn history(
    org: OrgId,
    act: String,
    who: String,
    about: String,
    from: String,
    to: String,
    before: String,
) -> Result<HistoryPage, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, Lists, audit},
    };
    ctx::require(org, Action::SeeOrganization)?;
    let query = AuditQuery::read(|name| {
        let value = match name {
            "act" => &act,
            "who" => &who,
            "about" => &about,
            "from" => &from,
            "to" => &to,
            _ => &before,
        };
        Some(value.clone())
    });
    let state = ctx::state();
    let asked = &query;
    let named: Vec<uuid::Uuid> = query.actor.into_iter().chain(query.object).collect();
    let named = &named;
    let read = |lists: Lists| async move {
        let mut db = lists.acquire().await?;
        let entries = audit::entries(&mut db, org, asked, PAGE as i64 + 1).await?;
        let people = audit::actors(&mut db, org, named).await?;
        let days_kept = audit::days_kept(&mut db, org).await?;
        store::Result::Ok((entries, people, days_kept))
    };
    let (mut entries, people, days_kept) = state.pool.list(read).await?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    Ok(HistoryPage { query, entries, more, people, days_kept })
}
