//! The History page: who did what, from where. P7

pub mod api;
pub mod sentences;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use self::api::HistoryPage;
use crate::{
    app::{
        components::{Empty, Icon, LoadLive, Precision, Timestamp},
        console::{
            context::{Changes, lead},
            listing::query_string,
        },
    },
    domain::audit::{Act, AuditEntry, AuditQuery},
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
            api::history(org, value("act"), value("who"), value("about"), value("before"))
        },
    );
    view! {
        <main class="page" id="main">
            <LoadLive data show={move |page: Signal<HistoryPage>| view! { <Log page /> }} />
        </main>
    }
}

#[component]
fn Log(page: Signal<HistoryPage>) -> impl IntoView {
    let query = Memo::new(move |_| page.with(|page| page.query.clone()));
    let entries = Memo::new(move |_| page.with(|page| page.entries.clone()));
    let none = Memo::new(move |_| entries.with(Vec::is_empty));
    let older = move || {
        page.with(|page| {
            let last = page.entries.last().filter(|_| page.more)?;
            Some(href("/history", &AuditQuery { before: Some(last.id), ..page.query.clone() }))
        })
    };
    let navigate = use_navigate();
    let choose = move |event| {
        let act = event_target_value(&event).parse().ok();
        let asked = AuditQuery { act, before: None, ..query.get_untracked() };
        navigate(&href("/history", &asked), NavigateOptions { scroll: false, ..Default::default() });
    };
    view! {
        <div class="head">
            <div>
                <h1>{words::console::page_history()}</h1>
                <p>{words::console::history()}</p>
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
            <form class="tools" method="get" action="/history">
                <label class="pick">
                    <span class="visually-hidden">{words::console::history_act()}</span>
                    <select
                        name="act"
                        prop:value=move || query.with(|query| query.act.map_or("", Act::as_str))
                        on:change=choose
                    >
                        <option value="">{words::console::history_act_any()}</option>
                        {Act::ALL
                            .iter()
                            .map(|act| {
                                let selected = query.with_untracked(|query| query.act == Some(*act));
                                view! {
                                    <option value=act.as_str() selected=selected>
                                        {sentences::name(*act)}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </label>
                <button class="btn asleep">{words::console::filter_apply()}</button>
            </form>
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
                    <Entry entry />
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

fn href(path: &str, query: &AuditQuery) -> String {
    format!("{path}{}", query_string(&query.pairs()))
}
