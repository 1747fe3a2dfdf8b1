//! What the credits page asks of the server. C6

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        credit::{CreditOutlook, EntryKind},
        ids::OrgId,
        moment::Moment,
    },
};

/// The balance and a part of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CreditsView {
    pub outlook: CreditOutlook,
    pub entries: Vec<EntryView>,
    /// Older entries than these are there.
    pub more: bool,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryView {
    pub number: i32,
    pub at: Moment,
    pub kind: EntryKind,
    pub who: String,
    pub note: Option<String>,
    pub change: i32,
    pub balance_after: i32,
}

/// Entries that are shown at once.
#[cfg(feature = "ssr")]
const PAGE: usize = 50;

/// The balance, what is reserved, and the ledger newest first, `pages` times fifty entries. C6
#[server(prefix = "/fn", endpoint = "credits/show")]
pub async fn credits(org: OrgId, pages: u16) -> Result<CreditsView, AppError> {
    use crate::{domain::role::Action, server::ctx, store::credits};
    ctx::require(org, Action::SeeCredits)?;
    let mut tx = ctx::begin().await?;
    let outlook = credits::outlook(&mut tx, org).await?;
    let shown = PAGE * usize::from(pages.clamp(1, 200));
    let mut entries = credits::entries(&mut tx, org, None, shown as i64 + 1).await?;
    let more = entries.len() > shown;
    entries.truncate(shown);
    let entries = entries
        .into_iter()
        .map(|entry| EntryView {
            number: entry.number,
            at: entry.created_at,
            kind: entry.kind,
            who: entry.who,
            note: entry.note,
            change: entry.change,
            balance_after: entry.balance_after,
        })
        .collect();
    Ok(CreditsView { outlook, entries, more })
}
