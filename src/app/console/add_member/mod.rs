//! The Add-member dialog: one dialog, three tabs, each with a URL of its own. D1, D2, D3
//!
//! Its tabs: sending invites and adding on someone's behalf are here, open links in `links`.

mod addresses;
pub mod api;
pub mod button;
mod chips;
pub mod dialog;
mod fixes;
mod managed;
pub mod offer;
pub mod plain;
mod send;
pub mod tab;

use leptos::{ev::KeyboardEvent, html, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
};

use self::{
    api::Adding,
    dialog::{Dialog, Unsent},
    managed::ManagedTab,
    plain::PlainPost,
    send::SendTab,
    tab::{Tab, query_with},
};
use crate::{
    app::{
        browser::focus::{field_in_use, focus_now, focus_soon},
        components::{Icon, Load},
        console::{
            context::{Changes, lead},
            credits::FROM_ADD,
            links::{
                LinkTab,
                api::{LinkView, links},
            },
            parts::{LazyPart, Part},
            toasts::Toasts,
        },
        error::AppError,
        page_data::page_data,
    },
    words,
};

/// The organization's links, loaded again when something changes.
type Links = Resource<Result<Vec<LinkView>, AppError>>;

/// The dialog's place on every page of the lead; `fallback` while it is closed. D1
#[component]
pub fn AddMemberPlace(fallback: ViewFn) -> impl IntoView {
    let query = use_query_map();
    let asked_for = Memo::new(move |_| query.with(|query| query.get("add").map(|word| Tab::named(&word))));
    // While the URL asks for no tab the last one stays, until the dialog is closed.
    let tab = Memo::new(move |last: Option<&Tab>| asked_for.get().or(last.copied()).unwrap_or(Tab::Invite));
    let open = RwSignal::new(asked_for.get_untracked().is_some());
    let unsent = Unsent::default();
    let navigate = use_navigate();
    let path = use_location().pathname;
    Effect::new(move || match asked_for.get() {
        Some(_) => open.set(true),
        None if open.get_untracked() && unsent.any() => {
            let asked = query.with_untracked(|asked| query_with(asked, Some(tab.get_untracked())));
            let back = format!("{}{asked}", path.get_untracked());
            navigate(&back, NavigateOptions { scroll: false, ..Default::default() });
            unsent.asking.set(true);
        }
        None => open.set(false),
    });
    provide_context(Opened { tab, unsent });
    view! {
        <Show when=move || open.get() fallback=move || fallback.run()>
            <LazyPart part=Part::AddMember />
        </Show>
    }
}

/// What the URL asks the dialog for, and what would be lost with it.
#[derive(Clone, Copy)]
struct Opened {
    tab: Memo<Tab>,
    unsent: Unsent,
}

/// The dialog itself.
#[component]
pub fn AddMember() -> impl IntoView {
    let Opened { tab, unsent } = expect_context();
    let org = lead().org;
    let changes = expect_context::<Changes>();
    // Once for each opening: what is typed must not be drawn again because something changed.
    let data = Resource::new(|| (), move |()| api::begin_adding(org));
    let plain = page_data(use_context::<PlainPost>);
    // Made here, though only one tab reads it: a resource that is made inside a boundary can be
    // disposed of while the server is still loading it.
    let links = Resource::new(move || changes.track(), move |_| links(org));
    let node = NodeRef::<html::Dialog>::new();
    let navigate = use_navigate();
    let (path, query) = (use_location().pathname, use_query_map());
    let asking = unsent.asking;

    let leave = {
        let navigate = navigate.clone();
        Callback::new(move |()| {
            unsent.forget();
            if let Some(dialog) = node.get_untracked() {
                dialog.close();
            }
            let asked = query.with_untracked(|asked| query_with(asked, None));
            let below = format!("{}{asked}", path.get_untracked());
            navigate(&below, NavigateOptions { scroll: false, ..Default::default() });
            focus_soon("#add-member".into());
        })
    };
    let stay = Callback::new(move |()| {
        asking.set(false);
        focus_soon(first_field(tab.get_untracked()));
    });
    let close = Callback::new(move |()| if unsent.any() { asking.set(true) } else { leave.run(()) });
    provide_context(Dialog::new(unsent, close, plain));

    // Sent by the server it is open but not modal; make it so without a flicker.
    node.on_load(move |dialog| {
        request_animation_frame(move || {
            let in_use = field_in_use(&dialog);
            dialog.close();
            dialog.show_modal().ok();
            // Becoming modal moves the focus to the first button, also where the field was there before.
            match in_use {
                Some(field) => drop(field.focus()),
                None => drop(focus_now(&first_field(tab.get_untracked()))),
            }
        });
    });
    Effect::new(move || match data.get() {
        // Here and not in the panels: an effect that is made inside a boundary may never run.
        // Who wrote while the page had no scripts yet writes on.
        Some(Ok(_)) if node.get_untracked().is_none_or(|dialog| field_in_use(&dialog).is_none()) => {
            focus_soon(first_field(tab.get_untracked()));
        }
        // A page that was open while the credits went.
        Some(Err(AppError::OutOfCredits(_))) => {
            navigate(FROM_ADD, NavigateOptions { replace: true, ..Default::default() });
        }
        _ => {}
    });
    // The question's own Escape means to stay.
    let escape = move || if asking.get_untracked() { stay.run(()) } else { close.run(()) };
    // On the window: what had the focus may just have been taken off the page.
    Effect::new(move || {
        let listening = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.prevent_default();
                escape();
            }
        });
        on_cleanup(move || listening.remove());
    });
    view! {
        <dialog
            class="modal"
            open
            data-still="true"
            node_ref=node
            aria-labelledby="h-add"
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                escape();
            }
        >
            <header>
                <h2 id="h-add">{words::console::add_member()}</h2>
                <button class="icon" aria-label=words::console::close() on:click=move |_| close.run(())>
                    <Icon name="x" />
                </button>
                <Tabs tab />
                <Show when=move || asking.get()>
                    <Question stay leave />
                </Show>
            </header>
            <Load data show={move |adding: Adding| view! { <Panels adding links tab /> }} />
            <Toasts />
        </dialog>
    }
}

/// The panels are all there, so that what was typed in one stays while another is looked at. D2
#[component]
fn Panels(adding: Adding, links: Links, tab: Memo<Tab>) -> impl IntoView {
    let panel = move |which: Tab, inner: AnyView| {
        view! {
            <div
                role="tabpanel"
                id=which.panel()
                aria-labelledby=which.id()
                hidden=move || tab.get() != which
            >
                {inner}
            </div>
        }
    };
    let Adding { outlook, teams, own_domain, covered } = adding;
    view! {
        {panel(Tab::Invite, view! { <SendTab outlook own_domain teams=teams.clone() /> }.into_any())}
        {panel(Tab::Link, view! { <LinkTab outlook teams=teams.clone() covered links /> }.into_any())}
        {panel(Tab::Managed, view! { <ManagedTab outlook teams /> }.into_any())}
    }
}

/// Tabs by the ARIA pattern: arrows, Home and End move and choose. D2
#[component]
fn Tabs(tab: Memo<Tab>) -> impl IntoView {
    let (navigate, query) = (use_navigate(), use_query_map());
    let nodes: [NodeRef<html::A>; 3] = std::array::from_fn(|_| NodeRef::new());
    let on_key = move |event: KeyboardEvent| {
        let here = tab.get_untracked() as usize;
        let to = match event.key().as_str() {
            "ArrowRight" => (here + 1) % 3,
            "ArrowLeft" => (here + 2) % 3,
            "Home" => 0,
            "End" => 2,
            _ => return,
        };
        event.prevent_default();
        let options = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        navigate(&query.with_untracked(|asked| query_with(asked, Some(Tab::ALL[to]))), options);
        if let Some(node) = nodes[to].get_untracked() {
            node.focus().ok();
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=words::console::add_member_ways() on:keydown=on_key>
            {Tab::ALL
                .into_iter()
                .map(|which| {
                    view! {
                        <a
                            role="tab"
                            node_ref=nodes[which as usize]
                            id=which.id()
                            href=move || query.with(|asked| query_with(asked, Some(which)))
                            aria-selected=move || if tab.get() == which { "true" } else { "false" }
                            aria-controls=which.panel()
                            tabindex=move || if tab.get() == which { "0" } else { "-1" }
                            data-noscroll="true"
                        >
                            {which.label()}
                        </a>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// Asks before what was typed is lost. D2
#[component]
fn Question(stay: Callback<()>, leave: Callback<()>) -> impl IntoView {
    let node = NodeRef::<html::Button>::new();
    node.on_load(|button| {
        button.focus().ok();
    });
    view! {
        <div class="note warn" role="alertdialog" aria-labelledby="h-unsent">
            <Icon name="alert" />
            <div class="stack tight">
                <p id="h-unsent">
                    <b>{words::console::unsent()}</b>
                    " "
                    {words::console::unsent_text()}
                </p>
                <div class="row">
                    <button class="btn sm" node_ref=node on:click=move |_| stay.run(())>
                        {words::console::unsent_keep()}
                    </button>
                    <button class="btn sm danger" on:click=move |_| leave.run(())>
                        {words::console::unsent_discard()}
                    </button>
                </div>
            </div>
        </div>
    }
}

fn first_field(tab: Tab) -> String {
    format!("#{} :is(input:not([type=hidden]), textarea)", tab.panel())
}
