//! The leads' list of those whose headshots are there: what may be asked of it, as it stands in the URL, of
//! the page and of the archive alike. H4

use serde::{Deserialize, Serialize};

use super::{
    db_enum,
    people::{PeopleQuery, Place, TeamFilter},
};

/// A page of the list has so many people.
pub const PAGE: usize = 60;

/// What is asked of the list. Whatever of it cannot be read is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HeadshotQuery {
    pub search: Option<String>,
    pub team: Option<TeamFilter>,
    pub choice: Option<Choice>,
    pub place: Place,
}

/// Whether somebody chose a favorite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Choice {
    Chosen,
    Open,
}

db_enum!(Choice { Chosen = "chosen", Open = "open" });

/// Which headshots of each person an archive holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Contents {
    /// The favorite, or the first where none was chosen.
    #[default]
    One,
    Everything,
}

db_enum!(Contents { One = "one", Everything = "all" });

/// How many match all of a query but whether they chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadshotCounts {
    pub people: i64,
    /// Of them, who have not chosen.
    pub undecided: i64,
    /// The headshots of those who match all of it.
    pub headshots: i64,
}

impl HeadshotCounts {
    /// How many people match all of the query.
    #[must_use]
    pub const fn matching(&self, choice: Option<Choice>) -> i64 {
        match choice {
            None => self.people,
            Some(Choice::Open) => self.undecided,
            Some(Choice::Chosen) => self.people - self.undecided,
        }
    }

    /// How many files an archive has.
    #[must_use]
    pub const fn files(&self, choice: Option<Choice>, contents: Contents) -> i64 {
        match contents {
            Contents::One => self.matching(choice),
            Contents::Everything => self.headshots,
        }
    }
}

impl HeadshotQuery {
    /// Reads what stands under each name of the URL's query.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let PeopleQuery { search, team, place, .. } = PeopleQuery::read(&get);
        Self { search, team, place, choice: get("choice").and_then(|word| word.parse().ok()) }
    }

    /// Names and values of the URL's query.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self { search, team, choice, place } = self.clone();
        let mut pairs = PeopleQuery { search, team, place, ..PeopleQuery::default() }.pairs();
        pairs.extend(choice.map(|choice| ("choice", choice.as_str().to_owned())));
        pairs
    }

    /// The same from the first page on.
    #[must_use]
    pub fn from_first(self) -> Self {
        Self { place: Place::First, ..self }
    }

    /// Whether some people are left out of the list.
    #[must_use]
    pub const fn is_narrowed(&self) -> bool {
        self.search.is_some() || self.team.is_some() || self.choice.is_some()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        ids::TeamId,
        people::{Cursor, PersonId},
    };

    /// H4
    #[test]
    fn what_is_asked_is_read_as_it_was_written() {
        let cursor = Cursor { key: "ada lovelace".into(), id: PersonId(Uuid::from_u128(3)) };
        let query = HeadshotQuery {
            search: Some("ada".into()),
            team: Some(TeamFilter::In(TeamId(Uuid::from_u128(7)))),
            choice: Some(Choice::Open),
            place: Place::After(cursor),
        };
        let pairs: std::collections::HashMap<_, _> = query.pairs().into_iter().collect();
        assert_eq!(HeadshotQuery::read(|name| pairs.get(name).cloned()), query);
        assert!(query.is_narrowed());
        assert_eq!(HeadshotQuery::read(|_| Some("x".into())), HeadshotQuery::default());
        assert!(!HeadshotQuery::default().is_narrowed());
    }

    /// H4
    #[test]
    fn counts_add_up() {
        let counts = HeadshotCounts { people: 7, undecided: 3, headshots: 40 };
        let matching = |choice| counts.matching(choice);
        assert_eq!(matching(Some(Choice::Open)) + matching(Some(Choice::Chosen)), matching(None));
        assert_eq!(counts.files(Some(Choice::Chosen), Contents::One), 4);
        assert_eq!(counts.files(None, Contents::Everything), 40);
    }
}
