//! The address field: what is pasted, typed or dropped becomes chips that are fine, duplicate,
//! invalid with the reason, a member's, or invited already. Nothing is dropped silently. I1, I3
//!
//! Before WebAssembly it is a plain text field with the same name. Keys: Enter, comma and semicolon
//! add; Backspace in the empty field mends the last; arrows move along the chips, where Enter mends
//! and Delete takes away.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    super::components::{FieldError, Icon},
    addresses::{Addresses, Shown, Verdict},
    file,
    fixes::Fixes,
    focus_now,
};
use crate::domain::invite::Standing;

/// The field with its chips.
#[component]
pub fn AddressBox(addresses: Addresses, error: Signal<Option<String>>) -> impl IntoView {
    // The browser has taken over; before, the form is a plain one.
    let awake = RwSignal::new(page_is_awake());
    Effect::new(move || awake.set(true));
    view! {
        <div class="field">
            <label for="f-addresses">"Email addresses"</label>
            <p class="hint" id="f-addresses-h">
                "Paste a whole list: commas, spaces or line breaks all work. A CSV file can have the columns email, name, team and job title."
            </p>
            {move || {
                if awake.get() {
                    view! { <Chips addresses/> }.into_any()
                } else {
                    view! {
                        <textarea
                            id="f-addresses"
                            name="addresses"
                            rows="4"
                            required
                            aria-describedby="f-addresses-h f-addresses-e"
                        ></textarea>
                    }
                        .into_any()
                }
            }}
            <FieldError id="f-addresses-e" message=error/>
        </div>
    }
}

/// A longer reason leaves no room for the address in its chip; it stands below with the others.
const REASON_MAX: usize = 24;

const FIELD: &str = "#f-addresses";

#[component]
fn Chips(addresses: Addresses) -> impl IntoView {
    let over = RwSignal::new(false);
    let read = move |result: Result<String, String>| match result {
        Ok(text) => addresses.add(&text),
        Err(problem) => addresses.remark.set(Some(problem)),
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        // Enter in an empty field sends the form, as Enter does.
        "Enter" if addresses.nothing_typed() => {}
        "Enter" | "," | ";" => {
            event.prevent_default();
            addresses.take_typed();
        }
        "Backspace" if addresses.typed.with_untracked(String::is_empty) => {
            if let Some(last) = addresses.last() {
                event.prevent_default();
                addresses.edit(last);
            }
        }
        "ArrowLeft" if addresses.typed.with_untracked(String::is_empty) => {
            event.prevent_default();
            step(&event, Step::Back);
        }
        _ => {}
    };
    let on_paste = move |event: leptos::ev::ClipboardEvent| {
        let Some(text) = file::pasted(&event) else { return };
        // A single address can still be typed on; a list is taken at once.
        if text.trim().contains([',', ';', '\n', '\t', ' ', '<']) {
            event.prevent_default();
            let typed = addresses.typed.get_untracked();
            addresses.typed.set(String::new());
            addresses.add(&format!("{typed}{text}"));
        }
    };
    let shown = Memo::new(move |_| addresses.shown());
    let sentences = Memo::new(move |_| addresses.tally.get().sentences());
    let none = Memo::new(move |_| addresses.tally.get().all == 0);
    view! {
        <div
            class="box chips"
            class:over=over
            on:click=move |_| {
                focus_now(FIELD);
            }
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                file::read_dropped(&event, read);
            }
        >
            <ul role="list" class="chips" aria-label="Addresses" hidden=none>
                <For each=move || shown.get().0 key=Shown::clone let:item>
                    <Chip item addresses/>
                </For>
            </ul>
            {move || {
                let more = shown.with(|shown| shown.1);
                (more > 0)
                    .then(|| {
                        let label = format!("Show {more} more");
                        view! {
                            <button
                                type="button"
                                class="btn sm"
                                on:click=move |event| {
                                    event.stop_propagation();
                                    addresses.draw_more();
                                }
                            >
                                {label}
                            </button>
                        }
                    })
            }}
            <input
                id="f-addresses"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                inputmode="email"
                placeholder=move || if none.get() { "ada@company.com, grace@company.com" } else { "Add another" }
                aria-describedby="f-addresses-h f-addresses-s f-addresses-e"
                prop:value=move || addresses.typed.get()
                on:input=move |event| addresses.typed.set(event_target_value(&event))
                on:keydown=on_key
                on:paste=on_paste
                on:blur=move |_| addresses.take_typed()
            />
        </div>
        <div class="row">
            <p class="grow" role="status" id="f-addresses-s">
                {move || {
                    (!none.get())
                        .then(|| {
                            let (will, rest) = sentences.get();
                            view! { <b>{will}</b> <small>{rest}</small> }
                        })
                }}
            </p>
            <label class="btn sm bare file">
                <Icon name="csv"/>
                "Choose a CSV file"
                <input
                    type="file"
                    class="vh"
                    accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
                    on:change=move |event| file::read_picked(&event, read)
                />
            </label>
        </div>
        <p class="vh" role="status">{move || addresses.announcement.get()}</p>
        <p class="hint" role="status" hidden=move || addresses.remark.with(Option::is_none)>
            {move || addresses.remark.get()}
        </p>
        <Fixes addresses/>
    }
}

#[component]
fn Chip(item: Shown, addresses: Addresses) -> impl IntoView {
    let Shown { id, text, title, verdict, editing } = item;
    let class = match &verdict {
        _ if editing => "chip",
        Verdict::Fine => "chip",
        Verdict::Duplicate => "chip dup",
        Verdict::Known(_) | Verdict::LeftOut(_) => "chip warn",
        Verdict::Bad(_) | Verdict::NoTeam(_) => "chip bad",
    };
    if editing {
        return view! {
            <li class=class>
                <ChipField id addresses/>
            </li>
        }
        .into_any();
    }
    let word = match verdict {
        Verdict::Fine => None,
        Verdict::Duplicate => Some("listed twice".to_owned()),
        Verdict::Known(standing) => Some(in_short(&standing).to_owned()),
        Verdict::LeftOut(reason) if reason.len() <= REASON_MAX => Some(reason),
        Verdict::LeftOut(_) => Some("not invited".into()),
        Verdict::Bad(_) => Some("needs fixing".to_owned()),
        Verdict::NoTeam(team) => Some(format!("no team “{team}”")),
    };
    let remove = format!("Remove {text}");
    let edit = match &word {
        Some(word) => format!("{text}, {word}, edit"),
        None => format!("{text}, edit"),
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => step(&event, Step::Back),
        "ArrowRight" => step(&event, Step::On),
        "Delete" | "Backspace" => {
            event.prevent_default();
            step(&event, Step::On);
            addresses.remove(id);
        }
        _ => {}
    };
    view! {
        <li class=class title=title>
            <button
                type="button"
                class="text"
                aria-label=edit
                on:keydown=on_key
                on:click=move |event| {
                    event.stop_propagation();
                    addresses.edit(id);
                }
            >
                <span>{text}</span>
                {word.map(|word| view! { " " <small>{word}</small> })}
            </button>
            <button
                type="button"
                aria-label=remove
                on:click=move |event| {
                    event.stop_propagation();
                    addresses.remove(id);
                    focus_now(FIELD);
                }
            >
                <Icon name="x"/>
            </button>
        </li>
    }
    .into_any()
}

/// The field in a chip's place; Enter and leaving keep what was typed, Escape does not.
#[component]
fn ChipField(id: u32, addresses: Addresses) -> impl IntoView {
    let node = NodeRef::<html::Input>::new();
    let before = addresses.text_of(id);
    node.on_load(move |input| {
        request_animation_frame(move || {
            input.focus().ok();
            input.select();
        });
    });
    let keep = move || {
        if addresses.editing.get_untracked() == Some(id)
            && let Some(input) = node.get_untracked()
        {
            addresses.mend(id, &input.value());
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" | "," | ";" => {
            event.prevent_default();
            keep();
            focus_now(FIELD);
        }
        "Escape" => {
            // The dialog stays; only the mending ends.
            event.prevent_default();
            event.stop_propagation();
            addresses.editing.set(None);
            focus_now(FIELD);
        }
        _ => {}
    };
    view! {
        <input
            node_ref=node
            value=before
            aria-label="Address"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            inputmode="email"
            on:click=|event| event.stop_propagation()
            on:keydown=on_key
            on:blur=move |_| keep()
        />
    }
}

/// What the organization knows of an address, in two words.
pub const fn in_short(standing: &Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Member { .. } => "already a member",
        Standing::Invited { .. } => "already invited",
        Standing::OptedOut => "wants no mail",
    }
}

#[derive(Clone, Copy)]
enum Step {
    Back,
    On,
}

/// Moves the focus along the chips and the field behind them.
#[cfg(feature = "hydrate")]
fn step(event: &KeyboardEvent, step: Step) {
    use wasm_bindgen::JsCast;
    let Ok(stops) = document().query_selector_all(".chip > button.text, #f-addresses") else { return };
    let here = event.current_target();
    let all: Vec<web_sys::HtmlElement> =
        (0..stops.length()).filter_map(|n| stops.get(n)?.dyn_into().ok()).collect();
    let at = all.iter().position(|stop| here.as_ref() == Some(stop.as_ref()));
    let to = at.and_then(|at| match step {
        Step::Back => at.checked_sub(1),
        Step::On => Some(at + 1),
    });
    if let Some(stop) = to.and_then(|to| all.get(to)) {
        event.prevent_default();
        stop.focus().ok();
    }
}

#[cfg(not(feature = "hydrate"))]
const fn step(_: &KeyboardEvent, _: Step) {}

/// Whether the page was woken up before this was drawn; nothing typed is lost to a second drawing.
#[cfg(feature = "hydrate")]
fn page_is_awake() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-hydrated"))
}

#[cfg(not(feature = "hydrate"))]
const fn page_is_awake() -> bool {
    false
}
