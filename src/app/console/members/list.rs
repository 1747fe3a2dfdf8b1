//! The people of a page, as a table, which is cards on a phone, or as a grid of faces; and the way to the
//! pages beside it. P1, P2

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    api::PeoplePage, asking::Ask, grid::Grid, pending::reminding::Reminding, query::href, row::Row,
    selection::Selection,
};
use crate::{
    app::{
        components::{Empty, deferred, deferred_with},
        console::listing::Pages,
    },
    domain::people::{PeopleQuery, Place, Sort, View},
    words,
};

#[component]
pub fn List(page: Signal<PeoplePage>, selection: Selection, ask: Ask) -> impl IntoView {
    let none = Memo::new(move |_| page.with(|page| page.rows.is_empty()));
    // Whoever founded the organization, and nobody else yet.
    let alone = Memo::new(move |_| {
        page.with(|page| {
            let asked = &page.query;
            let all = !asked.is_filtered() && asked.stage.is_none() && asked.place == Place::First;
            all && page.order.len() == 1
        })
    });
    // By itself, so that a step to the next page does not draw the table anew.
    let shown_as = Memo::new(move |_| page.with(|page| page.query.view));
    view! {
        // Beside cards; a table has its box at its head.
        <label class="opt" class:cards-only=move || shown_as.get() == View::Table hidden=none>
            <SelectPage page selection />
            <span>{words::console::select_page()}</span>
        </label>
        {move || match shown_as.get() {
            View::Table => deferred_with(page, move |page| view! { <Table page selection ask /> }),
            View::Grid => deferred_with(page, move |page| view! { <Grid page selection ask /> }),
        }}
        <Show when=move || none.get()>
            <NobodyFound />
        </Show>
        <Show when=move || alone.get()>
            <Empty title=words::console::nobody_yet() text=words::console::nobody_yet_text() />
        </Show>
        <Pages
            before=beside(page, |page| page.before.clone().map(Place::Before))
            after=beside(page, |page| page.after.clone().map(Place::After))
            shown=Signal::derive(move || page.with(|page| page.rows.len() as i64))
            all=Signal::derive(move || page.with(|page| page.counts.matching(&page.query)))
        />
    }
}

/// Selects everybody on the page.
#[component]
fn SelectPage(page: Signal<PeoplePage>, selection: Selection) -> impl IntoView {
    let ids = Memo::new(move |_| page.with(|page| page.order.clone()));
    let all_chosen = move || ids.with(|ids| !ids.is_empty() && ids.iter().all(|id| selection.has(*id)));
    view! {
        <input
            type="checkbox"
            aria-label=words::console::select_page()
            prop:checked=all_chosen
            on:change=move |event| {
                ids.with_untracked(|ids| selection.set(ids, event_target_checked(&event)));
            }
        />
    }
}

#[component]
fn Table(page: Signal<PeoplePage>, selection: Selection, ask: Ask) -> impl IntoView {
    let rows = move || {
        page.with(|page| {
            page.rows
                .iter()
                .map(|person| (Arc::new(person.clone()), page.team(person.team).map(str::to_owned)))
                .collect::<Vec<_>>()
        })
    };
    let none = Memo::new(move |_| page.with(|page| page.rows.is_empty()));
    let query = Memo::new(move |_| page.with(|page| page.query.clone()));
    let sorted = move |by: Sort| {
        query.with(|query| match query.sort {
            sort if sort == by => Some("ascending"),
            sort if sort == by.backwards() => Some("descending"),
            _ => None,
        })
    };
    let turned = move |by: Sort| {
        query.with(|query| {
            let sort = if query.sort == by { by.backwards() } else { by };
            href(&PeopleQuery { sort, ..query.clone() }.from_first())
        })
    };
    let reminding = Reminding::begin();
    view! {
        <table class="table members plain" hidden=none>
            <thead>
                <tr>
                    <th scope="col">
                        <SelectPage page selection />
                    </th>
                    <th scope="col" aria-sort=move || sorted(Sort::Name)>
                        <a href=move || turned(Sort::Name) data-noscroll="">
                            {words::console::people_person()}
                        </a>
                    </th>
                    <th scope="col">{words::console::people_team()}</th>
                    <th scope="col">{words::console::people_status()}</th>
                    <th scope="col">{words::console::people_kind()}</th>
                    <th scope="col" class="n">
                        {words::console::people_sessions()}
                    </th>
                    <th scope="col" class="n" aria-sort=move || sorted(Sort::Oldest)>
                        <a href=move || turned(Sort::Oldest) data-noscroll="">
                            {words::console::people_since()}
                        </a>
                    </th>
                    <th scope="col">
                        <span class="visually-hidden">{words::console::people_actions()}</span>
                    </th>
                </tr>
            </thead>
            <tbody>
                <For each=rows key=Clone::clone let:row>
                    {deferred(move || {
                        view! { <Row person=row.0 team=row.1 selection reminding ask /> }
                    })}
                </For>
            </tbody>
        </table>
    }
}

/// Nobody is listed. N6
#[component]
fn NobodyFound() -> impl IntoView {
    view! {
        <Empty title=words::console::nobody_found() text=words::console::nobody_found_text()>
            <a class="btn" href="/members">
                {words::console::nobody_found_button()}
            </a>
        </Empty>
    }
}

/// Where the page beside this one is, if there is one.
fn beside(page: Signal<PeoplePage>, place: fn(&PeoplePage) -> Option<Place>) -> Memo<Option<String>> {
    Memo::new(move |_| {
        page.with(|page| place(page).map(|place| href(&PeopleQuery { place, ..page.query.clone() })))
    })
}
