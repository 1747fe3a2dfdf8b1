//! What of the addresses needs attention, a line each: why, and the mending where there is one. I1, I3

use std::collections::HashMap;

use leptos::prelude::*;

use crate::{
    app::{
        browser::{focus::focus_now, names::name_key},
        components::{Icon, Sentence},
        console::{
            add_member::addresses::{Addresses, Fix, Judgement},
            context::{Changes, lead},
            members::pending::api::remind,
            teams::api::{create_team, teams},
            toasts::Toast,
        },
    },
    domain::{ids::InviteId, invite::AddressStatus, verdict::Verdict},
    words,
};

/// So many lines are shown; the rest is counted.
const LINES: usize = 8;

#[component]
pub fn Fixes(addresses: Addresses) -> impl IntoView {
    let all = Memo::new(move |_| {
        let is_covered =
            |fix: &Fix| matches!(fix.judgement, Judgement::Ahead(Verdict::Known(AddressStatus::Covered)));
        addresses.fixes().into_iter().partition::<Vec<Fix>, _>(is_covered)
    });
    let covered = Memo::new(move |_| all.with(|(covered, _)| covered.len()));
    let fixes = Memo::new(move |_| {
        let (teams, others): (Vec<Fix>, Vec<Fix>) = all
            .with(|(_, others)| others.clone())
            .into_iter()
            .partition(|fix| matches!(fix.judgement, Judgement::Ahead(Verdict::NoTeam(_))));
        (missing_teams(&teams), others)
    });
    let lines = move || fixes.with(|(_, others)| others.iter().take(LINES).cloned().collect::<Vec<_>>());
    let teams = move || fixes.with(|(teams, _)| teams.iter().take(LINES).cloned().collect::<Vec<_>>());
    let more = move || {
        fixes.with(|(teams, others)| teams.len().saturating_sub(LINES) + others.len().saturating_sub(LINES))
    };
    let clearable = move || {
        let tally = addresses.tally.get();
        tally.to_mend + tally.left_out > 1
    };
    let none =
        move || covered.get() == 0 && fixes.with(|(teams, others)| teams.is_empty() && others.is_empty());
    view! {
        <ul role="list" class="lines fixes" aria-label=words::console::to_fix() hidden=none>
            <Show when=move || covered.get() != 0>
                <li>
                    <span class="warn">
                        <Icon name="info" />
                    </span>
                    <p class="grow">{move || words::console::to_fix_covered(covered.get() as i64)}</p>
                    <button
                        type="button"
                        class="btn sm"
                        on:click=move |_| {
                            addresses.invite_covered();
                            focus_now("#f-addresses");
                        }
                    >
                        {words::console::to_fix_invite_covered()}
                    </button>
                </li>
            </Show>
            <For each=teams key=|team| team.clone() let:((team, people))>
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
                                    {(more > 0).then(|| words::console::to_fix_more(more as i64))}
                                </p>
                                <button
                                    type="button"
                                    class="btn sm bare"
                                    on:click=move |_| {
                                        addresses.remove_all_left_out();
                                        focus_now("#f-addresses");
                                    }
                                >
                                    {words::console::to_fix_remove_all()}
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
    let mut places = HashMap::new();
    for fix in fixes {
        let Judgement::Ahead(Verdict::NoTeam(team)) = &fix.judgement else { continue };
        let place = *places.entry(name_key(team)).or_insert(teams.len());
        match teams.get_mut(place) {
            Some((_, people)) => *people += 1,
            None => teams.push((team.clone(), 1)),
        }
    }
    teams
}

#[component]
fn Line(fix: Fix, addresses: Addresses) -> impl IntoView {
    let Fix { id, text, judgement, suggestion } = fix;
    let edit = {
        let text = text.clone();
        move || {
            let label = words::console::to_fix_edit_label(&text);
            view! {
                <button type="button" class="btn sm" aria-label=label on:click=move |_| addresses.edit(id)>
                    {words::console::to_fix_edit()}
                </button>
            }
        }
    };
    let leave_out = {
        let text = text.clone();
        move || {
            let label = words::console::to_fix_leave_out_label(&text);
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
                    {words::console::to_fix_leave_out()}
                </button>
            }
        }
    };
    let meant = suggestion.map(|meant| {
        let domain = meant.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned());
        let question = view! {
            " "
            <Sentence words=words::console::to_fix_meant()>
                <b>{domain}</b>
            </Sentence>
        };
        let take = view! {
            <button
                type="button"
                class="btn sm"
                on:click=move |_| {
                    addresses.mend(id, &meant);
                    focus_now("#f-addresses");
                }
            >
                {words::console::to_fix_take_meant()}
            </button>
        };
        (question, take)
    });
    let (question, take) = meant.unzip();
    let (tone, icon, words, acts) = match judgement {
        Judgement::Ahead(verdict @ (Verdict::NoAddress(_) | Verdict::BadText(_))) => (
            "bad",
            "alert",
            view! {
                <b>{text}</b>
                ": "
                {verdict.to_string()}
                {question}
            }
            .into_any(),
            view! {
                {take}
                {edit()}
            }
            .into_any(),
        ),
        Judgement::Ahead(Verdict::Known(AddressStatus::Member { id: member, name })) => (
            "warn",
            "info",
            view! {
                <Sentence words=words::console::to_fix_member()>
                    <a href=format!("/members/{member}") target="_blank">
                        {name}
                    </a>
                </Sentence>
            }
            .into_any(),
            leave_out().into_any(),
        ),
        Judgement::Ahead(Verdict::Known(AddressStatus::Invited { invite })) => {
            let address = text.clone();
            (
                "warn",
                "info",
                view! {
                    <Sentence words=words::console::to_fix_invited()>
                        <b>{text}</b>
                    </Sentence>
                }
                .into_any(),
                view! {
                    <RemindButton id invite text=address addresses />
                    {leave_out()}
                }
                .into_any(),
            )
        }
        Judgement::Ahead(Verdict::Known(_)) => (
            "warn",
            "info",
            view! {
                <Sentence words=words::console::to_fix_unsubscribed()>
                    <b>{text}</b>
                </Sentence>
            }
            .into_any(),
            leave_out().into_any(),
        ),
        Judgement::LeftOut(verdict) | Judgement::Ahead(verdict @ Verdict::HeldBack(_)) => (
            "warn",
            "info",
            view! {
                <Sentence words=words::console::to_fix_not_invited()>
                    <b>{text}</b>
                </Sentence>
                " "
                {verdict.to_string()}
            }
            .into_any(),
            leave_out().into_any(),
        ),
        Judgement::Ahead(Verdict::Fine | Verdict::Duplicate | Verdict::NoTeam(_)) => (
            "warn",
            "info",
            view! {
                <b>{text}</b>
                {question}
            }
            .into_any(),
            view! {
                {take}
                <button type="button" class="btn sm bare" on:click=move |_| addresses.confirm(id)>
                    {words::console::to_fix_keep()}
                </button>
            }
            .into_any(),
        ),
    };
    view! {
        <li>
            <span class=tone>
                <Icon name=icon />
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
                None => toast.show(words::console::to_fix_reminded(&text)),
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
            {words::console::invite_remind()}
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
                Ok(_) => toast.show(words::console::missing_team_created(&made)),
                Err(error) => toast.show(error.to_string()),
            }
            addresses.teams.set(all);
            changes.note();
            focus_now("#f-addresses");
        }
        Some(Err(error)) => toast.show(error.to_string()),
        None => {}
    });

    let (name, label, forget) =
        (team.clone(), words::console::missing_team_create_label(&team), team.clone());
    view! {
        <li>
            <span class="bad">
                <Icon name="alert" />
            </span>
            <p class="grow">
                <Sentence words=words::console::missing_team(people as i64)>
                    <b>{team}</b>
                </Sentence>
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
                {words::console::missing_team_create()}
            </button>
            <button
                type="button"
                class="btn sm bare"
                on:click=move |_| {
                    addresses.forget_team(&forget);
                    focus_now("#f-addresses");
                }
            >
                {words::console::no_team()}
            </button>
        </li>
    }
}
