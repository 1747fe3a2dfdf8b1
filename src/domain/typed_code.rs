//! A code as somebody typed or pasted it: of digits, which `code` reads, or of letters. N3

use super::{code::read_code, limits::CodeKind};

/// The letters of long codes: none that is read as another or as a digit, and no vowels, so that they
/// make no words.
pub const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters of a long code, in two groups of half as many: 43 bits.
pub const LETTERS_LENGTH: usize = 10;

/// What was typed, in the form that codes are compared in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedCode {
    Digits(String),
    Letters(String),
}

/// There is no code in what was typed; that costs no try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Type the code as it stands in the email: six digits, or two groups of five letters.")]
pub struct NoCode;

impl TypedCode {
    /// What it is made of.
    #[must_use]
    pub const fn kind(&self) -> CodeKind {
        match self {
            Self::Digits(_) => CodeKind::Digits,
            Self::Letters(_) => CodeKind::Letters,
        }
    }

    /// Reads a code: whatever its case, with spaces or dashes in it, with words around it.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn read(typed: &str) -> Result<Self, NoCode> {
        let digits = read_code(typed).map(Self::Digits);
        digits.or_else(|| read_letters(typed).map(Self::Letters)).ok_or(NoCode)
    }
}

fn read_letters(typed: &str) -> Option<String> {
    let upper = typed.to_ascii_uppercase();
    let words: Vec<&str> =
        upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_code =
        |text: &str, length| text.len() == length && text.bytes().all(|byte| LETTERS.contains(&byte));
    let whole = words.iter().filter(|word| is_code(word, LETTERS_LENGTH)).map(|word| (*word).to_owned());
    let halves = words.windows(2).filter(|pair| pair.iter().all(|half| is_code(half, LETTERS_LENGTH / 2)));
    let mut found = whole.chain(halves.map(<[&str]>::concat));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N3
    #[test]
    fn a_code_is_read_with_whatever_stands_in_and_around_it() {
        for typed in ["123456", " 123 456 ", "123-456"] {
            assert_eq!(TypedCode::read(typed), Ok(TypedCode::Digits("123456".into())), "{typed}");
        }
        for typed in [
            "BCDFGHJKLM",
            "bcdfg-hjklm",
            " BCDFG HJKLM\n",
            "BCDFG-HJKLM is your Headcount code",
            "Your code: bcdfg–hjklm.",
            "BCDFG-HJKLM works for 60 minutes",
        ] {
            assert_eq!(TypedCode::read(typed), Ok(TypedCode::Letters("BCDFGHJKLM".into())), "{typed}");
        }
    }

    /// N3: no try is lost over it.
    #[test]
    fn what_is_no_code_is_none() {
        for typed in ["", "12345", "1234567", "BCDFG", "BCDFGHJKLA", "BCDFG HJKLM NPQRS", "hello world"] {
            assert_eq!(TypedCode::read(typed), Err(NoCode), "{typed}");
        }
    }
}
