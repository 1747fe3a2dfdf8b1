//! Searching and filtering: a form that works by itself, and while one types. P1

use std::time::Duration;

use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{
    api::PeoplePage,
    query::{Step, href, navigator},
    row::kind_name,
};
use crate::{
    app::components::Icon,
    domain::{
        member::MemberKind,
        people::{PeopleQuery, Sort, TeamFilter, View},
    },
    words,
};

/// Typing is over when nothing was typed for so long.
const PAUSE: Duration = Duration::from_millis(250);

/// How people come to be in the list, but for the one who made it.
const KINDS: [MemberKind; 4] = [MemberKind::Invite, MemberKind::Link, MemberKind::Managed, MemberKind::Sso];

#[component]
pub fn Filters(page: Signal<PeoplePage>) -> impl IntoView {
    let query = Memo::new(move |_| page.with(|page| page.query.clone()));
    let teams = Memo::new(move |_| page.with(|page| page.teams.clone()));
    let links = Memo::new(move |_| page.with(|page| page.links.clone()));
    let go = navigator();
    let choose = {
        let go = go.clone();
        move |change: &dyn Fn(&mut PeopleQuery)| {
            let mut asked = query.get_untracked().from_first();
            change(&mut asked);
            go(&asked, Step::New);
        }
    };
    let (by_team, by_kind, by_link, by_sort) = (choose.clone(), choose.clone(), choose.clone(), choose);
    view! {
        <form
            class="tools"
            role="search"
            method="get"
            action="/members"
            on:submit=|event| event.prevent_default()
        >
            {move || {
                query
                    .with(|query| query.stage)
                    .map(|stage| view! { <input type="hidden" name="stage" value=stage.as_str() /> })
            }}
            {move || {
                query
                    .with(|query| query.view != View::default())
                    .then(|| view! { <input type="hidden" name="view" value=View::Grid.as_str() /> })
            }}
            <Search query />
            <Show when=move || !teams.with(Vec::is_empty)>
                <label class="pick">
                    <span class="visually-hidden">{words::console::filter_team()}</span>
                    <select
                        name="team"
                        prop:value=move || query.with(|query| team_word(query.team))
                        on:change={
                            let choose = by_team.clone();
                            move |event| {
                                let word = event_target_value(&event);
                                choose(&|asked| asked.team = read_team(&word));
                            }
                        }
                    >
                        <option value="">{words::console::filter_team_all()}</option>
                        {move || {
                            let chosen = query.with_untracked(|query| team_word(query.team));
                            teams
                                .get()
                                .into_iter()
                                .map(|team| (team.id.to_string(), team.name))
                                .chain([
                                    (team_word(Some(TeamFilter::None)), words::console::no_team().to_owned()),
                                ])
                                .map(|(word, name)| {
                                    let selected = word == chosen;
                                    view! {
                                        <option value=word selected=selected>
                                            {name}
                                        </option>
                                    }
                                })
                                .collect_view()
                        }}
                    </select>
                </label>
            </Show>
            <label class="pick">
                <span class="visually-hidden">{words::console::filter_kind()}</span>
                <select
                    name="kind"
                    prop:value=move || query.with(|query| query.kind.map_or("", MemberKind::as_str))
                    on:change=move |event| {
                        let word = event_target_value(&event);
                        by_kind(&|asked| asked.kind = word.parse().ok());
                    }
                >
                    <option value="">{words::console::filter_kind_any()}</option>
                    {KINDS
                        .map(|kind| {
                            let selected = query.with_untracked(|query| query.kind == Some(kind));
                            view! {
                                <option value=kind.as_str() selected=selected>
                                    {kind_name(kind)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <Show when=move || !links.with(Vec::is_empty)>
                <label class="pick">
                    <span class="visually-hidden">{words::console::filter_link()}</span>
                    <select
                        name="link"
                        prop:value=move || {
                            query.with(|query| query.link.map(|link| link.to_string()).unwrap_or_default())
                        }
                        on:change={
                            let choose = by_link.clone();
                            move |event| {
                                let word = event_target_value(&event);
                                choose(&|asked| asked.link = word.parse().ok());
                            }
                        }
                    >
                        <option value="">{words::console::filter_link_any()}</option>
                        {move || {
                            let chosen = query.with_untracked(|query| query.link);
                            links
                                .get()
                                .into_iter()
                                .map(|link| {
                                    let name = match link.name.as_str() {
                                        "" => words::console::filter_link_unnamed().to_owned(),
                                        name => name.to_owned(),
                                    };
                                    view! {
                                        <option value=link.id.to_string() selected=chosen == Some(link.id)>
                                            {name}
                                        </option>
                                    }
                                })
                                .collect_view()
                        }}
                    </select>
                </label>
            </Show>
            <label class="pick">
                <span class="visually-hidden">{words::console::sort()}</span>
                <select
                    name="sort"
                    prop:value=move || query.with(|query| query.sort.as_str())
                    on:change=move |event| {
                        let sort = event_target_value(&event).parse().unwrap_or_default();
                        by_sort(&|asked| asked.sort = sort);
                    }
                >
                    {Sort::ALL
                        .iter()
                        .map(|sort| {
                            let selected = query.with_untracked(|query| query.sort == *sort);
                            view! {
                                <option value=sort.as_str() selected=selected>
                                    {sort_name(*sort)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <Views query />
            <button class="btn asleep">{words::console::filter_apply()}</button>
            {move || {
                query
                    .with(|query| {
                        query
                            .is_filtered()
                            .then(|| {
                                let all = PeopleQuery {
                                    stage: query.stage,
                                    sort: query.sort,
                                    view: query.view,
                                    ..PeopleQuery::default()
                                };
                                view! {
                                    <a class="btn bare" href=href(&all) data-noscroll="">
                                        {words::console::filter_clear()}
                                    </a>
                                }
                            })
                    })
            }}
        </form>
    }
}

/// How the list looks: each view by its link, as the URL has it.
#[component]
fn Views(query: Memo<PeopleQuery>) -> impl IntoView {
    let link = move |view: View, icon: &'static str, word: &'static str| {
        let to = move || query.with(|query| href(&PeopleQuery { view, ..query.clone() }));
        let current = move || query.with(|query| query.view == view).then_some("true");
        view! {
            <a class="icon" href=to aria-label=word aria-current=current data-noscroll="">
                <Icon name=icon />
            </a>
        }
    };
    view! {
        <span class="views" role="group" aria-label=words::console::views()>
            {link(View::Table, "list", words::console::views_table())}
            {link(View::Grid, "frame", words::console::views_grid())}
        </span>
    }
}

/// The field to search in.
#[component]
fn Search(query: Memo<PeopleQuery>) -> impl IntoView {
    let go = navigator();
    let field = NodeRef::<html::Input>::new();
    // What was last searched for from here; anything else came by a link or by Back.
    let own = StoredValue::new(query.with_untracked(|query| query.search.clone()));
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let look = move || {
        let Some(input) = field.try_get_untracked().flatten() else { return };
        let before = query.get_untracked();
        let typed = PeopleQuery::read(|name| (name == "q").then(|| input.value())).search;
        if typed == before.search {
            return;
        }
        own.set_value(typed.clone());
        let step = if before.search.is_some() && typed.is_some() { Step::Same } else { Step::New };
        go(&PeopleQuery { search: typed, ..before.from_first() }, step);
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
            <span class="visually-hidden">{words::console::search()}</span>
            <input
                node_ref=field
                type="search"
                name="q"
                value=query.with_untracked(|query| query.search.clone())
                placeholder=words::console::search_hint()
                autocomplete="off"
                autocapitalize="none"
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
    let pairs = PeopleQuery { team, ..PeopleQuery::default() }.pairs();
    pairs.into_iter().next().map(|(_, word)| word).unwrap_or_default()
}

fn read_team(word: &str) -> Option<TeamFilter> {
    PeopleQuery::read(|name| (name == "team").then(|| word.to_owned())).team
}

fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Name => words::console::sort_name(),
        Sort::NameBackwards => words::console::sort_name_backwards(),
        Sort::Newest => words::console::sort_newest(),
        Sort::Oldest => words::console::sort_oldest(),
    }
}
