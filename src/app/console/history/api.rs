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
    before: String,
) -> Result<HistoryPage, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{Lists, audit},
    };
    ctx::require(org, Action::SeeOrganization)?;
    let query = AuditQuery::read(|name| {
        let value = match name {
            "act" => &act,
            "who" => &who,
            "about" => &about,
            _ => &before,
        };
        Some(value.clone())
    });
    let state = ctx::state();
    let asked = &query;
    let read = |lists: Lists| async move {
        audit::entries(&mut *lists.acquire().await?, org, asked, PAGE as i64 + 1).await
    };
    let mut entries = state.pool.list(read).await?;
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    Ok(HistoryPage { query, entries, more })
}
