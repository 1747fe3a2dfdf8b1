//! What the credits page asks of the server. C6

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        credit::{CreditOutlook, CreditRequest, EntryKind},
        ids::{CreditRequestId, OrgId},
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
    /// What was asked of the operator, the newest first. C7
    pub requests: Vec<CreditRequest>,
    /// The operator is told of a request by email.
    pub operator_told: bool,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryView {
    pub number: i32,
    pub at: Moment,
    pub kind: EntryKind,
    /// In words, also where they were removed since.
    pub who: String,
    pub note: Option<String>,
    pub change: i32,
    pub balance_after: i32,
}

/// Requests that are shown: the newest.
pub const REQUESTS: i64 = 5;
/// Entries that are shown at once.
#[cfg(feature = "ssr")]
const PAGE: usize = 50;

/// The balance, what is reserved, and the ledger newest first, `pages` times fifty entries. C6
#[server(prefix = "/fn", endpoint = "credits/show")]
pub async fn credits(org: OrgId, pages: u16) -> Result<CreditsView, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{credit_requests, credits},
    };
    ctx::require(org, Action::SeeCredits)?;
    let operator_told = ctx::state().operator_address.is_some();
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
            who: who(entry.who),
            note: entry.note,
            change: entry.change,
            balance_after: entry.balance_after,
        })
        .collect();
    let requests = credit_requests::list(&mut tx, org, REQUESTS).await?;
    Ok(CreditsView { outlook, entries, more, requests, operator_told })
}

/// Who stands in the ledger, in words. C6, P3
#[cfg(feature = "ssr")]
#[must_use]
pub fn who(name: Option<String>) -> String {
    name.unwrap_or_else(|| crate::words::console::actor_removed().to_owned())
}

/// Asks the operator for credits. C7
#[server(prefix = "/fn", endpoint = "credits/request")]
pub async fn request_credits(org: OrgId, credits: String, note: String) -> Result<(), AppError> {
    use crate::{
        app::error::Problems,
        domain::{
            credit::{REQUEST_CREDITS, REQUEST_NOTE_MAX},
            role::Action,
            text,
        },
        server::ctx,
        store::{self, credit_requests},
        words,
    };
    let actor = ctx::require(org, Action::RequestCredits)?;
    let mut problems = Problems::default();
    let credits = credits.trim().parse().ok().filter(|credits| REQUEST_CREDITS.contains(credits));
    let credits: i32 = problems.keep(
        "credits",
        credits.ok_or_else(|| {
            words::console::request_credits_wrong(REQUEST_CREDITS.start(), REQUEST_CREDITS.end())
        }),
    );
    let what = words::console::request_credits_what_note();
    let note = problems.keep("note", text::optional_paragraphs(what, &note, REQUEST_NOTE_MAX));
    problems.none()?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        credit_requests::ask(&mut tx, &actor, credits, note.as_deref()).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Takes a request back that nobody has answered. C7
#[server(prefix = "/fn", endpoint = "credits/withdraw")]
pub async fn withdraw_request(org: OrgId, request: CreditRequestId) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, credit_requests},
    };
    let actor = ctx::require(org, Action::RequestCredits)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        credit_requests::withdraw(&mut tx, &actor, request).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}
