//! Who is selected: some people, on whatever pages, or all who match what is asked for. P2

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::{
    domain::people::{PeopleQuery, PersonId, SELECTED_MAX, listed},
    words,
};

/// Who was chosen: these people and nobody else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    people: BTreeSet<PersonId>,
    /// What they match, where all who match were chosen at once: on another list they are not chosen any more.
    matched: Option<Box<PeopleQuery>>,
}

/// All who match, or as many of them as can be chosen at once: the first by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// How many would be chosen.
    pub people: i64,
    /// How many match.
    pub all: i64,
}

impl Chosen {
    #[must_use]
    pub fn one(person: PersonId) -> Self {
        Self { people: BTreeSet::from([person]), matched: None }
    }

    /// All who match, as the server named them.
    #[must_use]
    pub fn all_of(query: PeopleQuery, people: impl IntoIterator<Item = PersonId>) -> Self {
        Self { people: people.into_iter().collect(), matched: Some(Box::new(query)) }
    }

    #[must_use]
    pub fn has(&self, person: PersonId) -> bool {
        self.people.contains(&person)
    }

    #[must_use]
    pub fn count(&self) -> i64 {
        i64::try_from(self.people.len()).unwrap_or(i64::MAX)
    }

    /// Takes people in or out.
    pub fn set(&mut self, people: &[PersonId], chosen: bool) {
        for person in people {
            if chosen {
                self.people.insert(*person)
            } else {
                self.people.remove(person)
            };
        }
        if self.people.is_empty() {
            self.matched = None;
        }
    }

    /// Whether they stay chosen on the list of `query`: in another order, another view or on another page.
    /// Who was chosen one by one stays so on every list.
    #[must_use]
    pub fn stays_on(&self, query: &PeopleQuery) -> bool {
        self.matched.as_ref().is_none_or(|matched| matched.asks_for_same_people(query))
    }

    /// Whether to offer all who match, where all of `page` are chosen and that adds somebody.
    #[must_use]
    pub fn offer(&self, page: &[PersonId], all: i64) -> Option<Offer> {
        let people = all.min(i64::try_from(SELECTED_MAX).unwrap_or(i64::MAX));
        let whole_page = !page.is_empty() && page.iter().all(|person| self.has(*person));
        (whole_page && people > self.count()).then_some(Offer { people, all })
    }

    /// In steps of so many people at most.
    #[must_use]
    pub fn steps(&self, people: usize) -> Vec<Vec<PersonId>> {
        self.people.iter().copied().collect::<Vec<_>>().chunks(people).map(<[_]>::to_vec).collect()
    }

    /// As the server reads it.
    #[must_use]
    pub fn sent(&self) -> String {
        listed(&self.people)
    }
}

/// The selection of the page.
#[derive(Clone, Copy, Default)]
pub struct Selection(RwSignal<Chosen>);

impl Selection {
    #[must_use]
    pub fn get(self) -> Chosen {
        self.0.get()
    }

    #[must_use]
    pub fn has(self, person: PersonId) -> bool {
        self.0.with(|chosen| chosen.has(person))
    }

    /// Takes people in or out.
    pub fn set(self, people: &[PersonId], chosen: bool) {
        self.0.update(|all| all.set(people, chosen));
    }

    /// These instead of those before.
    pub fn choose(self, chosen: Chosen) {
        self.0.set(chosen);
    }

    /// Ends where the list of `query` is not the one that it belongs to. See [`Chosen::stays_on`].
    pub fn keep_on(self, query: &PeopleQuery) {
        if !self.0.with_untracked(|chosen| chosen.stays_on(query)) {
            self.clear();
        }
    }

    pub fn clear(self) {
        self.0.set(Chosen::default());
    }
}

/// Selects one of the people on the page, who is `called` so.
#[component]
pub fn SelectPerson(id: PersonId, called: String, selection: Selection) -> impl IntoView {
    view! {
        <input
            type="checkbox"
            aria-label=words::console::select_person(called)
            prop:checked=move || selection.has(id)
            on:change=move |event| selection.set(&[id], event_target_checked(&event))
        />
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        people::{Sort, View},
        shoot::Stage,
    };

    fn people(ids: std::ops::Range<u128>) -> Vec<PersonId> {
        ids.map(|id| PersonId(Uuid::from_u128(id))).collect()
    }

    fn joined() -> PeopleQuery {
        PeopleQuery { stage: Some(Stage::Joined), ..PeopleQuery::default() }
    }

    /// P2
    #[test]
    fn all_who_match_belong_to_their_list() {
        let all = Chosen::all_of(joined(), people(1..121));
        for same in [
            joined(),
            PeopleQuery { sort: Sort::Newest, ..joined() },
            PeopleQuery { view: View::Grid, ..joined() },
        ] {
            assert!(all.stays_on(&same), "{same:?}");
        }
        for other in [
            PeopleQuery::default(),
            PeopleQuery { stage: Some(Stage::Ready), ..PeopleQuery::default() },
            PeopleQuery { search: Some("ada".into()), ..joined() },
            PeopleQuery { stuck: true, ..joined() },
        ] {
            assert!(!all.stays_on(&other), "{other:?}");
        }
        let mut some = Chosen::default();
        some.set(&people(1..3), true);
        assert!(some.stays_on(&joined()) && some.stays_on(&PeopleQuery::default()), "chosen one by one");
    }

    /// P2
    #[test]
    fn one_less_of_all_who_match_is_one_less() {
        let mut chosen = Chosen::all_of(joined(), people(1..121));
        let (left_out, other) = (people(7..8)[0], people(8..9)[0]);
        chosen.set(&[left_out], false);
        assert_eq!(chosen.count(), 119);
        assert!(!chosen.has(left_out) && chosen.has(other));
        assert_eq!(chosen.sent().split(',').count(), 119);
        assert!(!chosen.stays_on(&PeopleQuery::default()), "the others still belong to their list");
        assert!(!chosen.has(people(121..122)[0]), "nobody else was chosen with them");
        chosen.set(&people(1..121), false);
        assert_eq!(chosen, Chosen::default());
    }

    /// P2
    #[test]
    fn everybody_is_in_one_step() {
        let chosen = Chosen::all_of(joined(), people(1..601));
        let steps = chosen.steps(250);
        assert_eq!(steps.iter().map(Vec::len).collect::<Vec<_>>(), [250, 250, 100]);
        assert_eq!(steps.concat(), people(1..601));
        assert_eq!(Chosen::default().steps(250), Vec::<Vec<PersonId>>::new());
    }

    /// P2
    #[test]
    fn what_is_offered_is_what_is_chosen() {
        let page = people(1..51);
        let mut chosen = Chosen::default();
        assert_eq!(chosen.offer(&[], 0), None);
        chosen.set(&page[1..], true);
        assert_eq!(chosen.offer(&page, 120), None, "not all of the page");
        chosen.set(&page, true);
        assert_eq!(chosen.offer(&page, 50), None, "there are no others");
        assert_eq!(chosen.offer(&page, 120), Some(Offer { people: 120, all: 120 }));
        assert_eq!(chosen.offer(&page, 10_000), Some(Offer { people: 5_000, all: 10_000 }));
        let first = Chosen::all_of(PeopleQuery::default(), people(1..5_001));
        assert_eq!(first.offer(&page, 10_000), None, "no more can be chosen at once");
    }
}
