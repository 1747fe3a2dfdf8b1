//! The address field: what is pasted becomes chips that are fine, duplicate, invalid with the
//! reason, a member's, or invited. Nothing is dropped silently. I1, I3
//!
//! Before WebAssembly it is a plain text field with the same name.

use std::collections::HashMap;

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    super::{
        components::{FieldError, Icon},
        idna,
    },
    api::{Checked, LeftOut, check_addresses},
};
use crate::domain::{
    address_list::{AddressList, Entry},
    credit::count,
    ids::OrgId,
    invite::Standing,
};

/// The addresses of the dialog: entered, checked, counted.
#[derive(Clone, Copy)]
pub struct Addresses {
    list: RwSignal<AddressList>,
    standings: RwSignal<HashMap<String, Standing>>,
    /// Why the server left an entry out, by its raw text.
    reasons: RwSignal<HashMap<String, String>>,
    typed: RwSignal<String>,
    announcement: RwSignal<String>,
    /// The browser has taken over; before, the form is a plain one.
    awake: RwSignal<bool>,
    check: Action<String, Vec<Checked>>,
}

/// What a chip shows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    Fine,
    Duplicate,
    LeftOut(String),
    Bad(String),
}

impl Addresses {
    pub fn new(org: OrgId) -> Self {
        let standings = RwSignal::new(HashMap::new());
        let check = Action::new(move |addresses: &String| {
            let addresses = addresses.clone();
            async move { check_addresses(org, addresses).await.unwrap_or_default() }
        });
        let addresses = Self {
            list: RwSignal::new(AddressList::default()),
            standings,
            reasons: RwSignal::new(HashMap::new()),
            typed: RwSignal::new(String::new()),
            announcement: RwSignal::new(String::new()),
            awake: RwSignal::new(page_is_awake()),
            check,
        };
        Effect::new(move || addresses.awake.set(true));
        Effect::new(move || {
            if let Some(checked) = check.value().get() {
                standings.update(|known: &mut HashMap<_, _>| {
                    known.extend(checked.into_iter().map(|one| (one.key, one.standing)));
                });
            }
        });
        addresses
    }

    /// Nothing is entered and nothing typed.
    pub fn is_empty(self) -> bool {
        self.list.with(|list| list.entries.is_empty()) && self.nothing_typed()
    }

    pub fn nothing_typed(self) -> bool {
        self.typed.with(|typed| typed.trim().is_empty())
    }

    pub fn is_awake(self) -> bool {
        self.awake.get()
    }

    /// How many would be invited now: exactly what the button says. I3
    pub fn to_invite(self) -> usize {
        self.list
            .with(|list| list.entries.iter().filter(|entry| self.verdict(entry) == Verdict::Fine).count())
    }

    /// All entries as they were typed, a line each, for the server.
    pub fn as_text(self) -> String {
        self.list.with_untracked(|list| {
            list.entries.iter().map(|entry| entry.raw.replace('\n', " ")).collect::<Vec<_>>().join("\n")
        })
    }

    /// Makes entries of what stands in the field.
    pub fn take_typed(self) {
        // The field also loses focus when it is taken off the page, with all that it held.
        let text = self.typed.try_get_untracked().unwrap_or_default();
        if !text.trim().is_empty() {
            self.typed.set(String::new());
            self.add(&text);
        }
    }

    /// Leaves only what the server did not invite, each with its reason.
    pub fn keep_left_out(self, left_out: &[LeftOut]) {
        let reasons: HashMap<String, String> =
            left_out.iter().map(|left| (left.raw.clone(), left.reason.clone())).collect();
        self.list.update(|list| list.entries.retain(|entry| reasons.contains_key(&entry.raw)));
        self.reasons.set(reasons);
    }

    fn add(self, text: &str) {
        let new = AddressList::parse(text, idna::to_ascii);
        let keys = new.fresh().map(|address| address.to_string()).collect::<Vec<_>>().join("\n");
        let before = self.list.with_untracked(|list| list.entries.len());
        self.list.update(|list| *list = std::mem::take(list).with(new));
        let (fine, rest) = self.list.with_untracked(|list| {
            let added = &list.entries[before..];
            let fine = added.iter().filter(|entry| entry.fresh().is_some()).count();
            (fine as i64, added.len() as i64 - fine as i64)
        });
        self.announcement.set(match rest {
            0 => format!("{fine} added."),
            rest => format!("{fine} added, {} attention.", count(rest, "needs", "need")),
        });
        if !keys.is_empty() {
            self.check.dispatch(keys);
        }
    }

    fn remove(self, at: usize) {
        self.list.update(|list| {
            let mut entries = std::mem::take(list).entries;
            if at < entries.len() {
                entries.remove(at);
            }
            *list = AddressList::of(entries);
        });
    }

    /// Puts an entry back into the field, to be mended. I1
    fn mend(self, at: usize) {
        let raw = self.list.with_untracked(|list| list.entries.get(at).map(|entry| entry.raw.clone()));
        if let Some(raw) = raw {
            self.take_typed();
            self.remove(at);
            self.typed.set(raw);
        }
    }

    fn verdict(self, entry: &Entry) -> Verdict {
        let address = match &entry.address {
            Err(problem) => return Verdict::Bad(problem.to_string()),
            Ok(_) if entry.duplicate => return Verdict::Duplicate,
            Ok(address) => address,
        };
        if let Some(reason) = self.reasons.with(|reasons| reasons.get(&entry.raw).cloned()) {
            return Verdict::LeftOut(reason);
        }
        match self.standings.with(|known| known.get(&address.key()).cloned()) {
            Some(Standing::Member { .. }) => Verdict::LeftOut("already a member".into()),
            Some(Standing::Invited { .. }) => Verdict::LeftOut("already invited".into()),
            Some(Standing::OptedOut) => Verdict::LeftOut("opted out".into()),
            Some(Standing::New) | None => Verdict::Fine,
        }
    }

    /// `5 will be invited. 1 needs fixing, 2 will be left out.`
    fn summary(self) -> (String, String) {
        let (mut fine, mut bad, mut left) = (0_i64, 0_i64, 0_i64);
        self.list.with(|list| {
            for entry in &list.entries {
                match self.verdict(entry) {
                    Verdict::Fine => fine += 1,
                    Verdict::Bad(_) => bad += 1,
                    Verdict::Duplicate | Verdict::LeftOut(_) => left += 1,
                }
            }
        });
        let rest = match (bad, left) {
            (0, 0) => String::new(),
            (0, left) => format!(" {left} will be left out."),
            (bad, 0) => format!(" {} fixing.", count(bad, "needs", "need")),
            (bad, left) => format!(" {} fixing, {left} will be left out.", count(bad, "needs", "need")),
        };
        (format!("{fine} will be invited."), rest)
    }
}

/// The field with its chips.
#[component]
pub fn AddressBox(addresses: Addresses, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="f-addresses">"Email addresses"</label>
            <p class="hint" id="f-addresses-h">"Paste a whole list: commas, spaces or line breaks all work."</p>
            {move || {
                if addresses.is_awake() {
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

#[component]
fn Chips(addresses: Addresses) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let focus = move || {
        if let Some(input) = input.get_untracked() {
            input.focus().ok();
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        // Enter in an empty field sends the form, as Enter does.
        "Enter" if addresses.typed.with_untracked(|typed| typed.trim().is_empty()) => {}
        "Enter" | "," | ";" => {
            event.prevent_default();
            addresses.take_typed();
        }
        "Backspace" if addresses.typed.with_untracked(String::is_empty) => {
            let last = addresses.list.with_untracked(|list| list.entries.len());
            if last > 0 {
                event.prevent_default();
                addresses.mend(last - 1);
            }
        }
        _ => {}
    };
    let on_paste = move |event: leptos::ev::ClipboardEvent| {
        let Some(text) = pasted(&event) else { return };
        // A single address can still be typed on; a list is taken at once.
        if text.trim().contains([',', ';', '\n', '\t', ' ', '<']) {
            event.prevent_default();
            let typed = addresses.typed.get_untracked();
            addresses.typed.set(String::new());
            addresses.add(&format!("{typed}{text}"));
        }
    };
    let summary = Memo::new(move |_| addresses.summary());
    let problems = Memo::new(move |_| {
        addresses.list.with(|list| {
            list.entries
                .iter()
                .enumerate()
                .filter_map(|(at, entry)| match addresses.verdict(entry) {
                    Verdict::Bad(problem) => Some((at, entry.raw.clone(), problem)),
                    _ => None,
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="box chips" on:click=move |_| focus()>
            <For
                each=move || {
                    addresses.list.with(|list| list.entries.iter().cloned().enumerate().collect::<Vec<_>>())
                }
                key=|(at, entry)| (*at, entry.raw.clone(), entry.duplicate)
                let:((at, entry))
            >
                <Chip at entry addresses/>
            </For>
            <input
                id="f-addresses"
                node_ref=input
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder=move || {
                    let none = addresses.list.with(|list| list.entries.is_empty());
                    if none { "ada@company.com, grace@company.com" } else { "Add another" }
                }
                aria-describedby="f-addresses-h f-addresses-s f-addresses-e"
                prop:value=move || addresses.typed.get()
                on:input=move |event| addresses.typed.set(event_target_value(&event))
                on:keydown=on_key
                on:paste=on_paste
                on:blur=move |_| addresses.take_typed()
            />
        </div>
        <p role="status" id="f-addresses-s" hidden=move || addresses.list.with(|list| list.entries.is_empty())>
            <b>{move || summary.get().0}</b>
            <small>{move || summary.get().1}</small>
        </p>
        <p class="vh" role="status">{move || addresses.announcement.get()}</p>
        <ul role="list" class="lines fixes">
            <For each=move || problems.get() key=|problem| problem.clone() let:((at, raw, problem))>
                <li>
                    <span class="bad">
                        <Icon name="alert"/>
                    </span>
                    <p>
                        <b>{raw.clone()}</b>
                        ": "
                        {problem}
                    </p>
                    <button
                        type="button"
                        class="btn sm"
                        aria-label=format!("Fix {raw}")
                        on:click=move |_| {
                            addresses.mend(at);
                            focus();
                        }
                    >
                        "Fix"
                    </button>
                </li>
            </For>
        </ul>
    }
}

#[component]
fn Chip(at: usize, entry: Entry, addresses: Addresses) -> impl IntoView {
    let shown = match &entry.address {
        Ok(address) => address.to_string(),
        Err(_) => entry.raw.clone(),
    };
    let title = entry.raw.clone();
    let label = format!("Remove {shown}");
    let verdict = Memo::new(move |_| addresses.verdict(&entry));
    view! {
        <span
            class="chip"
            class:dup=move || verdict.get() == Verdict::Duplicate
            class:warn=move || matches!(verdict.get(), Verdict::LeftOut(_))
            class:bad=move || matches!(verdict.get(), Verdict::Bad(_))
            title=title
        >
            <span>{shown}</span>
            {move || match verdict.get() {
                Verdict::Fine => None,
                Verdict::Duplicate => Some("listed twice".to_owned()),
                Verdict::LeftOut(reason) => Some(reason),
                Verdict::Bad(_) => Some("needs fixing".to_owned()),
            }
                .map(|word| view! { <small>{word}</small> })}
            <button type="button" aria-label=label on:click=move |event| {
                event.stop_propagation();
                addresses.remove(at);
            }>
                <Icon name="x"/>
            </button>
        </span>
    }
}

#[cfg(feature = "hydrate")]
fn pasted(event: &leptos::ev::ClipboardEvent) -> Option<String> {
    event.clipboard_data()?.get_data("text").ok()
}

#[cfg(not(feature = "hydrate"))]
const fn pasted(_: &leptos::ev::ClipboardEvent) -> Option<String> {
    None
}

/// Whether the page was woken up before this was drawn; nothing typed is lost to a second drawing.
#[cfg(feature = "hydrate")]
fn page_is_awake() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-hydrated"))
}

#[cfg(not(feature = "hydrate"))]
const fn page_is_awake() -> bool {
    false
}
