//! One member or pending invite: how far they are, and what can be done. P1, I8, I11

use leptos::prelude::*;

use super::{
    asking::{Ask, Asking},
    pending,
    row_menu::{RowMenu, last_mailed, mail_again_in, too_soon},
    selection::{SelectPerson, Selection},
};
use crate::{
    app::{
        components::{Avatar, Precision, StageIcon, Timestamp, role_name},
        console::{
            context::{Changes, lead},
            toasts::Toast,
        },
    },
    domain::{
        ids::InviteId,
        invite::InviteState,
        member::MemberKind,
        people::{Person, Standing},
        role::Role,
    },
    words,
};
use pending::{api::remind, delivery::Delivery, said_of_reminding};

#[component]
pub fn Row(person: Person, team: Option<String>, selection: Selection, ask: Ask) -> impl IntoView {
    let id = person.id;
    let called = person.called().to_owned();
    let (kind, shoots, face) = match &person.standing {
        Standing::Member { kind, shoots, face, .. } => (*kind, Some(*shoots), *face),
        Standing::Invite { .. } => (MemberKind::Invite, None, None),
    };
    let menu_person = person.clone();
    view! {
        <tr>
            <td>
                <SelectPerson id called=called.clone() selection />
            </td>
            <td>
                <span class="who">
                    <Avatar name=called.clone() headshot=face />
                    <span>
                        <span>
                            <Called person=person.clone() />
                        </span>
                        <small>{under(&person)}</small>
                    </span>
                </span>
            </td>
            <td>{team.unwrap_or_else(|| words::console::no_team().to_owned())}</td>
            <td class="text">
                <StageIcon stage=person.stage />
                <Delivery person=person.clone() />
            </td>
            <td>{kind_name(kind)}</td>
            <td class="n">{shoots}</td>
            <td class="n">
                <Timestamp at=person.since precision=Precision::Day />
            </td>
            <td>
                <span class="acts">
                    <InviteActs person ask />
                    <RowMenu person=menu_person ask />
                </span>
            </td>
        </tr>
    }
}

/// What somebody is called, which leads to a member's page; and their role, where it is not everybody's. P4, P5
#[component]
pub fn Called(person: Person) -> impl IntoView {
    let called = person.called().to_owned();
    let name = if person.is_invite() {
        called.into_any()
    } else {
        view! { <a href=format!("/members/{}", person.id)>{called}</a> }.into_any()
    };
    view! {
        {name}
        <Tags standing=person.standing />
    }
}

/// The role, where it is not everybody's, an offer that is open, and access that is gone. P5, S6
#[component]
pub fn Tags(standing: Standing) -> impl IntoView {
    let (role, is_offered, is_deactivated) = match standing {
        Standing::Member { role, is_offered, is_deactivated, .. } => (role, is_offered, is_deactivated),
        Standing::Invite { role, .. } => (role, false, false),
    };
    let role = (role != Role::Member).then(|| role_name(role));
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
#[component]
fn InviteActs(person: Person, ask: Ask) -> impl IntoView {
    let Standing::Invite { state, expired, .. } = person.standing else { return ().into_any() };
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let invite = InviteId(person.id.0);
    let send_again = Action::new(move |(): &()| remind(org, invite.to_string()));
    Effect::new(move || {
        if let Some(result) = send_again.value().get() {
            toast.show(said_of_reminding(result));
            changes.hear([invite].into_iter().collect());
        }
    });
    // Within the hour it says why it does nothing, and then wakes up. The server has no clock.
    let not_yet = RwSignal::new(None::<String>);
    let mailed = last_mailed(&person.standing);
    Effect::new(move || {
        let wait = mail_again_in(mailed);
        not_yet.set(too_soon(mailed));
        let waiting = wait.and_then(|wait| set_timeout_with_handle(move || not_yet.set(None), wait).ok());
        on_cleanup(move || {
            if let Some(waiting) = waiting {
                waiting.clear();
            }
        });
    });
    let address = person.address.clone().unwrap_or_default();
    // Retry what failed, send again what has expired, remind the rest.
    let act = match (state, expired) {
        (InviteState::Queued, false) => None,
        (InviteState::Failed, _) => {
            Some((words::console::invite_retry(), words::console::invite_retry_label(&address)))
        }
        (_, true) => {
            Some((words::console::invite_send_again(), words::console::invite_send_again_label(&address)))
        }
        _ => Some((words::console::invite_remind(), words::console::invite_remind_label(&address))),
    };
    let failed = state == InviteState::Failed;
    view! {
        {act
            .map(|(word, label)| {
                view! {
                    <button
                        type="button"
                        class="btn sm"
                        aria-label=label
                        title=move || not_yet.get()
                        aria-disabled=move || not_yet.with(Option::is_some).then_some("true")
                        aria-busy=move || send_again.pending().get().then_some("true")
                        on:click=move |_| {
                            if let Some(why) = not_yet.get_untracked() {
                                toast.show(why);
                            } else {
                                send_again.dispatch(());
                            }
                        }
                    >
                        {word}
                    </button>
                }
            })}
        {failed
            .then(|| {
                view! {
                    <button
                        type="button"
                        class="btn sm"
                        aria-label=words::console::invite_fix_label(&address)
                        on:click=move |_| ask.set(Some(Asking::Mend(person.clone())))
                    >
                        {words::console::invite_fix()}
                    </button>
                }
            })}
    }
    .into_any()
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
