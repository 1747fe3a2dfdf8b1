//! Who is selected: some people, on whatever pages, or all who match what is asked for. P2

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::{api::PeoplePage, query::string_of};
use crate::{
    domain::people::{PeopleQuery, PersonId, listed},
    words,
};

/// Who was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    Some(BTreeSet<PersonId>),
    /// All who matched, and how many they were then.
    Matching(Box<PeopleQuery>, i64),
}

impl Chosen {
    #[must_use]
    pub fn one(person: PersonId) -> Self {
        Self::Some(BTreeSet::from([person]))
    }

    #[must_use]
    pub fn count(&self) -> i64 {
        match self {
            Self::Some(people) => i64::try_from(people.len()).unwrap_or(i64::MAX),
            Self::Matching(_, count) => *count,
        }
    }

    /// As the server reads it.
    #[must_use]
    pub fn sent(&self) -> String {
        match self {
            Self::Some(people) => listed(people),
            Self::Matching(query, _) => match string_of(query) {
                all if all.is_empty() => "?".into(),
                some => some,
            },
        }
    }
}

/// The selection of the page.
#[derive(Clone, Copy)]
pub struct Selection(RwSignal<Chosen>);

impl Default for Selection {
    fn default() -> Self {
        Self(RwSignal::new(Chosen::Some(BTreeSet::new())))
    }
}

impl Selection {
    #[must_use]
    pub fn get(self) -> Chosen {
        self.0.get()
    }

    #[must_use]
    pub fn has(self, person: PersonId) -> bool {
        self.0.with(|chosen| match chosen {
            Chosen::Some(people) => people.contains(&person),
            Chosen::Matching(..) => true,
        })
    }

    /// Takes people in or out. Out of all who match, nobody stays but those on the page.
    pub fn set_all(self, people: &[PersonId], chosen: bool) {
        self.0.update(|all| {
            let mut some = match std::mem::replace(all, Chosen::Some(BTreeSet::new())) {
                Chosen::Some(some) => some,
                Chosen::Matching(..) => BTreeSet::new(),
            };
            for person in people {
                if chosen {
                    some.insert(*person)
                } else {
                    some.remove(person)
                };
            }
            *all = Chosen::Some(some);
        });
    }

    /// One more or less, on a page that shows `page`.
    pub fn set(self, person: PersonId, chosen: bool, page: &[PersonId]) {
        if matches!(self.0.get_untracked(), Chosen::Matching(..)) {
            self.set_all(page, true);
        }
        self.set_all(&[person], chosen);
    }

    pub fn set_matching(self, query: PeopleQuery, count: i64) {
        self.0.set(Chosen::Matching(Box::new(query.from_first()), count));
    }

    pub fn clear(self) {
        self.0.set(Chosen::Some(BTreeSet::new()));
    }
}

/// Selects one of the people on the page, who is `called` so.
#[component]
pub fn SelectPerson(
    id: PersonId,
    called: String,
    page: Signal<PeoplePage>,
    selection: Selection,
) -> impl IntoView {
    view! {
        <input
            type="checkbox"
            aria-label=words::console::select_person(called)
            prop:checked=move || selection.has(id)
            on:change=move |event| {
                let checked = event_target_checked(&event);
                page.with_untracked(|page| selection.set(id, checked, &page.order));
            }
        />
    }
}
