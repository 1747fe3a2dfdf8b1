//! What of the addresses needs attention, a line each: why, and the mending where there is one. I1, I3

use leptos::prelude::*;

use crate::{
    app::{
        browser::focus::focus_now,
        components::Icon,
        console::{
            add_member::addresses::{Addresses, Fix, Verdict},
            context::{Changes, lead},
            members::pending::api::remind,
            teams::api::{create_team, teams},
            toasts::Toast,
        },
    },
    domain::{credit::count, ids::InviteId, invite::Standing},
};

/// So many lines are shown; the rest is counted.
const LINES: usize = 8;

#[component]
pub fn Fixes(addresses: Addresses) -> impl IntoView {
    let fixes = Memo::new(move |_| {
        let (teams, others): (Vec<Fix>, Vec<Fix>) =
            addresses.fixes().into_iter().partition(|fix| matches!(fix.verdict, Verdict::NoTeam(_)));
        (missing_teams(&teams), others)
    });
    let lines = move || fixes.with(|(_, others)| others.iter().take(LINES).cloned().collect::<Vec<_>>());
    let more = move || fixes.with(|(_, others)| others.len().saturating_sub(LINES));
    let clearable = move || {
        let tally = addresses.tally.get();
        tally.to_mend + tally.left_out > 1
    };
    let none = move || fixes.with(|(teams, others)| teams.is_empty() && others.is_empty());
    view! {
        <ul role="list" class="lines fixes" aria-label="Left out or to fix" hidden=none>
            <For each=move || fixes.get().0 key=|team| team.clone() let:((team, people))>
                <MissingTeam team people addresses/>
            </For>
            <For each=lines key=Fix::clone let:fix>
                <Line fix addresses/>
            </For>
            {move || {
                (more() > 0 || clearable())
                    .then(|| {
                        let more = more();
                        view! {
                            <li>
                                <p class="grow">
                                    {(more > 0).then(|| format!("And {more} more like these."))}
                                </p>
                                <button
                                    type="button"
                                    class="btn sm bare"
                                    on:click=move |_| {
                                        addresses.remove_all_left_out();
                                        focus_now("#f-addresses");
                                    }
                                >
                                    "Remove all of these"
                                </button>
                            </li>
                        }
                    })
            }}
        </ul>
    }
}

/// Each missing sub-team with the number of people who are to go into it.
fn missing_teams(fixes: &[Fix]) -> Vec<(String, usize)> {
    let mut teams: Vec<(String, usize)> = Vec::new();
    for fix in fixes {
        let Verdict::NoTeam(team) = &fix.verdict else { continue };
        match teams.iter_mut().find(|(known, _)| known.to_lowercase() == team.to_lowercase()) {
            Some((_, people)) => *people += 1,
            None => teams.push((team.clone(), 1)),
        }
    }
    teams
}

#[component]
fn Line(fix: Fix, addresses: Addresses) -> impl IntoView {
    let Fix { id, text, verdict, suggestion } = fix;
    let edit = {
        let text = text.clone();
        move || {
            let label = format!("Fix {text}");
            view! {
                <button type="button" class="btn sm" aria-label=label on:click=move |_| addresses.edit(id)>
                    "Fix"
                </button>
            }
        }
    };
    let leave_out = {
        let text = text.clone();
        move || {
            let label = format!("Leave {text} out");
            view! {
                <button
                    type="button"
                    class="btn sm bare"
                    aria-label=label
                    on:click=move |_| {
                        addresses.remove(id);
                        focus_now("#f-addresses");
                    }
                >
                    "Leave out"
                </button>
            }
        }
    };
    let meant = suggestion.map(|meant| {
        let domain = meant.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned());
        let question = view! { " Did you mean " <b>{domain}</b> "?" };
        let take = view! {
            <button
                type="button"
                class="btn sm"
                on:click=move |_| {
                    addresses.mend(id, &meant);
                    focus_now("#f-addresses");
                }
            >
                "Yes, use it"
            </button>
        };
        (question, take)
    });
    let (question, take) = meant.unzip();
    let (tone, icon, words, acts) = match verdict {
        Verdict::Bad(problem) => (
            "bad",
            "alert",
            view! { <b>{text}</b> ": " {problem} {question} }.into_any(),
            view! { {take} {edit()} }.into_any(),
        ),
        Verdict::Known(Standing::Member { id: member, name }) => (
            "warn",
            "info",
            view! {
                <a href=format!("/members/{member}/shoot") target="_blank">
                    {name}
                </a>
                " is already a member."
            }
            .into_any(),
            leave_out().into_any(),
        ),
        Verdict::Known(Standing::Invited { invite }) => (
            "warn",
            "info",
            view! { <b>{text.clone()}</b> " is already invited." }.into_any(),
            view! { <RemindButton id invite text addresses/> {leave_out()} }.into_any(),
        ),
        Verdict::Known(_) => (
            "warn",
            "info",
            view! { <b>{text}</b> " unsubscribed from your organization’s invites, and gets none." }
                .into_any(),
            leave_out().into_any(),
        ),
        Verdict::LeftOut(reason) => (
            "warn",
            "info",
            view! { <b>{text}</b> " was not invited. " {reason} }.into_any(),
            leave_out().into_any(),
        ),
        Verdict::Fine | Verdict::Duplicate | Verdict::NoTeam(_) => (
            "warn",
            "info",
            view! { <b>{text}</b> {question} }.into_any(),
            view! {
                {take}
                <button type="button" class="btn sm bare" on:click=move |_| addresses.confirm(id)>
                    "Keep as typed"
                </button>
            }
            .into_any(),
        ),
    };
    view! {
        <li>
            <span class=tone>
                <Icon name=icon/>
            </span>
            <p class="grow">{words}</p>
            {acts}
        </li>
    }
}

/// Offers to send the mail of an invite again that is open already. I3, I8
#[component]
fn RemindButton(id: u32, invite: InviteId, text: String, addresses: Addresses) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let remind = Action::new(move |(): &()| remind(org, invite.to_string()));
    Effect::new(move || match remind.value().get() {
        Some(Ok(report)) => {
            match report.left_out.first() {
                Some(left) => toast.show(left.reason.clone()),
                None => toast.show(format!("A reminder to {text} is being sent.")),
            }
            addresses.remove(id);
            changes.note();
            focus_now("#f-addresses");
        }
        Some(Err(error)) => toast.show(error.to_string()),
        None => {}
    });
    view! {
        <button
            type="button"
            class="btn sm"
            aria-busy=move || remind.pending().get().then_some("true")
            on:click=move |_| {
                remind.dispatch(());
            }
        >
            "Remind"
        </button>
    }
}

/// A sub-team that a table names and that is not there. I1
#[component]
fn MissingTeam(team: String, people: usize, addresses: Addresses) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let create = Action::new(move |name: &String| {
        let name = name.clone();
        async move {
            let made = create_team(org, name).await;
            // Another lead may have made it meanwhile: what counts is what there is now.
            teams(org).await.map(|all| (made, all))
        }
    });
    let made = team.clone();
    Effect::new(move || match create.value().get() {
        Some(Ok((result, all))) => {
            match result {
                Ok(_) => toast.show(format!("{made} created.")),
                Err(error) => toast.show(error.to_string()),
            }
            addresses.teams.set(all);
            changes.note();
            focus_now("#f-addresses");
        }
        Some(Err(error)) => toast.show(error.to_string()),
        None => {}
    });
    let people = count(i64::try_from(people).unwrap_or(i64::MAX), "person", "people");
    let (name, label, forget) = (team.clone(), format!("Create team {team}"), team.clone());
    view! {
        <li>
            <span class="bad">
                <Icon name="alert"/>
            </span>
            <p class="grow">
                "“" <b>{team}</b> "” isn’t a team yet (" {people} ")."
            </p>
            <button
                type="button"
                class="btn sm"
                aria-label=label
                aria-busy=move || create.pending().get().then_some("true")
                on:click=move |_| {
                    create.dispatch(name.clone());
                }
            >
                "Create team"
            </button>
            <button
                type="button"
                class="btn sm bare"
                on:click=move |_| {
                    addresses.forget_team(&forget);
                    focus_now("#f-addresses");
                }
            >
                "No team"
            </button>
        </li>
    }
}
