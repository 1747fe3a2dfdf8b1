//! Handing a letter over: to a mail server by SMTP, to a folder in development, to memory in tests.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use lettre::{
    Address, Message,
    message::{Mailbox, MultiPart, SinglePart, header},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Letter,
    smtp::{self, BadUrl, MailServer},
};

/// A way out for letters.
#[derive(Clone)]
pub struct Mailer {
    way: Way,
    from: Mailbox,
    /// Right-hand side of Message-IDs.
    host: Arc<str>,
}

#[derive(Clone)]
enum Way {
    Smtp(MailServer),
    Folder(PathBuf),
    Memory(Arc<Mutex<Vec<Kept>>>),
}

/// A mail that was kept instead of sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub id: Uuid,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    #[serde(default)]
    pub unsubscribe: Option<String>,
}

/// Why a mail is not with the mail server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The server refused for good (5xx), with its words. Trying again is of no use.
    #[error("{0}")]
    Refused(String),
    /// It may work later: no connection, a stall, 4xx.
    #[error("{0}")]
    Later(String),
}

impl Mailer {
    /// By SMTP; see [`MailServer::from_url`].
    ///
    /// # Errors
    /// The URL is not one.
    pub fn smtp(url: &str, from: Mailbox, host: &str) -> Result<Self, BadUrl> {
        Ok(Self::to_server(MailServer::from_url(url)?, from, host))
    }

    /// By SMTP to this server.
    #[must_use]
    pub fn to_server(server: MailServer, from: Mailbox, host: &str) -> Self {
        Self { way: Way::Smtp(server), from, host: host.into() }
    }

    /// Into a folder, one file for each mail; for development.
    #[must_use]
    pub fn folder(folder: PathBuf, from: Mailbox, host: &str) -> Self {
        Self { way: Way::Folder(folder), from, host: host.into() }
    }

    /// Into memory; for tests.
    #[must_use]
    pub fn memory(from: Mailbox, host: &str) -> Self {
        Self { way: Way::Memory(Arc::default()), from, host: host.into() }
    }

    /// The mails in memory, oldest first.
    #[must_use]
    pub fn kept(&self) -> Vec<Kept> {
        match &self.way {
            Way::Memory(kept) => kept.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Way::Smtp(_) | Way::Folder(_) => Vec::new(),
        }
    }

    /// The folder of a development mailbox.
    #[must_use]
    pub fn folder_path(&self) -> Option<&std::path::Path> {
        match &self.way {
            Way::Folder(folder) => Some(folder),
            Way::Smtp(_) | Way::Memory(_) => None,
        }
    }

    /// A way out for one mail after the other.
    #[must_use]
    pub fn lane(&self) -> Lane {
        let line = match &self.way {
            Way::Smtp(server) => Some(smtp::Line::new(server.clone())),
            Way::Folder(_) | Way::Memory(_) => None,
        };
        Lane { mailer: self.clone(), line }
    }

    async fn keep(&self, id: Uuid, to: &str, letter: &Letter) -> Result<(), SendError> {
        let kept = || Kept {
            id,
            to: to.to_owned(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
            unsubscribe: letter.unsubscribe.clone(),
        };
        match &self.way {
            Way::Smtp(_) => Ok(()),
            Way::Folder(folder) => {
                let later = |error: &dyn std::fmt::Display| SendError::Later(error.to_string());
                let json = serde_json::to_vec(&kept()).map_err(|error| later(&error))?;
                tokio::fs::create_dir_all(folder).await.map_err(|error| later(&error))?;
                tokio::fs::write(folder.join(format!("{id}.json")), json).await.map_err(|error| later(&error))
            }
            Way::Memory(mails) => {
                mails.lock().unwrap_or_else(PoisonError::into_inner).push(kept());
                Ok(())
            }
        }
    }

    fn message(&self, id: Uuid, to: &str, letter: &Letter) -> Result<Message, SendError> {
        let refuse = |error: &dyn std::fmt::Display| SendError::Refused(error.to_string());
        let part =
            |kind: header::ContentType, body: &str| SinglePart::builder().header(kind).body(body.to_owned());
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to.parse().map_err(|error| refuse(&error))?)
            .subject(&letter.subject)
            .message_id(Some(format!("<{id}@{}>", self.host)));
        if let Some(url) = &letter.unsubscribe {
            message = message.header(ListUnsubscribe(format!("<{url}>"))).header(ListUnsubscribePost);
        }
        message
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(header::ContentType::TEXT_PLAIN, &letter.text))
                    .singlepart(part(header::ContentType::TEXT_HTML, &letter.html)),
            )
            .map_err(|error| refuse(&error))
    }
}

/// Where further mail is stopped. RFC 2369
#[derive(Clone)]
struct ListUnsubscribe(String);

impl header::Header for ListUnsubscribe {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), self.0.clone())
    }
}

/// Says that one POST to that URL is enough. RFC 8058
#[derive(Clone)]
struct ListUnsubscribePost;

impl header::Header for ListUnsubscribePost {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".into())
    }
}

/// One mail at a time; several lanes make several at once. With a mail server it is a connection.
pub struct Lane {
    mailer: Mailer,
    line: Option<smtp::Line>,
}

impl Lane {
    /// Hands a letter over. `id` makes the Message-ID: the same mail sent again has the same. I12
    ///
    /// # Errors
    /// Not taken, for good or for now.
    pub async fn send(&mut self, id: Uuid, to: &str, letter: &Letter) -> Result<(), SendError> {
        let message = self.mailer.message(id, to, letter)?;
        match &mut self.line {
            Some(line) => {
                let to: Address = to.parse().map_err(|_| SendError::Refused("This is no address.".into()))?;
                line.send(&self.mailer.from.email, &to, &message.formatted()).await
            }
            None => self.mailer.keep(id, to, letter).await,
        }
    }

    /// There is nothing to send for now.
    pub async fn rest(&mut self) {
        if let Some(line) = &mut self.line {
            line.hang_up().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};

    use super::*;

    fn mailer() -> Mailer {
        Mailer::memory("Headcount <h@h.example>".parse().unwrap(), "h.example")
    }

    /// QUALITY 10
    #[test]
    fn line_breaks_in_a_name_do_not_make_headers() {
        let letter = Letter {
            subject: "Ann\r\nBcc: victim@x.com".into(),
            text: "text".into(),
            html: "<p>html</p>".into(),
            unsubscribe: None,
        };
        let message = mailer().message(Uuid::nil(), "ada@x.com", &letter).unwrap().formatted();
        let parsed = MessageParser::default().parse(&message).expect("one mail");
        assert!(parsed.bcc().is_none());
        assert_eq!(parsed.to().and_then(|to| to.first()).and_then(|to| to.address()), Some("ada@x.com"));
        assert_eq!(parsed.message_id(), Some("00000000-0000-0000-0000-000000000000@h.example"));
        assert_eq!(parsed.parts.iter().filter(|part| part.content_type().is_some()).count(), 3);
    }
}
