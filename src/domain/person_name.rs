//! Names as they stand beside addresses, turned into names of people. I1
//!
//! Only what was written is used: marks fall away and a surname that stands first moves behind.

use super::{member::NAME_MAX, text::squeeze};

/// The name in what stands before an address: without quotes and list marks, `Lovelace, Ada` as
/// `Ada Lovelace`. `None` where no letter is in it.
#[must_use]
pub fn pasted(text: &str) -> Option<String> {
    let marks = ['"', '“', '”', '„', '«', '»', '‹', '›', '\\'];
    let text = if text.contains(marks) { squeeze(&text.replace(marks, " ")) } else { squeeze(text) };
    // Outlook's quotes; the apostrophe of O'Neil stays.
    let text = match text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        Some(inner) => inner.trim(),
        None => &text,
    };
    written(without_marks(text))
}

/// The same for a cell that holds a name and nothing else, in which quotes are part of it.
#[must_use]
pub fn written(text: &str) -> Option<String> {
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let mut name = if text.contains(',') { given_name_first(text) } else { text.to_owned() };
    if let Some((end, _)) = name.char_indices().nth(NAME_MAX) {
        name.truncate(name[..end].trim_end().len());
    }
    Some(name)
}

/// Bullets and numbers before a name, dashes and the like behind it.
fn without_marks(text: &str) -> &str {
    let is_number = |word: &str| {
        word.strip_suffix(['.', ')'])
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_mark = |word: &str| !word.chars().any(char::is_alphanumeric);
    let mut rest = text.trim();
    while let Some((word, after)) = rest.split_once(' ')
        && (is_mark(word) || is_number(word))
    {
        rest = after;
    }
    while let Some((before, word)) = rest.rsplit_once(' ')
        && is_mark(word)
    {
        rest = before;
    }
    rest
}

/// `Lovelace, Ada (External)` as `Ada Lovelace (External)`, `Ng, Li, Jr.` as `Li Ng, Jr.`. What is
/// no such pair stays as it is.
fn given_name_first(name: &str) -> String {
    let (name, note) = match name.find(" (") {
        Some(at) if name.ends_with(')') => name.split_at(at),
        _ => (name, ""),
    };
    let parts: Vec<&str> = name.splitn(4, ',').map(str::trim).collect();
    let is_name = |part: &str| part.chars().any(char::is_alphabetic);
    // Nobody has a given name of so many words; it is a title.
    let given = |part: &str| is_name(part) && part.split(' ').count() < 3;
    match parts.as_slice() {
        [family, part] if is_name(family) && given(part) && !is_suffix(part) => {
            format!("{part} {family}{note}")
        }
        [family, part, suffix] | [family, suffix, part]
            if is_name(family) && given(part) && is_suffix(suffix) && !is_suffix(part) =>
        {
            format!("{part} {family}, {suffix}{note}")
        }
        _ => format!("{name}{note}"),
    }
}

/// What follows a name behind a comma and is no given name.
#[must_use]
pub fn is_suffix(word: &str) -> bool {
    let letters: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    matches!(
        letters.as_str(),
        "jr" | "sr"
            | "jnr"
            | "snr"
            | "ii"
            | "iii"
            | "iv"
            | "phd"
            | "md"
            | "mba"
            | "msc"
            | "bsc"
            | "esq"
            | "dds"
            | "cpa"
            | "inc"
            | "llc"
            | "ltd"
            | "plc"
            | "gmbh"
            | "ag"
            | "bv"
            | "kg"
            | "sa"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I1
    #[test]
    fn names_are_cleaned_and_turned_round() {
        for (text, name) in [
            ("Ada Lovelace", Some("Ada Lovelace")),
            ("\"Farouk, Leila\"", Some("Leila Farouk")),
            ("'Grace Hopper'", Some("Grace Hopper")),
            ("O'Neil, Conan", Some("Conan O'Neil")),
            ("van der Berg, Jan", Some("Jan van der Berg")),
            ("Ng, Li, Jr.", Some("Li Ng, Jr.")),
            ("Ng, Jr., Li", Some("Li Ng, Jr.")),
            ("Ada Lovelace, Ph.D.", Some("Ada Lovelace, Ph.D.")),
            ("Lovelace, Ada (External)", Some("Ada Lovelace (External)")),
            ("Ada Lovelace, Head of Sales", Some("Ada Lovelace, Head of Sales")),
            ("Katherine “Kat” Johnson", Some("Katherine Kat Johnson")),
            ("- Ada", Some("Ada")),
            ("1. Ada –", Some("Ada")),
            ("12) • Ada Lovelace |", Some("Ada Lovelace")),
            ("3M Team", Some("3M Team")),
            ("山田、太郎", Some("山田、太郎")),
            ("-", None),
            ("1.", None),
            ("", None),
            (", Ada", Some("Ada")),
            ("Ada, #", Some("Ada,")),
        ] {
            assert_eq!(pasted(text).as_deref(), name, "{text}");
        }
        assert_eq!(written("Grace \"Amazing\" Hopper").as_deref(), Some("Grace \"Amazing\" Hopper"));
        assert_eq!(pasted(&"A".repeat(1_000)).map(|name| name.len()), Some(NAME_MAX));
    }

    proptest::proptest! {
        /// I1: a name is made of the words that were written, and has a letter in it.
        #[test]
        fn a_name_is_made_of_what_was_written(text in "\\PC{0,20}(, \\PC{0,9}){0,3}") {
            for name in [pasted(&text), written(&text)].into_iter().flatten() {
                let (mut in_name, mut in_text) = (letters(&name), letters(&text));
                in_name.retain(|letter| !in_text.iter().position(|one| one == letter).is_some_and(|at| {
                    in_text.swap_remove(at);
                    true
                }));
                proptest::prop_assert_eq!(in_name, Vec::<char>::new());
                proptest::prop_assert!(name.chars().any(char::is_alphabetic) && name.chars().count() <= NAME_MAX);
            }
        }
    }

    fn letters(text: &str) -> Vec<char> {
        text.chars().filter(|c| c.is_alphanumeric()).collect()
    }
}
