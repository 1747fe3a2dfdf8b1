//! Searching and filtering: a form that works by itself, and while one types. P1

use leptos::prelude::*;

use super::{
    api::{Choice, PeoplePage},
    query::{asked_for, href},
    row::kind_name,
};
use crate::{
    app::{
        components::{Icon, deferred_with},
        console::listing::{PickTeam, Search, Step, navigator},
    },
    domain::{
        ids::{LinkId, TeamId},
        member::MemberKind,
        people::{LINKS_LISTED, PeopleQuery, STUCK, Sort, View},
    },
    words,
};

/// How people come to be in the list, but for the one who made it.
const KINDS: [MemberKind; 4] = [MemberKind::Invite, MemberKind::Link, MemberKind::Managed, MemberKind::Sso];

#[component]
pub fn Filters(page: Signal<PeoplePage>) -> impl IntoView {
    // What the URL asks, not what the page shows already: a choice adds to one whose list is on its way.
    let asked = asked_for();
    let shown = Memo::new(move |_| {
        page.with(|page| Shown {
            query: asked.get(),
            teams: page.teams.clone(),
            links: page.links.clone(),
            stuck_days: page.stuck_days,
        })
    });
    let go = navigator();
    let change = move |step: Step, change: &dyn Fn(&mut PeopleQuery)| {
        let mut asked = asked.get_untracked().from_first();
        change(&mut asked);
        go(&href(&asked), step);
    };
    deferred_with(shown, |shown| view! { <Form shown change /> })
}

/// What the filters say, and what there is to choose.
#[derive(Clone, PartialEq)]
struct Shown {
    query: PeopleQuery,
    teams: Vec<Choice<TeamId>>,
    links: Vec<Choice<LinkId>>,
    /// For how many days those have been stuck at least who are listed.
    stuck_days: Option<i64>,
}

/// `change` leads to the list with what it is given changed.
#[component]
fn Form<F>(shown: Signal<Shown>, change: F) -> impl IntoView
where
    F: Fn(Step, &dyn Fn(&mut PeopleQuery)) + Clone + Send + Sync + 'static,
{
    let query = Memo::new(move |_| shown.with(|shown| shown.query.clone()));
    let teams = Memo::new(move |_| {
        shown.with(|shown| shown.teams.iter().map(|team| (team.id, team.name.clone())).collect::<Vec<_>>())
    });
    let links = Memo::new(move |_| shown.with(|shown| shown.links.clone()));
    let links_are_cut = Memo::new(move |_| links.with(|links| links.len() as i64 >= LINKS_LISTED));
    // For how many days they have been stuck, and the list without this filter.
    let stuck = Memo::new(move |_| {
        shown.with(|Shown { query, stuck_days, .. }| {
            let all = query.stuck.then(|| href(&PeopleQuery { stuck: false, ..query.clone() }.from_first()));
            stuck_days.zip(all)
        })
    });
    let (by_search, by_team, by_kind, by_link) =
        (change.clone(), change.clone(), change.clone(), change.clone());
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
            {move || {
                query
                    .with(|query| query.stuck)
                    .then(|| view! { <input type="hidden" name="stuck" value=STUCK /> })
            }}
            <Search
                asked=Memo::new(move |_| query.with(|query| query.search.clone()))
                go=Callback::new(move |(typed, step): (Option<String>, Step)| {
                    by_search(step, &|asked| asked.search.clone_from(&typed));
                })
                label=words::console::search()
                placeholder=words::console::search_hint()
            />
            <PickTeam
                teams
                chosen=Memo::new(move |_| query.with(|query| query.team))
                choose=Callback::new(move |team| by_team(Step::New, &|asked| asked.team = team))
                label=words::console::filter_team()
                all=words::console::filter_team_all()
            />
            <label class="pick">
                <span class="visually-hidden">{words::console::filter_kind()}</span>
                <select
                    name="kind"
                    prop:value=move || query.with(|query| query.kind.map_or("", MemberKind::as_str))
                    on:change=move |event| {
                        let word = event_target_value(&event);
                        by_kind(Step::New, &|asked| asked.kind = word.parse().ok());
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
                                choose(Step::New, &|asked| asked.link = word.parse().ok());
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
                        <Show when=move || links_are_cut.get()>
                            <option value="" disabled=true>
                                {words::console::filter_link_cut(LINKS_LISTED)}
                            </option>
                        </Show>
                    </select>
                </label>
            </Show>
            {move || {
                stuck
                    .get()
                    .map(|(days, all)| {
                        view! {
                            <a class="btn sm" href=all data-noscroll="">
                                {words::console::filter_stuck(days)}
                                <Icon name="x" />
                                <span class="visually-hidden">{words::console::filter_stuck_remove()}</span>
                            </a>
                        }
                    })
            }}
            <label class="pick">
                <span class="visually-hidden">{words::console::sort()}</span>
                <select
                    name="sort"
                    prop:value=move || query.with(|query| query.sort.as_str())
                    on:change=move |event| {
                        let sort = event_target_value(&event).parse().unwrap_or_default();
                        change(Step::New, &|asked| asked.sort = sort);
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

fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Name => words::console::sort_name(),
        Sort::NameBackwards => words::console::sort_name_backwards(),
        Sort::Newest => words::console::sort_newest(),
        Sort::Oldest => words::console::sort_oldest(),
    }
}
