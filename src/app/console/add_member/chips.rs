//! The address field: what is pasted, typed or dropped becomes chips that are fine, duplicate,
//! invalid with the reason, a member's, or invited already. Nothing is dropped silently. I1, I3
//!
//! Before WebAssembly it is a plain text field with the same name. Keys: Enter, comma and semicolon
//! add; Backspace in the empty field mends the last; arrows move along the chips, where Enter mends
//! and Delete takes away. To the Tab key all chips together are one stop: the last, next to the field.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use crate::{
    app::{
        browser::{
            focus::{Step, focus_now, focus_soon, step},
            forms::{is_composing, is_hydrated, is_input_composing},
            text_files,
        },
        components::{FieldError, Icon, escaped_text},
        console::add_member::{
            addresses::{Addresses, Judgement, Shown},
            fixes::Fixes,
        },
    },
    domain::{invite::AddressStatus, verdict::Verdict},
    words,
};

/// The field with its chips.
#[component]
pub fn AddressBox(
    addresses: Addresses,
    /// What a plain form had sent.
    sent: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    // The browser has taken over; before, the form is a plain one.
    let awake = RwSignal::new(is_hydrated());
    let early = NodeRef::<html::Textarea>::new();
    Effect::new(move || {
        // What was typed until now is not lost. One address may not be complete yet.
        if let Some(field) = early.get_untracked() {
            let text = field.value();
            if document().active_element().as_ref() == Some(field.as_ref()) {
                focus_soon(FIELD.into());
            }
            if text.trim().contains([',', ';', '\n', '\t']) {
                addresses.add(&text);
            } else {
                addresses.typed.set(text);
            }
        }
        awake.set(true);
    });
    view! {
        <div class="field">
            <label for="f-addresses">{words::console::addresses()}</label>
            <p class="hint" id="f-addresses-h">
                {words::console::addresses_hint()}
            </p>
            {move || {
                if awake.get() {
                    view! { <Chips addresses /> }.into_any()
                } else {
                    view! {
                        <textarea
                            id="f-addresses"
                            name="addresses"
                            rows="4"
                            required
                            autofocus
                            aria-describedby="f-addresses-h f-addresses-e"
                            node_ref=early
                            inner_html=escaped_text(&sent)
                        ></textarea>
                    }
                        .into_any()
                }
            }}
            <FieldError id="f-addresses-e" message=error />
        </div>
    }
}

/// A longer reason leaves no room for the address in its chip; it stands below with the others.
const REASON_MAX: usize = 24;

/// What ends an address: comma and semicolon, as they are and as Chinese and Japanese have them.
const ENDS: [char; 5] = [',', ';', '\u{ff0c}', '\u{ff1b}', '\u{3001}'];

const FIELD: &str = "#f-addresses";
/// The chips, and the field behind them.
const STOPS: &str = ".chip > button.text, #f-addresses";

#[component]
fn Chips(addresses: Addresses) -> impl IntoView {
    let over = RwSignal::new(false);
    let read = move |texts| addresses.add_files(texts);
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        _ if is_composing(&event) => {}
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
            step(&event, STOPS, Step::Back);
        }
        _ => {}
    };
    // The keyboard of a phone tells of no key, only of what stands in the field then.
    let take_if_ended = move || {
        if addresses.typed.with_untracked(|typed| typed.ends_with(ENDS)) {
            addresses.take_typed();
        }
    };
    let on_input = move |event: leptos::ev::Event| {
        addresses.typed.set(event_target_value(&event));
        if !is_input_composing(&event) {
            take_if_ended();
        }
    };
    let on_paste = move |event: leptos::ev::ClipboardEvent| {
        let Some(text) = text_files::pasted(&event) else { return };
        // A piece of an address can still be typed on; a whole one or a list is taken at once.
        if text.trim().contains([',', ';', '\n', '\t', ' ', '<']) || addresses.is_whole(&text) {
            event.prevent_default();
            addresses.paste(&text);
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
                text_files::read_dropped(&event, read);
            }
        >
            <ul role="list" class="chips" aria-label=words::console::addresses_list() hidden=none>
                <For each=move || shown.get().0 key=Shown::clone let:item>
                    <Chip item addresses />
                </For>
            </ul>
            {move || {
                let more = shown.with(|shown| shown.1);
                (more > 0)
                    .then(|| {
                        let label = words::console::addresses_show_more(more as i64);
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
                placeholder=move || {
                    if none.get() {
                        words::console::addresses_example()
                    } else {
                        words::console::addresses_another()
                    }
                }
                aria-describedby="f-addresses-h f-addresses-s f-addresses-e"
                prop:value=move || addresses.typed.get()
                on:input=on_input
                on:compositionend=move |_| take_if_ended()
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
                            view! {
                                <b>{will}</b>
                                " "
                                <small>{rest}</small>
                            }
                        })
                }}
            </p>
            <label class="btn sm bare file">
                <Icon name="csv" />
                {words::console::addresses_choose_file()}
                <input
                    type="file"
                    class="visually-hidden"
                    multiple
                    accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
                    on:change=move |event| text_files::read_picked(&event, read)
                />
            </label>
        </div>
        <p class="visually-hidden" role="status">
            {move || addresses.announcement.get()}
        </p>
        <p class="hint" role="status" hidden=move || addresses.remark.with(Option::is_none)>
            {move || addresses.remark.get()}
        </p>
        <Fixes addresses />
    }
}

#[component]
fn Chip(item: Shown, addresses: Addresses) -> impl IntoView {
    let Shown { id, text, title, judgement, editing, last } = item;
    let class = match &judgement {
        _ if editing => "chip",
        Judgement::Ahead(Verdict::Fine) => "chip",
        Judgement::Ahead(Verdict::Duplicate) => "chip dup",
        Judgement::Ahead(verdict) if verdict.can_be_fixed() => "chip bad",
        Judgement::Ahead(_) | Judgement::LeftOut(_) => "chip warn",
    };
    if editing {
        return view! {
            <li class=class>
                <ChipField id addresses />
            </li>
        }
        .into_any();
    }
    let reason = judgement.reason();
    let reason_id = format!("chip-{id}-why");
    let described = reason.as_ref().map(|_| reason_id.clone());
    let word = match judgement {
        Judgement::Ahead(Verdict::Fine) => None,
        Judgement::Ahead(Verdict::Duplicate) => Some(words::console::chip_twice().to_owned()),
        Judgement::Ahead(Verdict::Known(status)) => Some(in_short(&status).to_owned()),
        Judgement::Ahead(Verdict::NoTeam(team)) => Some(words::console::chip_no_team(team)),
        Judgement::Ahead(verdict) if verdict.can_be_fixed() => Some(words::console::chip_to_fix().to_owned()),
        Judgement::Ahead(verdict) | Judgement::LeftOut(verdict) => Some(verdict.to_string())
            .filter(|reason| reason.len() <= REASON_MAX)
            .or_else(|| Some(words::console::chip_not_invited().into())),
    };
    let remove = words::console::chip_remove(&text);
    let edit = match &word {
        Some(word) => words::console::chip_edit_with_state(&text, word),
        None => words::console::chip_edit(&text),
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => step(&event, STOPS, Step::Back),
        "ArrowRight" => step(&event, STOPS, Step::On),
        "Delete" | "Backspace" => {
            event.prevent_default();
            step(&event, STOPS, Step::On);
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
                aria-describedby=described
                aria-keyshortcuts="Delete"
                tabindex=if last { "0" } else { "-1" }
                on:keydown=on_key
                on:click=move |event| {
                    event.stop_propagation();
                    addresses.edit(id);
                }
            >
                <span>{text}</span>
                {word
                    .map(|word| {
                        view! {
                            " "
                            <small>{word}</small>
                        }
                    })}
            </button>
            {reason
                .map(|reason| {
                    view! {
                        <span class="visually-hidden" id=reason_id>
                            {reason}
                        </span>
                    }
                })}
            <button
                type="button"
                aria-label=remove
                tabindex="-1"
                on:click=move |event| {
                    event.stop_propagation();
                    addresses.remove(id);
                    focus_now(FIELD);
                }
            >
                <Icon name="x" />
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
        _ if is_composing(&event) => {}
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
            aria-label=words::console::chip_edit_field()
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
pub const fn in_short(status: &AddressStatus) -> &'static str {
    match status {
        AddressStatus::New => words::console::chip_new(),
        AddressStatus::Member { .. } => words::console::chip_member(),
        AddressStatus::Invited { .. } => words::console::chip_invited(),
        AddressStatus::OptedOut => words::console::chip_unsubscribed(),
        AddressStatus::Covered => words::console::chip_covered(),
    }
}
