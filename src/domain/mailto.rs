//! `mailto:` links: whom they are to. RFC 6068
//!
//! Only the part before the `?` is read. What a link would write into a mail's header names nobody
//! whom a person typed.

use std::ops::Range;

const SCHEME: &str = "mailto:";

/// Whether the text begins as such a link does.
#[must_use]
pub fn is_mailto(text: &str) -> bool {
    text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

/// Where the link ends that `text` begins with, when it stands among other words. A comma or a
/// semicolon ends it where the next link or a space follows; before the `?`, a semicolon always does.
#[must_use]
pub fn end(text: &str) -> usize {
    let mut in_query = false;
    for (at, c) in text.char_indices() {
        let after = &text[at + c.len_utf8()..];
        let next_begins = || after.is_empty() || after.starts_with(char::is_whitespace) || is_mailto(after);
        match c {
            '<' | '>' | '"' | '|' | ')' | ']' | '}' | '”' | '»' | '＜' | '＞' => return at,
            '?' => in_query = true,
            ';' if !in_query || next_begins() => return at,
            ',' if next_begins() => return at,
            c if c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// The recipients of a link, decoded, each with its place in the link. `None` where it can be read in
/// two ways: something behind the `?` looks like a further recipient.
#[must_use]
pub fn recipients(link: &str) -> Option<Vec<(Range<usize>, String)>> {
    let (to, query) = link.split_once('?').unwrap_or((link, ""));
    let is_recipient = |part: &str| part.contains('@') && !part.contains('=');
    if query.split([',', ';']).skip(1).any(is_recipient) {
        return None;
    }
    let mut found = Vec::new();
    let mut start = 0;
    for part in to.split(',') {
        let one = if is_mailto(part) { &part[SCHEME.len()..] } else { part };
        if !one.trim().is_empty() {
            found.push((start..start + part.len(), decoded(one)));
        }
        start += part.len() + 1;
    }
    Some(found)
}

/// Percent-decoded; what is no proper encoding stays as it is.
fn decoded(text: &str) -> String {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = after;
                }
                _ => return text.to_owned(),
            },
            (b'%', _) => return text.to_owned(),
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(link: &str) -> Option<Vec<String>> {
        recipients(link).map(|all| all.into_iter().map(|(_, one)| one).collect())
    }

    /// I1
    #[test]
    fn whom_a_link_is_to() {
        for (link, expected) in [
            ("mailto:ada@x.com", &["ada@x.com"][..]),
            ("MailTo:ada%2Bhs@x.com?subject=Hi", &["ada+hs@x.com"]),
            ("mailto:a@x.com,b@x.com", &["a@x.com", "b@x.com"]),
            ("mailto:a@x.com,mailto:b@x.com", &["a@x.com", "b@x.com"]),
            ("mailto:a@x.com?subject=Hi,%20team&cc=cc@x.com", &["a@x.com"]),
            ("mailto:user@example.org?subject=caf%C3%A9", &["user@example.org"]),
            ("mailto:a@b%C3%BCcher.example", &["a@bücher.example"]),
            ("mailto:?to=a@x.com&bcc=b@x.com", &[]),
            ("mailto:a%ZZb@x.com", &["a%ZZb@x.com"]),
            ("mailto:a%ff@x.com", &["a%ff@x.com"]),
            ("mailto:a%", &["a%"]),
        ] {
            assert_eq!(
                to(link).as_deref(),
                Some(expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()),
                "{link}"
            );
        }
        assert_eq!(to("mailto:a@x.com?subject=Hi,b@x.com"), None);
    }

    /// I1
    #[test]
    fn a_link_ends_where_the_next_word_begins() {
        for (text, link) in [
            ("mailto:a@x.com; b@x.com", "mailto:a@x.com"),
            ("mailto:a@x.com;b@x.com", "mailto:a@x.com"),
            ("mailto:a@x.com, b@x.com", "mailto:a@x.com"),
            ("mailto:a@x.com?subject=Hi;mailto:b@x.com", "mailto:a@x.com?subject=Hi"),
            ("mailto:a@x.com?x=1&amp;cc=b@x.com", "mailto:a@x.com?x=1&amp;cc=b@x.com"),
            ("mailto:a@x.com>, b@x.com", "mailto:a@x.com"),
        ] {
            assert_eq!(&text[..end(text)], link);
        }
    }
}
