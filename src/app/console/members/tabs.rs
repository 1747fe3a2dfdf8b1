//! The stages as tabs, each with its number; one that has nobody is left out. P1

use leptos::prelude::*;

use super::{api::PeoplePage, query::href};
use crate::{
    app::components::{deferred_with, stage_name},
    domain::{people::PeopleQuery, shoot::Stage},
    words,
};

/// Whom it shows, how many they are, where it leads, and whether it is the one that is shown.
type Tab = (Option<Stage>, i64, String, bool);

#[component]
pub fn StageTabs(page: Signal<PeoplePage>) -> impl IntoView {
    let tabs = Memo::new(move |_| {
        page.with(|page| {
            let all = [(None, page.counts.all())].into_iter();
            let stages = Stage::ALL.iter().map(|stage| (Some(*stage), page.counts.of(*stage)));
            let asked = page.query.stage;
            all.chain(stages)
                .filter(|(stage, people)| *people > 0 || *stage == asked || stage.is_none())
                .map(|(stage, people)| {
                    let query = PeopleQuery { stage, ..page.query.clone() }.from_first();
                    (stage, people, href(&query), stage == asked)
                })
                .collect::<Vec<Tab>>()
        })
    });
    deferred_with(tabs, |tabs: Signal<Vec<Tab>>| {
        view! {
            <nav class="tabs" aria-label=words::console::people_stages()>
                <For each=move || tabs.get() key=Clone::clone let:tab>
                    <a href=tab.2.clone() aria-current=tab.3.then_some("page") data-noscroll="">
                        {tab.0.map_or(words::console::people_all(), stage_name)}
                        " "
                        <span class="count">{tab.1}</span>
                    </a>
                </For>
            </nav>
        }
    })
}
