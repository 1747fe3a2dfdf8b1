//! What people paste into the address field, read into entries. I1
//!
//! Nothing is lost and nothing invented: each word of the paste is in the [`raw`](Entry::raw) text
//! of some entry, and each entry's words stand in the paste. What can be read in two ways is an entry
//! that needs fixing, never an address. The tokens of a line are cut in `address_scan`, the parts of
//! a line are put together in `address_parts`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    address_parts::{Piece, Pieces},
    address_table::{AddressTable, Row, without_separator_line},
    email::{AddressProblem, EmailAddress, ToAscii},
    list_problem::{ENTRIES_MAX, LIST_BYTES_MAX, ListProblem},
    person_name,
    text::{is_break, shown},
};

/// One address of a paste, or one piece of it that is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The piece of the paste as it was, white space and what nobody sees aside.
    pub raw: String,
    /// What was taken for the address; mending begins with it.
    pub typed: String,
    /// The display name that stood with it.
    pub name: Option<String>,
    /// The name of a sub-team, from a table.
    pub team: Option<String>,
    /// The job title, from a table.
    pub title: Option<String>,
    /// The address, or why there is none.
    pub address: Result<EmailAddress, AddressProblem>,
    /// The same address stands earlier in the list.
    pub duplicate: bool,
}

impl Entry {
    /// The address, where this entry is fine: valid and not listed before.
    #[must_use]
    pub fn fresh(&self) -> Option<&EmailAddress> {
        self.address.as_ref().ok().filter(|_| !self.duplicate)
    }

    /// Leaves an empty entry in its place.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let empty = Self {
            raw: String::new(),
            typed: String::new(),
            name: None,
            team: None,
            title: None,
            address: Err(AddressProblem::Missing),
            duplicate: false,
        };
        std::mem::replace(self, empty)
    }

    /// The same person with the address written again; everything else stays.
    #[must_use]
    pub fn mended(self, typed: &str, to_ascii: ToAscii) -> Self {
        let read = AddressList::parse(typed, to_ascii).entries;
        match <[Self; 1]>::try_from(read) {
            Ok([read]) => Self {
                raw: typed.trim().to_owned(),
                typed: read.typed,
                name: self.name.or(read.name),
                address: read.address,
                ..self
            },
            // Several, or nothing that can be seen.
            Err(_) => {
                let typed = typed.trim().to_owned();
                let problem = EmailAddress::parse(&typed, to_ascii).err().unwrap_or(AddressProblem::Unclear);
                Self { raw: typed.clone(), typed, address: Err(problem), ..self }
            }
        }
    }
}

/// Somebody of a list, as the page sends them: already read, not yet judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Person {
    /// Somebody of whom only the address is known.
    #[must_use]
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned(), name: None, team: None, title: None }
    }
}

impl From<&Entry> for Person {
    fn from(entry: &Entry) -> Self {
        Self {
            address: entry.address.as_ref().map_or_else(|_| entry.typed.clone(), ToString::to_string),
            name: entry.name.clone(),
            team: entry.team.clone(),
            title: entry.title.clone(),
        }
    }
}

/// The entries of a paste, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressList {
    pub entries: Vec<Entry>,
    /// Headers of a table's columns that mean nothing here.
    pub ignored: Vec<String>,
    /// Why nothing was read.
    pub problem: Option<ListProblem>,
}

impl AddressList {
    /// Reads addresses separated by commas, semicolons, white space or line breaks; with display
    /// names, comments, groups, quotes and brackets of any kind, links, trailing punctuation; rows
    /// copied from a spreadsheet, whose other cells go with the row's address; and tables whose first
    /// row names an email column.
    #[must_use]
    pub fn parse(text: &str, to_ascii: ToAscii) -> Self {
        if text.len() > LIST_BYTES_MAX {
            return ListProblem::TooLong.into();
        }
        match AddressTable::parse(text) {
            Some(Ok(table)) => Self::of_table(table, to_ascii),
            Some(Err(problem)) => problem.into(),
            None => Self::of_lines(without_separator_line(text), to_ascii),
        }
    }

    fn of_lines(text: &str, to_ascii: ToAscii) -> Self {
        let text = spaced(text);
        let mut pieces = Pieces::default();
        for line in text.split('\n') {
            if pieces.read_line(line).is_err() {
                return ListProblem::TooMany.into();
            }
        }
        Self::of(pieces.finish().into_iter().map(|piece| read_piece(piece, to_ascii)).collect())
    }

    fn of_table(table: AddressTable, to_ascii: ToAscii) -> Self {
        let mut entries = Vec::new();
        for row in table.rows {
            match read_row(row, to_ascii) {
                Some(read) if entries.len() + read.len() <= ENTRIES_MAX => entries.extend(read),
                _ => return ListProblem::TooMany.into(),
            }
        }
        Self { ignored: table.ignored, ..Self::of(entries) }
    }

    /// The same people when the page has read them; nothing is read twice.
    #[must_use]
    pub fn of_people(people: Vec<Person>, to_ascii: ToAscii) -> Self {
        let entry = |person: Person| Entry {
            raw: person.address.clone(),
            address: EmailAddress::parse(&person.address, to_ascii),
            typed: person.address,
            name: person.name,
            team: person.team,
            title: person.title,
            duplicate: false,
        };
        if people.len() > ENTRIES_MAX {
            return ListProblem::TooMany.into();
        }
        Self::of(people.into_iter().map(entry).collect())
    }

    /// Adds what `later` has; its addresses that stand here already become duplicates.
    #[must_use]
    pub fn with(self, later: Self) -> Self {
        Self::of(self.entries.into_iter().chain(later.entries).collect())
    }

    /// Valid addresses, each once.
    pub fn fresh(&self) -> impl Iterator<Item = &EmailAddress> {
        self.entries.iter().filter_map(Entry::fresh)
    }

    /// Marks duplicates again; the first of each address is the one that counts.
    #[must_use]
    pub fn of(mut entries: Vec<Entry>) -> Self {
        let mut seen = HashMap::new();
        for (n, entry) in entries.iter_mut().enumerate() {
            entry.duplicate =
                entry.address.as_ref().is_ok_and(|address| *seen.entry(address.key()).or_insert(n) != n);
        }
        Self { entries, ..Self::default() }
    }
}

impl From<ListProblem> for AddressList {
    fn from(problem: ListProblem) -> Self {
        Self { problem: Some(problem), ..Self::default() }
    }
}

/// The text with one kind of line end and one kind of space, tabs and controls as they are.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut after_return = false;
    for c in shown(text) {
        match c {
            '\n' if after_return => {}
            c if is_break(c) => spaced.push('\n'),
            '\t' => spaced.push('\t'),
            c if c.is_whitespace() || c == '\u{2800}' => spaced.push(' '),
            c => spaced.push(c),
        }
        after_return = c == '\r';
    }
    spaced
}

fn read_piece(piece: Piece, to_ascii: ToAscii) -> Entry {
    let address = match EmailAddress::parse(&piece.typed, to_ascii) {
        _ if piece.unclear => Err(AddressProblem::Unclear),
        Ok(address) => match piece.raw.chars().find(|c| c.is_control() && *c != '\t') {
            Some(control) => Err(AddressProblem::BadCharacter(control)),
            None => Ok(address),
        },
        problem => problem,
    };
    let name = piece.name.filter(|name| !name.eq_ignore_ascii_case(&piece.typed));
    Entry { raw: piece.raw, typed: piece.typed, name, team: None, title: None, address, duplicate: false }
}

/// The entries of a table's row: one, unless its email cell holds several addresses. What stands in
/// the other cells is theirs. `None` where it holds too many.
fn read_row(row: Row, to_ascii: ToAscii) -> Option<Vec<Entry>> {
    if let Some(problem) = row.problem {
        return Some(vec![Entry {
            raw: row.raw,
            typed: row.email,
            name: row.name.as_deref().and_then(person_name::written),
            team: row.team,
            title: row.title,
            address: Err(problem),
            duplicate: false,
        }]);
    }
    let mut pieces = Pieces::default();
    for line in spaced(&row.email).replace('\t', " ").split('\n') {
        pieces.read_line(line).ok()?;
    }
    let mut pieces = pieces.finish();
    let alone = pieces.len() <= 1;
    if pieces.is_empty() {
        pieces.push(Piece::bare(row.raw.clone(), row.email.clone()));
    }
    let read = |(n, piece): (usize, Piece)| {
        let entry = read_piece(piece, to_ascii);
        let named = row.name.as_deref().filter(|_| alone);
        let name =
            named.filter(|name| !name.eq_ignore_ascii_case(&entry.typed)).and_then(person_name::written);
        Entry {
            raw: if n == 0 { row.raw.clone() } else { entry.raw },
            name: name.or(entry.name),
            team: row.team.clone(),
            title: row.title.clone(),
            ..entry
        }
    };
    Some(pieces.into_iter().enumerate().map(read).collect())
}

#[cfg(test)]
mod tests;
