//! Searching and filtering the headshots: a form that works by itself, and while one types. H4

use leptos::prelude::*;

use super::{
    api::HeadshotPage,
    query::{asked_for, href},
};
use crate::{
    app::console::listing::{PickTeam, Search, Step, navigator},
    domain::headshot_list::{Choice, HeadshotQuery},
    words,
};

#[component]
pub fn Filters(page: Signal<HeadshotPage>) -> impl IntoView {
    // What the URL asks, not what the page shows already: a choice adds to one whose list is on its way.
    let query = asked_for();
    let teams = Memo::new(move |_| page.with(|page| page.teams.clone()));
    let go = navigator();
    let change = move |step: Step, change: &dyn Fn(&mut HeadshotQuery)| {
        let mut asked = query.get_untracked().from_first();
        change(&mut asked);
        go(&href(&asked), step);
    };
    let (by_search, by_team) = (change.clone(), change.clone());
    let clear = move || {
        query.with(HeadshotQuery::is_narrowed).then(|| {
            view! {
                <a class="btn bare" href=href(&HeadshotQuery::default()) data-noscroll="">
                    {words::console::filter_clear()}
                </a>
            }
        })
    };
    view! {
        <form
            class="tools"
            role="search"
            method="get"
            action="/headshots"
            on:submit=|event| event.prevent_default()
        >
            <Search
                asked=Memo::new(move |_| query.with(|query| query.search.clone()))
                go=Callback::new(move |(typed, step): (Option<String>, Step)| {
                    by_search(step, &|asked| asked.search.clone_from(&typed));
                })
                label=words::console::headshots_search()
                placeholder=words::console::headshots_search()
            />
            <PickTeam
                teams
                chosen=Memo::new(move |_| query.with(|query| query.team))
                choose=Callback::new(move |team| by_team(Step::New, &|asked| asked.team = team))
                label=words::console::headshots_team()
                all=words::console::headshots_all_teams()
            />
            <label class="pick">
                <span class="visually-hidden">{words::console::headshots_choice()}</span>
                <select
                    name="choice"
                    prop:value=move || query.with(|query| query.choice.map_or("", Choice::as_str))
                    on:change=move |event| {
                        let word = event_target_value(&event);
                        change(Step::New, &|asked| asked.choice = word.parse().ok());
                    }
                >
                    <option value="">{words::console::headshots_choice_any()}</option>
                    {Choice::ALL
                        .iter()
                        .map(|choice| {
                            let selected = query.with_untracked(|query| query.choice == Some(*choice));
                            view! {
                                <option value=choice.as_str() selected=selected>
                                    {choice_name(*choice)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <button class="btn asleep">{words::console::filter_apply()}</button>
            {clear}
        </form>
    }
}

fn choice_name(choice: Choice) -> &'static str {
    match choice {
        Choice::Chosen => words::console::headshots_choice_made(),
        Choice::Open => words::console::headshots_not_chosen(),
    }
}
