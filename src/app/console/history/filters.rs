//! What the log is filtered by: a form that works by itself, and as soon as one chooses. P7

use leptos::prelude::*;

use super::{api::HistoryPage, query::href, sentences};
use crate::{
    app::console::listing::{Step, navigator},
    domain::{
        audit::{Act, AuditQuery},
        moment::Moment,
    },
    words,
};

/// `asked` is what the URL asks, not what the page shows already: a choice adds to one that is on its way.
#[component]
pub fn Filters(page: Signal<HistoryPage>, asked: Memo<AuditQuery>) -> impl IntoView {
    let people = Memo::new(move |_| page.with(possible_actors));
    let go = navigator();
    let change = move |change: &dyn Fn(&mut AuditQuery)| {
        let mut query = AuditQuery { before: None, ..asked.get_untracked() };
        change(&mut query);
        go(&href("/history", &query), Step::New);
    };
    let (by_act, by_actor, by_from) = (change.clone(), change.clone(), change.clone());
    view! {
        <form class="tools" method="get" action="/history" on:submit=|event| event.prevent_default()>
            {move || {
                asked
                    .with(|query| query.object)
                    .map(|about| view! { <input type="hidden" name="about" value=about.to_string() /> })
            }}
            <label class="pick">
                <span class="visually-hidden">{words::console::history_act()}</span>
                <select
                    name="act"
                    prop:value=move || asked.with(|query| query.act.map_or("", Act::as_str))
                    on:change=move |event| {
                        let word = event_target_value(&event);
                        by_act(&|query| query.act = word.parse().ok());
                    }
                >
                    <option value="">{words::console::history_act_any()}</option>
                    {Act::ALL
                        .iter()
                        .map(|act| {
                            let selected = asked.with_untracked(|query| query.act == Some(*act));
                            view! {
                                <option value=act.as_str() selected=selected>
                                    {sentences::name(*act)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
            </label>
            <label class="pick">
                <span class="visually-hidden">{words::console::history_actor()}</span>
                <select
                    name="who"
                    prop:value=move || {
                        asked.with(|query| query.actor.map(|actor| actor.to_string()).unwrap_or_default())
                    }
                    on:change=move |event| {
                        let word = event_target_value(&event);
                        by_actor(&|query| query.actor = word.parse().ok());
                    }
                >
                    <option value="">{words::console::history_actor_any()}</option>
                    {move || {
                        let chosen = asked.with_untracked(|query| query.actor);
                        people
                            .get()
                            .into_iter()
                            .map(|(id, name)| {
                                view! {
                                    <option value=id.to_string() selected=chosen == Some(id)>
                                        {name}
                                    </option>
                                }
                            })
                            .collect_view()
                    }}
                </select>
            </label>
            <Day
                name="from"
                label=words::console::history_first_day()
                chosen=Memo::new(move |_| asked.with(|query| query.from))
                choose=Callback::new(move |day| by_from(&|query| query.from = day))
            />
            <Day
                name="to"
                label=words::console::history_last_day()
                chosen=Memo::new(move |_| asked.with(|query| query.to))
                choose=Callback::new(move |day| change(&|query| query.to = day))
            />
            <small>{words::console::history_days_in_utc()}</small>
            <button class="btn asleep">{words::console::filter_apply()}</button>
        </form>
    }
}

/// The leads and whoever is asked for, also where they are gone.
fn possible_actors(page: &HistoryPage) -> Vec<(uuid::Uuid, String)> {
    let gone = page.query.actor.filter(|actor| page.people.iter().all(|(id, _)| id != actor));
    let gone = gone.map(|actor| (actor, words::console::actor_removed().to_owned()));
    page.people.iter().cloned().chain(gone).collect()
}

/// A day to choose, or none.
#[component]
fn Day(
    name: &'static str,
    label: &'static str,
    chosen: Memo<Option<Moment>>,
    choose: Callback<Option<Moment>>,
) -> impl IntoView {
    let day = move |chosen: Option<Moment>| chosen.map(Moment::iso_day).unwrap_or_default();
    let change = move |event| {
        let typed = event_target_value(&event);
        let read = Moment::parse_day(&typed);
        // While a year is typed it is one of long ago, which nobody means.
        if typed.is_empty() || read.is_some() {
            choose.run(read);
        }
    };
    view! {
        <label class="row">
            <span>{label}</span>
            <input
                type="date"
                name=name
                value=day(chosen.get_untracked())
                prop:value=move || day(chosen.get())
                on:change=change
            />
        </label>
    }
}
