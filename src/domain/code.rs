//! Reading a six-digit code however it was pasted. N3

use super::text::{is_break, is_ignorable};

/// Digits of a code.
const LENGTH: usize = 6;

/// The zero of each script's ten decimal digits (Unicode's Decimal_Number), but ASCII's.
const ZEROS: [u32; 74] = [
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
    0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
    0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30,
    0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0,
    0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60, 0x16ac0,
    0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0,
    0x1e5f1, 0x1e950, 0x1fbf0,
];

/// The six digits that somebody typed or pasted, in ASCII: in whatever script, with spaces, dashes or
/// what nobody sees between them, with words around them. `None` where there is no such code, or more
/// than one; that costs no try.
#[must_use]
pub fn read_code(typed: &str) -> Option<String> {
    let groups = groups(typed);
    // Six in a row are surer than six in parts: `Code 123456, for 10 minutes`.
    only(groups.iter().flatten().filter(|run| run.len() == LENGTH).cloned())
        .or_else(|| only(groups.iter().map(|runs| runs.concat()).filter(|digits| digits.len() == LENGTH)))
}

/// The one value that there is, however often.
fn only(mut values: impl Iterator<Item = String>) -> Option<String> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// Runs of digits; those with spaces, dashes or dots between them on one line are one group.
fn groups(typed: &str) -> Vec<Vec<String>> {
    let mut groups: Vec<Vec<String>> = Vec::new();
    // How far the last digit is away.
    let mut gap = Gap::Wide;
    for c in typed.chars().filter(|c| !is_ignorable(*c)) {
        let Some(digit) = digit(c) else {
            gap = if gap != Gap::Wide && is_between(c) { Gap::Narrow } else { Gap::Wide };
            continue;
        };
        match (gap, groups.last_mut()) {
            (Gap::None, Some(group)) => group.last_mut().expect("a group has a run").push(digit),
            (Gap::Narrow, Some(group)) => group.push(digit.to_string()),
            _ => groups.push(vec![digit.to_string()]),
        }
        gap = Gap::None;
    }
    groups
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Narrow,
    Wide,
}

fn is_between(c: char) -> bool {
    c.is_whitespace() && !is_break(c)
        || matches!(c, '-' | '.' | '·' | '_' | '\u{2010}'..='\u{2015}' | '−' | '－' | '・')
}

/// The ASCII digit of the same value.
fn digit(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_digit().then_some(c);
    }
    let zero = ZEROS[..ZEROS.partition_point(|zero| *zero <= u32::from(c))].last()?;
    char::from_digit(u32::from(c) - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// N3
    #[test]
    fn a_code_is_taken_however_it_was_pasted() {
        let typed: Vec<String> =
            serde_json::from_str(include_str!("../../tests/cases/b4_codes_typed.json")).expect("a table");
        for typed in typed.iter().filter(|typed| !typed.is_empty()) {
            assert_eq!(read_code(typed).as_deref(), Some("123456"), "{typed:?}");
        }
        for typed in [
            "123456",
            " 123 456\n",
            "123-456",
            "123 – 456",
            "123 456\n10 minutes",
            "12 34 56",
            "1 2 3 4 5 6",
            "123\u{2060}456",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
            "१२३ ४५६",
            "𝟏𝟐𝟑𝟒𝟓𝟔",
            "Code: 123456. It works for 10 minutes.",
            "123456 10",
            "123456abc",
            "Headcount-123456",
            "123456 is your code: 123456",
            "<b>123 456</b>",
        ] {
            assert_eq!(read_code(typed).as_deref(), Some("123456"), "{typed:?}");
        }
    }

    /// N3: what holds no code is no try.
    #[test]
    fn what_holds_no_code_is_none() {
        for typed in [
            "",
            " ",
            "12345",
            "1234567",
            "123 4567",
            "123456 654321",
            "abcdef",
            "123\n456",
            "123x456",
            "ⅠⅡⅢⅣⅤⅥ",
            "一二三四五六",
            "²²²²²²",
        ] {
            assert_eq!(read_code(typed), None, "{typed:?}");
        }
    }

    /// The table has whole tens of digits and nothing else.
    #[test]
    fn the_zeros_are_zeros() {
        assert!(ZEROS.is_sorted());
        for zero in ZEROS {
            for value in 0..10 {
                let c = char::from_u32(zero + value).expect("a character");
                assert!(c.is_numeric() && !c.is_alphabetic(), "{c:?}");
                assert_eq!(digit(c), char::from_digit(value, 10));
            }
        }
    }

    proptest::proptest! {
        /// N3: a code is six ASCII digits of those that were typed, in their order.
        #[test]
        fn a_code_stands_in_what_was_typed(typed in "(\\PC|[0-9 -]){0,40}") {
            if let Some(code) = read_code(&typed) {
                let digits: String = typed.chars().filter_map(digit).collect();
                proptest::prop_assert!(code.len() == LENGTH && digits.contains(&code), "{} in {}", code, digits);
            }
        }
    }
}
