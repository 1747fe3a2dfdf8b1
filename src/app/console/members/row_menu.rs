//! Everything that can be done with one person. What cannot be done now stays and says why. P2, P3

use leptos::prelude::*;

use super::{
    asking::{Ask, Asking},
    correct::is_managed,
    menu::{Doing, Menu, MenuItem},
    role_dialog::RoleChange,
    selection::Chosen,
};
use crate::{
    app::{
        browser::clock,
        components::mailto,
        console::context::{Lead, lead},
    },
    domain::{
        member::REMOVABLE_SHOOTS,
        moment::Moment,
        people::{BulkAct, Person, Standing},
        role::{Action, Role},
        shoot::Stage,
    },
    words,
};

/// Milliseconds.
const HOUR: i64 = 60 * 60 * 1000;

#[component]
pub fn RowMenu(
    #[prop(into)] person: Signal<Person>,
    ask: Ask,
    /// What stands on the button instead of dots.
    #[prop(optional)]
    word: Option<&'static str>,
) -> impl IntoView {
    let me = lead();
    let label = Signal::derive(move || person.with(|person| words::console::row_menu_label(person.called())));
    let id = format!("acts-{}", person.with_untracked(|person| person.id));
    let items = Callback::new(move |()| person.with_untracked(|person| items(person, &me, ask)));
    view! { <Menu id label word items /> }
}

fn items(person: &Person, me: &Lead, ask: Ask) -> Vec<MenuItem> {
    let item = |icon, text: &str, doing| MenuItem { icon, text: text.to_owned(), doing };
    let asking = |asking: Asking| Doing::Act(Callback::new(move |()| ask.set(Some(asking.clone()))));
    let bulk = |act| asking(Asking::Bulk(act, Chosen::one(person.id)));
    let move_to = item("swap", words::console::row_menu_move(), bulk(BulkAct::Move));
    let remind_unless = |why: Option<String>| {
        let doing = why.map_or_else(|| bulk(BulkAct::Remind), Doing::Not);
        item("bell", words::console::row_menu_remind(), doing)
    };
    match &person.standing {
        Standing::Invite { sent_at, reminded_at, .. } => vec![
            remind_unless(mailed_lately((*sent_at).max(*reminded_at))),
            item("pen", words::console::row_menu_fix(), asking(Asking::Mend(person.clone()))),
            move_to,
            item("bin", words::console::row_menu_revoke(), asking(Asking::Revoke(person.clone()))),
        ],
        Standing::Member { role, shoots, has_account, is_deactivated, is_offered, reminded_at, .. } => {
            let link = Doing::Link(format!("/members/{}/shoot", person.id));
            let nothing_to_remind = match person.stage {
                Stage::Ready | Stage::Generating => Some(words::console::row_menu_nothing_due().to_owned()),
                _ if *is_deactivated => Some(words::console::row_menu_deactivated().to_owned()),
                _ if !has_account => Some(words::console::row_menu_managed().to_owned()),
                _ => mailed_lately(*reminded_at),
            };
            let kept = if person.id == me.member.into() {
                Some(words::console::row_menu_yourself().to_owned())
            } else if *role == Role::Owner {
                Some(words::console::row_menu_owner().to_owned())
            } else if *shoots > REMOVABLE_SHOOTS {
                Some(words::console::row_menu_many_sessions(*shoots, REMOVABLE_SHOOTS))
            } else {
                None
            };
            let by_support = *shoots > REMOVABLE_SHOOTS && *role != Role::Owner;
            let remove = kept.map_or_else(|| asking(Asking::Remove(person.clone())), Doing::Not);
            let mut items = vec![
                item("frame", words::console::row_menu_open(), link),
                move_to,
                remind_unless(nothing_to_remind),
            ];
            items.extend(
                roles(person, me, *role, *has_account, *is_offered).into_iter().map(
                    |(icon, text, change)| item(icon, text, asking(Asking::Role(person.clone(), change))),
                ),
            );
            items.push(item(
                "pen",
                if is_managed(person) {
                    words::console::row_menu_correct_managed()
                } else {
                    words::console::row_menu_correct()
                },
                asking(Asking::Correct(person.clone())),
            ));
            items.push(item("bin", words::console::row_menu_remove(), remove));
            if by_support {
                let mail = removal_request(person, me, *shoots);
                items.push(item("mail", words::console::remove_by_support_button(), Doing::Link(mail)));
            }
            items
        }
    }
}

/// What may become of somebody's role. P5
fn roles(
    person: &Person,
    me: &Lead,
    role: Role,
    has_account: bool,
    is_offered: bool,
) -> Vec<(&'static str, &'static str, RoleChange)> {
    if !has_account || role == Role::Owner || person.id == me.member.into() {
        return Vec::new();
    }
    let change = match role {
        Role::TeamLead => ("people", words::console::row_menu_to_member(), RoleChange::ToMember),
        _ => ("shield", words::console::row_menu_to_team_lead(), RoleChange::ToTeamLead),
    };
    let hand_over = match is_offered {
        true => ("owner", words::console::row_menu_withdraw(), RoleChange::Withdraw),
        false => ("owner", words::console::row_menu_hand_over(), RoleChange::Offer),
    };
    let mut changes = vec![change];
    changes.extend(me.role.may(Action::HandOver).then_some(hand_over));
    changes
}

/// The email that asks the operator to remove somebody. P3
pub fn removal_request(person: &Person, me: &Lead, shoots: i64) -> String {
    let address = person.address.as_deref().unwrap_or(words::console::remove_by_support_no_address());
    let request = words::console::remove_by_support_mail(person.called(), address, &me.org_name, shoots);
    mailto(&me.support_address, words::console::remove_by_support_subject(), Some(&request))
}

/// Why nobody is emailed again yet, by the browser's clock; the server judges.
fn mailed_lately(at: Option<Moment>) -> Option<String> {
    let again = at?.unix_millis() + HOUR;
    (again > clock::now().unix_millis()).then(|| words::console::row_menu_too_soon().to_owned())
}
