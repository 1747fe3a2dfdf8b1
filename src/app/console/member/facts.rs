//! Who a member is: what is known of them, in a list. P4

use leptos::prelude::*;

use super::api::MemberView;
use crate::{
    app::components::{Precision, StageIcon, Timestamp, role_name},
    domain::{member::MemberKind, people::Standing},
    words,
};

#[component]
pub fn Facts(view: Memo<MemberView>) -> impl IntoView {
    move || view.with(facts)
}

fn facts(view: &MemberView) -> impl IntoView + use<> {
    let person = view.person.clone();
    let Standing::Member { role, kind, face, reminded_at, .. } = person.standing else {
        return ().into_any();
    };
    let nothing = || words::console::member_nothing().to_owned();
    let team = view.teams.iter().find(|team| Some(team.id) == person.team).cloned();
    let name = person.called().to_owned();
    let alt = words::console::headshots_alt(&name);
    view! {
        <section class="section facts-of" aria-labelledby="h-about">
            <header>
                <h2 id="h-about">{words::console::member_about(name)}</h2>
            </header>
            {face
                .map(|face| {
                    view! {
                        <img
                            class="print"
                            src=format!("/headshots/{face}?size=small")
                            width="320"
                            height="400"
                            alt=alt
                        />
                    }
                })}
            <dl class="facts">
                <dt>{words::console::member_stage()}</dt>
                <dd>
                    <StageIcon stage=person.stage />
                </dd>
                <dt>{words::console::member_team()}</dt>
                <dd>
                    {match team {
                        Some(team) => {
                            view! { <a href=format!("/members?team={}", team.id)>{team.name}</a> }.into_any()
                        }
                        None => words::console::no_team().into_any(),
                    }}
                </dd>
                <dt>{words::console::member_title()}</dt>
                <dd>{person.title.unwrap_or_else(nothing)}</dd>
                <dt>{words::console::member_email()}</dt>
                <dd>{person.address.unwrap_or_else(|| words::console::member_no_email().to_owned())}</dd>
                <dt>{words::console::member_role()}</dt>
                <dd>{role_name(role)}</dd>
                <dt>{words::console::member_joined()}</dt>
                <dd>
                    <Timestamp at=person.since precision=Precision::Day />
                </dd>
                <dt>{words::console::member_how()}</dt>
                <dd>{how(kind, view.through.as_deref())}</dd>
                {reminded_at
                    .map(|at| {
                        view! {
                            <dt>{words::console::member_last_reminded()}</dt>
                            <dd>
                                <Timestamp at precision=Precision::Day />
                            </dd>
                        }
                    })}
            </dl>
        </section>
    }
    .into_any()
}

/// How somebody became a member; `through` is who invited or added them, or what their link is called.
#[must_use]
pub fn how(kind: MemberKind, through: Option<&str>) -> String {
    match (kind, through) {
        (MemberKind::Founder, _) => words::console::joined_founder().to_owned(),
        (MemberKind::Invite, Some(name)) => words::console::joined_invite(name),
        (MemberKind::Invite, None) => words::console::joined_invite_some().to_owned(),
        (MemberKind::Link, Some(name)) => words::console::joined_link(name),
        (MemberKind::Link, None) => words::console::joined_link_some().to_owned(),
        (MemberKind::Managed, Some(name)) => words::console::joined_managed(name),
        (MemberKind::Managed, None) => words::console::joined_managed_some().to_owned(),
        (MemberKind::Sso, _) => words::console::joined_sso().to_owned(),
    }
}
