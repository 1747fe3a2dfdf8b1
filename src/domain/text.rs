//! Short texts that people type: names, titles, notes. One parser for all, so that every field
//! refuses the same things in the same words. N1

use serde::{Deserialize, Serialize};

/// Why a typed text was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
pub enum TextRefusal {
    #[error("{what} is missing. Type it here.")]
    Missing { what: String },
    #[error("{what} has {length} characters; at most {max} fit.")]
    TooLong { what: String, length: usize, max: usize },
    #[error("{what} has a character that cannot be shown. Type it again without it.")]
    NotPrintable { what: String },
    #[error("{what} has nothing in it that can be seen. Type it again.")]
    NothingVisible { what: String },
}

/// A single line: outer space trimmed, inner runs of white space made one space.
///
/// `what` names the field as on the screen; `max` counts characters, not bytes.
///
/// # Errors
/// Empty, longer than `max`, of nothing visible, or with a control or invisible formatting
/// character. Line breaks count as white space, so nothing typed here can start a new line in a mail
/// header.
pub fn line(what: &str, typed: &str, max: usize) -> Result<String, TextRefusal> {
    let text = squeeze(typed);
    if text.is_empty() {
        return Err(TextRefusal::Missing { what: what.into() });
    }
    check(what, &text, max)?;
    if !text.chars().any(is_visible) {
        return Err(TextRefusal::NothingVisible { what: what.into() });
    }
    Ok(text)
}

/// As [`line`], but an empty text is `None` instead of an error.
///
/// # Errors
/// As [`line`], save that nothing typed is fine.
pub fn optional_line(what: &str, typed: &str, max: usize) -> Result<Option<String>, TextRefusal> {
    if typed.trim().is_empty() { Ok(None) } else { line(what, typed, max).map(Some) }
}

/// Several lines of plain text, such as the note in an invite; nothing visible is `None`.
///
/// # Errors
/// Longer than `max` characters, or with a control character other than a line break or tab.
pub fn optional_paragraphs(what: &str, typed: &str, max: usize) -> Result<Option<String>, TextRefusal> {
    let text = typed.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    check(what, &text.replace('\n', " "), max)?;
    Ok(text.chars().any(is_visible).then(|| text.to_owned()))
}

/// Brings text into its compatibility form, NFKC (UAX 15): full-width letters become letters, `e` and
/// an accent become one `é`.
///
/// Handed in, because the server brings its own tables and the browser has them built in.
pub type Nfkc = fn(&str) -> String;

/// What names are compared by: two that look the same have the same key. NFKC, case-folded, without
/// what nobody sees (UAX 31, NFKC_Casefold); white space squeezed. A dotless ı counts as the i whose
/// capital it shares. T1
#[must_use]
pub fn name_key(name: &str, nfkc: Nfkc) -> String {
    let fold = |c: char| c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let seen: String = nfkc(name).chars().filter(|c| !is_ignorable(*c)).flat_map(fold).collect();
    squeeze(&nfkc(&seen))
}

/// Outer white space trimmed, inner runs of it made one space.
#[must_use]
pub fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}

/// Without the characters that take no room and mean nothing in a name or an address. Joiners and what
/// belongs to emoji stay, and so do controls, which somebody has to refuse.
pub fn shown(text: &str) -> impl Iterator<Item = char> {
    let of_emoji = |c| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}');
    text.chars().filter(move |c| {
        c.is_ascii()
            || c.is_control()
            || !(is_hidden(*c) || is_ignorable(*c))
            || is_joiner(*c)
            || of_emoji(*c)
            || is_break(*c)
    })
}

/// Ends a line, in whatever program it was written.
#[must_use]
pub const fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// At most so many characters of a text, where all of it would be too much to show.
#[must_use]
pub fn beginning(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn check(what: &str, text: &str, max: usize) -> Result<(), TextRefusal> {
    if text.chars().any(is_hidden) {
        return Err(TextRefusal::NotPrintable { what: what.into() });
    }
    let length = text.chars().count();
    if length > max {
        return Err(TextRefusal::TooLong { what: what.into(), length, max });
    }
    Ok(())
}

/// Controls, and the marks that change the direction of text or take no room (they can make one
/// name look like another). Joiners stay: scripts and emoji need them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Whether a reader who is shown this character alone sees something: no white space, nothing that
/// takes no room, no accent without a letter.
fn is_visible(c: char) -> bool {
    let blank = c.is_whitespace() || c == '\u{2800}';
    let accent = matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{302a}'..='\u{302f}' | '\u{3099}'..='\u{309a}'
        | '\u{fe20}'..='\u{fe2f}');
    !(blank || accent || is_hidden(c) || is_ignorable(c))
}

/// Unicode's Default_Ignorable_Code_Point: what is not shown even where no font knows it.
#[must_use]
pub const fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A comma or semicolon, of whatever script.
#[must_use]
pub const fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';' | '،' | '؛' | '、' | '，' | '；')
}

/// A joiner, of which scripts such as Persian and many emoji are made; ignorable elsewhere.
#[must_use]
pub const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N1
    #[test]
    fn a_line_is_trimmed_and_never_breaks() {
        assert_eq!(line("Name", "  Ada \r\n Bcc: x ", 100).as_deref(), Ok("Ada Bcc: x"));
        assert_eq!(line("Name", " \n ", 100), Err(TextRefusal::Missing { what: "Name".into() }));
        assert_eq!(
            line("Name", "äöü", 2),
            Err(TextRefusal::TooLong { what: "Name".into(), length: 3, max: 2 })
        );
    }

    /// N1
    #[test]
    fn hidden_characters_are_refused() {
        for typed in ["a\0b", "a\u{202e}b", "a\u{200b}b", "a\u{feff}b", "a\u{7f}b"] {
            assert_eq!(line("Name", typed, 9), Err(TextRefusal::NotPrintable { what: "Name".into() }));
        }
    }

    /// I4
    #[test]
    fn paragraphs_keep_their_breaks() {
        assert_eq!(optional_paragraphs("Note", "a\r\nb\n", 9), Ok(Some("a\nb".into())));
        assert_eq!(optional_paragraphs("Note", " \n", 9), Ok(None));
    }

    /// T1, N1
    #[test]
    fn a_name_of_nothing_visible_is_refused() {
        let blank: Vec<String> =
            serde_json::from_str(include_str!("../../tests/cases/e8_blank_names.json")).expect("a table");
        for typed in
            blank.iter().map(String::as_str).chain(["\u{2800} \u{3164}", "\u{1d173}", "\u{fe0f}\u{301}"])
        {
            assert!(line("Name", typed, 99).is_err(), "{typed:?}");
            assert_eq!(optional_paragraphs("Note", typed, 99).unwrap_or(None), None, "{typed:?}");
        }
        for typed in
            ["نامه\u{200c}ای", "👩\u{200d}🚀", "Zoe\u{308}", "🏴\u{e0067}\u{e007f}", "한", "क्", "1", "?"]
        {
            assert_eq!(line("Name", typed, 99).as_deref(), Ok(typed));
        }
    }

    fn nfkc(text: &str) -> String {
        use unicode_normalization::UnicodeNormalization;
        text.nfkc().collect()
    }

    /// T1
    #[test]
    fn names_that_look_the_same_have_one_key() {
        let twins: Vec<(String, String)> =
            serde_json::from_str(include_str!("../../tests/cases/e8_team_twins.json")).expect("a table");
        let more = [
            ("Sales", "sALES"),
            ("Ｓａｌｅｓ", "sales"),
            ("ΌΣΟΣ", "όσος"),
            ("STRAẞE", "strasse"),
            ("ﬁnance", "FINANCE"),
            ("A\u{a0}B", "a b"),
            ("Åse", "A\u{30a}SE"),
            ("Sales\u{e0041}", "Sales"),
            ("ａ\u{3164}", "A"),
        ];
        let more = more.map(|(one, other)| (one.to_owned(), other.to_owned()));
        for (one, other) in twins.into_iter().chain(more) {
            assert_eq!(name_key(&one, nfkc), name_key(&other, nfkc), "{one:?} {other:?}");
        }
        for (one, other) in [("Sales", "Sale"), ("Zoe", "Zoë"), ("A B", "AB"), ("Sales", "Ѕales")] {
            assert_ne!(name_key(one, nfkc), name_key(other, nfkc), "{one:?} {other:?}");
        }
    }

    proptest::proptest! {
        /// T1: a key is its own key, whatever the case and form of the name.
        #[test]
        fn a_key_is_the_same_in_every_case_and_form(name in "\\PC{0,12}") {
            use unicode_normalization::UnicodeNormalization;
            let key = name_key(&name, nfkc);
            proptest::prop_assert_eq!(&name_key(&key, nfkc), &key);
            for twin in [name.to_lowercase(), name.nfd().collect(), name.nfkc().collect()] {
                proptest::prop_assert_eq!(&name_key(&twin, nfkc), &key);
            }
        }
    }
}
