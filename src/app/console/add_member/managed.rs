//! The tab that adds somebody on their behalf. M1, M2, M4

use leptos::{html, prelude::*, server_fn::ServerFn};

use crate::{
    app::{
        browser::forms::is_filled,
        components::{FieldError, Icon, TextField},
        console::{
            add_member::{dialog::Dialog, offer::Offer, tab::Tab},
            context::lead,
            credits::outlook::for_adding,
            help_link::HelpLink,
            members::api::AddManaged,
            teams::{api::TeamView, field::TeamField},
        },
    },
    domain::{
        credit::CreditOutlook,
        member::{NAME_MAX, TITLE_MAX},
    },
    words,
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
    let plain = dialog.plain(Tab::Managed);
    let typed = |field| plain.as_ref().map(|plain| plain.typed(field)).unwrap_or_default();
    let (name, email, title, sent_team) = (typed("name"), typed("email"), typed("title"), typed("team"));
    let refused = plain.and_then(|plain| plain.error());
    let error = Signal::derive(move || match add.value().get() {
        Some(result) => result.err(),
        None => refused.clone(),
    });
    let error = move || error.get();
    // What a browser kept or somebody typed before the page had its scripts is unsent as well.
    form.on_load(move |_| dialog.set_unsent(Tab::Managed, is_filled(form)));
    let team = NodeRef::<html::Select>::new();
    team.on_load(move |team| {
        if !sent_team.is_empty() {
            team.set_value(&sent_team);
        }
    });
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
        <form
            method="post"
            action=AddManaged::url()
            node_ref=form
            on:submit=submit
            on:input=typed
            novalidate=true
        >
            <input type="hidden" name="org" value=org.to_string() />
            <div class="body stack">
                <p class="hint">{words::console::managed()}</p>
                <TextField
                    prefix="m"
                    name="name"
                    label=words::console::managed_name()
                    max=NAME_MAX
                    required=true
                    autofocus=true
                    value=name
                    error=about("name")
                />
                <TextField
                    prefix="m"
                    name="email"
                    label=words::console::managed_email()
                    kind="email"
                    optional=true
                    placeholder=" "
                    value=email
                    error=about("email")
                />
                {move || {
                    error().and_then(|error| error.remedy("email")).map(|remedy| view! { <Offer remedy /> })
                }}
                <ul role="list" class="either" aria-live="polite">
                    <li class="with">
                        <Icon name="mail" />
                        <span>
                            <b>{words::console::managed_with_email()}</b>
                            " "
                            {words::console::managed_with_email_text()}
                        </span>
                    </li>
                    <li class="without">
                        <Icon name="lock" />
                        <span>
                            <b>{words::console::managed_without_email()}</b>
                            " "
                            {words::console::managed_without_email_text()}
                        </span>
                    </li>
                </ul>
                <div class="grid">
                    <TextField
                        prefix="m"
                        name="title"
                        label=words::console::managed_title()
                        optional=true
                        max=TITLE_MAX
                        value=title
                        error=about("title")
                    />
                    {if teams.is_empty() {
                        view! { <input type="hidden" name="team" value="" /> }.into_any()
                    } else {
                        view! { <TeamField id="m-team" teams node=team /> }.into_any()
                    }}
                </div>
                <section class="field">
                    <h3>{words::console::what_next()}</h3>
                    <ol class="next">
                        <li>
                            <span>{words::console::managed_step_create()}</span>
                        </li>
                        <li>
                            <span>{words::console::managed_step_photos()}</span>
                        </li>
                        <li>
                            <span>{words::console::managed_step_submit()}</span>
                        </li>
                    </ol>
                </section>
                <HelpLink />
            </div>
            <footer>
                <div class="grow stack tight">
                    <p>{for_adding(outlook, 1)}</p>
                    <FieldError id="m-e" message=other_error />
                </div>
                <button type="button" class="btn bare" on:click=move |_| dialog.close()>
                    {words::console::cancel()}
                </button>
                <button class="btn primary" aria-busy=move || add.pending().get().then_some("true")>
                    {words::console::managed_button()}
                </button>
            </footer>
        </form>
    }
}
