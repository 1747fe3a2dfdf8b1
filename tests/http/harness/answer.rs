//! What the server answered, and the forms that stand on a page.

use std::fmt;

use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
};

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// What was asked, for messages of failing tests.
    pub asked: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A form of a page.
#[derive(Debug)]
pub struct Form {
    pub action: String,
    /// Name and value of each field, as they stand on the page.
    pub fields: Vec<(String, String)>,
}

impl Answer {
    /// Fails unless the status is this one.
    #[track_caller]
    pub fn with(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// Fails unless the answer leads there.
    #[track_caller]
    pub fn to(self, path: &str) -> Self {
        assert_eq!(self.location(), path, "{self}");
        self
    }

    /// Fails unless the words stand on the page.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.words().contains(words), "{words:?} is not on the page: {self}");
        self
    }

    /// Where a redirect leads.
    #[track_caller]
    pub fn location(&self) -> &str {
        assert!(self.status.is_redirection(), "{self}");
        self.header(header::LOCATION)
    }

    /// A header, empty where there is none.
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self}"))
    }

    /// What is read on the page: no tags, no scripts, references resolved, white space squeezed.
    pub fn words(&self) -> String {
        let body = self.text().find("<body").map_or(self.text(), |start| &self.text()[start..]);
        let mut words = String::new();
        for part in body.split("<script").enumerate().map(|(n, part)| {
            if n == 0 { part } else { part.split_once("</script>").map_or("", |(_, rest)| rest) }
        }) {
            for piece in part.split('<') {
                let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
                let inside_a_line = ["b", "/b", "a ", "/a", "time", "/time", "!"];
                if !inside_a_line.iter().any(|start| tag.starts_with(start)) {
                    words.push(' ');
                }
                words.push_str(text);
            }
        }
        resolve(&words).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The form of the page that posts to `action`.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        let forms = self.forms();
        let found = forms.into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("no form posts to {action} on {self}"))
    }

    /// The forms of the page that post.
    pub fn forms(&self) -> Vec<Form> {
        let forms = self.text().split("<form ").skip(1);
        forms
            .map(|form| form.split("</form>").next().unwrap())
            .filter(|form| attribute(form, "method").as_deref() == Some("post"))
            .map(|form| Form {
                action: attribute(form, "action").unwrap(),
                fields: form
                    .split('<')
                    .filter(|tag| tag.starts_with("input ") || tag.starts_with("textarea "))
                    .filter_map(|tag| {
                        Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))
                    })
                    .collect(),
            })
            .collect()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} gave {}", self.asked, self.status)?;
        if let Some(location) = self.headers.get(header::LOCATION) {
            write!(f, " to {location:?}")?;
        }
        match std::str::from_utf8(&self.body) {
            Ok(_) => write!(f, ": {}", self.words().chars().take(600).collect::<String>()),
            Err(_) => write!(f, ": {} bytes", self.body.len()),
        }
    }
}

/// The value of an attribute of the tag that `html` begins with.
fn attribute(html: &str, name: &str) -> Option<String> {
    let tag = &html[..html.find('>').unwrap_or(html.len())];
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    tag[start..].split('"').next().map(resolve)
}

fn resolve(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}
