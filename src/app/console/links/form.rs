//! The fields of a link, the same for a new one and for a change, and the form for a new one. L1

use leptos::{html, prelude::*, server_fn::ServerFn};

use crate::{
    app::{
        browser::{focus::focus_soon, forms::is_filled},
        components::{FieldError, TextField},
        console::{
            add_member::{dialog::Dialog, plain::PlainPost, tab::Tab},
            context::{Changes, lead},
            credits::outlook::for_adding,
            links::{
                api::{CreateLink, LinkView},
                expiry::{Expiry, ExpiryField},
                share::NewLink,
                unsent::Unsent,
            },
            teams::{api::TeamView, field::TeamField},
        },
        error::AppError,
    },
    domain::{credit::CreditOutlook, link::LABEL_MAX},
    words,
};

/// What the fields of a form need: their ids begin with `prefix`.
#[component]
pub fn LinkFields(
    prefix: &'static str,
    expiry_id: &'static str,
    team_id: &'static str,
    /// What the fields hold at first.
    #[prop(optional)]
    link: Option<LinkView>,
    /// What a plain form had sent.
    #[prop(optional_no_strip)]
    plain: Option<PlainPost>,
    teams: Vec<TeamView>,
    expiry: Expiry,
    error: Signal<Option<AppError>>,
    changed: Callback<()>,
) -> impl IntoView {
    let about =
        move |field: &'static str| Signal::derive(move || error.get().and_then(|error| error.about(field)));
    let domains =
        link.as_ref().map(|link| link.domains.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    let limit = link.as_ref().and_then(|link| link.usage_limit).map(|limit| limit.to_string());
    let label = link.as_ref().and_then(|link| link.label.clone());
    let team = link.and_then(|link| link.team_id).map(|team| team.to_string());
    let typed = |field| plain.as_ref().map(|plain| plain.typed(field));
    let domains = typed("domains").or(domains);
    let limit = typed("usage_limit").or(limit);
    let label = typed("label").or(label);
    let team = typed("team").or(team).unwrap_or_default();
    let team_node = NodeRef::<html::Select>::new();
    team_node.on_load(move |select| {
        if !team.is_empty() {
            select.set_value(&team);
        }
    });
    view! {
        <div class="grid">
            <TextField
                prefix
                name="domains"
                label=words::console::link_domains()
                optional=true
                autofocus=true
                value=domains.unwrap_or_default()
                hint=words::console::link_domains_hint()
                error=about("domains")
            />
            <TextField
                prefix
                name="usage_limit"
                label=words::console::link_limit()
                optional=true
                value=limit.unwrap_or_default()
                hint=words::console::link_limit_hint()
                error=about("usage_limit")
            />
        </div>
        <ExpiryField id=expiry_id expiry error=about("expires_at") changed />
        <div class="grid">
            <TextField
                prefix
                name="label"
                label=words::console::link_label()
                optional=true
                max=LABEL_MAX
                value=label.unwrap_or_default()
                hint=words::console::link_label_hint()
                error=about("label")
            />
            {if teams.is_empty() {
                view! { <input type="hidden" name="team" value="" /> }.into_any()
            } else {
                view! { <TeamField id=team_id teams node=team_node /> }.into_any()
            }}
        </div>
    }
}

/// What is wrong and belongs to no field.
pub fn general(error: Signal<Option<AppError>>) -> Signal<Option<String>> {
    Signal::derive(move || error.get().and_then(|error| error.about("team").or_else(|| error.general())))
}

/// Makes a link, and shows it ready to be shared. L1, L2
#[component]
pub fn NewLinkForm(outlook: CreditOutlook, teams: Vec<TeamView>, unsent: Unsent) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let create = ServerAction::<CreateLink>::new();
    let form = NodeRef::<html::Form>::new();
    let expiry = Expiry::new(None);
    let newest = RwSignal::new(None::<LinkView>);
    Effect::new(move || {
        if let Some(Ok(link)) = create.value().get() {
            newest.set(Some(link));
            // Where it says that the link is ready, and is copied.
            focus_soon("#new-link-copy".into());
            if let Some(form) = form.get_untracked() {
                form.reset();
            }
            expiry.clear();
            unsent.new_link.set(false);
            changes.note();
        }
    });
    let plain = expect_context::<Dialog>().plain(Tab::Link);
    let refused = plain.as_ref().and_then(PlainPost::error);
    let error = Signal::derive(move || match create.value().get() {
        Some(result) => result.err(),
        None => refused.clone(),
    });
    // What a browser kept or somebody typed before the page had its scripts is unsent as well.
    form.on_load(move |_| unsent.new_link.set(is_filled(form)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if create.pending().get_untracked() {
            return;
        }
        if let Ok(mut data) = CreateLink::from_event(&event) {
            data.expires_at = expiry.read();
            create.dispatch(data);
        }
    };
    view! {
        <form
            class="newlink"
            method="post"
            action=CreateLink::url()
            node_ref=form
            on:submit=submit
            on:input=move |_| unsent.new_link.set(is_filled(form))
            novalidate=true
        >
            <input type="hidden" name="org" value=org.to_string() />
            <p class="hint">{words::console::links_intro()}</p>
            {move || newest.get().map(|link| view! { <NewLink link /> })}
            <LinkFields
                prefix="l"
                expiry_id="l-expires_at"
                team_id="l-team"
                plain
                teams
                expiry
                error
                changed=Callback::new(move |()| unsent.new_link.set(true))
            />
            <div class="row">
                <button class="btn primary" aria-busy=move || create.pending().get().then_some("true")>
                    {words::console::link_create()}
                </button>
                <small class="grow">{for_adding(outlook, 0)}</small>
            </div>
            <FieldError id="l-e" message=general(error) />
        </form>
    }
}
