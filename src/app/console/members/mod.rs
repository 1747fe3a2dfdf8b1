//! The Members page: members and pending invites in one list, which the URL says how to search, filter and
//! sort, a page at a time. P1, P2, N7

pub mod api;
pub mod asking;
mod bulk;
mod bulk_dialog;
mod correct;
pub mod dialogs;
mod filters;
mod grid;
mod list;
mod menu;
pub mod pending;
pub mod query;
mod remove;
mod role_dialog;
pub mod row;
pub mod row_menu;
pub mod selection;
mod tabs;

use leptos::prelude::*;

pub use self::row::kind_name;
use self::{
    api::PeoplePage,
    asking::Ask,
    bulk::BulkBar,
    dialogs::Dialogs,
    filters::Filters,
    list::List,
    pending::{ended::Ended, progress::SendProgress},
    query::asked_for,
    selection::Selection,
    tabs::StageTabs,
};
use crate::{
    app::{
        components::{Icon, LoadLive},
        console::{
            add_member::button::AddButton,
            context::{Changes, lead},
            toasts::Toast,
        },
    },
    domain::people::{Changed, PersonId, listed},
    words,
};

#[component]
pub fn Members() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let query = asked_for();
    // What the page shows, so that only what changed is read again.
    let shown = StoredValue::new(None::<PeoplePage>);
    let data = Resource::new(
        move || (query.get(), changes.track()),
        move |(query, _)| {
            let changed = changes.take();
            let before = shown.get_value().filter(|shown| shown.query == query);
            let have = listed(&kept(before.as_ref(), &changed));
            async move {
                let page = api::list_people(org, query::string_of(&query), have).await;
                if page.is_err() {
                    changes.owe(changed);
                }
                page.map(|page| page.completed(before.as_ref()))
            }
        },
    );
    Effect::new(move || match data.get() {
        Some(Ok(page)) => shown.set_value(Some(page)),
        Some(Err(error)) if shown.with_value(Option::is_some) => toast.show(error.to_string()),
        _ => {}
    });
    view! {
        <main class="page" id="main">
            <LoadLive data show={move |page: Signal<PeoplePage>| view! { <People page /> }} />
        </main>
    }
}

/// Who of a page need not be read again.
fn kept(page: Option<&PeoplePage>, changed: &Changed) -> Vec<PersonId> {
    let rows = page.map(|page| page.rows.as_slice()).unwrap_or_default();
    rows.iter().map(|row| row.id).filter(|id| !changed.about(*id)).collect()
}

#[component]
fn People(page: Signal<PeoplePage>) -> impl IntoView {
    let balance = Memo::new(move |_| page.with(|page| page.balance));
    let ended = Memo::new(move |_| page.with(|page| page.ended.clone()));
    let teams = Memo::new(move |_| page.with(|page| page.teams.clone()));
    let selection = Selection::default();
    // All who matched another list are not selected on this one.
    Effect::new(move || page.with(|page| selection.keep_on(&page.query)));
    let ask = Ask::default();
    view! {
        <div class="head">
            <div>
                <h1 id="h-members" tabindex="-1">
                    {words::shared::page_members()}
                </h1>
                <p role="status">{move || page.with(counted)}</p>
            </div>
            {move || view! { <AddButton balance=balance.get() /> }}
        </div>
        <SendProgress />
        <StageTabs page />
        <section class="tbl stack tight" aria-label=words::console::people()>
            <Filters page />
            <List page selection ask />
        </section>
        <BulkBar page selection ask />
        <Ended ended />
        <p class="row">
            <a
                class="btn sm"
                download=""
                rel="external"
                href=move || format!("/members.csv{}", page.with(|page| query::string_of(&page.query)))
            >
                <Icon name="csv" />
                {words::console::download_csv()}
            </a>
            <a class="btn sm" href="/teams">
                <Icon name="people" />
                {words::console::page_teams()}
            </a>
            <a class="btn sm" href="/history">
                <Icon name="history" />
                {words::console::page_history()}
            </a>
        </p>
        <p class="hint">{words::console::pending_invites_hint()}</p>
        <Dialogs ask teams selection />
    }
}

/// How many there are, or how many were found.
fn counted(page: &PeoplePage) -> String {
    let counts = &page.counts;
    match (page.query.is_narrowed(), page.query.stage) {
        (false, None) => words::console::members_counted(counts.members(), counts.invites),
        _ => words::console::people_found(counts.matching(&page.query)),
    }
}
