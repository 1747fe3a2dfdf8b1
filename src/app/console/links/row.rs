//! The list of links: what each allows, how far it is used, and what can be done with it. L2, L6

use leptos::prelude::*;

use crate::{
    app::{
        browser::focus::focus_soon,
        components::{Empty, Icon, Precision, Timestamp},
        console::{
            context::{Changes, lead},
            links::{
                api::{LinkView, pause_link, resume_link},
                copy::CopyButton,
                edit::{Begin, Edit},
                revoke::Revoke,
                share::QrCode,
                unsent::Unsent,
                waiting::Waiting,
            },
            teams::api::TeamView,
            toasts::Toast,
        },
    },
    domain::{
        ids::LinkId,
        link::{LinkState, or_list},
    },
};

/// What is opened under a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    Qr,
    Edit(Begin),
    Revoke,
    Waiting,
}

/// The one panel of the list that is open; it stays open when the list is loaded anew.
pub type Open = RwSignal<Option<(LinkId, Panel)>>;

#[component]
pub fn Links(
    links: Signal<Vec<LinkView>>,
    teams: Vec<TeamView>,
    open: Open,
    unsent: Unsent,
) -> impl IntoView {
    let none = Memo::new(move |_| links.with(Vec::is_empty));
    view! {
        <Show when=move || none.get()>
            <Empty
                title="No links yet"
                text="A link lets many people join without a list of addresses. You set who, how many, and until when."
            />
        </Show>
        <ul role="list" class="lines" hidden=none>
            <For each=move || links.get() key=|link| link.id let:link>
                <Row first=link links teams=teams.clone() open unsent/>
            </For>
        </ul>
    }
}

/// A row stays while its link is used and changed by others, and so does what is typed in it. N7
#[component]
fn Row(
    first: LinkView,
    links: Signal<Vec<LinkView>>,
    teams: Vec<TeamView>,
    open: Open,
    unsent: Unsent,
) -> impl IntoView {
    let id = first.id;
    let link = Memo::new(move |_| {
        links.with(|links| links.iter().find(|link| link.id == id).cloned()).unwrap_or_else(|| first.clone())
    });
    let close = Callback::new(move |()| {
        let opener = match open.get_untracked() {
            Some((_, Panel::Edit(_))) => "edit",
            Some((_, Panel::Revoke)) => "revoke",
            Some((_, Panel::Waiting)) => "waiting",
            _ => "qr",
        };
        open.set(None);
        unsent.edit.set(false);
        focus_soon(format!("#link-{id}-{opener}"));
    });
    // The buttons of a revoked link go with it.
    let done = Callback::new(move |()| {
        open.set(None);
        focus_soon("#h-links".into());
    });
    let off = move || {
        link.with(|link| matches!(link.state, LinkState::Full | LinkState::Expired | LinkState::Revoked))
    };
    let here = Memo::new(move |_| open.get().filter(|(of, _)| *of == id).map(|(_, panel)| panel));
    let panel = move || {
        let panel = here.get()?;
        let link = link.get_untracked();
        Some(match panel {
            Panel::Qr => view! { <div class="note wide"><QrCode link=id/></div> }.into_any(),
            Panel::Edit(begin) => view! { <Edit link teams=teams.clone() begin unsent close/> }.into_any(),
            Panel::Revoke => view! { <Revoke link=id used=link.used close done/> }.into_any(),
            Panel::Waiting => {
                let places = Callback::new(move |()| open.set(Some((id, Panel::Edit(Begin::Limit)))));
                view! { <Waiting name=called(&link) people=link.waiting places/> }.into_any()
            }
        })
    };
    // A join changes how far a link is used, not what can be done with it: the buttons stay.
    let acts = Memo::new(move |_| LinkView { used: 0, ..link.get() });
    view! {
        <li class="link-row" class:off=off>
            {move || {
                let link = link.get();
                view! { <Facts name=called(&link) link/> }
            }}
            {move || link.with(|link| view! { <Use used=link.used limit=link.usage_limit/> })}
            {move || {
                let link = acts.get();
                view! { <Acts name=called(&link) link open unsent/> }
            }}
            {panel}
        </li>
    }
}

/// What a link is called: its label, or the end of its URL.
fn called(link: &LinkView) -> String {
    link.label.clone().unwrap_or_else(|| short(&link.url))
}

/// Who may join, until when, by whom it was made.
#[component]
fn Facts(link: LinkView, name: String) -> impl IntoView {
    let tone = match link.state {
        LinkState::Live => "ok",
        LinkState::Full | LinkState::Paused => "warn",
        LinkState::Expired => "",
        LinkState::Revoked => "bad",
    };
    let who = if link.domains.is_empty() { "any address".to_owned() } else { or_list(&link.domains) };
    let address = link.label.is_some().then(|| view! { <small class="url">{short(&link.url)}</small> });
    view! {
        <div class="facts-of-link">
            <span class="url" title=link.url.clone()>{name}</span>
            {address}
            <small>
                <b class=tone>{link.state.label()}</b>
                {format!(", {who}")}
                {link.team.map(|team| format!(", team {team}"))}
                {link
                    .expires_at
                    .map(|at| {
                        let word = if link.state == LinkState::Expired { ", closed " } else { ", closes " };
                        view! { {word} <Timestamp at precision=Precision::Minute/> }
                    })}
                {format!(", by {}", link.created_by)}
            </small>
        </div>
    }
}

#[component]
fn Use(used: i32, limit: Option<i32>) -> impl IntoView {
    let words = match limit {
        Some(limit) => format!("{used} of {limit} joined"),
        None => format!("{used} joined"),
    };
    let meter = limit.map(|limit| {
        view! {
            <progress class="meter" max=limit.to_string() value=used.to_string() aria-label="Places used"></progress>
        }
    });
    view! {
        <div class="use">
            <small>{words}</small>
            {meter}
        </div>
    }
}

#[component]
fn Acts(link: LinkView, name: String, open: Open, unsent: Unsent) -> impl IntoView {
    let id = link.id;
    let state = link.state;
    if state == LinkState::Revoked {
        return ().into_any();
    }
    let toast = expect_context::<Toast>();
    let toggle = move |panel: Panel| {
        // What was typed into one panel is not lost to the opening of another.
        if unsent.edit.get_untracked() {
            toast.show("Save or cancel your changes first.");
            focus_soon("#e-domains".into());
            return;
        }
        open.update(|open| *open = if *open == Some((id, panel)) { None } else { Some((id, panel)) });
    };
    // One button for each panel, which says whether it is open.
    let opener = {
        let name = name.clone();
        move |word: &'static str,
              panel: Panel,
              icon: &'static str,
              label: &'static str,
              verb: &'static str| {
            view! {
                <button
                    type="button"
                    class="btn sm bare"
                    id=format!("link-{id}-{word}")
                    aria-label=format!("{verb} {name}")
                    aria-expanded=move || if open.get() == Some((id, panel)) { "true" } else { "false" }
                    on:click=move |_| toggle(panel)
                >
                    <Icon name=icon/>
                    {label}
                </button>
            }
        }
    };
    let mend = match state {
        LinkState::Full => Some((Begin::Limit, "Add places")),
        LinkState::Expired => Some((Begin::Expiry, "Reopen")),
        _ => None,
    };
    let mend = mend.map(|(begin, label)| {
        view! {
            <button
                type="button"
                class="btn sm"
                aria-label=format!("{label}: link {name}")
                on:click=move |_| toggle(Panel::Edit(begin))
            >
                {label}
            </button>
        }
    });
    let waiting = (!link.waiting.is_empty()).then(|| {
        let count = link.waiting.len();
        view! {
            <button
                type="button"
                class="btn sm"
                id=format!("link-{id}-waiting")
                aria-label=format!("{count} waiting for link {name}")
                aria-expanded=move || if open.get() == Some((id, Panel::Waiting)) { "true" } else { "false" }
                on:click=move |_| toggle(Panel::Waiting)
            >
                <Icon name="people"/>
                {format!("{count} waiting")}
            </button>
        }
    });
    view! {
        <div class="acts">
            <CopyButton text=link.url.clone() what=format!("link {name}")/>
            {mend}
            {waiting}
            {opener("qr", Panel::Qr, "qr", "QR code", "QR code of link")}
            {opener("edit", Panel::Edit(Begin::First), "pen", "Edit", "Edit link")}
            {matches!(state, LinkState::Live | LinkState::Paused).then(|| view! { <Pause id paused=state == LinkState::Paused name=name.clone()/> })}
            {opener("revoke", Panel::Revoke, "bin", "Revoke", "Revoke link")}
        </div>
    }
    .into_any()
}

/// Pauses a link, or ends its pause.
#[component]
fn Pause(id: LinkId, paused: bool, name: String) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let press = Action::new(move |(): &()| async move {
        if paused {
            resume_link(org, id).await.map(|()| "The link works again.")
        } else {
            let paused = "The link is paused: nobody can join with it until you resume it.";
            pause_link(org, id).await.map(|()| paused)
        }
    });
    Effect::new(move || {
        if let Some(result) = press.value().get() {
            match result {
                Ok(words) => toast.show(words),
                Err(error) => toast.show(error.to_string()),
            }
            changes.note();
        }
    });
    let (icon, label) = if paused { ("redo", "Resume") } else { ("pause", "Pause") };
    view! {
        <button
            type="button"
            class="btn sm bare"
            aria-label=format!("{label} link {name}")
            on:click=move |_| {
                press.dispatch(());
            }
        >
            <Icon name=icon/>
            {label}
        </button>
    }
}

/// The end of a URL is what tells links apart.
fn short(url: &str) -> String {
    let (front, token) = url.rsplit_once('/').unwrap_or(("", url));
    let host = front.split("://").nth(1).unwrap_or(front);
    format!("{host}/…{}", &token[token.len().saturating_sub(6)..])
}
