//! Talking to a mail server: one connection that is opened when it is needed and kept while it works.
//!
//! Lettre opens, encrypts and signs in; the conversation itself is here. A pool of lettre's would ask
//! the server before each mail whether it is still there, and would hand on a connection whose mail
//! was given up halfway, in which the next mail becomes part of that one.

use std::time::Duration;

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::Ehlo,
        extension::{ClientId, Extension},
        response::{Response, Severity},
    },
};
use tokio::time::timeout;
use url::Url;

use super::SendError;

/// A mail server takes at most so long to let us in.
const CONNECTING: Duration = Duration::from_secs(20);
/// And so long for one mail. Servers that look for spam take their time.
const PATIENCE: Duration = Duration::from_secs(120);
/// What leads read of a refusal has at most so many characters.
const WORDS_MAX: usize = 500;

/// A mail server and how it is reached.
#[derive(Clone)]
pub struct MailServer {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    hello: ClientId,
    patience: Duration,
}

#[derive(Clone)]
enum Encryption {
    Never,
    /// By STARTTLS where the server offers it.
    Offered(TlsParameters),
    Required(TlsParameters),
    /// From the first byte.
    Always(TlsParameters),
}

/// A mail server's URL is none.
#[derive(Debug, thiserror::Error)]
pub enum BadUrl {
    #[error(transparent)]
    Url(#[from] url::ParseError),
    #[error("the scheme should be smtp or smtps, and tls, if any, required or opportunistic")]
    Scheme,
    #[error("the host is missing")]
    Host,
    #[error("user and password should be percent-encoded UTF-8")]
    Password,
    #[error(transparent)]
    Tls(#[from] Error),
}

impl MailServer {
    /// Reads `smtp://host`, `smtp://host?tls=required`, `smtp://host?tls=opportunistic`,
    /// `smtps://user:password@host`; the port follows from the scheme unless there is one.
    ///
    /// # Errors
    /// What is wrong with the URL.
    pub fn from_url(url: &str) -> Result<Self, BadUrl> {
        let url = Url::parse(url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BadUrl::Host)?.to_owned();
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let parameters = || TlsParameters::new(host.clone());
        let (encryption, port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Encryption::Never, 25),
            ("smtp", Some("opportunistic")) => (Encryption::Offered(parameters()?), 587),
            ("smtp", Some("required")) => (Encryption::Required(parameters()?), 587),
            ("smtps", _) => (Encryption::Always(parameters()?), 465),
            _ => return Err(BadUrl::Scheme),
        };
        let decode = |text: &str| {
            let bytes = percent_encoding::percent_decode_str(text);
            bytes.decode_utf8().map(|text| text.into_owned()).map_err(|_| BadUrl::Password)
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decode(url.username())?, decode(password)?)),
            None => None,
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        let port = url.port().unwrap_or(port);
        Ok(Self { host, port, encryption, credentials, hello, patience: PATIENCE })
    }

    /// The same with another patience for one mail.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    async fn connect(&self) -> Result<Open, Trouble> {
        let wrapper = match &self.encryption {
            Encryption::Always(tls) => Some(tls.clone()),
            _ => None,
        };
        let address = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECTING), &self.hello, wrapper, None)
                .await
                .map_err(|error| Trouble::lost("cannot be reached", &error))?;
        match &self.encryption {
            Encryption::Offered(tls) if connection.can_starttls() => {
                connection.starttls(tls.clone(), &self.hello).await
            }
            Encryption::Required(tls) => connection.starttls(tls.clone(), &self.hello).await,
            _ => Ok(()),
        }
        .map_err(|error| Trouble::lost("does not encrypt", &error))?;
        if let Some(credentials) = &self.credentials {
            connection
                .auth(DEFAULT_MECHANISMS, credentials)
                .await
                .map_err(|error| Trouble::lost("does not let us sign in", &error))?;
        }
        let hello = connection
            .command(Ehlo::new(self.hello.clone()))
            .await
            .map_err(|error| Trouble::lost("does not greet", &error))?;
        let pipelining = hello.message().any(|line| line.eq_ignore_ascii_case("PIPELINING"));
        Ok(Open { connection, pipelining })
    }
}

/// A connection, or the place for one.
pub struct Line {
    server: MailServer,
    open: Option<Open>,
}

struct Open {
    connection: AsyncSmtpConnection,
    /// The server reads several commands at once. RFC 2920
    pipelining: bool,
}

/// Why a mail is not with the server, and whether the connection is still good.
struct Trouble {
    error: SendError,
    usable: bool,
}

impl Trouble {
    fn lost(what: &str, error: &Error) -> Self {
        Self { error: SendError::Later(format!("The mail server {what}: {}", plain(error))), usable: false }
    }
}

impl Line {
    /// To be opened with the first mail.
    #[must_use]
    pub const fn new(server: MailServer) -> Self {
        Self { server, open: None }
    }

    /// Hands one mail over: to one recipient, in lines that end with CRLF.
    ///
    /// # Errors
    /// The server refused the mail for good, or it may work later. After an error the mail may be
    /// with the server all the same, where the connection was lost at its very end.
    pub async fn send(&mut self, from: &Address, to: &Address, message: &[u8]) -> Result<(), SendError> {
        // Taken out: what is given up halfway is never used for another mail.
        let open = self.open.take();
        let conversation = async {
            let mut open = match open {
                Some(open) => open,
                None => self.server.connect().await?,
            };
            let said = open.converse(from, to, message).await;
            Ok::<_, Trouble>((open, said))
        };
        match timeout(self.server.patience, conversation).await {
            Err(_) => Err(SendError::Later("The mail server did not answer in time.".into())),
            Ok(Err(trouble)) => Err(trouble.error),
            Ok(Ok((open, Ok(())))) => {
                self.open = Some(open);
                Ok(())
            }
            Ok(Ok((open, Err(trouble)))) => {
                if trouble.usable {
                    self.open = Some(open);
                }
                Err(trouble.error)
            }
        }
    }

    /// Closes the connection, politely.
    pub async fn hang_up(&mut self) {
        if let Some(mut open) = self.open.take() {
            timeout(Duration::from_secs(2), open.connection.quit()).await.ok();
        }
    }
}

/// What the server said to one command.
enum Reply {
    Good,
    Bad(Trouble),
}

impl Reply {
    /// # Errors
    /// The connection is lost.
    fn of(reply: Result<Response, Error>) -> Result<Self, Trouble> {
        match reply {
            Ok(_) => Ok(Self::Good),
            Err(error) => match error.status() {
                None => Err(Trouble::lost("broke off", &error)),
                Some(code) => {
                    let said = words(&format!("{code} {}", plain(&error)));
                    let for_good = code.severity == Severity::PermanentNegativeCompletion;
                    let error = if for_good { SendError::Refused(said) } else { SendError::Later(said) };
                    // 421: the server closes the connection.
                    Ok(Self::Bad(Trouble { error, usable: code.to_string() != "421" }))
                }
            },
        }
    }
}

impl Open {
    async fn converse(&mut self, from: &Address, to: &Address, message: &[u8]) -> Result<(), Trouble> {
        let Some(message) = self.encode(to, message) else {
            let words = "The mail server takes no addresses with letters beyond a to z.";
            return Err(Trouble { error: SendError::Refused(words.into()), usable: true });
        };
        let utf8 = if message.utf8 { " SMTPUTF8 BODY=8BITMIME" } else { "" };
        let envelope =
            [format!("MAIL FROM:<{from}>{utf8}\r\n"), format!("RCPT TO:<{to}>\r\n"), "DATA\r\n".into()];
        let mut replies = Vec::with_capacity(3);
        if self.pipelining {
            replies.push(Reply::of(self.connection.command(envelope.concat()).await)?);
            for _ in 1..envelope.len() {
                match (Reply::of(self.connection.read_response().await), replies.pop()) {
                    // It said why and closed the connection.
                    (Err(_), Some(Reply::Bad(trouble))) => return Err(trouble.unusable()),
                    (reply, before) => {
                        replies.extend(before);
                        replies.push(reply?);
                    }
                }
            }
        } else {
            for command in envelope {
                replies.push(Reply::of(self.connection.command(command).await)?);
                if matches!(replies.last(), Some(Reply::Bad(_))) {
                    break;
                }
            }
        }
        let waits_for_message = replies.len() == 3 && matches!(replies.last(), Some(Reply::Good));
        let refusal = replies.into_iter().find_map(|reply| match reply {
            Reply::Good => None,
            Reply::Bad(trouble) => Some(trouble),
        });
        match refusal {
            None => match Reply::of(self.connection.command(message.lines).await)? {
                Reply::Good => Ok(()),
                Reply::Bad(trouble) => Err(trouble),
            },
            Some(mut trouble) => {
                if waits_for_message {
                    // It refused the recipient and waits for a message nevertheless. RFC 2920, 3.1
                    Reply::of(self.connection.command(".\r\n").await).map_err(|_| trouble.unusable())?;
                }
                if trouble.usable {
                    trouble.usable = self.connection.command("RSET\r\n").await.is_ok();
                }
                Err(trouble)
            }
        }
    }

    /// The message as it goes over the line; `None` when this server cannot take it.
    fn encode(&self, to: &Address, message: &[u8]) -> Option<Encoded> {
        let text = String::from_utf8_lossy(message);
        let utf8 = !text.is_ascii() || !to.to_string().is_ascii();
        let info = self.connection.server_info();
        if utf8 && !info.supports_feature(Extension::SmtpUtfEight) {
            return None;
        }
        let mut lines = String::with_capacity(text.len() + 64);
        for line in text.split_inclusive("\r\n") {
            if line.starts_with('.') {
                lines.push('.');
            }
            lines.push_str(line);
        }
        if !lines.ends_with("\r\n") {
            lines.push_str("\r\n");
        }
        lines.push_str(".\r\n");
        Some(Encoded { lines, utf8 })
    }
}

impl Trouble {
    fn unusable(&self) -> Self {
        Self { error: self.error.clone(), usable: false }
    }
}

struct Encoded {
    lines: String,
    utf8: bool,
}

/// What an error says beside its kind: the server's words, or the system's.
fn plain(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// One line, of a length that can be shown.
fn words(said: &str) -> String {
    let line = said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    line.collect::<Vec<_>>().join(" ").chars().take(WORDS_MAX).collect()
}
