//! Another name or job title for a member, and another address for one who has no account. P4, M5

use leptos::{prelude::*, server_fn::ServerFn};

use super::api::CorrectMember;
use crate::{
    app::{
        browser::focus::focus_now,
        components::{FieldError, TextField},
        console::{
            add_member::offer::Offer,
            context::{Changes, lead},
            modal::{Modal, ModalFrame},
            toasts::Toast,
        },
    },
    domain::{
        ids::MemberId,
        member::{MemberKind, NAME_MAX, TITLE_MAX},
        people::{Person, Standing},
    },
    words,
};

/// Whether the person was added on their behalf and has not joined: their address is the leads' to say.
pub fn is_managed(person: &Person) -> bool {
    matches!(
        person.standing,
        Standing::Member { kind: MemberKind::Managed, has_account: false, is_deactivated: false, .. }
    )
}

#[component]
pub fn CorrectDialog(person: Person, close: Callback<()>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let member = MemberId(person.id.0);
    let modal = Modal::new(close);
    modal.when_open(|| {
        focus_now("#c-name");
    });
    let save = ServerAction::<CorrectMember>::new();
    Effect::new(move || {
        if let Some(Ok(name)) = save.value().get() {
            toast.show(words::console::correct_done(name));
            modal.close();
            changes.hear([member].into_iter().collect());
        }
    });
    let error = move || save.value().get().and_then(Result::err);
    let about =
        move |field: &'static str| Signal::derive(move || error().and_then(|error| error.about(field)));
    let general = Signal::derive(move || error().and_then(|error| error.general()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if save.pending().get_untracked() {
            return;
        }
        if let Ok(data) = CorrectMember::from_event(&event) {
            save.dispatch(data);
        }
    };
    let address = is_managed(&person).then(|| person.address.clone().unwrap_or_default());
    let title = match address {
        Some(_) => words::console::correct_with_email(person.called()),
        None => words::console::correct(person.called()),
    };
    view! {
        <ModalFrame modal id="h-correct" title>
            <form method="post" action=CorrectMember::url() on:submit=submit novalidate=true>
                <input type="hidden" name="org" value=org.to_string() />
                <input type="hidden" name="member" value=member.to_string() />
                <div class="body stack">
                    <TextField
                        prefix="c"
                        name="name"
                        label=words::console::managed_name()
                        max=NAME_MAX
                        required=true
                        value=person.name.clone().unwrap_or_default()
                        error=about("name")
                    />
                    {address
                        .map(|address| {
                            let had_one = !address.is_empty();
                            view! {
                                <input type="hidden" name="has_email" value="on" />
                                <TextField
                                    prefix="c"
                                    name="email"
                                    label=words::console::managed_email()
                                    kind="email"
                                    optional=true
                                    value=address
                                    error=about("email")
                                />
                                {move || {
                                    error()
                                        .and_then(|error| error.remedy("email"))
                                        .map(|remedy| view! { <Offer remedy /> })
                                }}
                                {had_one
                                    .then(|| {
                                        view! { <p class="hint">{words::console::correct_email_hint()}</p> }
                                    })}
                            }
                        })}
                    <TextField
                        prefix="c"
                        name="title"
                        label=words::console::managed_title()
                        optional=true
                        max=TITLE_MAX
                        value=person.title.clone().unwrap_or_default()
                        error=about("title")
                    />
                    <p class="hint">{words::console::correct_hint()}</p>
                    <FieldError id="c-e" message=general />
                </div>
                <footer>
                    <button type="button" class="btn bare" on:click=move |_| modal.close()>
                        {words::console::cancel()}
                    </button>
                    <button class="btn primary" aria-busy=move || save.pending().get().then_some("true")>
                        {words::console::save()}
                    </button>
                </footer>
            </form>
        </ModalFrame>
    }
}
