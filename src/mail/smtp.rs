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
        response::{Code, Response, Severity},
    },
};
use tokio::time::timeout;
use url::Url;

use super::send_error::SendError;

/// How long each part of a conversation may take. RFC 5321, 4.5.3.2 gives some of them minutes, which
/// is for servers that pass mail on all over the world; ours talks to the one that passes its mail on.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the server has greeted; with `smtps`, TLS included.
    pub greeting: Duration,
    /// For the answer to each command. Servers that check a recipient with another one take their time.
    pub command: Duration,
    /// From the first byte of the message to the answer at its end. Servers that look for spam take
    /// their time as well, and who does not wait for it sends the mail twice.
    pub message: Duration,
    /// For what only tidies up: RSET before the next mail, QUIT.
    pub tidying: Duration,
}

impl Timeouts {
    const DEFAULT: Self = Self {
        connect: Duration::from_secs(10),
        greeting: Duration::from_secs(30),
        command: Duration::from_secs(30),
        message: Duration::from_secs(120),
        tidying: Duration::from_secs(2),
    };
}

/// Replies that say nothing about a mail: the server closes the connection, is at another point of the
/// conversation than we are, or wants something else first. RFC 5321, 4.2.2; RFC 4954, 6; RFC 7504
const ABOUT_THE_CONNECTION: [u16; 10] = [421, 500, 502, 503, 504, 521, 530, 534, 535, 538];

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
    timeouts: Timeouts,
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
        Ok(Self { host, port, encryption, credentials, hello, timeouts: Timeouts::DEFAULT })
    }

    /// The same with other timeouts.
    #[must_use]
    pub const fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    async fn connect(&self) -> Result<Open, Trouble> {
        let Timeouts { connect, greeting, command, .. } = self.timeouts;
        let wrapper = match &self.encryption {
            Encryption::Always(tls) => Some(tls.clone()),
            _ => None,
        };
        let address = (self.host.as_str(), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(address, Some(connect), &self.hello, wrapper, None);
        let mut connection = within(connect + greeting, connecting)
            .await?
            .map_err(|error| Trouble::lost("cannot be reached", &error))?;
        let encrypting = async {
            match &self.encryption {
                Encryption::Offered(tls) if connection.can_starttls() => {
                    connection.starttls(tls.clone(), &self.hello).await
                }
                Encryption::Required(tls) => connection.starttls(tls.clone(), &self.hello).await,
                _ => Ok(()),
            }
        };
        within(command, encrypting).await?.map_err(|error| Trouble::lost("does not encrypt", &error))?;
        if let Some(credentials) = &self.credentials {
            within(command, connection.auth(DEFAULT_MECHANISMS, credentials))
                .await?
                .map_err(|error| Trouble::lost("does not let us sign in", &error))?;
        }
        let hello = within(command, connection.command(Ehlo::new(self.hello.clone())))
            .await?
            .map_err(|error| Trouble::lost("does not greet", &error))?;
        let pipelining = hello.message().any(|line| line.eq_ignore_ascii_case("PIPELINING"));
        Ok(Open { connection, pipelining, timeouts: self.timeouts, to_reset: false })
    }
}

async fn within<T>(limit: Duration, step: impl Future<Output = T>) -> Result<T, Trouble> {
    timeout(limit, step).await.map_err(|_| Trouble {
        error: SendError::Later("The mail server did not answer in time.".into()),
        connection: After::Lost,
    })
}

/// A connection, or the place for one.
pub struct SmtpConnection {
    server: MailServer,
    open: Option<Open>,
}

struct Open {
    connection: AsyncSmtpConnection,
    /// The server reads several commands at once. RFC 2920
    pipelining: bool,
    timeouts: Timeouts,
    /// The last mail was not taken: the server may still be in the middle of it.
    to_reset: bool,
}

/// Why a mail is not with the server, and what that means for its connection.
struct Trouble {
    error: SendError,
    connection: After,
}

/// What can become of a connection whose mail was not taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// It can take the next mail, once it is reset.
    Usable,
    /// It cannot be used any more.
    Lost,
    /// Nor this one; but the server has not even begun with the mail.
    LostBefore,
}

impl Trouble {
    fn lost(what: &str, error: &Error) -> Self {
        let why = format!("The mail server {what}: {}", plain(error));
        Self { error: SendError::Later(why), connection: After::Lost }
    }

    fn out_of_step() -> Self {
        let why = "The mail server answered something else than was asked.";
        Self { error: SendError::Later(why.into()), connection: After::Lost }
    }

    fn and_lost(self) -> Self {
        Self { connection: After::Lost, ..self }
    }
}

impl SmtpConnection {
    /// To be opened with the first mail.
    #[must_use]
    pub const fn new(server: MailServer) -> Self {
        Self { server, open: None }
    }

    /// Begins one mail: to one recipient, in lines that end with CRLF. The server then waits for its
    /// text, which [`Begun::end`] gives. What became of the mail before does not matter: after a
    /// refusal the connection is reset, and one that cannot take this mail for reasons of its own is
    /// replaced by a new one. I14
    ///
    /// # Errors
    /// The server refused the mail for good, or it may work later.
    pub async fn begin(
        &mut self,
        from: &Address,
        to: &Address,
        message: &[u8],
    ) -> Result<Begun<'_>, SendError> {
        // Taken out: what is given up halfway is never used for another mail.
        if let Some(mut open) = self.open.take()
            && open.is_ready().await
        {
            match open.envelope(from, to, message).await {
                Err(Trouble { connection: After::LostBefore, .. }) => {}
                answer => return self.begun(open, answer),
            }
        }
        let mut open = self.server.connect().await.map_err(|trouble| trouble.error)?;
        let answer = open.envelope(from, to, message).await;
        self.begun(open, answer)
    }

    fn begun(&mut self, open: Open, envelope: Result<String, Trouble>) -> Result<Begun<'_>, SendError> {
        match envelope {
            Ok(text) => Ok(Begun { place: &mut self.open, open, text }),
            Err(trouble) => Err(keep(&mut self.open, open, trouble)),
        }
    }

    /// Closes the connection, politely.
    pub async fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            timeout(open.timeouts.tidying, open.connection.quit()).await.ok();
        }
    }
}

/// A mail whose text the server waits for. Dropped, it closes its connection, and nobody gets the mail.
pub struct Begun<'a> {
    place: &'a mut Option<Open>,
    open: Open,
    text: String,
}

impl Begun<'_> {
    /// Gives the text, by which the mail is handed over.
    ///
    /// # Errors
    /// The server refused the mail for good, or it may work later. After an error the mail may be
    /// with the server all the same, where the connection was lost at its very end.
    pub async fn end(self) -> Result<(), SendError> {
        let Self { place, mut open, text } = self;
        let reply = within(open.timeouts.message, open.connection.command(text)).await;
        match reply.and_then(|reply| Step::Message.judge(reply)) {
            Ok(()) => {
                *place = Some(open);
                Ok(())
            }
            Err(trouble) => Err(keep(place, open, trouble)),
        }
    }
}

/// Keeps the connection of a mail that was not taken, where it can be used again.
fn keep(place: &mut Option<Open>, mut open: Open, trouble: Trouble) -> SendError {
    if trouble.connection == After::Usable {
        open.to_reset = true;
        *place = Some(open);
    }
    trouble.error
}

/// What is asked of the server for one mail, in this order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Sender,
    Recipient,
    Data,
    Message,
}

impl Step {
    const ENVELOPE: [Self; 3] = [Self::Sender, Self::Recipient, Self::Data];

    /// What an answer means for the mail and for its connection.
    ///
    /// # Errors
    /// The mail is not taken. What a server says of the sender, or of the connection, is about all
    /// mails of ours and so never the end of one.
    fn judge(self, reply: Result<Response, Error>) -> Result<(), Trouble> {
        let lost = if self == Self::Sender { After::LostBefore } else { After::Lost };
        match reply {
            Ok(response) => {
                let go_on = response.code().severity == Severity::PositiveIntermediate;
                if go_on == (self == Self::Data) { Ok(()) } else { Err(Trouble::out_of_step()) }
            }
            Err(error) => match error.status() {
                None => Err(Trouble { connection: lost, ..Trouble::lost("broke off", &error) }),
                Some(code) => {
                    let said = words(&format!("{code} {}", plain(&error)));
                    let about_the_mail = self != Self::Sender && !is_about_the_connection(code);
                    let for_good = code.severity == Severity::PermanentNegativeCompletion;
                    let error = match about_the_mail && for_good {
                        true => SendError::Refused(said),
                        false => SendError::Later(said),
                    };
                    let connection = if is_about_the_connection(code) { lost } else { After::Usable };
                    Err(Trouble { error, connection })
                }
            },
        }
    }
}

fn is_about_the_connection(code: Code) -> bool {
    ABOUT_THE_CONNECTION.contains(&code.into())
}

fn is_goodbye(code: Code) -> bool {
    u16::from(code) == 421
}

impl Open {
    /// Brings the server to where it waits for a mail.
    async fn is_ready(&mut self) -> bool {
        if !self.to_reset {
            return true;
        }
        self.to_reset = false;
        matches!(timeout(self.timeouts.tidying, self.connection.command("RSET\r\n")).await, Ok(Ok(_)))
    }

    /// Brings the server to where it waits for the text of this mail, and says how that goes over the line.
    async fn envelope(&mut self, from: &Address, to: &Address, message: &[u8]) -> Result<String, Trouble> {
        let Some(message) = self.encode(to, message) else {
            let words = "The mail server takes no addresses with letters beyond a to z.";
            return Err(Trouble { error: SendError::Refused(words.into()), connection: After::Usable });
        };
        let utf8 = if message.utf8 { " SMTPUTF8 BODY=8BITMIME" } else { "" };
        let commands =
            [format!("MAIL FROM:<{from}>{utf8}\r\n"), format!("RCPT TO:<{to}>\r\n"), "DATA\r\n".into()];
        let mut refused: Option<Trouble> = None;
        for (n, step) in Step::ENVELOPE.into_iter().enumerate() {
            let reply = match within(self.timeouts.command, self.ask(&commands, n)).await {
                Ok(reply) => reply,
                Err(late) => return Err(refused.map_or(late, Trouble::and_lost)),
            };
            let hangs_up = matches!(&reply, Err(error) if error.status().is_none_or(is_goodbye));
            match (step.judge(reply), refused.take()) {
                (Ok(()), None) => {}
                // The answers to what was given with it follow from this one; they are still to be read.
                (Err(trouble), None) if self.pipelining && trouble.connection == After::Usable => {
                    refused = Some(trouble);
                }
                (Err(trouble), None) => return Err(trouble),
                (_, Some(first)) if hangs_up => return Err(first.and_lost()),
                // It waits for a message nevertheless, to whomever.
                (Ok(()), Some(first)) if step == Step::Data => return Err(first.and_lost()),
                (_, first) => refused = first,
            }
        }
        refused.map_or(Ok(message.lines), Err)
    }

    /// Gives one of these commands and reads its answer; where the server reads several at once, all
    /// are given with the first.
    async fn ask(&mut self, commands: &[String; 3], n: usize) -> Result<Response, Error> {
        match (self.pipelining, n) {
            (false, _) => self.connection.command(&commands[n]).await,
            (true, 0) => self.connection.command(commands.concat()).await,
            (true, _) => self.connection.read_response().await,
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
