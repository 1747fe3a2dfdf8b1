//! The History page: who did what, from where. P7

pub mod api;
mod filters;
mod query;
pub mod sentences;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{api::HistoryPage, filters::Filters, query::href};
use crate::{
    app::{
        components::{Empty, Icon, LoadLive, Precision, Timestamp, deferred},
        console::context::{Changes, lead},
    },
    domain::audit::{AuditEntry, AuditQuery},
    words,
};

#[component]
pub fn History() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let map = use_query_map();
    let query = Memo::new(move |_| map.with(|map| AuditQuery::read(|name| map.get(name))));
    let data = Resource::new(
        move || (query.get(), changes.track()),
        move |(query, _)| {
            let pairs = query.pairs();
            let value = move |name: &str| {
                pairs.iter().find(|(one, _)| *one == name).map(|(_, value)| value.clone()).unwrap_or_default()
            };
            api::history(
                org,
                value("act"),
                value("who"),
                value("about"),
                value("from"),
                value("to"),
                value("before"),
            )
        },
    );
    view! {
        <main class="page" id="main">
            <LoadLive data show={move |page: Signal<HistoryPage>| view! { <Log page asked=query /> }} />
        </main>
    }
}

#[component]
fn Log(page: Signal<HistoryPage>, asked: Memo<AuditQuery>) -> impl IntoView {
    let query = Memo::new(move |_| page.with(|page| page.query.clone()));
    let days_kept = Memo::new(move |_| page.with(|page| page.days_kept));
    let only = Memo::new(move |_| page.with(sentences::only));
    let entries = Memo::new(move |_| page.with(|page| page.entries.clone()));
    let none = Memo::new(move |_| entries.with(Vec::is_empty));
    let older = move || {
        page.with(|page| {
            let last = page.entries.last().filter(|_| page.more)?;
            Some(href("/history", &AuditQuery { before: Some(last.id), ..page.query.clone() }))
        })
    };
    view! {
        <div class="head">
            <div>
                <h1>{words::console::page_history()}</h1>
                <p>{move || sentences::kept(days_kept.get())}</p>
            </div>
            <a
                class="btn"
                download=""
                rel="external"
                href=move || query.with(|query| href("/history.csv", query))
            >
                <Icon name="csv" />
                {words::console::download_csv()}
            </a>
        </div>
        <section class="tbl stack tight" aria-label=words::console::page_history()>
            <Filters page asked />
            {move || {
                only.get()
                    .map(|words| {
                        view! {
                            <p class="row">
                                <span>{words}</span>
                                <a href="/history">{words::console::history_all()}</a>
                            </p>
                        }
                    })
            }}
            <Entries entries hidden=none />
            <Show when=move || none.get()>
                <Empty title=words::console::history_none() text=words::console::history_none_text()>
                    <a class="btn" href="/history">
                        {words::console::history_all()}
                    </a>
                </Empty>
            </Show>
            {move || {
                older()
                    .map(|href| {
                        view! {
                            <nav class="row" aria-label=words::console::pages()>
                                <span class="push"></span>
                                <a class="btn sm" href=href>
                                    {words::console::ledger_older()}
                                </a>
                            </nav>
                        }
                    })
            }}
        </section>
    }
}

/// Entries as a table.
#[component]
pub fn Entries(
    #[prop(into)] entries: Signal<Vec<AuditEntry>>,
    #[prop(into)] hidden: Signal<bool>,
) -> impl IntoView {
    view! {
        <table class="table plain" hidden=hidden>
            <thead>
                <tr>
                    <th scope="col">{words::console::history_when()}</th>
                    <th scope="col">{words::console::history_who()}</th>
                    <th scope="col">{words::console::history_what()}</th>
                    <th scope="col">{words::console::history_from()}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || entries.get() key=|entry| entry.clone() let:entry>
                    {deferred(move || view! { <Entry entry /> })}
                </For>
            </tbody>
        </table>
    }
}

#[component]
fn Entry(entry: AuditEntry) -> impl IntoView {
    view! {
        <tr>
            <td>
                <Timestamp at=entry.at precision=Precision::Minute />
            </td>
            <td class="text">
                <Linked href=sentences::who_href(&entry) words=sentences::who(&entry) />
            </td>
            <td class="text">
                <Linked href=sentences::href(&entry) words=sentences::what(&entry) />
            </td>
            <td>{entry.network}</td>
        </tr>
    }
}

/// Words that may lead somewhere.
#[component]
fn Linked(href: Option<String>, words: String) -> impl IntoView {
    match href {
        Some(href) => view! { <a href=href>{words}</a> }.into_any(),
        None => words.into_any(),
    }
}
