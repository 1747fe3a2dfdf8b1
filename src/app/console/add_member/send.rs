//! The tab that sends personal invites: addresses, team, note. I1, I3, I4

use std::collections::HashSet;

use leptos::{html, prelude::*, server_fn::ServerFn};

use crate::{
    app::{
        components::FieldError,
        console::{
            add_member::{
                addresses::Addresses,
                api::{InviteReport, SendInvites},
                chips::AddressBox,
                dialog::{Dialog, Tab},
            },
            context::{Changes, lead},
            teams::{api::TeamView, field::TeamField},
            toasts::Toast,
        },
    },
    domain::{
        credit::{CreditOutlook, count},
        invite::NOTE_MAX,
    },
};

/// From so many invites on, the Members page is where their sending is followed. I13
const MANY: u32 = 50;

#[component]
pub fn SendTab(outlook: CreditOutlook, own_domain: Option<String>, teams: Vec<TeamView>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let dialog = expect_context::<Dialog>();
    let addresses = Addresses::new(org, own_domain, teams);
    let send = ServerAction::<SendInvites>::new();
    let under_way = StoredValue::new(HashSet::new());
    let team = NodeRef::<html::Select>::new();
    let note = NodeRef::<html::Textarea>::new();
    let note_typed = RwSignal::new(String::new());

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
    let error = move || send.value().get().and_then(Result::err);
    let address_error = Signal::derive(move || error().and_then(|error| error.about("addresses")));
    let note_error = Signal::derive(move || error().and_then(|error| error.about("note")));
    let other_error =
        Signal::derive(move || error().and_then(|error| error.about("team").or_else(|| error.general())));
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
    view! {
        <form method="post" action=SendInvites::url() on:submit=submit>
            <input type="hidden" name="org" value=org.to_string()/>
            <div class="body stack">
                <AddressBox addresses error=address_error/>
                <div class="grid">
                    {move || {
                        let teams = addresses.teams.get();
                        if teams.is_empty() {
                            view! { <input type="hidden" name="team" value=""/> }.into_any()
                        } else {
                            view! { <TeamField id="f-send-team" teams node=team/> }.into_any()
                        }
                    }}
                    <div class="field">
                        <label for="f-note">"Note to them " <small>"(optional)"</small></label>
                        <textarea
                            id="f-note"
                            name="note"
                            rows="2"
                            maxlength=NOTE_MAX.to_string()
                            node_ref=note
                            aria-describedby="f-note-e"
                            on:input=move |event| note_typed.set(event_target_value(&event))
                        ></textarea>
                        <FieldError id="f-note-e" message=note_error/>
                    </div>
                </div>
                <section class="field">
                    <h3>"What happens next"</h3>
                    <ol class="next">
                        <li>
                            <span>"Each person gets an email with a link that works only for them."</span>
                        </li>
                        <li>
                            <span>"They join, then add 8 to 15 photos from their phone."</span>
                        </li>
                        <li>
                            <span>"One credit is used when they submit their photos, not before."</span>
                        </li>
                    </ol>
                </section>
                <p class="hint">
                    <a href="/help/inviting" rel="external" target="_blank">"How inviting works"</a>
                </p>
            </div>
            <footer>
                <div class="grow stack tight">
                    <p>{move || outlook.for_adding(i64::try_from(to_invite()).unwrap_or(0))}</p>
                    <FieldError id="f-send-e" message=other_error/>
                </div>
                <button type="button" class="btn bare" on:click=move |_| dialog.close()>"Cancel"</button>
                <button
                    class="btn go"
                    aria-busy=move || (send.pending().get() || addresses.is_being_checked()).then_some("true")
                    disabled=move || {
                        // Not before the page is awake: a plain form counts nothing.
                        awake.get() && to_invite() == 0 && addresses.nothing_typed()
                    }
                >
                    {move || {
                        let people = count(i64::try_from(to_invite()).unwrap_or(0), "member", "members");
                        if send.pending().get() { format!("Inviting {people}…") } else { format!("Invite {people}") }
                    }}
                </button>
            </footer>
        </form>
    }
}

/// What is said after a send. What did not go stays in the field, each with its reason. I13
fn what_became(report: &InviteReport) -> String {
    let invites = count(i64::from(report.invited), "invite is being", "invites are being");
    let follow =
        if report.invited >= MANY { " You can leave; the Members page shows how far it is." } else { "" };
    match report.left_out.len() {
        0 => format!("{invites} sent.{follow}"),
        left => {
            let left = count(
                i64::try_from(left).unwrap_or(i64::MAX),
                "address stayed here, with its reason",
                "addresses stayed here, each with its reason",
            );
            match report.invited {
                0 => format!("Nobody was invited. {left}."),
                _ => format!("{invites} sent. {left}.{follow}"),
            }
        }
    }
}
