//! One line of pasted text, cut into segments and tokens: words, quoted text, brackets, comments and
//! links. RFC 5322, 3.2 and 3.4, and what mail programs, chats and web pages make of it. I1
//!
//! Here is only what stands where; which token is whose address is decided in `address_list`. Each
//! character is looked at a fixed number of times, whatever the line holds. QUALITY 15

use super::{mailto, text::is_separator};

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    Word(&'a str),
    /// What stands between quotes of any kind.
    Quoted(&'a str),
    /// What stands in `<` and `>`.
    Angle(&'a str),
    /// What stands in parentheses.
    Comment(&'a str),
    /// A link of a mail program, a web page, a chat or a text: where it leads, and its words.
    Link {
        target: &'a str,
        label: &'a str,
    },
}

/// A token and its place in the line.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    pub token: Token<'a>,
    pub start: usize,
    pub end: usize,
    /// Nothing stands between this and the token before.
    pub glued: bool,
}

/// What stands between two separators.
#[derive(Debug)]
pub struct Segment<'a> {
    pub start: usize,
    pub end: usize,
    pub tokens: Vec<Placed<'a>>,
    /// The separator behind it.
    pub separator: Option<char>,
}

/// The segments of a line: between commas and semicolons that are neither quoted nor in brackets.
/// `None` where there are more than `limit` tokens and segments.
#[must_use]
pub fn segments(line: &str, limit: usize) -> Option<Vec<Segment<'_>>> {
    let mut scanner = Scanner {
        line,
        at: 0,
        parentheses: Pairs::of(line, &['(', '（'], &[')', '）']),
        squares: Pairs::of(line, &['['], &[']']),
        ahead: Vec::new(),
    };
    let mut found = Vec::new();
    let mut left = limit;
    loop {
        let segment = scanner.segment(left);
        left = left.checked_sub(segment.tokens.len() + 1)?;
        let is_last = segment.separator.is_none();
        found.push(segment);
        if is_last {
            return Some(found);
        }
    }
}

/// Marks around a word that are no part of it. What follows it at the end of a sentence is among them.
const OPENING: &[char] = &[
    '<', '(', '[', '{', '\'', '"', '“', '‘', '«', '‹', '„', '‚', '»', '›', '「', '『', '《', '〈', '【',
    '（', '［', '＜', '”', '’',
];
const CLOSING: &[char] = &[
    '>', ')', ']', '}', '\'', '"', '“', '”', '‘', '’', '«', '»', '‹', '›', '」', '』', '》', '〉', '】',
    '）', '］', '＞', ',', ';', ':', '!', '。', '｡', '．', '！', '：',
];

/// An address without brackets, quotes and the punctuation that ends a sentence. Several dots stay:
/// they say that it was cut short.
#[must_use]
pub fn bare(word: &str) -> &str {
    let word = word.trim().trim_start_matches(OPENING);
    let word = match word.strip_suffix('`').and_then(|word| word.strip_prefix('`')) {
        Some(inner) => inner,
        None => word,
    };
    let mut word = word;
    loop {
        let shorter = word.trim_end_matches(CLOSING);
        let shorter = match shorter.strip_suffix(['.', '?']) {
            Some(rest) if !rest.ends_with('.') => rest,
            _ => shorter,
        };
        if shorter.len() == word.len() {
            return word;
        }
        word = shorter;
    }
}

/// Whether an address may be in it, or what somebody took for one.
#[must_use]
pub fn has_at(text: &str) -> bool {
    text.contains(['@', '＠', '﹫'])
}

/// Where brackets open and close; those without a partner are none.
struct Pairs(Vec<(usize, usize)>);

impl Pairs {
    fn of(line: &str, open: &[char], close: &[char]) -> Self {
        let (mut waiting, mut pairs) = (Vec::new(), Vec::new());
        for (at, c) in line.char_indices() {
            if open.contains(&c) {
                waiting.push(at);
            } else if close.contains(&c)
                && let Some(opened) = waiting.pop()
            {
                pairs.push((opened, at));
            }
        }
        pairs.sort_unstable();
        Self(pairs)
    }

    fn close_of(&self, open: usize) -> Option<usize> {
        let n = self.0.binary_search_by_key(&open, |pair| pair.0).ok()?;
        self.0.get(n).map(|pair| pair.1)
    }
}

struct Scanner<'a> {
    line: &'a str,
    at: usize,
    parentheses: Pairs,
    squares: Pairs,
    /// Where what was searched for last stands next, for each thing searched for: nothing is searched
    /// for twice in the same place.
    ahead: Vec<(Sought, Option<usize>)>,
}

/// What is searched for ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sought {
    Char(char),
    /// A quote that no backslash stands before.
    Quote,
    /// An apostrophe that ends a word.
    Apostrophe(char),
    /// The end of an anchor.
    AnchorEnd,
}

impl<'a> Scanner<'a> {
    /// The next segment; one of more than `limit` tokens is not read to its end.
    fn segment(&mut self, limit: usize) -> Segment<'a> {
        let mut segment =
            Segment { start: self.at, end: self.line.len(), tokens: Vec::new(), separator: None };
        let mut glued = false;
        while let Some(c) = self.line[self.at..].chars().next()
            && segment.tokens.len() <= limit
        {
            let start = self.at;
            if is_separator(c) {
                self.at += c.len_utf8();
                segment.end = start;
                segment.separator = Some(c);
                return segment;
            }
            match self.token(c, glued) {
                Some(token) => {
                    segment.tokens.push(Placed { token, start, end: self.at, glued });
                    glued = true;
                }
                None => glued = false,
            }
        }
        segment
    }

    /// The token that begins with `c`, or `None` where something that only parts tokens was passed.
    fn token(&mut self, c: char, glued: bool) -> Option<Token<'a>> {
        let start = self.at;
        if c == ' ' {
            self.at += 1;
            return None;
        }
        if matches!(c, '<' | '＜') {
            return self.angle(start, c);
        }
        if let Some(token) = self.enclosed(start, c, glued) {
            return Some(token);
        }
        if !glued && mailto::is_mailto(&self.line[start..]) {
            self.at += mailto::end(&self.line[start..]);
            return Some(Token::Link { target: &self.line[start..self.at], label: "" });
        }
        self.at += c.len_utf8();
        loop {
            let rest = &self.line[self.at..];
            self.at += rest.bytes().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
            let Some(c) = self.line[self.at..].chars().next() else { break };
            let ends = match c {
                ' ' | '<' | '＜' => true,
                ';' => !ends_entity(&self.line[start..self.at]),
                c if is_separator(c) => true,
                c => self.opens(self.at, c, true).is_some(),
            };
            if ends {
                break;
            }
            self.at += c.len_utf8();
        }
        Some(Token::Word(&self.line[start..self.at]))
    }

    /// Quoted text, a comment, or a link in square brackets, if one begins here.
    fn enclosed(&mut self, start: usize, c: char, glued: bool) -> Option<Token<'a>> {
        let close = self.opens(start, c, glued)?;
        let closed = self.line[close..].chars().next().map_or(close, |c| close + c.len_utf8());
        let inner = &self.line[start + c.len_utf8()..close];
        self.at = closed;
        if c == '[' {
            let end = self.parentheses.close_of(closed)?;
            self.at = end + self.line[end..].chars().next().map_or(0, char::len_utf8);
            return Some(Token::Link { target: &self.line[closed + 1..end], label: inner });
        }
        Some(if matches!(c, '(' | '（') { Token::Comment(inner) } else { Token::Quoted(inner) })
    }

    /// Where what `c` opens is closed again, if it opens anything here.
    fn opens(&mut self, at: usize, c: char, glued: bool) -> Option<usize> {
        let sought = match c {
            '"' => Sought::Quote,
            '(' | '（' => return self.parentheses.close_of(at),
            '[' => {
                let close = self.squares.close_of(at)?;
                return self
                    .parentheses
                    .close_of(close + 1)
                    .filter(|_| self.line[close + 1..].starts_with('('))
                    .map(|_| close);
            }
            // The others are letters of a word, such as an apostrophe, when they stand within one.
            _ if glued => return None,
            '\'' => Sought::Apostrophe('\''),
            '‘' => Sought::Apostrophe('’'),
            '‚' => Sought::Apostrophe('‘'),
            '“' => Sought::Char('”'),
            '„' => Sought::Char('“'),
            '«' => Sought::Char('»'),
            '»' => Sought::Char('«'),
            '‹' => Sought::Char('›'),
            '›' => Sought::Char('‹'),
            '「' => Sought::Char('」'),
            '『' => Sought::Char('』'),
            '《' => Sought::Char('》'),
            '〈' => Sought::Char('〉'),
            '【' => Sought::Char('】'),
            _ => return None,
        };
        self.next(sought, at + c.len_utf8())
    }

    /// What stands in angle brackets: an address, a link, or a tag, which only parts words.
    fn angle(&mut self, start: usize, c: char) -> Option<Token<'a>> {
        let from = start + c.len_utf8();
        self.at = from;
        let close = [self.next(Sought::Char('>'), from), self.next(Sought::Char('＞'), from)];
        let close = close.into_iter().flatten().min()?;
        if self.next(Sought::Char('<'), from).is_some_and(|open| open < close) {
            return None;
        }
        let inner = self.line[from..close].trim();
        let closed = close + self.line[close..].chars().next().map_or(0, char::len_utf8);
        self.at = closed;
        if let Some(target) = anchor_target(inner) {
            let label_end = self.next(Sought::AnchorEnd, closed);
            if let Some(end) = label_end {
                self.at = self.next(Sought::Char('>'), end).map_or(end, |end| end + 1);
            }
            return Some(Token::Link { target, label: label_end.map_or("", |end| &self.line[closed..end]) });
        }
        if is_tag(inner) {
            return None;
        }
        if mailto::is_mailto(inner) {
            let (target, label) = inner.split_once('|').unwrap_or((inner, ""));
            return Some(Token::Link { target, label });
        }
        Some(Token::Angle(inner))
    }

    /// Where the thing stands next, at `from` or behind it.
    fn next(&mut self, sought: Sought, from: usize) -> Option<usize> {
        let known = self.ahead.iter().position(|(known, _)| *known == sought);
        if let Some(n) = known {
            match self.ahead[n].1 {
                None => return None,
                Some(at) if at >= from => return Some(at),
                Some(_) => {}
            }
        }
        let found = sought.find(self.line, from);
        match known {
            Some(n) => self.ahead[n].1 = found,
            None => self.ahead.push((sought, found)),
        }
        found
    }
}

impl Sought {
    fn find(self, line: &str, from: usize) -> Option<usize> {
        let rest = &line[from..];
        let at = match self {
            Self::Char(c) => rest.find(c)?,
            Self::Quote => {
                let mut escaped = false;
                rest.char_indices().find_map(|(at, c)| {
                    let ends = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends.then_some(at)
                })?
            }
            Self::Apostrophe(quote) => {
                let mut chars = rest.char_indices().peekable();
                std::iter::from_fn(|| {
                    let (at, c) = chars.next()?;
                    let after = chars.peek().map(|(_, after)| *after);
                    Some((
                        at,
                        c == quote && after.is_none_or(|c| !c.is_alphanumeric() && c != '@' && c != quote),
                    ))
                })
                .find_map(|(at, ends)| ends.then_some(at))?
            }
            Self::AnchorEnd => {
                let tag = b"</a";
                rest.as_bytes().windows(tag.len()).position(|part| part.eq_ignore_ascii_case(tag))?
            }
        };
        Some(from + at)
    }
}

/// A byte that is nothing but a letter of a word, wherever it stands.
#[must_use]
pub const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'_' | b'-' | b'+')
}

/// Whether a semicolon behind this would end a character entity of HTML, such as `&amp;`.
fn ends_entity(word: &str) -> bool {
    let before = word.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    (2..=31).contains(&(word.len() - before.len())) && before.ends_with('&')
}

/// Where an anchor of HTML leads, if the tag is one.
fn anchor_target(tag: &str) -> Option<&str> {
    let attributes = tag.strip_prefix(['a', 'A'])?.strip_prefix([' ', '\t'])?;
    let name = b"href";
    let at = attributes.as_bytes().windows(name.len()).position(|part| part.eq_ignore_ascii_case(name))?;
    let value = attributes[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split(' ').next(),
    };
    value.map(str::trim)
}

/// Whether it is a tag of HTML, as they come with a copied source.
fn is_tag(inner: &str) -> bool {
    const NAMES: [&str; 32] = [
        "a",
        "b",
        "blockquote",
        "body",
        "br",
        "code",
        "div",
        "em",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "hr",
        "html",
        "i",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "small",
        "span",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ];
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name = inner.split([' ', '/']).next().unwrap_or_default();
    name.len() <= 10 && NAMES.binary_search(&name.to_ascii_lowercase().as_str()).is_ok() && !has_at(inner)
}

/// The words of a link, without the tags around them.
#[must_use]
pub fn words_of(label: &str) -> String {
    let mut words = String::with_capacity(label.len());
    for (n, part) in label.split('<').enumerate() {
        match part.split_once('>') {
            Some((tag, after)) if n > 0 && (is_tag(tag) || tag.is_empty()) => {
                words.push(' ');
                words.push_str(after);
            }
            _ => words.push_str(part),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(line: &str) -> Vec<Vec<Token<'_>>> {
        let segments = segments(line, 99).expect("few");
        segments.iter().map(|segment| segment.tokens.iter().map(|placed| placed.token).collect()).collect()
    }

    #[test]
    fn a_line_falls_into_its_tokens() {
        use Token::*;
        let link = |target, label| Link { target, label };
        for (line, expected) in [
            ("", vec![vec![]]),
            ("a@x.com,b@x.com", vec![vec![Word("a@x.com")], vec![Word("b@x.com")]]),
            ("Ada <a@x.com>", vec![vec![Word("Ada"), Angle("a@x.com")]]),
            ("\"L, \\\"A\\\"\" <a@x.com>", vec![vec![Quoted("L, \\\"A\\\""), Angle("a@x.com")]]),
            ("'L, A' <a@x.com>; O'Neil", vec![vec![Quoted("L, A"), Angle("a@x.com")], vec![Word("O'Neil")]]),
            ("«a@x.com»、„b@x.com“", vec![vec![Quoted("a@x.com")], vec![Quoted("b@x.com")]]),
            ("a (b (c, d)) e", vec![vec![Word("a"), Comment("b (c, d)"), Word("e")]]),
            (":( a (b)", vec![vec![Word(":("), Word("a"), Comment("b")]]),
            ("a <b <c>", vec![vec![Word("a"), Word("b"), Angle("c")]]),
            ("a <b, \"c", vec![vec![Word("a"), Word("b")], vec![Word("\"c")]]),
            ("[A B](mailto:a@x.com)", vec![vec![link("mailto:a@x.com", "A B")]]),
            ("[A] (b)", vec![vec![Word("[A]"), Comment("b")]]),
            ("<mailto:a@x.com|A>", vec![vec![link("mailto:a@x.com", "A")]]),
            (
                "<a href='mailto:a@x.com'><b>A</b></a>.",
                vec![vec![link("mailto:a@x.com", "<b>A</b>"), Word(".")]],
            ),
            ("<p>A</p><br/><Ada>", vec![vec![Word("A"), Angle("Ada")]]),
            (
                "mailto:a@x.com?b=c,%20d&e, f",
                vec![vec![link("mailto:a@x.com?b=c,%20d&e", "")], vec![Word("f")]],
            ),
            ("a&amp;b; c", vec![vec![Word("a&amp;b")], vec![Word("c")]]),
        ] {
            assert_eq!(tokens(line), expected, "{line}");
        }
        assert_eq!(words_of("<b>Ada</b> L < M"), " Ada  L  M");
    }

    #[test]
    fn marks_around_an_address_fall_away() {
        for (word, address) in [
            ("<a@x.com>", "a@x.com"),
            ("(“a@x.com”).", "a@x.com"),
            ("a@x.com?", "a@x.com"),
            ("a@x.com!?", "a@x.com"),
            ("`a@x.com`", "a@x.com"),
            ("`a@x.com", "`a@x.com"),
            ("a@x.com...", "a@x.com..."),
            ("a@x.com…", "a@x.com…"),
            ("...", "..."),
            ("", ""),
        ] {
            assert_eq!(bare(word), address, "{word}");
        }
    }
}
