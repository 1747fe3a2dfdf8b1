//! Changing a link in its place in the list. L2

use leptos::{html, prelude::*, server_fn::ServerFn};

use crate::{
    app::{
        browser::focus::focus_soon,
        components::FieldError,
        console::{
            context::{Changes, lead},
            links::{
                api::{EditLink, LinkView},
                expiry::Expiry,
                form::{LinkFields, general},
                unsent::Unsent,
            },
            teams::api::TeamView,
            toasts::Toast,
        },
    },
    words,
};

/// The field at which an edit begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    First,
    /// To add places to a full link.
    Limit,
    /// To open an expired link again.
    Expiry,
}

impl Begin {
    const fn field(self) -> &'static str {
        match self {
            Self::First => "#e-domains",
            Self::Limit => "#e-usage_limit",
            Self::Expiry => "#e-expires_at",
        }
    }
}

/// The form; `close` puts it away.
#[component]
pub fn Edit(
    link: LinkView,
    teams: Vec<TeamView>,
    begin: Begin,
    unsent: Unsent,
    close: Callback<()>,
) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let edit = ServerAction::<EditLink>::new();
    let expiry = Expiry::new(link.expires_at);
    let id = link.id;
    Effect::new(move || {
        if let Some(Ok(())) = edit.value().get() {
            toast.show(words::console::link_edit_done());
            close.run(());
            changes.note();
        }
    });
    let node = NodeRef::<html::Form>::new();
    node.on_load(move |_| focus_soon(begin.field().into()));
    let error = Signal::derive(move || edit.value().get().and_then(Result::err));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if edit.pending().get_untracked() {
            return;
        }
        if let Ok(mut data) = EditLink::from_event(&event) {
            data.expires_at = expiry.read();
            edit.dispatch(data);
        }
    };
    view! {
        <form
            class="note wide newlink"
            method="post"
            action=EditLink::url()
            node_ref=node
            on:submit=submit
            on:input=move |_| unsent.edit.set(true)
            novalidate=true
            aria-label=words::console::link_edit()
        >
            <input type="hidden" name="org" value=org.to_string() />
            <input type="hidden" name="link" value=id.to_string() />
            <LinkFields
                prefix="e"
                expiry_id="e-expires_at"
                team_id="e-team"
                link
                teams
                expiry
                error
                changed=Callback::new(move |()| unsent.edit.set(true))
            />
            <div class="row">
                <button class="btn sm" aria-busy=move || edit.pending().get().then_some("true")>
                    {words::console::link_edit_button()}
                </button>
                <button type="button" class="btn sm bare" on:click=move |_| close.run(())>
                    {words::console::cancel()}
                </button>
            </div>
            <FieldError id="e-e" message=general(error) />
        </form>
    }
}
