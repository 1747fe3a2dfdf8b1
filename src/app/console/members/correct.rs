//! Another name or job title for a member. P4

use leptos::{prelude::*, server_fn::ServerFn};

use super::api::CorrectMember;
use crate::{
    app::{
        browser::focus::focus_now,
        components::{FieldError, TextField},
        console::{
            context::{Changes, lead},
            modal::{Modal, ModalFrame},
            toasts::Toast,
        },
    },
    domain::{
        ids::MemberId,
        member::{NAME_MAX, TITLE_MAX},
        people::Person,
    },
    words,
};

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
    view! {
        <ModalFrame modal id="h-correct" title=words::console::correct(person.called())>
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
