//! Searching and filtering the headshots: a form that works by itself, and while one types. H4

use std::time::Duration;

use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{
    api::HeadshotPage,
    query::{asked_for, href, navigator},
};
use crate::{
    app::{components::Icon, console::members::query::Step},
    domain::{
        headshot_list::{Choice, HeadshotQuery},
        people::TeamFilter,
    },
    words,
};

/// Typing is over when nothing was typed for so long.
const PAUSE: Duration = Duration::from_millis(250);

#[component]
pub fn Filters(page: Signal<HeadshotPage>) -> impl IntoView {
    // What the URL asks, not what the page shows already: a choice adds to one whose list is on its way.
    let query = asked_for();
    let go = navigator();
    let choose = move |change: &dyn Fn(&mut HeadshotQuery)| {
        let mut asked = query.get_untracked().from_first();
        change(&mut asked);
        go(&asked, Step::New);
    };
    let by_choice = choose.clone();
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
            <Search query />
            <Teams
                page
                query
                choose=Callback::new(move |word: String| {
                    choose(&|asked| asked.team = read_team(&word));
                })
            />
            <label class="pick">
                <span class="visually-hidden">{words::console::headshots_choice()}</span>
                <select
                    name="choice"
                    prop:value=move || query.with(|query| query.choice.map_or("", Choice::as_str))
                    on:change=move |event| {
                        let word = event_target_value(&event);
                        by_choice(&|asked| asked.choice = word.parse().ok());
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

#[component]
fn Teams(page: Signal<HeadshotPage>, query: Memo<HeadshotQuery>, choose: Callback<String>) -> impl IntoView {
    let teams = Memo::new(move |_| page.with(|page| page.teams.clone()));
    let options = move || {
        let chosen = query.with_untracked(|query| team_word(query.team));
        let none = (team_word(Some(TeamFilter::None)), words::console::no_team().to_owned());
        let teams = teams.get().into_iter().map(|(id, name)| (id.to_string(), name));
        teams
            .chain([none])
            .map(|(word, name)| {
                let selected = word == chosen;
                view! {
                    <option value=word selected=selected>
                        {name}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || !teams.with(Vec::is_empty)>
            <label class="pick">
                <span class="visually-hidden">{words::console::headshots_team()}</span>
                <select
                    name="team"
                    prop:value=move || query.with(|query| team_word(query.team))
                    on:change=move |event| choose.run(event_target_value(&event))
                >
                    <option value="">{words::console::headshots_all_teams()}</option>
                    {options}
                </select>
            </label>
        </Show>
    }
}

/// The field to search in.
#[component]
fn Search(query: Memo<HeadshotQuery>) -> impl IntoView {
    let go = navigator();
    let field = NodeRef::<html::Input>::new();
    // What was last searched for from here; anything else came by a link or by Back.
    let own = StoredValue::new(query.with_untracked(|query| query.search.clone()));
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let look = move || {
        let Some(input) = field.try_get_untracked().flatten() else { return };
        let before = query.get_untracked();
        let typed = HeadshotQuery::read(|name| (name == "q").then(|| input.value())).search;
        if typed == before.search {
            return;
        }
        own.set_value(typed.clone());
        let step = if before.search.is_some() && typed.is_some() { Step::Same } else { Step::New };
        go(&HeadshotQuery { search: typed, ..before.from_first() }, step);
    };
    Effect::new(move || {
        let search = query.with(|query| query.search.clone());
        if own.with_value(|own| *own != search) {
            if let Some(input) = field.get_untracked() {
                input.set_value(search.as_deref().unwrap_or_default());
            }
            own.set_value(search);
        }
    });
    view! {
        <label class="box">
            <Icon name="search" />
            <span class="visually-hidden">{words::console::headshots_search()}</span>
            <input
                node_ref=field
                type="search"
                name="q"
                value=query.with_untracked(|query| query.search.clone())
                placeholder=words::console::headshots_search()
                autocomplete="off"
                spellcheck="false"
                maxlength="100"
                on:input=move |_| {
                    if let Some(handle) = waiting.get_value() {
                        handle.clear();
                    }
                    waiting.set_value(set_timeout_with_handle(look.clone(), PAUSE).ok());
                }
            />
        </label>
    }
}

fn team_word(team: Option<TeamFilter>) -> String {
    let pairs = HeadshotQuery { team, ..HeadshotQuery::default() }.pairs();
    pairs.into_iter().next().map(|(_, word)| word).unwrap_or_default()
}

fn read_team(word: &str) -> Option<TeamFilter> {
    HeadshotQuery::read(|name| (name == "team").then(|| word.to_owned())).team
}
