//! What people paste into the address field, read into entries. I1
//!
//! Nothing is lost and nothing invented: each word of the paste is in the [`raw`](Entry::raw) text
//! of some entry, and each entry's words stand in the paste.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::email::{AddressProblem, EmailAddress, ToAscii};

/// One address of a paste, or one piece of it that is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The piece of the paste as it was, white space aside.
    pub raw: String,
    /// The display name that stood with it.
    pub name: Option<String>,
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
}

/// The entries of a paste, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressList {
    pub entries: Vec<Entry>,
}

impl AddressList {
    /// Reads addresses separated by commas, semicolons, white space or line breaks; with display
    /// names, quoted names, angle brackets, `mailto:`, trailing punctuation; and rows copied from a
    /// spreadsheet, whose other cells go with the row's address.
    #[must_use]
    pub fn parse(text: &str, to_ascii: ToAscii) -> Self {
        let text: String = text.chars().map(|c| if is_blank(c) { ' ' } else { c }).collect();
        let mut pieces = Vec::new();
        for row in text.split('\n') {
            if row.contains('\t') {
                split_cells(row, &mut pieces);
            } else {
                split_segments(row, &mut pieces);
            }
        }
        Self::of(pieces.into_iter().map(|piece| piece.read(to_ascii)).collect())
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

    /// Marks duplicates anew; the first of each address is the one that counts.
    #[must_use]
    pub fn of(mut entries: Vec<Entry>) -> Self {
        let mut seen = HashMap::new();
        for (n, entry) in entries.iter_mut().enumerate() {
            entry.duplicate =
                entry.address.as_ref().is_ok_and(|address| *seen.entry(address.key()).or_insert(n) != n);
        }
        Self { entries }
    }
}

/// An entry before its address is read.
struct Piece {
    raw: String,
    name: Option<String>,
    address: String,
}

impl Piece {
    fn read(self, to_ascii: ToAscii) -> Entry {
        let address = EmailAddress::parse(bare(&self.address), to_ascii);
        let name = self.name.map(|name| unquote(&name)).filter(|name| !name.is_empty());
        Entry { raw: self.raw, name, address, duplicate: false }
    }
}

/// White space that is not a separator of its own, and characters that are not meant to be seen.
fn is_blank(c: char) -> bool {
    let separates = matches!(c, '\n' | '\t');
    (!separates && (c.is_whitespace() || c.is_control()))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// A row of a spreadsheet: cells with an `@` are addresses, the first other cell is the name. A row
/// without any is one piece, so that a header is seen and can be taken out.
fn split_cells(row: &str, pieces: &mut Vec<Piece>) {
    let cells: Vec<String> = row.split('\t').map(squeeze).filter(|cell| !cell.is_empty()).collect();
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
        if !is_address_like(word) {
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
    squeeze(&name.replace(['"', '“', '”'], " "))
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
            ("Name\tEmail\nAda\tada@x.com", &[("", "? Name Email"), ("Ada", "ada@x.com")]),
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
