//! Choosing a sub-team: in forms, and right in a list. I4, T2

use leptos::{html, prelude::*};

use super::api::TeamView;
use crate::{domain::ids::TeamId, words};

/// The choice of a team, where there are any. I4, M1
#[component]
pub fn TeamField(
    id: &'static str,
    teams: Vec<TeamView>,
    #[prop(optional)] node: NodeRef<html::Select>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{words::console::team_field()}</label>
            <span class="pick">
                <select id=id name="team" node_ref=node>
                    <option value="">{words::console::no_team()}</option>
                    {team_options(teams, None)}
                </select>
            </span>
        </div>
    }
}

/// The sub-teams as options of a select. What stands for none of them is the select's own.
pub fn team_options(teams: Vec<TeamView>, chosen: Option<TeamId>) -> impl IntoView {
    teams
        .into_iter()
        .map(|team| {
            view! {
                <option value=team.id.to_string() selected=chosen == Some(team.id)>
                    {team.name}
                </option>
            }
        })
        .collect_view()
}
