//! Pages of lists whose place is a key and an id: from where one is read, and which are beside it. P1, H4

use uuid::Uuid;

use crate::domain::people::{Cursor, Place, Sort};

/// Some of those who match, and whether there are more before and behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub people: Vec<T>,
    /// Where the page before ends, if there is one.
    pub before: Option<Cursor>,
    /// Where the page behind begins, if there is one.
    pub after: Option<Cursor>,
}

/// Comes after every key that names are sorted by.
const BEHIND_ALL: &str = "\u{10ffff}";

/// In which order a page at this place is read: one that ends somewhere is read from its end.
pub fn order(sort: Sort, place: &Place) -> Sort {
    if matches!(place, Place::Before(_)) { sort.backwards() } else { sort }
}

/// Where reading begins: the place before everything in this order, unless a cursor says another.
pub fn start(order: Sort, cursor: Option<&Cursor>) -> (String, Uuid) {
    match (cursor, order) {
        (Some(cursor), _) => (cursor.key.clone(), cursor.id.0),
        (None, Sort::Name | Sort::Oldest) => (String::new(), Uuid::nil()),
        (None, Sort::NameBackwards | Sort::Newest) => (BEHIND_ALL.into(), Uuid::max()),
    }
}

/// How many are read for a page of so many: one more says whether there are more.
pub fn limit(size: usize) -> i64 {
    i64::try_from(size + 1).unwrap_or(i64::MAX)
}

impl<T> Page<T> {
    /// The page at this place, of what was read for it in its [`order`], up to [`limit`].
    pub fn of(mut found: Vec<(Cursor, T)>, place: &Place, size: usize) -> Self {
        let more = found.len() > size;
        found.truncate(size);
        // Where one came from there are others: those who were on that page.
        let (before, after) = match place {
            Place::Before(_) => {
                found.reverse();
                (more, true)
            }
            Place::After(_) => (true, more),
            Place::First => (false, more),
        };
        let cursor = |found: Option<&(Cursor, T)>, is_wanted: bool| {
            found.filter(|_| is_wanted).map(|(cursor, _)| cursor.clone())
        };
        Self {
            before: cursor(found.first(), before),
            after: cursor(found.last(), after),
            people: found.into_iter().map(|(_, one)| one).collect(),
        }
    }
}
