//! Credits: what is left, what is promised, and every movement. C1, C6

pub mod api;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::api::{CreditsView, EntryView};
use crate::{
    app::{
        components::{Load, Note, Precision, Timestamp, Tone},
        console::context::{Changes, lead},
    },
    domain::credit::count,
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
            <Load data show={move |view: CreditsView| view! { <Shown view from_add=from_add() pages/> }}/>
        </main>
    }
}

#[component]
fn Shown(view: CreditsView, from_add: bool, pages: RwSignal<u16>) -> impl IntoView {
    let outlook = view.outlook;
    let zero = outlook.balance == 0;
    let waiting = outlook.reserved();
    let shown = view.entries.len();
    let support = "Credits are added by whoever runs this Headcount for you. Tell them how many you need.";
    view! {
        {(from_add && zero)
            .then(|| {
                view! {
                    <Note tone=Tone::Warn>
                        <p>
                            <b>"You were about to add a member, and there are no credits left."</b>
                        </p>
                        <p>"Adding people needs at least one credit in the balance, in each of the three ways. Inviting itself costs nothing."</p>
                    </Note>
                }
            })}
        <div class="head">
            <div>
                <h1>{if zero { "0 credits left".to_owned() } else { "Credits".to_owned() }}</h1>
                <p>"One credit is one headshot session. It is used when the photos are submitted, never when you invite."</p>
            </div>
        </div>
        <div class="split flip">
            <section class="part tbl" aria-labelledby="h-ledger">
                <header>
                    <h2 id="h-ledger">"Ledger"</h2>
                    <small>{count(shown as i64, "entry", "entries")}</small>
                </header>
                {if view.entries.is_empty() {
                    view! {
                        <crate::app::components::Empty
                            title="No credits have moved yet"
                            text="When credits are added or used, each movement stands here with its date and who it was for."
                        />
                    }
                        .into_any()
                } else {
                    view! { <Ledger entries=view.entries/> }.into_any()
                }}
                {view
                    .more
                    .then(|| {
                        view! {
                            <nav class="row" aria-label="Pages">
                                <button class="btn sm" on:click=move |_| pages.update(|n| *n += 1)>"Show older"</button>
                            </nav>
                        }
                    })}
            </section>
            <div class="stack">
                <section class="part" aria-labelledby="h-balance">
                    <header>
                        <h2 id="h-balance">"Balance"</h2>
                    </header>
                    <p class="sum">
                        <b>{outlook.balance}</b>
                        {if outlook.balance == 1 { " credit left" } else { " credits left" }}
                    </p>
                    <progress
                        class="meter"
                        max=outlook.balance.max(1).to_string()
                        value=waiting.min(outlook.balance).to_string()
                        aria-label=format!("{waiting} of {} promised", outlook.balance)
                    ></progress>
                    <dl class="facts">
                        <dt>"Joined, not submitted"</dt>
                        <dd>{outlook.joined_without_shoot}</dd>
                        <dt>"Invites pending"</dt>
                        <dd>{outlook.pending_invites}</dd>
                        <dt>{if outlook.spare() < 0 { "Short" } else { "Spare" }}</dt>
                        <dd>
                            <b>{outlook.spare().abs()}</b>
                        </dd>
                    </dl>
                </section>
                <section class="part" aria-labelledby="h-more">
                    <header>
                        <h2 id="h-more">"More credits"</h2>
                    </header>
                    <p>{support}</p>
                    {(waiting > outlook.balance)
                        .then(|| {
                            view! {
                                <p class="hint">
                                    {format!(
                                        "{} already invited or joined need {} more.",
                                        count(waiting, "person", "people"),
                                        waiting - outlook.balance,
                                    )}
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
                    <th scope="col">"Date"</th>
                    <th scope="col">"What"</th>
                    <th scope="col">"Who"</th>
                    <th scope="col" class="n">"Change"</th>
                    <th scope="col" class="n">"Balance"</th>
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
                                    <Timestamp at=entry.at precision=Precision::Day/>
                                </td>
                                <td>{entry.kind.label()} {entry.note.map(|note| format!(", {note}"))}</td>
                                <td>{entry.who}</td>
                                <td class="n" class:ok=entry.change.is_positive()>{change}</td>
                                <td class="n">{entry.balance_after}</td>
                            </tr>
                        }
                    })
                    .collect_view()}
            </tbody>
        </table>
    }
}
