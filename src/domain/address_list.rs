//! What people paste into the address field, read into entries. I1
//!
//! Nothing is lost and nothing invented: each word of the paste is in the [`raw`](Entry::raw) text
//! of some entry, and each entry's words stand in the paste.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    address_table::{AddressTable, Row},
    email::{AddressProblem, EmailAddress, ToAscii},
};

/// One address of a paste, or one piece of it that is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The piece of the paste as it was, white space aside.
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

    /// The same person with the address written anew; everything else stays.
    #[must_use]
    pub fn mended(self, typed: &str, to_ascii: ToAscii) -> Self {
        let address = EmailAddress::parse(bare(typed.trim()), to_ascii);
        Self { raw: typed.trim().to_owned(), typed: typed.trim().to_owned(), address, ..self }
    }
}

/// The entries of a paste, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressList {
    pub entries: Vec<Entry>,
    /// Headers of a table's columns that mean nothing here.
    pub ignored: Vec<String>,
}

impl AddressList {
    /// Reads addresses separated by commas, semicolons, white space or line breaks; with display
    /// names, quoted names, angle brackets, `mailto:`, trailing punctuation; rows copied from a
    /// spreadsheet, whose other cells go with the row's address; and tables whose first row names
    /// an email column.
    #[must_use]
    pub fn parse(text: &str, to_ascii: ToAscii) -> Self {
        if let Some(table) = AddressTable::parse(text) {
            let entries = table.rows.into_iter().flat_map(|row| read_row(row, to_ascii)).collect();
            return Self { ignored: table.ignored, ..Self::of(entries) };
        }
        let text: String = text.chars().map(|c| if is_blank(c) { ' ' } else { c }).collect();
        let mut pieces = Vec::new();
        for row in text.split('\n') {
            match cells(row) {
                Some(cells) => split_cells(&cells, &mut pieces),
                None => split_segments(row, &mut pieces),
            }
        }
        Self::of(pieces.into_iter().map(|piece| piece.read(to_ascii)).collect())
    }

    /// Adds what `later` has; its addresses that stand here already become duplicates.
    #[must_use]
    pub fn with(self, later: Self) -> Self {
        Self::of(self.entries.into_iter().chain(later.entries).collect())
    }

    /// The entries as a table, which [`AddressList::parse`] reads back: how they are sent.
    #[must_use]
    pub fn to_table<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
        let mut table = csv::WriterBuilder::new().delimiter(b'\t').from_writer(Vec::new());
        let text = |cell: &'a Option<String>| cell.as_deref().unwrap_or_default();
        let rows = entries
            .into_iter()
            .map(|entry| [entry.typed.as_str(), text(&entry.name), text(&entry.team), text(&entry.title)]);
        for row in std::iter::once(["Email", "Name", "Team", "Job title"]).chain(rows) {
            table.write_record(row).expect("four cells each, written to memory");
        }
        let bytes = table.into_inner().expect("written to memory");
        String::from_utf8(bytes).expect("made of text")
    }

    /// Valid addresses, each once.
    pub fn fresh(&self) -> impl Iterator<Item = &EmailAddress> {
        self.entries.iter().filter_map(Entry::fresh)
    }

    /// Marks duplicates anew; the first of each address is the one that counts.
    #[must_use]
    pub fn of(mut entries: Vec<Entry>) -> Self {
        let mut seen = HashMap::new();
        for (n, entry) in entries.iter_mut().enumerate() {
            entry.duplicate =
                entry.address.as_ref().is_ok_and(|address| *seen.entry(address.key()).or_insert(n) != n);
        }
        Self { entries, ignored: Vec::new() }
    }
}

/// The entries of a table's row: one, unless its email cell holds several addresses. What stands in
/// the other cells is theirs.
fn read_row(row: Row, to_ascii: ToAscii) -> Vec<Entry> {
    let mut pieces = Vec::new();
    split_segments(
        &row.email.chars().map(|c| if is_blank(c) { ' ' } else { c }).collect::<String>(),
        &mut pieces,
    );
    let alone = pieces.len() <= 1;
    if pieces.is_empty() {
        pieces.push(Piece { raw: row.raw.clone(), name: None, address: row.email.clone() });
    }
    pieces
        .into_iter()
        .map(|piece| {
            let entry = piece.read(to_ascii);
            Entry {
                raw: if alone { row.raw.clone() } else { entry.raw },
                name: row.name.clone().filter(|_| alone).or(entry.name),
                team: row.team.clone(),
                title: row.title.clone(),
                ..entry
            }
        })
        .collect()
}

/// An entry before its address is read.
struct Piece {
    raw: String,
    name: Option<String>,
    address: String,
}

impl Piece {
    fn read(self, to_ascii: ToAscii) -> Entry {
        let typed = bare(&self.address).to_owned();
        let address = EmailAddress::parse(&typed, to_ascii);
        let name =
            self.name.map(|name| unquote(&name)).filter(|name| !name.is_empty() && bare(name) != typed);
        Entry { raw: self.raw, typed, name, team: None, title: None, address, duplicate: false }
    }
}

/// White space that is not a separator of its own, and characters that are not meant to be seen.
fn is_blank(c: char) -> bool {
    let separates = matches!(c, '\n' | '\t');
    (!separates && (c.is_whitespace() || c.is_control()))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// The cells of a spreadsheet's row: between tabs; or between commas or semicolons, where one cell is
/// a bare address and no other has one, as in `"Ada Lovelace",ada@x.com,Sales`.
fn cells(row: &str) -> Option<Vec<String>> {
    let full = |cells: Vec<String>| cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>();
    if row.contains('\t') {
        return Some(full(row.split('\t').map(squeeze).collect()));
    }
    let cells = full(segments(row).into_iter().map(|(segment, _)| squeeze(segment)).collect());
    let mut addresses = cells.iter().filter(|cell| cell.contains('@'));
    match (addresses.next(), addresses.next()) {
        (Some(one), None) if cells.len() > 1 && !one.contains([' ', '<']) => Some(cells),
        _ => None,
    }
}

/// A row of a spreadsheet: cells with an `@` are addresses, the first other cell is the name. A row
/// without any is one piece, so that a header is seen and can be taken out.
fn split_cells(cells: &[String], pieces: &mut Vec<Piece>) {
    let (addresses, others): (Vec<&String>, Vec<&String>) = cells.iter().partition(|cell| cell.contains('@'));
    match addresses.as_slice() {
        [] if cells.is_empty() => {}
        [] => pieces.push(Piece { raw: cells.join(" "), name: None, address: cells.join(" ") }),
        [one] => {
            let before = pieces.len();
            split_segments(one, pieces);
            if let [piece] = &mut pieces[before..] {
                piece.raw = cells.join(" ");
                piece.name = piece.name.take().or_else(|| others.first().map(ToString::to_string));
            } else {
                others.iter().for_each(|cell| split_segments(cell, pieces));
            }
        }
        _ => cells.iter().for_each(|cell| split_segments(cell, pieces)),
    }
}

/// A line of text: segments between commas and semicolons that are neither quoted nor in angle
/// brackets. `Lovelace, Ada <ada@x.com>` is one piece: a comma inside a name that nobody quoted.
fn split_segments(line: &str, pieces: &mut Vec<Piece>) {
    let mut surname: Option<String> = None;
    for (segment, end) in segments(line) {
        let segment = squeeze(segment);
        if segment.is_empty() {
            continue;
        }
        let named = segment.contains('<') && !segment.starts_with('<');
        match surname.take() {
            Some(last) if named => {
                let before = pieces.len();
                split_words(&segment, pieces);
                if let Some(piece) = pieces.get_mut(before) {
                    piece.raw = format!("{last}, {}", piece.raw);
                    piece.name = Some(match piece.name.take() {
                        Some(first) => format!("{first} {last}"),
                        None => last,
                    });
                }
                continue;
            }
            Some(last) => split_words(&last, pieces),
            None => {}
        }
        if end == Some(',') && !segment.contains('@') {
            surname = Some(segment);
        } else {
            split_words(&segment, pieces);
        }
    }
    if let Some(last) = surname {
        split_words(&last, pieces);
    }
}

/// The segments of a line and the separator after each.
fn segments(line: &str) -> Vec<(&str, Option<char>)> {
    let mut found = Vec::new();
    let (mut start, mut quoted, mut bracketed) = (0, false, false);
    let closes = |from: usize, close: char| line[from..].contains(close);
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted && closes(at + 1, '"'),
            '<' if !quoted => bracketed = closes(at, '>'),
            '>' if !quoted => bracketed = false,
            ',' | ';' if !quoted && !bracketed => {
                found.push((&line[start..at], Some(c)));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push((&line[start..], None));
    found
}

/// A segment: each word with an `@` outside quotes is an address, and the words before it are its
/// name. Words after the last address go with it; a segment without any address is one piece.
fn split_words(segment: &str, pieces: &mut Vec<Piece>) {
    let words = words(segment);
    let mut from = 0;
    let last_address = words.iter().rposition(|word| is_address_like(word));
    for (n, word) in words.iter().enumerate() {
        // `'ada@x.com' <ada@x.com>`: Outlook's way to write an address without a name.
        let said_again = words
            .get(n + 1)
            .is_some_and(|next| next.starts_with('<') && bare(next).eq_ignore_ascii_case(bare(word)));
        if !is_address_like(word) || said_again {
            continue;
        }
        let to = if Some(n) == last_address { words.len() } else { n + 1 };
        let name = words[from..n].join(" ");
        pieces.push(Piece {
            raw: words[from..to].join(" "),
            name: Some(name).filter(|name| !name.is_empty()),
            address: (*word).to_owned(),
        });
        from = to;
    }
    if from < words.len() {
        let rest = words[from..].join(" ");
        pieces.push(Piece { raw: rest.clone(), name: None, address: rest });
    }
}

/// Words at white space outside quotes; `name<a@b.c>` splits before the bracket as well.
fn words(segment: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, c) in segment.char_indices() {
        match c {
            '"' => quoted = !quoted && segment[at + 1..].contains('"'),
            ' ' | '<' if !quoted => {
                found.push(&segment[start..at]);
                start = at + usize::from(c == ' ');
            }
            _ => {}
        }
    }
    found.push(&segment[start..]);
    found.retain(|word| !word.is_empty());
    found
}

fn is_address_like(word: &str) -> bool {
    word.contains('@') && !word.starts_with('"') || word.starts_with('<')
}

/// The address without brackets, `mailto:`, its query, and punctuation that ends a sentence.
fn bare(word: &str) -> &str {
    let open = |c: char| "<([{'\"“‘".contains(c);
    let close = |c: char| ">)]}'\"”’.,;:!".contains(c);
    let word = word.trim_start_matches(open);
    let scheme = word.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:"));
    let word = scheme.map_or(word, |_| word[7..].split('?').next().unwrap_or_default());
    word.trim_end_matches(close).trim_end_matches('?')
}

fn unquote(name: &str) -> String {
    let name = squeeze(&name.replace(['"', '“', '”'], " "));
    // Outlook's quotes; the apostrophe of O'Neil stays.
    match name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')) {
        Some(inner) => squeeze(inner),
        None => name,
    }
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(text: &str) -> AddressList {
        AddressList::parse(text, |domain| idna::domain_to_ascii(domain).ok())
    }

    fn found(text: &str) -> Vec<(Option<String>, String)> {
        list(text)
            .entries
            .into_iter()
            .map(|entry| {
                (entry.name, entry.address.map_or_else(|_| format!("? {}", entry.raw), |a| a.to_string()))
            })
            .collect()
    }

    /// I1
    #[test]
    fn what_people_paste_is_read() {
        let table: &[(&str, &[(&str, &str)])] = &[
            ("a@x.com,b@x.com", &[("", "a@x.com"), ("", "b@x.com")]),
            (
                "a@x.com; b@x.com\nc@x.com\r\nd@x.com",
                &[("", "a@x.com"), ("", "b@x.com"), ("", "c@x.com"), ("", "d@x.com")],
            ),
            ("a@x.com b@x.com", &[("", "a@x.com"), ("", "b@x.com")]),
            ("Ada Lovelace <ada@x.com>", &[("Ada Lovelace", "ada@x.com")]),
            ("\"Lovelace, Ada\" <ada@x.com>, b@x.com", &[("Lovelace, Ada", "ada@x.com"), ("", "b@x.com")]),
            (
                "Lovelace, Ada <ada@x.com>; Hopper, Grace <g@x.com>",
                &[("Ada Lovelace", "ada@x.com"), ("Grace Hopper", "g@x.com")],
            ),
            ("<ada@x.com>, (b@x.com).", &[("", "ada@x.com"), ("", "b@x.com")]),
            ("mailto:ada@x.com?subject=Hi", &[("", "ada@x.com")]),
            ("'ada@x.com'; “b@x.com”", &[("", "ada@x.com"), ("", "b@x.com")]),
            ("Ada\tada@x.com\tSales\nBob\tbob@x.com\tOps", &[("Ada", "ada@x.com"), ("Bob", "bob@x.com")]),
            ("Name\tEmail\nAda\tada@x.com", &[("Ada", "ada@x.com")]),
            ("Name,Phone\nAda,ada@x.com", &[("", "? Name"), ("", "? Phone"), ("Ada", "ada@x.com")]),
            (
                "\"Lovelace, Ada\",ada@x.com,Sales\n\"Bob\";\"bob@x.com\"",
                &[("Lovelace, Ada", "ada@x.com"), ("Bob", "bob@x.com")],
            ),
            ("Ada Lovelace ada@x.com", &[("Ada Lovelace", "ada@x.com")]),
            ("Ada Lovelace", &[("", "? Ada Lovelace")]),
            ("ada@northwind, b@x.com", &[("", "? ada@northwind"), ("", "b@x.com")]),
            ("a@x.com\u{a0}b@x.com\u{200b}", &[("", "a@x.com"), ("", "b@x.com")]),
            (" , ;\n\t", &[]),
            ("\"oops <a@x.com", &[("oops", "a@x.com")]),
            ("Ada<ada@x.com>", &[("Ada", "ada@x.com")]),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected
                .iter()
                .map(|(name, address)| {
                    (Some((*name).to_owned()).filter(|n| !n.is_empty()), (*address).to_owned())
                })
                .collect();
            assert_eq!(found(text), expected, "{text:?}");
        }
    }

    /// I1, I2
    #[test]
    fn a_second_mention_is_a_duplicate_of_the_first() {
        let list = list("ada@x.com, ADA@X.com, ada+1@x.com");
        assert_eq!(
            list.entries.iter().map(|entry| entry.duplicate).collect::<Vec<_>>(),
            [false, true, false]
        );
        assert_eq!(list.fresh().count(), 2);
        assert_eq!(list.clone().with(list).fresh().count(), 2);
    }

    /// I1, QUALITY screens 1: what Outlook, Gmail, Apple Mail, Excel, Google Sheets and CSV files
    /// give. The browser tests read the same files.
    #[test]
    fn real_pastes_become_the_expected_entries() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pastes/");
        let read = |file: &str| std::fs::read_to_string(format!("{folder}{file}")).expect(file);
        let expected: HashMap<String, Vec<Vec<Option<String>>>> =
            serde_json::from_str(&read("expected.json")).expect("a table of entries");
        for (file, expected) in expected {
            let list = list(&read(&file));
            assert_eq!(list.entries.len(), expected.len(), "{file}: {:?}", list.entries);
            for (entry, expected) in list.entries.into_iter().zip(expected) {
                let text = match &entry.address {
                    Ok(address) if entry.duplicate => format!("= {}", address.key()),
                    Ok(address) => address.to_string(),
                    Err(_) => format!("! {}", entry.typed),
                };
                let details = [Some(text), entry.name, entry.team, entry.title];
                assert_eq!(details[..expected.len()], expected, "{file}");
            }
        }
    }

    /// I1: a table keeps its details, whatever else stands in a cell.
    #[test]
    fn a_table_becomes_entries_with_their_team_and_title() {
        let list = list(
            "Email,Name,Team,Job title,Phone\nAda <ada@x.com>,Ada L.,Sales,Pilot,1\nada@x.com,,,,\n\
             bob@x.com; eve@x.com,Both,Ops,,\n,Nobody,,,\nbroken@,Dan,Sales,,",
        );
        let read: Vec<_> = list
            .entries
            .iter()
            .map(|entry| {
                (entry.typed.as_str(), entry.name.as_deref(), entry.team.as_deref(), entry.duplicate)
            })
            .collect();
        assert_eq!(
            read,
            [
                ("ada@x.com", Some("Ada L."), Some("Sales"), false),
                ("ada@x.com", None, None, true),
                ("bob@x.com", None, Some("Ops"), false),
                ("eve@x.com", None, Some("Ops"), false),
                ("", Some("Nobody"), None, false),
                ("broken@", Some("Dan"), Some("Sales"), false),
            ]
        );
        assert_eq!(list.entries[0].title.as_deref(), Some("Pilot"));
        assert_eq!(list.entries[4].address, Err(AddressProblem::Missing));
        assert_eq!(list.ignored, ["Phone"]);
        let mended = list.entries[5].clone().mended(" dan@x.com ", |_| None);
        assert_eq!(mended.address.map(String::from).as_deref(), Ok("dan@x.com"));
        assert_eq!((mended.name.as_deref(), mended.team.as_deref()), (Some("Dan"), Some("Sales")));
    }

    fn word_runs(text: &str) -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn paste() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            4 => "[a-z]{1,6}@[a-z]{1,6}\\.(com|org)",
            2 => "[A-Z][a-z]{1,6}",
            1 => "<[a-z]{1,4}@[a-z]{1,4}\\.io>",
            1 => "\"[A-Z][a-z]{1,4}, [a-z]{1,4}\"",
            1 => "mailto:[a-z]{1,3}@[a-z]{1,3}\\.io",
            1 => "[\"'<>@,;:.()\\[\\]]{1,3}",
            1 => "\\PC{0,6}",
        ];
        let gap =
            prop_oneof![Just(", "), Just("; "), Just(" "), Just("\n"), Just("\t"), Just("\r\n"), Just("")];
        prop::collection::vec((word, gap), 0..14)
            .prop_map(|parts| parts.into_iter().map(|(word, gap)| word + gap).collect())
    }

    proptest! {
        /// I1: each word of the paste is in some entry, as often as it was pasted.
        #[test]
        fn nothing_is_lost_and_nothing_invented(text in paste()) {
            let mut pasted = word_runs(&text);
            let mut kept: Vec<String> =
                list(&text).entries.iter().flat_map(|entry| word_runs(&entry.raw)).collect();
            pasted.sort();
            kept.sort();
            prop_assert_eq!(pasted, kept);
        }

        /// I1: what is taken for an address was written in that entry.
        #[test]
        fn an_address_stands_in_its_own_raw_text(text in paste()) {
            for entry in list(&text).entries {
                if let Ok(address) = &entry.address {
                    prop_assert!(!address.domain().is_ascii() || entry.raw.to_lowercase().contains(&address.key()) || !entry.raw.is_ascii());
                }
            }
        }

        /// I1, I3: what is sent is what stands in the chips, whatever a name or team has in it.
        #[test]
        fn a_list_is_the_same_after_its_way_to_the_server(
            people in prop::collection::vec(
                ("[a-z]{1,8}@[a-z]{1,8}\\.com", prop::option::of("\\PC{1,12}"), prop::option::of("\\PC{1,12}")),
                1..12,
            ),
        ) {
            let sent: Vec<Entry> = people
                .into_iter()
                .map(|(address, name, team)| Entry {
                    raw: address.clone(),
                    address: EmailAddress::parse(&address, |_| None),
                    typed: address,
                    name: name.map(|name| squeeze(&name)).filter(|name| !name.is_empty()),
                    team: team.map(|team| squeeze(&team)).filter(|team| !team.is_empty()),
                    title: None,
                    duplicate: false,
                })
                .collect();
            let details = |entries: &[Entry]| {
                entries
                    .iter()
                    .map(|entry| (entry.typed.clone(), entry.name.clone(), entry.team.clone()))
                    .collect::<Vec<_>>()
            };
            prop_assert_eq!(details(&list(&AddressList::to_table(&sent)).entries), details(&sent));
        }

        /// I1: well-formed addresses are all found, whatever stands between them.
        #[test]
        fn good_addresses_are_all_found(
            words in prop::collection::vec("[a-z]{1,8}@[a-z]{1,8}\\.com", 0..20),
            gap in prop_oneof![Just(","), Just(";"), Just(" "), Just("\n"), Just("\t"), Just(" ,\n"), Just(";\r\n")],
        ) {
            let list = list(&words.join(gap));
            let read: Vec<_> = list.entries.iter().map(|entry| entry.address.clone().map(String::from)).collect();
            prop_assert_eq!(read, words.into_iter().map(Ok).collect::<Vec<_>>());
        }
    }
}
