//! Everything that can be done with one person. What cannot be done now stays and says why. P2, P3

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    asking::{Ask, Asking},
    correct::is_managed,
    menu::{Doing, Menu, MenuAbout, MenuItem},
    role_dialog::RoleChange,
    selection::Chosen,
};
use crate::{
    app::{
        browser::clock,
        components::mailto,
        console::context::{Lead, Looking},
    },
    domain::{
        invite::InviteState,
        member::{REMOVABLE_SHOOTS, RoleRefusal},
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
pub fn RowMenu<P>(
    /// Whom it is about, as they are now.
    person: P,
    ask: Ask,
    /// What stands on the button instead of dots.
    #[prop(optional)]
    word: Option<&'static str>,
) -> impl IntoView
where
    P: Fn() -> Arc<Person> + Send + Sync + 'static,
{
    let id = format!("acts-{}", untrack(|| person().id));
    let about = Arc::new(About { person, ask, looking: expect_context() });
    view! { <Menu id about word /> }
}

struct About<P> {
    person: P,
    ask: Ask,
    looking: Looking,
}

impl<P: Fn() -> Arc<Person> + Send + Sync> MenuAbout for About<P> {
    fn label(&self) -> String {
        words::console::row_menu_label((self.person)().called())
    }

    fn items(&self) -> Vec<MenuItem> {
        let person = untrack(|| (self.person)());
        self.looking.with(|me| items(&person, me, self.ask))
    }
}

fn items(person: &Person, me: &Lead, ask: Ask) -> Vec<MenuItem> {
    let item = |icon, text: &str, doing| MenuItem { icon, text: text.to_owned(), doing };
    let asking = |asking: Asking| Doing::Act(Callback::new(move |()| ask.set(Some(asking.clone()))));
    let too_soon = || too_soon(last_mailed(&person.standing), clock::now()).map(str::to_owned);
    let bulk = |act| asking(Asking::Bulk(act, Chosen::one(person.id)));
    let move_to = item("swap", words::console::row_menu_move(), bulk(BulkAct::Move));
    let remind_unless = |why: Option<String>| {
        let doing = why.map_or_else(|| bulk(BulkAct::Remind), Doing::Not);
        item("bell", words::console::row_menu_remind(), doing)
    };
    match &person.standing {
        Standing::Invite { .. } => vec![
            remind_unless(too_soon()),
            item("pen", words::console::row_menu_fix(), asking(Asking::Mend(person.clone()))),
            move_to,
            item("bin", words::console::row_menu_revoke(), asking(Asking::Revoke(person.clone()))),
        ],
        Standing::Member { role, shoots, has_account, is_deactivated, is_offered, .. } => {
            let link = Doing::Link(format!("/members/{}/shoot", person.id));
            let nothing_to_remind = match person.stage {
                Stage::Ready | Stage::Generating => Some(words::console::row_menu_nothing_due().to_owned()),
                _ if *is_deactivated => Some(words::console::row_menu_deactivated().to_owned()),
                _ if !has_account => Some(words::console::row_menu_managed().to_owned()),
                _ => too_soon(),
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
            items.extend(roles(person, me, *role, *has_account, *is_offered).into_iter().map(
                |(icon, text, change)| {
                    let doing = match change {
                        Ok(change) => asking(Asking::Role(person.clone(), change)),
                        Err(why) => Doing::Not(why.to_string()),
                    };
                    item(icon, text, doing)
                },
            ));
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

/// What may become of somebody's role, or why it stays as it is. P5
fn roles(
    person: &Person,
    me: &Lead,
    role: Role,
    has_account: bool,
    is_offered: bool,
) -> Vec<(&'static str, &'static str, Result<RoleChange, RoleRefusal>)> {
    let (icon, text, change) = match role {
        Role::TeamLead => ("people", words::console::row_menu_to_member(), RoleChange::ToMember),
        _ => ("shield", words::console::row_menu_to_team_lead(), RoleChange::ToTeamLead),
    };
    let change = if role == Role::Owner {
        Err(RoleRefusal::Owner)
    } else if person.id == me.member.into() {
        Err(RoleRefusal::Yourself)
    } else if change == RoleChange::ToTeamLead && !has_account {
        Err(RoleRefusal::NoAccount)
    } else {
        Ok(change)
    };
    let hand_over = match is_offered {
        true => ("owner", words::console::row_menu_withdraw(), Ok(RoleChange::Withdraw)),
        false => ("owner", words::console::row_menu_hand_over(), Ok(RoleChange::Offer)),
    };
    let may_take_over = has_account && role != Role::Owner && me.role.may(Action::HandOver);
    let mut changes = vec![(icon, text, change)];
    changes.extend(may_take_over.then_some(hand_over));
    changes
}

/// The email that asks the operator to remove somebody. P3
pub fn removal_request(person: &Person, me: &Lead, shoots: i64) -> String {
    let address = person.address.as_deref().unwrap_or(words::console::remove_by_support_no_address());
    let request = words::console::remove_by_support_mail(person.called(), address, &me.org_name, shoots);
    mailto(&me.support_address, words::console::remove_by_support_subject(), Some(&request))
}

/// When somebody was last emailed about what they owe. An invite that did not arrive counts for nothing.
pub fn last_mailed(standing: &Standing) -> Option<Moment> {
    match standing {
        Standing::Invite { state: InviteState::Failed, .. } => None,
        Standing::Invite { sent_at, reminded_at, .. } => (*sent_at).max(*reminded_at),
        Standing::Member { reminded_at, .. } => *reminded_at,
    }
}

/// Why nobody is emailed again yet at this time; the server judges. I8
pub fn too_soon(mailed: Option<Moment>, now: Moment) -> Option<&'static str> {
    (mailed?.unix_millis() + HOUR > now.unix_millis()).then(words::console::row_menu_too_soon)
}
