//! One member or pending invite: how far they are, and what can be done. P1, I8, I11

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    asking::{Ask, Asking},
    pending::{delivery::delivery, reminding::Reminding},
    row_menu::{RowMenu, last_mailed},
    selection::{SelectPerson, Selection},
};
use crate::{
    app::components::{Avatar, Precision, StageIcon, Timestamp, role_name},
    domain::{
        ids::InviteId,
        invite::InviteState,
        member::MemberKind,
        people::{Person, Standing},
        role::Role,
    },
    words,
};

#[component]
pub fn Row(
    person: Arc<Person>,
    team: Option<String>,
    selection: Selection,
    reminding: Reminding,
    ask: Ask,
) -> impl IntoView {
    let (kind, shoots, face) = match &person.standing {
        Standing::Member { kind, shoots, face, .. } => (*kind, Some(*shoots), *face),
        Standing::Invite { .. } => (MemberKind::Invite, None, None),
    };
    view! {
        <tr>
            <td>
                <SelectPerson id=person.id called=person.called().to_owned() selection />
            </td>
            <td>
                <span class="who">
                    <Avatar name=person.called() headshot=face />
                    <span>
                        <span>{called(&person)}</span>
                        <small>{under(&person)}</small>
                    </span>
                </span>
            </td>
            <td>{team.unwrap_or_else(|| words::console::no_team().to_owned())}</td>
            <td class="text">
                <StageIcon stage=person.stage />
                {delivery(&person)}
            </td>
            <td>{kind_name(kind)}</td>
            <td class="n">{shoots}</td>
            <td class="n">
                <Timestamp at=person.since precision=Precision::Day />
            </td>
            <td>
                <span class="acts">
                    {invite_acts(&person, reminding, ask)} <RowMenu person=move || person.clone() ask />
                </span>
            </td>
        </tr>
    }
}

/// What somebody is called, which leads to a member's page; and their role, where it is not everybody's. P4, P5
pub fn called(person: &Person) -> AnyView {
    let called = person.called().to_owned();
    let name = if person.is_invite() {
        called.into_any()
    } else {
        view! { <a href=format!("/members/{}", person.id)>{called}</a> }.into_any()
    };
    (name, tags(&person.standing)).into_any()
}

/// The role, where it is not everybody's, an offer that is open, and access that is gone. P5, S6
pub fn tags(standing: &Standing) -> AnyView {
    let (role, is_offered, is_deactivated) = match standing {
        Standing::Member { role, is_offered, is_deactivated, .. } => (role, *is_offered, *is_deactivated),
        Standing::Invite { role, .. } => (role, false, false),
    };
    let role = (*role != Role::Member).then(|| role_name(*role));
    let offered = is_offered.then(words::console::ownership_offered);
    let deactivated = is_deactivated.then(words::console::deactivated);
    [role, offered, deactivated]
        .into_iter()
        .flatten()
        .map(|word| {
            view! {
                " "
                <span class="tag">{word}</span>
            }
        })
        .collect_view()
        .into_any()
}

/// Address and title, as far as they are not said above.
fn under(person: &Person) -> Option<String> {
    let address = person.address.as_deref().filter(|_| person.name.is_some());
    match (address, person.title.as_deref(), person.is_invite()) {
        (Some(address), Some(title), _) => Some(words::console::member_details(address, title)),
        (Some(one), None, _) | (None, Some(one), true) => Some(one.to_owned()),
        (None, None, true) => None,
        (None, Some(title), false) => Some(words::console::member_without_email_with_title(title)),
        (None, None, false) => Some(words::console::member_without_email().to_owned()),
    }
}

/// What is done about an invite most often. I8, I11
fn invite_acts(person: &Arc<Person>, reminding: Reminding, ask: Ask) -> Option<AnyView> {
    let Standing::Invite { state, expired, .. } = person.standing else { return None };
    let invite = InviteId(person.id.0);
    let mailed = last_mailed(&person.standing);
    let address = person.address.as_deref().unwrap_or_default();
    // Retry what failed, send again what has expired, remind the rest.
    let act = match (state, expired) {
        (InviteState::Queued, false) => None,
        (InviteState::Failed, _) => {
            Some((words::console::invite_retry(), words::console::invite_retry_label(address)))
        }
        (_, true) => {
            Some((words::console::invite_send_again(), words::console::invite_send_again_label(address)))
        }
        _ => Some((words::console::invite_remind(), words::console::invite_remind_label(address))),
    };
    let act = act.map(|(word, label)| {
        // What the browser knows better than the server is said after hydration, which takes the page as it is.
        let is_awake = RwSignal::new(false);
        Effect::new(move || is_awake.set(true));
        let not_yet = move || is_awake.get().then(|| reminding.not_yet(mailed)).flatten();
        view! {
            <button
                type="button"
                class="btn sm"
                aria-label=label
                title=not_yet
                aria-disabled=move || not_yet().map(|_| "true")
                aria-busy=move || (is_awake.get() && reminding.is_asked(invite)).then_some("true")
                on:click=move |_| reminding.ask(invite, mailed)
            >
                {word}
            </button>
        }
    });
    let mend = (state == InviteState::Failed).then(|| {
        let label = words::console::invite_fix_label(address);
        let person = person.clone();
        view! {
            <button
                type="button"
                class="btn sm"
                aria-label=label
                on:click=move |_| ask.set(Some(Asking::Mend(Person::clone(&person))))
            >
                {words::console::invite_fix()}
            </button>
        }
    });
    Some((act, mend).into_any())
}

/// How they became a member, or will.
pub fn kind_name(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::Founder => words::console::kind_founder(),
        MemberKind::Invite => words::console::kind_invite(),
        MemberKind::Link => words::console::kind_link(),
        MemberKind::Managed => words::console::kind_managed(),
        MemberKind::Sso => words::console::kind_sso(),
    }
}
