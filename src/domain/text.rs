//! Short texts that people type: names, titles, notes. One parser for all, so that every field
//! refuses the same things in the same words. N1

use serde::{Deserialize, Serialize};

/// Why a typed text was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum TextRefusal {
    #[error("{what} is missing. Type it here.")]
    Missing { what: String },
    #[error("{what} has {length} characters; at most {max} fit.")]
    TooLong { what: String, length: usize, max: usize },
    #[error("{what} has a character that cannot be shown. Type it again without it.")]
    NotPrintable { what: String },
}

/// A single line: outer space trimmed, inner runs of white space made one space.
///
/// `what` names the field as on the screen; `max` counts characters, not bytes.
///
/// # Errors
/// Empty, longer than `max`, or with a control or invisible formatting character. Line breaks
/// count as white space, so nothing typed here can start a new line in a mail header.
pub fn line(what: &str, typed: &str, max: usize) -> Result<String, TextRefusal> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(TextRefusal::Missing { what: what.into() });
    }
    check(what, &text, max)?;
    Ok(text)
}

/// As [`line`], but an empty text is `None` instead of an error.
///
/// # Errors
/// As [`line`], save that nothing typed is fine.
pub fn optional_line(what: &str, typed: &str, max: usize) -> Result<Option<String>, TextRefusal> {
    if typed.trim().is_empty() { Ok(None) } else { line(what, typed, max).map(Some) }
}

/// Several lines of plain text, such as the note in an invite; empty is `None`.
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
    Ok(Some(text.to_owned()))
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
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
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
}
