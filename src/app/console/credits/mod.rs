//! Credits: what is left, what is reserved, and every movement. C1, C6

pub mod api;
pub mod outlook;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::api::{CreditsView, EntryView};
use crate::{
    app::{
        components::{Empty, Load, Note, Precision, Sentence, Timestamp, Tone},
        console::{
            context::{Changes, lead},
            help_link::HelpLink,
        },
    },
    domain::credit::EntryKind,
    words,
};

/// Where every "Add member" leads at zero; the page then says why one is here. C1
pub const FROM_ADD: &str = "/credits?from=add";

#[component]
pub fn Credits() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let pages = RwSignal::new(1_u16);
    let data =
        Resource::new(move || (changes.track(), pages.get()), move |(_, pages)| api::credits(org, pages));
    let query = use_query_map();
    let from_add = move || query.with(|query| query.get("from").as_deref() == Some("add"));
    view! {
        <main class="page" id="main">
            <Load data show={move |view: CreditsView| view! { <Shown view from_add=from_add() pages /> }} />
        </main>
    }
}

#[component]
fn Shown(view: CreditsView, from_add: bool, pages: RwSignal<u16>) -> impl IntoView {
    let outlook = view.outlook;
    let zero = outlook.balance == 0;
    let waiting = outlook.reserved();
    let shown = view.entries.len();

    view! {
        {(from_add && zero)
            .then(|| {
                view! {
                    <Note tone=Tone::Warn>
                        <p>
                            <b>{words::console::credits_needed()}</b>
                        </p>
                        <p>{words::console::credits_needed_text()}</p>
                        <HelpLink />
                    </Note>
                }
            })}
        <div class="head">
            <div>
                <h1>{if zero { words::console::credits_none_left() } else { words::console::credits() }}</h1>
                <p>{words::console::credits_intro()}</p>
            </div>
        </div>
        <div class="split flip">
            <section class="section tbl" aria-labelledby="h-ledger">
                <header>
                    <h2 id="h-ledger">{words::console::ledger()}</h2>
                    <small>
                        {words::console::ledger_count(shown as i64)} " "
                        <a href="/credits.csv" download="" rel="external">
                            {words::console::download_csv()}
                        </a>
                    </small>
                </header>
                {if view.entries.is_empty() {
                    view! {
                        <Empty title=words::console::ledger_none() text=words::console::ledger_none_text() />
                    }
                        .into_any()
                } else {
                    view! { <Ledger entries=view.entries /> }.into_any()
                }}
                {view
                    .more
                    .then(|| {
                        view! {
                            <nav class="row" aria-label=words::console::ledger_pages()>
                                <button class="btn sm" on:click=move |_| pages.update(|n| *n += 1)>
                                    {words::console::ledger_older()}
                                </button>
                            </nav>
                        }
                    })}
            </section>
            <div class="stack">
                <section class="section" aria-labelledby="h-balance">
                    <header>
                        <h2 id="h-balance">{words::console::balance()}</h2>
                    </header>
                    <p class="stat">
                        <Sentence words=words::console::balance_left(outlook.balance)>
                            <b>{outlook.balance}</b>
                        </Sentence>
                    </p>
                    <progress
                        class="meter"
                        max=outlook.balance.max(1).to_string()
                        value=waiting.min(outlook.balance).to_string()
                        aria-label=words::console::balance_meter(waiting, outlook.balance)
                    ></progress>
                    <dl class="facts">
                        <dt>{words::console::balance_no_photos()}</dt>
                        <dd>{outlook.joined_without_shoot}</dd>
                        <dt>{words::console::balance_pending()}</dt>
                        <dd>{outlook.pending_invites}</dd>
                        <dt>
                            {if outlook.unreserved() < 0 {
                                words::console::balance_missing()
                            } else {
                                words::console::balance_unreserved()
                            }}
                        </dt>
                        <dd>
                            <b>{outlook.unreserved().abs()}</b>
                        </dd>
                    </dl>
                </section>
                <section class="section" aria-labelledby="h-more">
                    <header>
                        <h2 id="h-more">{words::console::more_credits()}</h2>
                    </header>
                    <p>{words::console::more_credits_text()}</p>
                    {(waiting > outlook.balance)
                        .then(|| {
                            view! {
                                <p class="hint">
                                    {words::console::more_credits_missing(waiting, waiting - outlook.balance)}
                                </p>
                            }
                        })}
                </section>
            </div>
        </div>
    }
}

#[component]
fn Ledger(entries: Vec<EntryView>) -> impl IntoView {
    view! {
        <table class="table ledger">
            <thead>
                <tr>
                    <th scope="col">{words::console::ledger_date()}</th>
                    <th scope="col">{words::console::ledger_what()}</th>
                    <th scope="col">{words::console::ledger_who()}</th>
                    <th scope="col" class="n">
                        {words::console::ledger_change()}
                    </th>
                    <th scope="col" class="n">
                        {words::console::ledger_balance()}
                    </th>
                </tr>
            </thead>
            <tbody>
                {entries
                    .into_iter()
                    .map(|entry| {
                        let change = if entry.change > 0 {
                            view! { <b>{format!("+{}", entry.change)}</b> }.into_any()
                        } else {
                            format!("−{}", entry.change.unsigned_abs()).into_any()
                        };
                        view! {
                            <tr>
                                <td>
                                    <Timestamp at=entry.at precision=Precision::Day />
                                </td>
                                <td>{why(entry.kind)} {entry.note.map(|note| format!(", {note}"))}</td>
                                <td>{entry.who}</td>
                                <td class="n" class:ok=entry.change.is_positive()>
                                    {change}
                                </td>
                                <td class="n">{entry.balance_after}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}

/// Why the balance changed.
fn why(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Grant => words::console::entry_grant(),
        EntryKind::Shoot => words::console::entry_shoot(),
        EntryKind::Refund => words::console::entry_refund(),
    }
}
