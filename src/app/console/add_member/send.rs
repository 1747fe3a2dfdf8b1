//! The tab that sends personal invites: addresses, team, note. I1, I3, I4

use std::collections::HashSet;

use leptos::{html, prelude::*, server_fn::ServerFn};

use crate::{
    app::{
        components::{FieldError, Note, Tone, escaped_text, role_name},
        console::{
            add_member::{
                addresses::Addresses,
                api::{InviteReport, SendInvites},
                chips::AddressBox,
                dialog::Dialog,
                plain::PlainPost,
                tab::Tab,
            },
            context::{Changes, lead},
            credits::outlook::for_adding,
            help_link::HelpLink,
            teams::{api::TeamView, field::TeamField},
            toasts::Toast,
        },
    },
    domain::{credit::CreditOutlook, invite::NOTE_MAX, role::Role},
    words,
};

/// From so many invites on, the Members page is where their sending is followed. I13
const MANY: u32 = 50;

#[component]
pub fn SendTab(outlook: CreditOutlook, own_domain: Option<String>, teams: Vec<TeamView>) -> impl IntoView {
    let me = lead();
    let org = me.org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let dialog = expect_context::<Dialog>();
    let addresses = Addresses::new(org, own_domain, teams);
    let send = ServerAction::<SendInvites>::new();
    let under_way = StoredValue::new(HashSet::new());
    let (team, role) = (NodeRef::<html::Select>::new(), NodeRef::<html::Select>::new());
    let note = NodeRef::<html::Textarea>::new();
    let plain = dialog.plain(Tab::Invite);
    let typed = |field| plain.as_ref().map(|plain| plain.typed(field)).unwrap_or_default();
    let (sent_list, sent_note) = (typed("addresses"), typed("note"));
    let (sent_team, sent_role) = (typed("team"), typed("role"));
    let report = plain.as_ref().and_then(PlainPost::report);
    let sent_list = report.as_ref().map_or(sent_list, |report| {
        report.left_out.iter().map(|left| left.key.as_str()).collect::<Vec<_>>().join("\n")
    });
    let refused = plain.and_then(|plain| plain.error());
    let note_typed = RwSignal::new(sent_note.clone());
    // A browser may have kept what was typed here, also before the page had its scripts.
    note.on_load(move |note| note_typed.set(note.value()));
    role.on_load(move |role| {
        if !sent_role.is_empty() {
            role.set_value(&sent_role);
        }
    });
    // It is drawn again when a team is made.
    Effect::new(move || {
        if let Some(team) = team.get()
            && !sent_team.is_empty()
        {
            team.set_value(&sent_team);
        }
    });

    dialog.take_addresses_by(Callback::new(move |list: String| addresses.add(&list)));
    Effect::new(move || {
        dialog.set_unsent(Tab::Invite, !addresses.is_empty() || !note_typed.with(String::is_empty));
    });
    Effect::new(move || {
        let Some(Ok(report)) = send.value().get() else { return };
        // What follows looks at the addresses, and must not run again with each of their changes.
        untrack(|| {
            addresses.take_sent_away(&under_way.get_value(), &report.left_out);
            toast.show(what_became(&report));
            if addresses.is_empty() {
                if let Some(note) = note.get_untracked() {
                    note.set_value("");
                }
                note_typed.set(String::new());
                dialog.set_unsent(Tab::Invite, false);
                dialog.close();
            }
            changes.note();
        });
    });
    let awake = RwSignal::new(false);
    Effect::new(move || awake.set(true));
    let error = Signal::derive(move || match send.value().get() {
        Some(result) => result.err(),
        None => refused.clone(),
    });
    let error = move || error.get();
    let address_error = Signal::derive(move || error().and_then(|error| error.about("addresses")));
    let note_error = Signal::derive(move || error().and_then(|error| error.about("note")));
    let other_error = Signal::derive(move || {
        error()
            .and_then(|error| error.about("team").or_else(|| error.about("role")).or_else(|| error.general()))
    });
    let to_invite = move || addresses.tally.get().to_invite();
    // How many the button said when it was pressed while the server was still looking at them.
    let wanted = RwSignal::new(None::<usize>);
    let send_now = move || {
        if send.pending().get_untracked() || to_invite() == 0 {
            return;
        }
        let (table, ids) = addresses.to_send();
        under_way.set_value(ids);
        send.dispatch(SendInvites {
            org,
            addresses: table,
            team: team.get_untracked().map(|select| select.value()).unwrap_or_default(),
            note: note_typed.get_untracked(),
            role: role.get_untracked().map(|select| select.value()).unwrap_or_default(),
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // What still stands in the field goes with the rest.
        addresses.take_typed();
        untrack(|| if addresses.is_being_checked() { wanted.set(Some(to_invite())) } else { send_now() });
    };
    // What the button said is what happens: when the number has changed meanwhile, it is for the
    // person to press again. I3
    Effect::new(move || {
        if !addresses.is_being_checked() {
            untrack(|| {
                let said = wanted.get();
                wanted.set(None);
                if said.is_some_and(|said| said == to_invite()) {
                    send_now();
                }
            });
        }
    });
    let may_choose = me.role.may(Role::TeamLead.to_invite_as());
    // Not before the page is hydrated: a plain form counts nothing.
    let nothing_to_send = move || awake.get() && to_invite() == 0;
    view! {
        <form method="post" action=SendInvites::url() on:submit=submit>
            <input type="hidden" name="org" value=org.to_string() />
            <div class="body stack">
                {report.map(|report| view! { <Report report /> })}
                <AddressBox addresses sent=sent_list error=address_error />
                <div class="grid">
                    {move || {
                        let teams = addresses.teams.get();
                        if teams.is_empty() {
                            view! { <input type="hidden" name="team" value="" /> }.into_any()
                        } else {
                            view! { <TeamField id="f-send-team" teams node=team /> }.into_any()
                        }
                    }} {may_choose.then(|| view! { <RoleField node=role /> })} <div class="field">
                        <label for="f-note">
                            {words::console::send_note()} " " <small>{words::shared::optional_mark()}</small>
                        </label>
                        <textarea
                            id="f-note"
                            name="note"
                            rows="2"
                            maxlength=NOTE_MAX.to_string()
                            node_ref=note
                            aria-describedby="f-note-e"
                            on:input=move |event| note_typed.set(event_target_value(&event))
                            inner_html=escaped_text(&sent_note)
                        ></textarea>
                        <FieldError id="f-note-e" message=note_error />
                    </div>
                </div> <section class="field">
                    <h3>{words::console::what_next()}</h3>
                    <ol class="next">
                        <li>
                            <span>{words::console::send_steps()}</span>
                        </li>
                        <li>
                            <span>{words::console::send_steps_join()}</span>
                        </li>
                        <li>
                            <span>{words::console::send_steps_credit()}</span>
                        </li>
                    </ol>
                </section> <HelpLink />
            </div>
            <footer>
                <div class="grow stack tight">
                    <p translate="no">{move || for_adding(outlook, to_invite() as i64)}</p>
                    <FieldError id="f-send-e" message=other_error />
                </div>
                <button type="button" class="btn bare" on:click=move |_| dialog.close()>
                    {words::console::cancel()}
                </button>
                <button
                    class="btn primary"
                    aria-busy=move || (send.pending().get() || addresses.is_being_checked()).then_some("true")
                    disabled=nothing_to_send
                    translate="no"
                >
                    {move || {
                        let people = to_invite() as i64;
                        if !awake.get() {
                            words::console::send_button_plain().to_owned()
                        } else if send.pending().get() {
                            words::console::send_button_busy(people)
                        } else {
                            words::console::send_button(people)
                        }
                    }}
                </button>
            </footer>
        </form>
    }
}

/// As what they join. P5
#[component]
fn RoleField(node: NodeRef<html::Select>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="f-send-role">{words::console::send_role()}</label>
            <span class="pick">
                <select id="f-send-role" name="role" node_ref=node aria-describedby="f-send-role-h">
                    {Role::INVITED
                        .map(|role| view! { <option value=role.as_str()>{role_name(role)}</option> })
                        .collect_view()}
                </select>
            </span>
            <p class="hint" id="f-send-role-h">
                {words::console::send_role_hint()}
            </p>
        </div>
    }
}

/// What became of a plain form: how many were invited, and who was not and why. I13
#[component]
fn Report(report: InviteReport) -> impl IntoView {
    let said = what_became(&report);
    view! {
        <Note tone=Tone::Warn>
            <p>{said}</p>
            <ul>
                {report
                    .left_out
                    .into_iter()
                    .map(|left| view! { <li>{words::console::invite_left_out(left.key, left.reason)}</li> })
                    .collect_view()}
            </ul>
        </Note>
    }
}

/// What is said after a send. What did not go stays in the field, each with its reason. I13
fn what_became(report: &InviteReport) -> String {
    let left_out = report.left_out.len() as i64;
    let left_out = (left_out > 0).then(|| words::console::sent_left_out(left_out));
    let follow = (report.invited >= MANY).then(|| words::console::sent_follow().to_owned());
    let sent = std::iter::once(words::console::sent(report.invited.into()));
    sent.chain(left_out).chain(follow).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::console::add_member::api::LeftOut, domain::verdict::Verdict};

    /// I13
    #[test]
    fn a_send_says_what_went_and_what_stayed() {
        let said = |invited: u32, left_out: usize| {
            let left = LeftOut::new("a@x.com".into(), Verdict::Duplicate);
            what_became(&InviteReport { invited, left_out: vec![left; left_out] })
        };
        assert_eq!(said(1, 0), "1 invite is being sent.");
        assert_eq!(
            said(50, 2),
            "50 invites are being sent. 2 addresses stayed here, each with its reason. You can leave; the Members page shows how far it is."
        );
        assert_eq!(said(0, 1), "Nobody was invited. 1 address stayed here, with its reason.");
    }
}
