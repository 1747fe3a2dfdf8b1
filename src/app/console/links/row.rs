//! The list of links: what each allows, how far it is used, and what can be done with it. L2, L6

use leptos::prelude::*;

use crate::{
    app::{
        browser::focus::focus_soon,
        components::{Empty, Icon, Precision, Sentence, Timestamp},
        console::{
            context::{Changes, lead},
            copy::CopyButton,
            links::{
                api::{LinkView, pause_link, resume_link},
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
    words,
};

/// What is opened under a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    Qr,
    Edit(Begin),
    Revoke,
    Waiting,
}

/// The one panel of the list that is open; it stays open when the list is loaded again.
pub type Open = RwSignal<Option<(LinkId, Panel)>>;

/// Rows that are drawn before somebody asks for all.
const AT_FIRST: usize = 50;

#[component]
pub fn Links(
    links: Signal<Vec<LinkView>>,
    teams: Vec<TeamView>,
    open: Open,
    unsent: Unsent,
) -> impl IntoView {
    let none = Memo::new(move |_| links.with(Vec::is_empty));
    let all = RwSignal::new(false);
    let most = move || if all.get() { usize::MAX } else { AT_FIRST };
    let shown = move || links.with(|links| links.iter().take(most()).cloned().collect::<Vec<_>>());
    let hidden = move || links.with(Vec::len).saturating_sub(most());
    view! {
        <Show when=move || none.get()>
            <Empty title=words::console::links_none() text=words::console::links_none_text() />
        </Show>
        <ul role="list" class="lines" hidden=none>
            <For each=shown key=|link| link.id let:link>
                <Row first=link links teams=teams.clone() open unsent />
            </For>
        </ul>
        <Show when=move || { hidden() > 0 }>
            <button type="button" class="btn sm" on:click=move |_| all.set(true)>
                {move || words::console::links_show_more(hidden() as i64)}
            </button>
        </Show>
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
            Panel::Qr => view! {
                <div class="note wide">
                    <QrCode link=id />
                </div>
            }
            .into_any(),
            Panel::Edit(begin) => view! { <Edit link teams=teams.clone() begin unsent close /> }.into_any(),
            Panel::Revoke => view! { <Revoke link=id used=link.used close done /> }.into_any(),
            Panel::Waiting => {
                let places = Callback::new(move |()| open.set(Some((id, Panel::Edit(Begin::Limit)))));
                view! { <Waiting name=called(&link) people=link.waiting places /> }.into_any()
            }
        })
    };
    // A join changes how far a link is used, not what can be done with it: the buttons stay.
    let acts = Memo::new(move |_| LinkView { used: 0, ..link.get() });
    view! {
        <li class="link-row" class:off=off>
            {move || {
                let link = link.get();
                view! { <Facts name=called(&link) link /> }
            }}
            {move || link.with(|link| view! { <Use used=link.used limit=link.usage_limit /> })}
            {move || {
                let link = acts.get();
                view! { <Acts name=called(&link) link open unsent /> }
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
    let who = match link.domains.as_slice() {
        [] => words::console::link_facts().to_owned(),
        domains => words::console::link_facts_domains(or_list(domains)),
    };
    let closing = if link.state == LinkState::Expired {
        words::console::link_facts_closed()
    } else {
        words::console::link_facts_closes()
    };
    let address = link.label.is_some().then(|| view! { <small class="url">{short(&link.url)}</small> });
    view! {
        <div class="facts-of-link">
            <span class="url" title=link.url.clone()>
                {name}
            </span>
            {address}
            <small>
                <b class=tone>{state_name(link.state)}</b>
                {who}
                {link.team.map(words::console::link_facts_team)}
                {link
                    .expires_at
                    .map(|at| {
                        view! {
                            <Sentence words=closing>
                                <Timestamp at precision=Precision::Deadline />
                            </Sentence>
                        }
                    })}
                {words::console::link_facts_by(link.created_by)}
            </small>
        </div>
    }
}

fn state_name(state: LinkState) -> &'static str {
    match state {
        LinkState::Live => words::console::link_state_live(),
        LinkState::Paused => words::console::link_state_paused(),
        LinkState::Full => words::console::link_state_full(),
        LinkState::Expired => words::console::link_state_expired(),
        LinkState::Revoked => words::console::link_state_revoked(),
    }
}

#[component]
fn Use(used: i32, limit: Option<i32>) -> impl IntoView {
    let words = match limit {
        Some(limit) => words::console::link_used_of(used, limit),
        None => words::console::link_used(used),
    };
    let meter = limit.map(|limit| {
        view! {
            <progress
                class="meter"
                max=limit.to_string()
                value=used.to_string()
                aria-label=words::console::link_used_meter()
            ></progress>
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
            toast.show(words::console::link_edit_unsent());
            focus_soon("#e-domains".into());
            return;
        }
        open.update(|open| *open = if *open == Some((id, panel)) { None } else { Some((id, panel)) });
    };
    // One button for each panel, which says whether it is open.
    let opener =
        move |word: &'static str, panel: Panel, icon: &'static str, text: &'static str, label: String| {
            view! {
                <button
                    type="button"
                    class="btn sm bare"
                    id=format!("link-{id}-{word}")
                    aria-label=label
                    aria-expanded=move || if open.get() == Some((id, panel)) { "true" } else { "false" }
                    on:click=move |_| toggle(panel)
                >
                    <Icon name=icon />
                    {text}
                </button>
            }
        };
    let qr = opener("qr", Panel::Qr, "qr", words::console::link_qr(), words::console::link_qr_label(&name));
    let edit = opener(
        "edit",
        Panel::Edit(Begin::First),
        "pen",
        words::console::link_change(),
        words::console::link_change_label(&name),
    );
    let revoke = opener(
        "revoke",
        Panel::Revoke,
        "bin",
        words::console::link_revoke(),
        words::console::link_revoke_label(&name),
    );
    let mend = match state {
        LinkState::Full => Some((
            Begin::Limit,
            words::console::link_add_places(),
            words::console::link_add_places_label(&name),
        )),
        LinkState::Expired => {
            Some((Begin::Expiry, words::console::link_reopen(), words::console::link_reopen_label(&name)))
        }
        _ => None,
    };
    let mend = mend.map(|(begin, text, label)| {
        view! {
            <button
                type="button"
                class="btn sm"
                aria-label=label
                on:click=move |_| toggle(Panel::Edit(begin))
            >
                {text}
            </button>
        }
    });
    let waiting = (!link.waiting.is_empty()).then(|| {
        let count = link.waiting.len() as i64;
        view! {
            <button
                type="button"
                class="btn sm"
                id=format!("link-{id}-waiting")
                aria-label=words::console::link_waiting_label(count, &name)
                aria-expanded=move || if open.get() == Some((id, Panel::Waiting)) { "true" } else { "false" }
                on:click=move |_| toggle(Panel::Waiting)
            >
                <Icon name="people" />
                {words::console::link_waiting(count)}
            </button>
        }
    });
    view! {
        <div class="acts">
            <CopyButton text=link.url.clone() what=words::console::copy_link(&name) />
            {mend}
            {waiting}
            {qr}
            {edit}
            {matches!(state, LinkState::Live | LinkState::Paused)
                .then(|| view! { <Pause id paused=state == LinkState::Paused name=name.clone() /> })}
            {revoke}
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
            resume_link(org, id).await.map(|()| words::console::link_resume_done())
        } else {
            pause_link(org, id).await.map(|()| words::console::link_pause_done())
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
    let (icon, text, label) = if paused {
        ("redo", words::console::link_resume(), words::console::link_resume_label(name))
    } else {
        ("pause", words::console::link_pause(), words::console::link_pause_label(name))
    };
    view! {
        <button
            type="button"
            class="btn sm bare"
            aria-label=label
            on:click=move |_| {
                press.dispatch(());
            }
        >
            <Icon name=icon />
            {text}
        </button>
    }
}

/// The end of a URL is what tells links apart.
fn short(url: &str) -> String {
    let (front, token) = url.rsplit_once('/').unwrap_or(("", url));
    let host = front.split("://").nth(1).unwrap_or(front);
    format!("{host}/…{}", &token[token.len().saturating_sub(6)..])
}
