//! The body of an email before it is written: said once, written twice, as plain text and as HTML. I5
//!
//! What people typed comes in through [`typed`], which mail clients make no link of.

use askama::Template;

use super::email::Email;
use crate::words;

/// Characters of a line of plain text.
const WIDTH: usize = 76;

/// What an email says.
#[derive(Clone, Debug, Default)]
pub struct EmailBody {
    pub subject: String,
    /// What the inbox shows beside the subject.
    pub preheader: String,
    pub heading: String,
    pub parts: Vec<Part>,
    /// Why the person gets this, in small print.
    pub footer: String,
    /// Where one click stops further mail of this kind, in small print too: its label and its link.
    /// RFC 8058
    pub unsubscribe: Option<(String, String)>,
}

/// A part of an email.
#[derive(Clone, Debug)]
pub enum Part {
    Paragraph(String),
    /// A remark below a button or a code.
    Remark(String),
    /// What somebody wrote, and who.
    Quote {
        text: String,
        by: String,
    },
    /// The one thing to do: a button, and the same link in plain sight.
    Action {
        label: String,
        link: String,
    },
    /// Six digits to type or copy.
    Digits(String),
    /// Several things of a kind, a line each.
    List(Vec<String>),
    /// What happens, in order: the act, and more about it.
    Steps(Vec<(String, String)>),
}

/// Whose mail it is: stands on top, in place of our own name.
#[derive(Clone, Copy, Debug)]
pub struct Logo<'a> {
    pub url: &'a str,
    /// What is read where pictures are not shown.
    pub org: &'a str,
}

#[derive(Template)]
#[template(path = "email.html")]
struct Html<'a> {
    body: &'a EmailBody,
    logo: Option<Logo<'a>>,
    language: &'static str,
    open_link: &'static str,
}

impl EmailBody {
    /// Writes the email.
    ///
    /// # Errors
    /// Never in practice: the template only prints.
    pub fn write(self) -> askama::Result<Email> {
        self.write_under(None)
    }

    /// As [`write`](Self::write), under the logo of an organization.
    ///
    /// # Errors
    /// Never in practice.
    pub fn write_under(self, logo: Option<Logo<'_>>) -> askama::Result<Email> {
        let (language, open_link) = (words::language().tag(), words::mail::open_link());
        Ok(Email {
            // What looks like an encoded word would be decoded by mail clients; this way it is text.
            subject: one_line(&self.subject).replace("=?", "=\u{200c}?"),
            text: self.text(),
            html: Html { body: &self, logo, language, open_link }.render()?,
            unsubscribe: self.unsubscribe.map(|(_, link)| link),
        })
    }

    fn text(&self) -> String {
        let mut parts = vec![wrap(&self.heading)];
        for part in &self.parts {
            parts.push(match part {
                Part::Paragraph(text) | Part::Remark(text) => wrap(text),
                Part::Quote { text, by } => {
                    let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
                    format!("{}\n{}", words::mail::writes(by), lines.join("\n"))
                }
                Part::Action { label, link } => format!("{label}:\n{link}"),
                Part::Digits(digits) => digits.clone(),
                Part::List(lines) => {
                    lines.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n")
                }
                Part::Steps(steps) => {
                    let steps = steps.iter().enumerate();
                    let lines = steps.map(|(n, (act, more))| wrap(&format!("{}. {act} {more}", n + 1)));
                    lines.collect::<Vec<_>>().join("\n")
                }
            });
        }
        parts.push(wrap(&self.footer));
        if let Some((label, link)) = &self.unsubscribe {
            parts.push(format!("{label}:\n{link}"));
        }
        parts.join("\n\n") + "\n"
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn wrap(text: &str) -> String {
    // What is to be copied has hyphens in it: commands, ids.
    let options = textwrap::Options::new(WIDTH).word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}

/// Keeps mail clients from making a link of what a person typed: an invisible joiner behind each dot,
/// `@` and `:` that a name or address could be found around.
#[must_use]
pub fn typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if matches!(c, '.' | '@' | ':') && chars.peek().is_some_and(|next| !next.is_whitespace()) {
            out.push('\u{200c}');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_left_as_it_is() {
        assert_eq!(typed("Hi. See you: soon."), "Hi. See you: soon.");
        assert_eq!(typed("a.b"), "a.\u{200c}b");
    }

    /// I5: whatever the HTML says, the text says too.
    #[test]
    fn text_and_html_say_the_same() {
        let body = EmailBody {
            subject: "Subject".into(),
            preheader: "Beside the subject".into(),
            heading: "A heading".into(),
            parts: vec![
                Part::Paragraph("A paragraph.".into()),
                Part::Quote { text: "First line\nSecond <b>line</b>".into(), by: "Ann".into() },
                Part::Digits("123456".into()),
                Part::Action { label: "Do it".into(), link: "https://h.example/x?a=1&b=2".into() },
                Part::Remark("A remark.".into()),
                Part::Steps(vec![("Act.".into(), "More.".into())]),
            ],
            footer: "A footer.".into(),
            unsubscribe: Some(("Stop".into(), "https://h.example/stop".into())),
        };
        let email = body.write().unwrap();
        let html = email.html.replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">");
        for words in [
            "A heading",
            "A paragraph.",
            "First line",
            "Second <b>line</b>",
            "Ann",
            "123456",
            "Do it",
            "https://h.example/x?a=1&b=2",
            "A remark.",
            "Act.",
            "More.",
            "A footer.",
            "Stop",
            "https://h.example/stop",
        ] {
            assert!(email.text.contains(words), "{words} in {}", email.text);
            assert!(html.contains(words), "{words} in {html}");
        }
        assert!(!email.html.contains("<b>line"));
        assert!(email.html.contains("Beside the subject") && email.html.contains("<html lang=\"en\">"));
    }
}
