//! The tab of open invites: a new link, and all there are. L1, L2, L6

pub mod api;
mod copy;

use leptos::{html, prelude::*, server_fn::ServerFn};

use self::{
    api::{CreateLink, LinkView, RevokeLink},
    copy::CopyButton,
};
use super::{
    components::{Empty, FieldError, Icon, Load, Note, Precision, TextField, Tone, When},
    error::AppError,
    invites::{Dialog, Tab, managed::is_filled, send::TeamField},
    lead::{Changes, Toast, lead},
    teams::api::TeamView,
};
use crate::domain::{
    credit::{CreditOutlook, count},
    link::{LABEL_MAX, LinkState, or_list},
};

#[component]
pub fn LinkTab(
    outlook: CreditOutlook,
    teams: Vec<TeamView>,
    links: Resource<Result<Vec<LinkView>, AppError>>,
) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let dialog = expect_context::<Dialog>();
    let create = ServerAction::<CreateLink>::new();
    let form = NodeRef::<html::Form>::new();
    let newest = RwSignal::new(None::<LinkView>);
    Effect::new(move || {
        if let Some(Ok(link)) = create.value().get() {
            newest.set(Some(link));
            if let Some(form) = form.get_untracked() {
                form.reset();
            }
            dialog.set_unsent(Tab::Link, false);
            changes.note();
        }
    });
    let error = move || create.value().get().and_then(Result::err);
    let about =
        move |field: &'static str| Signal::derive(move || error().and_then(|error| error.about(field)));
    let other_error =
        Signal::derive(move || error().and_then(|error| error.about("team").or_else(|| error.general())));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if create.pending().get_untracked() {
            return;
        }
        if let Ok(mut data) = CreateLink::from_event(&event) {
            data.expires_at = to_utc(&data.expires_at);
            create.dispatch(data);
        }
    };
    let zone = RwSignal::new("UTC".to_owned());
    Effect::new(move || zone.set(own_zone()));
    view! {
        <form
            method="post"
            action=CreateLink::url()
            node_ref=form
            on:submit=submit
            on:input=move |_| dialog.set_unsent(Tab::Link, is_filled(form))
            novalidate=true
        >
            <input type="hidden" name="org" value=org.to_string()/>
            <div class="body stack">
                <p class="hint">"One link for many people. Share it in a chat or an email; whoever has it can join, within the limits you set here."</p>
                {move || newest.get().map(|link| view! { <NewLink link/> })}
                <div class="grid">
                    <TextField
                        prefix="l"
                        name="domains"
                        label="Domain restriction"
                        optional=true
                        hint="Such as @company.com, or *.company.com for its subdomains. Several with commas."
                        error=about("domains")
                    />
                    <TextField
                        prefix="l"
                        name="usage_limit"
                        label="Usage limit"
                        optional=true
                        hint="How many people may join."
                        error=about("usage_limit")
                    />
                </div>
                <div class="grid">
                    <div class="field">
                        <label for="l-expires_at">"Expiration date " <small>"(optional)"</small></label>
                        <input
                            id="l-expires_at"
                            name="expires_at"
                            type="datetime-local"
                            aria-invalid=move || about("expires_at").get().is_some().then_some("true")
                            aria-describedby="l-expires_at-h l-expires_at-e"
                        />
                        <p class="hint" id="l-expires_at-h">"Time zone: " {zone}</p>
                        <FieldError id="l-expires_at-e" message=about("expires_at")/>
                    </div>
                    <TextField
                        prefix="l"
                        name="label"
                        label="Label"
                        optional=true
                        max=LABEL_MAX
                        hint="For you and the other leads only."
                        error=about("label")
                    />
                    {if teams.is_empty() {
                        view! { <input type="hidden" name="team" value=""/> }.into_any()
                    } else {
                        view! { <TeamField id="l-team" teams/> }.into_any()
                    }}
                </div>
                <section class="part" aria-labelledby="h-links">
                    <header>
                        <h3 id="h-links">"Your links"</h3>
                    </header>
                    <Load data=links show={move |links: Vec<LinkView>| view! { <Links links/> }}/>
                </section>
            </div>
            <footer>
                <div class="grow stack tight">
                    <p>{outlook.for_adding(0)}</p>
                    <FieldError id="l-e" message=other_error/>
                </div>
                <button type="button" class="btn bare" on:click=move |_| dialog.close()>"Done"</button>
                <button class="btn go" aria-busy=move || create.pending().get().then_some("true")>
                    "Create invite link"
                </button>
            </footer>
        </form>
    }
}

/// The link that was just made, ready to be copied.
#[component]
fn NewLink(link: LinkView) -> impl IntoView {
    view! {
        <Note tone=Tone::Good>
            <p>
                <b>"Your link is ready."</b>
                " Copy it and share it."
            </p>
            <div class="row">
                <code class="grow" id="new-link">{link.url.clone()}</code>
                <CopyButton text=link.url what="the new link"/>
            </div>
        </Note>
    }
}

#[component]
fn Links(links: Vec<LinkView>) -> impl IntoView {
    if links.is_empty() {
        return view! {
            <Empty
                title="No links yet"
                text="A link lets many people join without a list of addresses. You set who, how many, and until when."
            />
        }
        .into_any();
    }
    view! {
        <ul role="list" class="lines">
            {links.into_iter().map(|link| view! { <Row link/> }).collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Row(link: LinkView) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let asking = RwSignal::new(false);
    let revoke = ServerAction::<RevokeLink>::new();
    Effect::new(move || {
        if let Some(result) = revoke.value().get() {
            match result {
                Ok(0) => toast.show("The link is revoked. Nobody had joined with it."),
                Ok(used) => {
                    let stay = if used == 1 { "stays a member" } else { "stay members" };
                    toast.show(format!(
                        "The link is revoked. The {} who joined {stay}.",
                        count(i64::from(used), "person", "people")
                    ));
                }
                Err(error) => toast.show(error.to_string()),
            }
            changes.note();
        }
    });
    let id = link.id;
    let name = link.label.clone().unwrap_or_else(|| short(&link.url));
    let tone = match link.state {
        LinkState::Live => "ok",
        LinkState::Full => "warn",
        LinkState::Expired => "",
        LinkState::Revoked => "bad",
    };
    let who = if link.domains.is_empty() { "any address".to_owned() } else { or_list(&link.domains) };
    let used = match link.usage_limit {
        Some(limit) => format!("{} of {limit} joined", link.used),
        None => format!("{} joined", link.used),
    };
    let off = link.state != LinkState::Live;
    let revocable = link.state != LinkState::Revoked;
    let stay = match link.used {
        0 => "Nobody new can join with it. Nobody has so far.".to_owned(),
        1 => "Nobody new can join with it. The person who already joined stays a member.".to_owned(),
        n => format!("Nobody new can join with it. The {n} people who already joined stay members."),
    };
    let url = link.url.clone();
    let label = name.clone();
    view! {
        <li class="link-row" class:off=off>
            <div>
                <span class="url" title=link.url.clone()>{name.clone()}</span>
                <small>
                    <b class=tone>{link.state.label()}</b>
                    {format!(", {who}")}
                    {link.team.map(|team| format!(", team {team}"))}
                    {link
                        .expires_at
                        .map(|at| {
                            let word = if link.state == LinkState::Expired { ", closed " } else { ", closes " };
                            view! { {word} <When at precision=Precision::Minute/> }
                        })}
                    {format!(", by {}", link.created_by)}
                </small>
            </div>
            <div class="use">
                <small>{used}</small>
                {link
                    .usage_limit
                    .map(|limit| {
                        view! {
                            <progress
                                class="meter"
                                max=limit.to_string()
                                value=link.used.to_string()
                                aria-label="Places used"
                            ></progress>
                        }
                    })}
            </div>
            <div class="acts">
                <CopyButton text=url what=format!("link {name}")/>
                {revocable
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="icon"
                                aria-label=format!("Revoke link {label}")
                                on:click=move |_| asking.set(true)
                            >
                                <Icon name="bin"/>
                            </button>
                        }
                    })}
            </div>
            {move || {
                let stay = stay.clone();
                asking
                    .get()
                    .then(|| {
                        view! {
                            <div class="note bad wide" role="alertdialog" aria-labelledby="rv-l" aria-describedby="rv-l-d">
                                <Icon name="alert"/>
                                <div class="stack tight">
                                    <p>
                                        <b id="rv-l">"Revoke this link?"</b>
                                    </p>
                                    <p id="rv-l-d">
                                        <small>{stay}</small>
                                    </p>
                                    <div class="row">
                                        <button
                                            type="button"
                                            class="btn sm no go"
                                            on:click=move |_| {
                                                revoke.dispatch(RevokeLink { org, link: id });
                                            }
                                        >
                                            "Revoke link"
                                        </button>
                                        <button type="button" class="btn sm" on:click=move |_| asking.set(false)>
                                            "Keep it"
                                        </button>
                                    </div>
                                </div>
                            </div>
                        }
                    })
            }}
        </li>
    }
}

/// The end of a URL is what tells links apart.
fn short(url: &str) -> String {
    let (front, token) = url.rsplit_once('/').unwrap_or(("", url));
    let host = front.split("://").nth(1).unwrap_or(front);
    format!("{host}/…{}", &token[token.len().saturating_sub(6)..])
}

/// What was typed in the person's zone, in UTC. L1
#[cfg(feature = "hydrate")]
fn to_utc(local: &str) -> String {
    if local.trim().is_empty() {
        return String::new();
    }
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_str(local));
    if date.get_time().is_nan() { local.to_owned() } else { date.to_iso_string().into() }
}

#[cfg(not(feature = "hydrate"))]
fn to_utc(local: &str) -> String {
    local.to_owned()
}

/// The name of the person's time zone.
#[cfg(feature = "hydrate")]
fn own_zone() -> String {
    let options =
        js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "yours".into())
}

#[cfg(not(feature = "hydrate"))]
fn own_zone() -> String {
    "UTC".into()
}
