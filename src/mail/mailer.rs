//! Handing an email over: to a mail server by SMTP, to a folder in development, to memory in tests.

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
    email::Email,
    send_error::SendError,
    smtp::{BadUrl, MailServer, SmtpConnection},
};

/// A way out for emails.
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

    /// A way out for one mail after the other; with a mail server it is a connection to it.
    #[must_use]
    pub fn connection(&self) -> Connection {
        let smtp = match &self.way {
            Way::Smtp(server) => Some(SmtpConnection::new(server.clone())),
            Way::Folder(_) | Way::Memory(_) => None,
        };
        Connection { mailer: self.clone(), smtp }
    }

    async fn keep(&self, id: Uuid, to: &str, email: &Email) -> Result<(), SendError> {
        let kept = || Kept {
            id,
            to: to.to_owned(),
            subject: email.subject.clone(),
            text: email.text.clone(),
            html: email.html.clone(),
            unsubscribe: email.unsubscribe.clone(),
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

    fn message(&self, id: Uuid, to: &str, email: &Email) -> Result<Message, SendError> {
        let refuse = |error: &dyn std::fmt::Display| SendError::Refused(error.to_string());
        let part =
            |kind: header::ContentType, body: &str| SinglePart::builder().header(kind).body(body.to_owned());
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to.parse().map_err(|error| refuse(&error))?)
            .subject(&email.subject)
            .message_id(Some(format!("<{id}@{}>", self.host)))
            // No program answers a mail that a program wrote. RFC 3834, 5
            .raw_header(as_it_is("Auto-Submitted", "auto-generated".into()))
            // The same for Exchange, which does not look at that. Not "All": that would also hold back
            // the report that a mail could not be delivered. MS-OXCMAIL, 2.2.3.2.14
            .raw_header(as_it_is("X-Auto-Response-Suppress", "OOF, AutoReply".into()));
        if let Some(url) = &email.unsubscribe {
            // RFC 2369; and that one POST to it is enough. RFC 8058
            message = message
                .raw_header(as_it_is("List-Unsubscribe", format!("<{url}>")))
                .raw_header(as_it_is("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
        }
        message
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(header::ContentType::TEXT_PLAIN, &email.text))
                    .singlepart(part(header::ContentType::TEXT_HTML, &email.html)),
            )
            .map_err(|error| refuse(&error))
    }
}

/// A header in which nothing has to be encoded or folded.
fn as_it_is(name: &'static str, value: String) -> header::HeaderValue {
    let name = header::HeaderName::new_from_ascii_str(name);
    header::HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value)
}

/// One mail at a time; several connections make several at once.
pub struct Connection {
    mailer: Mailer,
    smtp: Option<SmtpConnection>,
}

impl Connection {
    /// Begins to hand an email over, and gives what brings it to its end: until that is awaited nobody has
    /// the email, and where it is dropped nobody gets it. `id` makes the Message-ID: the same mail sent
    /// again has the same. I12
    ///
    /// # Errors
    /// Not taken, for good or for now; so also at its end.
    pub async fn begin(
        &mut self,
        id: Uuid,
        to: &str,
        email: &Email,
    ) -> Result<impl Future<Output = Result<(), SendError>>, SendError> {
        let message = self.mailer.message(id, to, email)?;
        let begun = match &mut self.smtp {
            Some(smtp) => {
                let to: Address = to.parse().map_err(|_| SendError::Refused("This is no address.".into()))?;
                Some(smtp.begin(&self.mailer.from.email, &to, &message.formatted()).await?)
            }
            None => None,
        };
        let mailer = &self.mailer;
        Ok(async move {
            match begun {
                Some(begun) => begun.end().await,
                None => mailer.keep(id, to, email).await,
            }
        })
    }

    /// Says goodbye to the mail server; the next mail opens the connection again.
    pub async fn close(&mut self) {
        if let Some(smtp) = &mut self.smtp {
            smtp.close().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};

    use super::*;
    use crate::mail::messages::tests::every_message;

    fn mailer() -> Mailer {
        Mailer::memory("Headcount <h@h.example>".parse().unwrap(), "h.example")
    }

    fn formatted(email: &Email) -> Vec<u8> {
        mailer().message(Uuid::nil(), "ada@x.com", email).unwrap().formatted()
    }

    /// QUALITY 10
    #[test]
    fn line_breaks_in_a_name_do_not_make_headers() {
        let email = Email {
            subject: "Ann\r\nBcc: victim@x.com".into(),
            text: "text".into(),
            html: "<p>html</p>".into(),
            unsubscribe: None,
        };
        let message = formatted(&email);
        let parsed = MessageParser::default().parse(&message).expect("one mail");
        assert!(parsed.bcc().is_none());
        assert_eq!(parsed.to().and_then(|to| to.first()).and_then(|to| to.address()), Some("ada@x.com"));
        assert_eq!(parsed.message_id(), Some("00000000-0000-0000-0000-000000000000@h.example"));
        assert_eq!(parsed.parts.iter().filter(|part| part.content_type().is_some()).count(), 3);
    }
    /// I14, RFC 3834: whatever is sent, no out-of-office answers it, and bounces still come back.
    #[test]
    fn every_message_says_that_a_program_wrote_it() {
        for (name, email) in every_message() {
            let message = formatted(&email.unwrap());
            let parsed = MessageParser::default().parse(&message).expect("one mail");
            let header = |name: &str| parsed.header_raw(name.to_owned()).map(str::trim);
            assert_eq!(header("Auto-Submitted"), Some("auto-generated"), "{name}");
            assert_eq!(header("X-Auto-Response-Suppress"), Some("OOF, AutoReply"), "{name}");
            assert_eq!(header("Precedence"), None, "{name}");
        }
    }
}
