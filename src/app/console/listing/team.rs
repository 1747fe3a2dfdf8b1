//! Whose team people are in.

use leptos::prelude::*;

use crate::{
    domain::{ids::TeamId, people::TeamFilter},
    words,
};

/// Chooses a team, or those without one; not there where there are no teams.
#[component]
pub fn PickTeam(
    #[prop(into)] teams: Signal<Vec<(TeamId, String)>>,
    #[prop(into)] chosen: Signal<Option<TeamFilter>>,
    choose: Callback<Option<TeamFilter>>,
    label: &'static str,
    all: &'static str,
) -> impl IntoView {
    let options = move || {
        let chosen = chosen.get_untracked();
        let teams = teams.get().into_iter().map(|(id, name)| (TeamFilter::In(id), name));
        teams
            .chain([(TeamFilter::None, words::console::no_team().to_owned())])
            .map(|(team, name)| {
                view! {
                    <option value=team.to_string() selected=chosen == Some(team)>
                        {name}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || !teams.with(Vec::is_empty)>
            <label class="pick">
                <span class="visually-hidden">{label}</span>
                <select
                    name="team"
                    prop:value=move || chosen.get().map(|team| team.to_string()).unwrap_or_default()
                    on:change=move |event| choose.run(event_target_value(&event).parse().ok())
                >
                    <option value="">{all}</option>
                    {options}
                </select>
            </label>
        </Show>
    }
}
