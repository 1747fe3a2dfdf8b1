//! A menu behind a button, as the ARIA pattern for menu buttons has it. What cannot be done stays in it and
//! says why. N5

use std::sync::Arc;

use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{EventTarget, HtmlElement, Node},
};

use crate::app::{
    browser::focus::{Step, begins_off_screen, focus_soon, step},
    components::Icon,
};

/// Something that a menu offers.
#[derive(Clone)]
pub struct MenuItem {
    pub icon: &'static str,
    pub text: String,
    pub doing: Doing,
}

/// What happens when it is chosen.
#[derive(Clone)]
pub enum Doing {
    Act(Callback<()>),
    Link(String),
    /// Not at the moment, and why.
    Not(String),
}

/// What a menu is about.
pub trait MenuAbout: Send + Sync {
    /// What it is called; tracked.
    fn label(&self) -> String;

    /// What it offers; asked for when it opens.
    fn items(&self) -> Vec<MenuItem>;
}

/// The button and, while it is open, the menu.
#[component]
pub fn Menu(
    /// No other on the page has it.
    id: String,
    about: Arc<dyn MenuAbout>,
    /// What stands on the button instead of dots.
    word: Option<&'static str>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    // Where the menu goes with what it was about, the focus leaves it last, and what follows from that
    // comes when it is gone.
    let is_open = move || open.try_get().unwrap_or(false);
    let menu_id = format!("menu-{id}");
    let name = StoredValue::new(id.clone());
    let stops = move || name.with_value(|name| format!("#menu-{name} [role=menuitem]"));
    let close = move || {
        open.set(false);
        let button = name.with_value(|name| document().get_element_by_id(name));
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            button.focus().ok();
        }
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            close();
        }
        "ArrowDown" => step_from(&event, &stops(), Step::On),
        "ArrowUp" => step_from(&event, &stops(), Step::Back),
        _ => {}
    };
    let left = move |event: FocusEvent| {
        let node = |target: Option<EventTarget>| target.and_then(|target| target.dyn_into::<Node>().ok());
        let to = node(event.related_target());
        let Some(place) = node(event.current_target()) else { return };
        let inside = place.contains(to.as_ref());
        // Whoever looks at another window comes back to the menu.
        let is_elsewhere = to.is_some() || document().has_focus().unwrap_or(true);
        if !inside && is_elsewhere {
            open.try_set(false);
        }
    };
    // It hangs to the end side, and to the other where that is off the screen.
    let list = move || {
        let list = NodeRef::<html::Div>::new();
        list.on_load(|list| {
            if begins_off_screen(&list) {
                list.class_list().add_1("other-side").ok();
            }
        });
        list
    };
    view! {
        <span class="menu-place" on:focusout=left>
            <button
                type="button"
                class=if word.is_some() { "btn" } else { "icon" }
                id=id
                aria-label={
                    let about = about.clone();
                    move || about.label()
                }
                aria-haspopup="menu"
                aria-expanded=move || if is_open() { "true" } else { "false" }
                aria-controls=menu_id.clone()
                on:click=move |_| {
                    open.update(|open| *open = !*open);
                    if open.get_untracked() {
                        focus_soon(stops());
                    }
                }
            >
                <Icon name="more" />
                {word}
            </button>
            {move || {
                is_open()
                    .then(|| {
                        view! {
                            // The focus stays where it is until the click is over.
                            <div
                                class="menu"
                                node_ref=list()
                                role="menu"
                                id=menu_id.clone()
                                aria-label={
                                    let about = about.clone();
                                    move || about.label()
                                }
                                on:mousedown=|event: MouseEvent| event.prevent_default()
                            >
                                {about
                                    .items()
                                    .into_iter()
                                    .map(|item| {
                                        view! { <Item item keys close=Callback::new(move |()| close()) /> }
                                    })
                                    .collect_view()}
                            </div>
                        }
                    })
            }}
        </span>
    }
}

fn step_from(event: &KeyboardEvent, stops: &str, to: Step) {
    step(event, stops, to);
    event.prevent_default();
}

#[component]
fn Item(item: MenuItem, keys: impl Fn(KeyboardEvent) + Copy + 'static, close: Callback<()>) -> impl IntoView {
    let MenuItem { icon, text, doing } = item;
    match doing {
        Doing::Link(href) => view! {
            <a role="menuitem" href=href rel="external" on:keydown=keys>
                <Icon name=icon />
                {text}
            </a>
        }
        .into_any(),
        Doing::Act(act) => view! {
            <button
                type="button"
                role="menuitem"
                on:keydown=keys
                on:click=move |_| {
                    close.run(());
                    act.run(());
                }
            >
                <Icon name=icon />
                {text}
            </button>
        }
        .into_any(),
        Doing::Not(why) => view! {
            <button type="button" role="menuitem" aria-disabled="true" on:keydown=keys>
                <Icon name=icon />
                <span>{text} <small>{why}</small></span>
            </button>
        }
        .into_any(),
    }
}
