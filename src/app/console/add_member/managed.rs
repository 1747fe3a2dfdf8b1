//! The tab that adds somebody on their behalf. M1, M2, M4

use leptos::{html, prelude::*, server_fn::ServerFn};

use crate::{
    app::{
        browser::forms::is_filled,
        components::{FieldError, Icon, TextField},
        console::{
            add_member::dialog::{Dialog, Tab},
            context::lead,
            members::api::AddManaged,
            teams::{api::TeamView, field::TeamField},
        },
    },
    domain::{
        credit::CreditOutlook,
        member::{NAME_MAX, TITLE_MAX},
    },
};

#[component]
pub fn ManagedTab(outlook: CreditOutlook, teams: Vec<TeamView>) -> impl IntoView {
    let org = lead().org;
    let dialog = expect_context::<Dialog>();
    let add = ServerAction::<AddManaged>::new();
    let form = NodeRef::<html::Form>::new();
    Effect::new(move || {
        if let Some(Ok(member)) = add.value().get() {
            dialog.set_unsent(Tab::Managed, false);
            window().location().set_href(&format!("/members/{member}/shoot")).ok();
        }
    });
    let error = move || add.value().get().and_then(Result::err);
    let about =
        move |field: &'static str| Signal::derive(move || error().and_then(|error| error.about(field)));
    let other_error =
        Signal::derive(move || error().and_then(|error| error.about("team").or_else(|| error.general())));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if add.pending().get_untracked() {
            return;
        }
        if let Ok(data) = AddManaged::from_event(&event) {
            add.dispatch(data);
        }
    };
    let typed = move |_| {
        dialog.set_unsent(Tab::Managed, is_filled(form));
    };
    view! {
        <form method="post" action=AddManaged::url() node_ref=form on:submit=submit on:input=typed novalidate=true>
            <input type="hidden" name="org" value=org.to_string()/>
            <div class="body stack">
                <p class="hint">
                    "For someone who cannot or would rather not do it themselves. You upload their photos; they need no account."
                </p>
                <TextField prefix="m" name="name" label="Name" max=NAME_MAX required=true error=about("name")/>
                <TextField
                    prefix="m"
                    name="email"
                    label="Email"
                    kind="email"
                    optional=true
                    placeholder=" "
                    error=about("email")
                />
                <ul role="list" class="either" aria-live="polite">
                    <li class="with">
                        <Icon name="mail"/>
                        <span>
                            <b>"With an email"</b>
                            " They get a notice when the headshots are ready and see them directly."
                        </span>
                    </li>
                    <li class="without">
                        <Icon name="lock"/>
                        <span>
                            <b>"Without an email"</b>
                            " Only Team Leads see the headshots, and pass them on themselves."
                        </span>
                    </li>
                </ul>
                <div class="grid">
                    <TextField
                        prefix="m"
                        name="title"
                        label="Job title"
                        optional=true
                        max=TITLE_MAX
                        error=about("title")
                    />
                    {if teams.is_empty() {
                        view! { <input type="hidden" name="team" value=""/> }.into_any()
                    } else {
                        view! { <TeamField id="m-team" teams/> }.into_any()
                    }}
                </div>
                <section class="field">
                    <h3>"What happens next"</h3>
                    <ol class="next">
                        <li>
                            <span>"We create the member and take you to their photo upload."</span>
                        </li>
                        <li>
                            <span>"You add 8 to 15 photos. You can stop and come back."</span>
                        </li>
                        <li>
                            <span>"One credit is used when you submit the photos."</span>
                        </li>
                    </ol>
                </section>
            </div>
            <footer>
                <div class="grow stack tight">
                    <p>{outlook.for_adding(1)}</p>
                    <FieldError id="m-e" message=other_error/>
                </div>
                <button type="button" class="btn bare" on:click=move |_| dialog.close()>"Cancel"</button>
                <button class="btn go" aria-busy=move || add.pending().get().then_some("true")>"Add member"</button>
            </footer>
        </form>
    }
}
