//! Nothing that is read on a screen stands in the views: it comes from `src/words`. N10

use std::{fs, path::Path};

use super::sources::sources;

/// What is the same in every language.
const NAMES: [&str; 6] = ["Headcount", "PNG", "SVG", "TXT", "A", "Accept"];

/// Attributes and properties whose values are read, seen or heard.
const SAID: [&str; 11] =
    ["act", "alt", "aria-label", "copied", "hint", "label", "placeholder", "text", "title", "what", "word"];

/// Refusals of the domain name the field; they have their words where they are made.
const NAMES_OF_FIELDS: [&str; 2] = ["line(", "paragraphs("];

/// N10
#[test]
fn views_have_no_words_of_their_own() {
    let mut found = Vec::new();
    for source in sources("src/app") {
        for literal in literals(&source.code).filter(Literal::is_words) {
            found.push(format!("{}: {:?}", source.path.display(), literal.text));
        }
    }
    assert!(found.is_empty(), "put these into src/words:\n{}", found.join("\n"));
}

/// N10: inside a message Fluent takes a line that begins with # for text, and people would read it.
#[test]
fn no_comment_stands_inside_a_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words/en");
    let mut found = Vec::new();
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&file).unwrap();
        let inside = text.lines().filter(|line| line.starts_with(' ') && line.trim_start().starts_with('#'));
        found.extend(inside.map(|line| format!("{}: {line}", file.display())));
    }
    assert!(found.is_empty(), "put these above their message:\n{}", found.join("\n"));
}

/// A text in the code, and what stands before and behind it.
struct Literal<'a> {
    before: &'a str,
    text: &'a str,
    behind: &'a str,
}

impl Literal<'_> {
    fn is_words(&self) -> bool {
        let words = without_arguments(self.text);
        if !words.contains(char::is_alphabetic) || NAMES.contains(&self.text) {
            return false;
        }
        if NAMES_OF_FIELDS.iter().any(|call| self.before.ends_with(call)) {
            return false;
        }
        match self.attribute() {
            Some(name) => SAID.contains(&name),
            None => self.is_between_tags() || (!self.is_compared() && reads_like_a_sentence(&words)),
        }
    }

    /// The attribute or property that it is the value of, also as the pattern of a `format!`.
    fn attribute(&self) -> Option<&str> {
        let before = self.before.strip_suffix("format!(").unwrap_or(self.before);
        let before = before.strip_suffix("move || ").unwrap_or(before).strip_suffix('=')?;
        let start =
            before.rfind(|c: char| !(c.is_alphanumeric() || "-_:".contains(c))).map_or(0, |at| at + 1);
        // A variable is no attribute.
        (!before[start..].is_empty()).then(|| &before[start..])
    }

    /// `<p>"…"`, `}"…"`, `"…"</p>` and `"…"{`.
    fn is_between_tags(&self) -> bool {
        let (before, behind) = (self.before.trim_end(), self.behind.trim_start());
        let opens = before.ends_with('>') && !before.ends_with("=>") && !before.ends_with("->");
        opens || behind.starts_with("</") || behind.starts_with('<') && before.ends_with(['}', '"', '{'])
    }

    /// Names of keys and the like are compared and not shown.
    fn is_compared(&self) -> bool {
        let behind = self.behind.trim_start();
        self.before.trim_end().ends_with("==")
            || ["=>", "|", "if "].iter().any(|sign| behind.starts_with(sign))
    }
}

/// It begins like one or ends like one.
fn reads_like_a_sentence(words: &str) -> bool {
    let mut letters = words.trim_start().chars();
    let begins = letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(|c| c.is_lowercase() || c == ' ' || c == '’');
    let ends = words.trim_end().ends_with(['.', '!', '?', '…', ':']) && words.trim().contains(' ');
    begins || ends
}

/// What stands in the braces of a pattern is no text.
fn without_arguments(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect()
}

fn literals(code: &str) -> impl Iterator<Item = Literal<'_>> {
    let mut quotes = Vec::new();
    let mut escaped = false;
    for (at, c) in code.char_indices() {
        let inside = quotes.len() % 2 == 1;
        // The quotation mark as a character.
        let character = !inside && code[..at].ends_with('\'') && code[at + c.len_utf8()..].starts_with('\'');
        if c == '"' && !(inside && escaped) && !character {
            quotes.push(at);
        }
        escaped = inside && c == '\\' && !escaped;
    }
    quotes.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>().into_iter().map(
        |(start, end)| Literal {
            before: &code[..start],
            text: &code[start + 1..end],
            behind: &code[end + 1..],
        },
    )
}

/// The reading above sees what it looks for, and nothing else.
#[test]
fn words_are_seen() {
    let words = |code: &str| -> Vec<String> {
        literals(code).filter(Literal::is_words).map(|literal| literal.text.to_owned()).collect()
    };
    assert_eq!(words(r#"<p class="hint">"not yet"</p>"#), ["not yet"]);
    assert_eq!(words(r#"<p>{n} " of \"them\"" </p> "Headcount" <b>"; "</b>"#), [r#" of \"them\""#]);
    assert_eq!(words(r#"<Empty title="none" text=format!("{n} here")/>"#), ["none", "{n} here"]);
    assert_eq!(
        words(r#"alt=move || format!("photo {}", n) class="btn go" d=format!("M0 {top}h")"#),
        ["photo {}"]
    );
    assert_eq!(
        words(r#"toast.show("Saved."); expect("it is there"); let x = '"'; "Done""#),
        ["Saved.", "Done"]
    );
    assert_eq!(words(r#"match key { "Enter" | "Escape" => "ok", _ if c == "Home" => "x-y" }"#), [""; 0]);
    assert_eq!(words(r#"text::line("The team’s name", t); <progress aria-label="sent"/>"#), ["sent"]);
}
