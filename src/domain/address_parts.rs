//! The tokens of a line put together: which address is whose, and which cannot be told. I1
//!
//! RFC 5322, 3.4 where people keep to it. Where they do not, the reading that most people mean is
//! taken if there is only one; else the piece is unclear.

use super::{
    address_scan::{Placed, Segment, Token, bare, has_at, is_plain, segments, words_of},
    list_problem::ENTRIES_MAX,
    mailto, person_name,
    text::{is_separator, squeeze},
};

/// An entry before its address is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub raw: String,
    pub name: Option<String>,
    /// What was taken for the address.
    pub typed: String,
    /// It can be read in more than one way.
    pub unclear: bool,
    /// The address stood alone, with neither brackets nor a name.
    plain: bool,
}

impl Piece {
    /// Something without a name.
    #[must_use]
    pub fn bare(raw: String, typed: String) -> Self {
        Self { raw, name: None, typed, unclear: false, plain: true }
    }
}

/// More entries or words than any list has.
#[derive(Debug)]
pub struct TooMany;

/// Words that are looked at, of whole lists.
const TOKENS_MAX: usize = 10 * ENTRIES_MAX;

/// The pieces of the lines read so far.
#[derive(Debug, Default)]
pub struct Pieces {
    found: Vec<Piece>,
    tokens: usize,
    /// What stood before the first piece and is none, such as a tag.
    lead: String,
}

impl Pieces {
    /// All of them.
    #[must_use]
    pub fn finish(mut self) -> Vec<Piece> {
        match self.found.first_mut() {
            _ if self.lead.is_empty() => {}
            Some(first) => first.raw.insert_str(0, &(self.lead + " ")),
            None => self.found.push(Piece::bare(self.lead.clone(), self.lead)),
        }
        self.found
    }

    /// Words that belong to no address stay with the last one, so that nothing is lost.
    fn add_to_last(&mut self, words: &str) {
        let words = squeeze(words);
        let last = self.found.last_mut().map_or(&mut self.lead, |last| &mut last.raw);
        if !last.is_empty() && !words.is_empty() {
            last.push(' ');
        }
        last.push_str(&words);
    }

    /// Reads one line: the cells of a spreadsheet's row, or segments of text.
    ///
    /// # Errors
    /// There are too many.
    pub fn read_line(&mut self, line: &str) -> Result<(), TooMany> {
        let before = self.found.len();
        let word = line.trim();
        if !word.is_empty() && word.bytes().all(is_plain) {
            // Most lists have an address in each line and nothing else.
            self.found.push(Piece::bare(word.to_owned(), bare(word).to_owned()));
        } else if line.contains('\t') {
            let cells: Vec<&str> = line.split('\t').filter(|cell| !cell.trim().is_empty()).collect();
            self.read_cells(&cells)?;
        } else {
            let line = Line::of(line, &mut self.tokens)?;
            match line.row() {
                Some(row) => self.found.push(row),
                None => line.read(self),
            }
        }
        if self.found.len() > ENTRIES_MAX {
            return Err(TooMany);
        }
        self.doubt_what_a_break_may_have_cut(before);
        Ok(())
    }

    /// A row of a spreadsheet: cells with an `@` are addresses, the first other cell is the name. A row
    /// without any is one piece, so that a header is seen and can be taken out.
    fn read_cells(&mut self, cells: &[&str]) -> Result<(), TooMany> {
        self.tokens += cells.len();
        let (addresses, others): (Vec<&str>, Vec<&str>) = cells.iter().partition(|cell| has_at(cell));
        let all = || squeeze(&cells.join(" "));
        match addresses.as_slice() {
            [] if cells.is_empty() => {}
            [] => self.found.push(Piece::bare(all(), all())),
            [one] => {
                let mut row = self.read_cell(one)?;
                if let [piece] = row.as_mut_slice() {
                    piece.raw = all();
                    piece.name = piece
                        .name
                        .take()
                        .or_else(|| others.first().and_then(|cell| person_name::pasted(cell)));
                    piece.plain = false;
                } else {
                    for cell in others {
                        row.extend(self.read_cell(cell)?);
                    }
                }
                self.found.extend(row);
            }
            _ => {
                for cell in cells {
                    let read = self.read_cell(cell)?;
                    self.found.extend(read);
                }
            }
        }
        Ok(())
    }

    fn read_cell(&mut self, cell: &str) -> Result<Vec<Piece>, TooMany> {
        let mut alone = Self::default();
        Line::of(cell, &mut self.tokens)?.read(&mut alone);
        Ok(alone.finish())
    }

    /// An address may have been wrapped: `ada.` and `lovelace@x.com`, or `ada@x.` and `com`, in two
    /// lines. `before` is where the pieces of the last line begin.
    fn doubt_what_a_break_may_have_cut(&mut self, before: usize) {
        let (earlier, later) = self.found.split_at_mut(before);
        let (Some(last), Some(first)) = (earlier.last_mut(), later.first_mut()) else { return };
        if first.plain && has_at(&first.typed) && last.plain && may_go_on(&last.raw) {
            first.unclear = true;
        }
        if last.plain && has_at(&last.raw) && last.raw.ends_with(['.', '-']) && may_end_a_domain(&first.raw) {
            last.unclear = true;
        }
    }
}

/// Whether a word may be the beginning of an address that goes on behind a space or a line break.
fn may_go_on(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.ends_with(['.', '-', '_', '+', '='])
        && !has_at(word)
        && !word.contains(' ')
}

fn may_end_a_domain(word: &str) -> bool {
    word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.')
}

/// A line with what its segments are made of.
struct Line<'a> {
    text: &'a str,
    segments: Vec<(Segment<'a>, Vec<Part<'a>>)>,
}

/// Something that means something in a segment.
struct Part<'a> {
    item: Item<'a>,
    start: usize,
    end: usize,
}

enum Item<'a> {
    /// A part of a name.
    Name(&'a str),
    /// A comment.
    Note(&'a str),
    /// The name of a group, or `To:`.
    Label,
    Address(Found<'a>),
}

struct Found<'a> {
    typed: String,
    /// The words of the link that it stood in.
    label: Option<&'a str>,
    /// It stood in brackets, which say where it begins and ends.
    bracketed: bool,
    unclear: bool,
}

impl<'a> Line<'a> {
    fn of(text: &'a str, tokens: &mut usize) -> Result<Self, TooMany> {
        // At least every second character of a text with so many tokens begins one.
        let segments = segments(text, TOKENS_MAX.saturating_sub(*tokens)).ok_or(TooMany)?;
        *tokens += segments.iter().map(|segment| segment.tokens.len() + 1).sum::<usize>();
        let parts = |segment: Segment<'a>| {
            let parts = parts(text, &segment.tokens);
            (segment, parts)
        };
        Ok(Self { text, segments: segments.into_iter().map(parts).collect() })
    }

    fn text_of(&self, segment: &Segment<'_>) -> &'a str {
        self.text[segment.start..segment.end].trim()
    }

    /// The line as a row of a spreadsheet: between commas or semicolons one cell is an address and no
    /// other has one, as in `"Ada Lovelace",ada@x.com,Sales`.
    fn row(&self) -> Option<Piece> {
        let mut address = None;
        let (mut name, mut others) = (None, 0);
        for (segment, parts) in &self.segments {
            let text = self.text_of(segment);
            match parts.as_slice() {
                [Part { item: Item::Address(found), .. }]
                    if !found.bracketed && !found.unclear && address.is_none() =>
                {
                    address = Some(found);
                }
                _ if has_at(text) => return None,
                _ if text.is_empty() => {}
                _ => {
                    others += 1;
                    name = name.or(Some(text));
                }
            }
        }
        let address = address.filter(|_| others > 0)?;
        let cells: Vec<&str> = self.segments.iter().map(|(segment, _)| self.text_of(segment)).collect();
        Some(Piece {
            raw: squeeze(&cells.join(" ")),
            name: name.and_then(person_name::pasted),
            typed: address.typed.clone(),
            unclear: false,
            plain: false,
        })
    }

    /// The pieces of each segment. `Lovelace, Ada <ada@x.com>` is one piece: a comma inside a name that
    /// nobody quoted.
    fn read(&self, pieces: &mut Pieces) {
        // Segments that may be the beginning of a name, by their number.
        let mut family: Vec<usize> = Vec::new();
        for (n, (segment, parts)) in self.segments.iter().enumerate() {
            if self.text_of(segment).is_empty() {
                continue;
            }
            let is_name = !parts.is_empty()
                && parts.iter().all(|part| matches!(part.item, Item::Name(_) | Item::Note(_)));
            if is_name && segment.separator.is_some_and(|c| matches!(c, ',' | '，' | '、' | '،')) {
                family.push(n);
                if family.len() > 2 {
                    self.read_segment(family.remove(0), &[], pieces);
                }
                continue;
            }
            if let Some(last) = self.name_before_brackets(n) {
                let used = if person_name::is_suffix(&last) { 2 } else { 1 };
                let split = family.len().saturating_sub(used);
                for n in family.drain(..split) {
                    self.read_segment(n, &[], pieces);
                }
            } else {
                for n in family.drain(..) {
                    self.read_segment(n, &[], pieces);
                }
            }
            self.read_segment(n, &std::mem::take(&mut family), pieces);
        }
        for n in family {
            self.read_segment(n, &[], pieces);
        }
    }

    /// The name that stands before an address in brackets, where the segment begins so.
    fn name_before_brackets(&self, n: usize) -> Option<String> {
        let parts = &self.segments[n].1;
        let names =
            parts.iter().take_while(|part| matches!(part.item, Item::Name(_) | Item::Note(_))).count();
        match parts.get(names).map(|part| &part.item) {
            Some(Item::Address(found)) if names > 0 && found.bracketed => {
                Some(self.text[parts[0].start..parts[names - 1].end].to_owned())
            }
            _ => None,
        }
    }

    /// The pieces of a segment: each address with the name before it. What stands behind the last goes
    /// with it; a segment without any is one piece. `family` are the segments before it in which its
    /// first name begins.
    fn read_segment(&self, n: usize, family: &[usize], pieces: &mut Pieces) {
        let (segment, parts) = &self.segments[n];
        let first = pieces.found.len();
        let start = family.first().map_or(segment.start, |first| self.segments[*first].0.start);
        let mut reading = Reading { from: start, names: Vec::new(), unclear: false, last: Last::Nothing };
        let families: Vec<&str> = family.iter().map(|n| self.text_of(&self.segments[*n].0)).collect();
        for (part, next) in parts.iter().zip(following(parts)) {
            reading.take(self.text, part, next, &families, pieces, first);
        }
        if pieces.found.len() == first && !parts.is_empty() {
            let raw = squeeze(&self.text[start..segment.end]);
            pieces.found.push(Piece::bare(raw.clone(), bare(&raw).to_owned()));
            return;
        }
        if let Some(last) = pieces.found[first..].last_mut() {
            last.unclear |= reading.unclear || reading.names.iter().any(|name| has_at(name));
        }
        pieces.add_to_last(&self.text[reading.from..segment.end]);
    }
}

/// What comes behind a part, comments aside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Bracketed,
    Plain,
    Other,
}

fn following(parts: &[Part<'_>]) -> Vec<Next> {
    let mut following = vec![Next::Other; parts.len()];
    for n in (1..parts.len()).rev() {
        following[n - 1] = match &parts[n].item {
            Item::Note(_) => following[n],
            Item::Address(found) if found.bracketed => Next::Bracketed,
            Item::Address(_) => Next::Plain,
            Item::Name(_) | Item::Label => Next::Other,
        };
    }
    following
}

/// A segment while it is read.
struct Reading<'a> {
    /// Where the next piece begins.
    from: usize,
    names: Vec<&'a str>,
    /// What was passed makes the next address unclear.
    unclear: bool,
    last: Last,
}

/// What was read last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    /// An address, with what stood at its end.
    Address {
        dot: bool,
    },
    /// An address in parentheses.
    Parenthesized,
}

impl<'a> Reading<'a> {
    fn take(
        &mut self,
        line: &'a str,
        part: &Part<'a>,
        next: Next,
        family: &[&str],
        pieces: &mut Pieces,
        first: usize,
    ) {
        let written = &line[part.start..part.end];
        match &part.item {
            Item::Label => {
                self.unclear |= self.names.drain(..).any(has_at);
                self.last = Last::Nothing;
            }
            Item::Name(name) => {
                // `ada@x.co .uk`, `ada@x. com`: a space got into it.
                let goes_on = name.starts_with('.') && name.len() > 1
                    || self.last == (Last::Address { dot: true })
                        && name.len() <= 3
                        && may_end_a_domain(name);
                if matches!(self.last, Last::Address { .. })
                    && goes_on
                    && let Some(piece) = pieces.found[first..].last_mut()
                {
                    piece.unclear = true;
                }
                self.names.push(name);
                self.last = Last::Nothing;
            }
            Item::Note(note) if !has_at(note) => {
                if !matches!(self.last, Last::Address { .. }) {
                    self.names.push(written);
                }
            }
            // A comment on an address is no address. One that has nothing beside it is one in brackets.
            Item::Note(_) if matches!(self.last, Last::Address { .. }) || next == Next::Bracketed => {}
            Item::Note(note) => match sole(note) {
                Some(typed) if next != Next::Plain => {
                    let found = Found { typed, label: None, bracketed: false, unclear: false };
                    self.address(line, part, &found, family, pieces, first);
                    self.last = Last::Parenthesized;
                }
                _ if next == Next::Plain => self.unclear = true,
                _ => {
                    let found =
                        Found { typed: written.to_owned(), label: None, bracketed: false, unclear: true };
                    self.address(line, part, &found, family, pieces, first);
                }
            },
            // `ada@x.com <ada@x.com>`: an address as name of the next.
            Item::Address(found) if !found.bracketed && next == Next::Bracketed => self.names.push(written),
            Item::Address(found) => {
                self.address(line, part, found, family, pieces, first);
                self.last = Last::Address { dot: written.ends_with('.') };
            }
        }
    }

    fn address(
        &mut self,
        line: &str,
        part: &Part<'_>,
        found: &Found<'_>,
        family: &[&str],
        pieces: &mut Pieces,
        first: usize,
    ) {
        let mut unclear = found.unclear || std::mem::take(&mut self.unclear);
        let mut names = std::mem::take(&mut self.names);
        if !found.bracketed && matches!(names.as_slice(), [name] if may_go_on(name)) {
            unclear = true;
        }
        names.retain(|name| {
            let again = has_at(name) && is_same(name, &found.typed);
            unclear |= has_at(name) && !again;
            !again
        });
        let plain = names.is_empty() && !found.bracketed;
        // A comment is part of a name, but no name by itself.
        if names.iter().all(|name| name.starts_with(['(', '（'])) {
            names.clear();
        }
        let mut name = names.join(" ");
        if pieces.found.len() == first && !family.is_empty() {
            let family = family.join(", ");
            name = if name.is_empty() { family } else { format!("{family}, {name}") };
        }
        let raw = squeeze(&line[self.from..part.end]);
        let label = || found.label.and_then(|label| person_name::pasted(&words_of(label)));
        pieces.found.push(Piece {
            name: person_name::pasted(&name).or_else(label),
            typed: if unclear { raw.clone() } else { found.typed.clone() },
            raw,
            unclear,
            plain,
        });
        self.from = part.end;
    }
}

/// The address that a text consists of, if it does.
fn sole(text: &str) -> Option<String> {
    let text = text.trim();
    if mailto::is_mailto(text) {
        return match mailto::recipients(text)?.as_slice() {
            [(_, one)] => Some(one.clone()),
            _ => None,
        };
    }
    let word = bare(text);
    let parts = |c: char| {
        c.is_whitespace() || is_separator(c) || matches!(c, '<' | '>' | '"' | '(' | ')' | '|' | ':')
    };
    (has_at(word) && !word.contains(parts)).then(|| word.to_owned())
}

/// Whether the text is that address said again.
fn is_same(text: &str, address: &str) -> bool {
    sole(text).is_some_and(|one| one.eq_ignore_ascii_case(address))
}

/// What the tokens of a segment mean.
fn parts<'a>(line: &'a str, tokens: &[Placed<'a>]) -> Vec<Part<'a>> {
    let mut parts = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while !rest.is_empty() {
        let ends =
            |n: usize| !rest[n].glued || matches!(rest[n - 1].token, Token::Angle(_) | Token::Link { .. });
        let length = (1..rest.len()).find(|n| ends(*n)).unwrap_or(rest.len());
        let (chunk, after) = rest.split_at(length);
        rest = after;
        let [before @ .., last] = chunk else { break };
        match last.token {
            Token::Angle(_) | Token::Link { .. } => {
                before.iter().for_each(|placed| parts.push(beside(placed)));
                // `<ada@x.com>.evil.org`: who goes on where the bracket closes?
                let goes_on = after.first().is_some_and(|placed| placed.glued && continues(placed.token));
                let mut end = last.end;
                if goes_on {
                    end = after[0].end;
                    rest = &after[1..];
                }
                in_brackets(line, last, end, goes_on, &mut parts);
            }
            _ => without_brackets(line, chunk, &mut parts),
        }
    }
    parts
}

fn continues(token: Token<'_>) -> bool {
    match token {
        Token::Word(word) => {
            has_at(word) || word.starts_with(['.', '-', '_']) && word.contains(char::is_alphanumeric)
        }
        _ => false,
    }
}

/// A token that is no address itself.
fn beside<'a>(placed: &Placed<'a>) -> Part<'a> {
    let item = match placed.token {
        Token::Word(word) if word.ends_with([':', '：']) && !has_at(word) => Item::Label,
        Token::Word(text) | Token::Quoted(text) | Token::Angle(text) | Token::Link { label: text, .. } => {
            Item::Name(text)
        }
        Token::Comment(note) => Item::Note(note),
    };
    Part { item, start: placed.start, end: placed.end }
}

/// Tokens without a space between them, none of them in angle brackets.
fn without_brackets<'a>(line: &'a str, chunk: &[Placed<'a>], parts: &mut Vec<Part<'a>>) {
    let is_note = |placed: &Placed<'_>| matches!(placed.token, Token::Comment(_));
    let is_mark = |placed: &Placed<'_>| matches!(placed.token, Token::Word(word) if !word.contains(char::is_alphanumeric));
    let (Some(start), Some(end)) = (chunk.first(), chunk.last()) else { return };
    let (start, end) = (start.start, end.end);
    let found = |typed: &str, unclear| {
        Item::Address(Found { typed: typed.to_owned(), label: None, bracketed: false, unclear })
    };
    if chunk.iter().any(|placed| matches!(placed.token, Token::Word(word) if has_at(word))) {
        let first = chunk.iter().position(|placed| !is_note(placed)).unwrap_or_default();
        let last = chunk.iter().rposition(|placed| !is_note(placed)).unwrap_or_default();
        match &chunk[first..=last] {
            [Placed { token: Token::Word(word), start, end, .. }] => {
                parts.extend(chunk[..first].iter().map(beside));
                parts.push(Part { item: found(bare(word), false), start: *start, end: *end });
                parts.extend(chunk[last + 1..].iter().map(beside));
            }
            // Quotes or a comment within it.
            _ => parts.push(Part { item: found(&line[start..end], true), start, end }),
        }
        return;
    }
    let mut others = chunk.iter().filter(|placed| !is_mark(placed));
    match (others.next().map(|placed| placed.token), others.next()) {
        (Some(Token::Quoted(inner)), None) if sole(inner).is_some() => {
            parts.push(Part { item: found(&sole(inner).unwrap_or_default(), false), start, end });
        }
        _ => parts.extend(chunk.iter().map(beside)),
    }
}

/// An address in angle brackets, or the addresses of a link.
fn in_brackets<'a>(line: &'a str, placed: &Placed<'a>, end: usize, unclear: bool, parts: &mut Vec<Part<'a>>) {
    let start = placed.start;
    let whole = |unclear| Found { typed: line[start..end].to_owned(), label: None, bracketed: true, unclear };
    let (target, label) = match placed.token {
        Token::Link { target, label } => (target, label),
        Token::Angle(inner) => {
            let found = Found { typed: bare(inner).to_owned(), ..whole(unclear) };
            parts.push(Part { item: Item::Address(found), start, end });
            return;
        }
        _ => return,
    };
    let words = squeeze(&words_of(label));
    let recipients = if mailto::is_mailto(target) {
        mailto::recipients(target)
    } else if target.contains("://") {
        Some(Vec::new())
    } else {
        Some(sole(target).map(|one| (0..target.len(), one)).into_iter().collect())
    };
    let name = Some(label).filter(|_| !words.is_empty() && !has_at(&words));
    match recipients.as_deref() {
        Some([]) if !mailto::is_mailto(target) && !has_at(&words) && !has_at(target) => {
            parts.push(Part { item: Item::Name(label), start, end });
        }
        Some([]) if !mailto::is_mailto(target) && sole(&words).is_some() => {
            let found = Found { typed: sole(&words).unwrap_or_default(), ..whole(unclear) };
            parts.push(Part { item: Item::Address(found), start, end });
        }
        None | Some([]) => parts.push(Part { item: Item::Address(whole(true)), start, end }),
        Some([(_, one)]) => {
            let unclear = unclear || has_at(&words) && !is_same(&words, one);
            // Without brackets it is a word like others.
            let bracketed = !mailto::is_mailto(&line[start..]);
            let found = Found { typed: one.clone(), label: name, bracketed, unclear };
            parts.push(Part { item: Item::Address(found), start, end });
        }
        Some(several) => {
            let offset = target.as_ptr() as usize - line.as_ptr() as usize;
            let unclear = unclear || has_at(&words);
            let mut from = start;
            for (n, (place, one)) in several.iter().enumerate() {
                let to = if n + 1 == several.len() { end } else { offset + place.end };
                let found = Found { typed: one.clone(), label: None, bracketed: true, unclear };
                parts.push(Part { item: Item::Address(found), start: from, end: to });
                from = to;
            }
        }
    }
}
