//! Credits: what is left, what is reserved, every movement, and asking for more. C1, C6, C7

pub mod api;
pub mod outlook;
mod requests;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{
    api::{CreditsView, EntryView},
    requests::MoreCredits,
};
use crate::{
    app::{
        components::{Empty, LoadLive, Note, Precision, Sentence, Timestamp, Tone, deferred},
        console::{
            context::{Changes, lead},
            help_link::HelpLink,
        },
    },
    domain::credit::{CreditOutlook, EntryKind},
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
    view! {
        <main class="page" id="main">
            <LoadLive data show={move |view: Signal<CreditsView>| view! { <Shown view pages /> }} />
        </main>
    }
}

/// Follows what happens; what is being typed stays. N7
#[component]
fn Shown(view: Signal<CreditsView>, pages: RwSignal<u16>) -> impl IntoView {
    let query = use_query_map();
    let from_add = move || query.with(|query| query.get("from").as_deref() == Some("add"));
    let zero = Memo::new(move |_| view.with(|view| view.outlook.balance == 0));
    view! {
        <Show when=move || from_add() && zero.get()>
            <Note tone=Tone::Warn>
                <p>
                    <b>{words::console::credits_needed()}</b>
                </p>
                <p>{words::console::credits_needed_text()}</p>
                <HelpLink />
            </Note>
        </Show>
        <div class="head">
            <div>
                <h1>
                    {move || {
                        if zero.get() {
                            words::console::credits_none_left()
                        } else {
                            words::console::credits()
                        }
                    }}
                </h1>
                <p>{words::console::credits_intro()}</p>
            </div>
        </div>
        <div class="split flip">
            <section class="section tbl" aria-labelledby="h-ledger">
                {move || {
                    view.with(|view| view! { <Ledger entries=view.entries.clone() more=view.more pages /> })
                }}
            </section>
            <div class="stack">
                <section class="section" aria-labelledby="h-balance">
                    <header>
                        <h2 id="h-balance">{words::console::balance()}</h2>
                    </header>
                    {move || view! { <Balance outlook=view.with(|view| view.outlook) /> }}
                </section>
                <MoreCredits view />
            </div>
        </div>
    }
}

#[component]
fn Balance(outlook: CreditOutlook) -> impl IntoView {
    let (reserved, missing) = (outlook.reserved(), -outlook.unreserved());
    let meter = if missing > 0 {
        words::console::balance_meter_missing(outlook.balance, reserved, missing)
    } else {
        words::console::balance_meter(reserved, outlook.balance)
    };
    view! {
        <p class="stat">
            <Sentence words=words::console::balance_left(outlook.balance)>
                <b>{outlook.balance}</b>
            </Sentence>
        </p>
        <progress
            class="meter"
            max=outlook.balance.max(1).to_string()
            value=reserved.min(outlook.balance).to_string()
            aria-label=meter
        ></progress>
        <dl class="facts">
            <dt>{words::console::balance_pending()}</dt>
            <dd>{outlook.pending_invites}</dd>
            <dt>{words::console::balance_no_photos()}</dt>
            <dd>{outlook.joined_without_shoot - outlook.adding_photos}</dd>
            <dt>{words::console::balance_adding()}</dt>
            <dd>{outlook.adding_photos}</dd>
            <dt>
                {if missing > 0 {
                    words::console::balance_missing()
                } else {
                    words::console::balance_unreserved()
                }}
            </dt>
            <dd>
                <b>{outlook.unreserved().abs()}</b>
            </dd>
        </dl>
    }
}

#[component]
fn Ledger(entries: Vec<EntryView>, more: bool, pages: RwSignal<u16>) -> impl IntoView {
    let shown = entries.len();
    view! {
        <header>
            <h2 id="h-ledger">{words::console::ledger()}</h2>
            <small>
                {words::console::ledger_count(shown as i64)} " "
                <a href="/credits.csv" download="" rel="external">
                    {words::console::download_csv()}
                </a>
            </small>
        </header>
        {if entries.is_empty() {
            view! { <Empty title=words::console::ledger_none() text=words::console::ledger_none_text() /> }
                .into_any()
        } else {
            view! { <Entries entries /> }.into_any()
        }}
        {more
            .then(|| {
                view! {
                    <nav class="row" aria-label=words::console::ledger_pages()>
                        <button class="btn sm" on:click=move |_| pages.update(|n| *n += 1)>
                            {words::console::ledger_older()}
                        </button>
                    </nav>
                }
            })}
    }
}

#[component]
fn Entries(entries: Vec<EntryView>) -> impl IntoView {
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
                {entries.into_iter().map(|entry| deferred(move || view! { <Entry entry /> })).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Entry(entry: EntryView) -> impl IntoView {
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
}

/// Why the balance changed.
fn why(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Grant => words::console::entry_grant(),
        EntryKind::Shoot => words::console::entry_shoot(),
        EntryKind::Refund => words::console::entry_refund(),
    }
}
