//! A mail server on this machine that speaks real SMTP and can be told to fail in each of the ways in
//! which mail servers do. It is strict: a mail that was begun and not taken is in the way of the next
//! until it is reset.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// What goes wrong with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The recipient is refused for good.
    Unknown,
    /// The recipient is refused for now.
    Busy,
    /// The whole mail is refused for good, after its text.
    Spam,
    /// The whole mail is refused for now, after its text.
    Full,
    /// There is no answer to the recipient.
    Stall,
    /// There is no answer to the text.
    StallAtEnd,
    /// The connection breaks in the middle of the text.
    BreakInData,
    /// The mail is taken, and the connection breaks before anybody hears of it.
    BreakAfterTaking,
    /// The recipient is refused with "closing".
    Closing,
    /// The recipient is refused because something else should come first.
    OutOfOrder,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub to: String,
    pub message: Vec<u8>,
    /// Over which connection.
    pub connection: usize,
}

impl Taken {
    /// What people read who see no HTML.
    pub fn text(&self) -> String {
        let parsed = mail_parser::MessageParser::default().parse(&self.message).expect("a mail");
        parsed.body_text(0).expect("a text").into_owned()
    }

    pub fn message_id(&self) -> String {
        let parsed = mail_parser::MessageParser::default().parse(&self.message).expect("a mail");
        parsed.message_id().expect("a Message-ID").to_owned()
    }
}

#[derive(Default)]
struct Shared {
    taken: Mutex<Vec<Taken>>,
    /// By what stands before the `@`: what goes wrong, and how often still.
    faults: Mutex<HashMap<String, (Fault, usize)>>,
    /// Said instead of a greeting, if anything.
    greeting: Mutex<Option<&'static str>>,
    changed: Notify,
    open: AtomicUsize,
    most_open: AtomicUsize,
    /// All connections that there were.
    connections: AtomicUsize,
    /// Mails to which there is no answer.
    stalled: AtomicUsize,
    /// Mails whose text was waited for.
    begun: AtomicUsize,
    /// RSET is answered, and nothing is reset.
    ignores_reset: AtomicBool,
    /// Our sender is refused for good, as the server says.
    refuses_sender: AtomicBool,
}

impl Shared {
    async fn stall(&self) -> ! {
        self.stalled.fetch_add(1, Ordering::Relaxed);
        self.changed.notify_waiters();
        std::future::pending().await
    }
}

/// Listens until it is dropped.
pub struct MailServer {
    pub port: u16,
    shared: Arc<Shared>,
    listening: tokio::task::JoinHandle<()>,
    pipelining: bool,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl MailServer {
    pub async fn start() -> Self {
        Self::start_with(true).await
    }

    /// Starts one that reads several commands at once, or does not.
    pub async fn start_with(pipelining: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::<Shared>::default();
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared), pipelining));
        Self { port, shared, listening, pipelining }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Mail to whoever this is before the `@` goes wrong so often.
    pub fn fail(&self, local: &str, fault: Fault, times: usize) {
        self.shared.faults.lock().unwrap().insert(local.to_owned(), (fault, times));
    }

    /// Turns everybody away at the door with these words, or no longer.
    pub fn turn_away(&self, words: Option<&'static str>) {
        *self.shared.greeting.lock().unwrap() = words;
    }

    /// Stops listening; open connections break.
    pub async fn go_down(&mut self) {
        self.listening.abort();
        (&mut self.listening).await.ok();
    }

    /// Listens again, on the same port.
    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.listening = tokio::spawn(listen(listener, Arc::clone(&self.shared), self.pipelining));
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.shared.taken.lock().unwrap().clone()
    }

    pub fn taken_by(&self, local: &str) -> Vec<Taken> {
        self.taken().into_iter().filter(|mail| mail.to.split('@').next() == Some(local)).collect()
    }

    /// The most connections that were open at the same time.
    pub fn most_open(&self) -> usize {
        self.shared.most_open.load(Ordering::Relaxed)
    }

    /// How many connections there were in all.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Answers RSET from now on as if it had been done.
    pub fn ignore_reset(&self) {
        self.shared.ignores_reset.store(true, Ordering::Relaxed);
    }

    /// Refuses our sender, or no longer.
    pub fn refuse_sender(&self, refuse: bool) {
        self.shared.refuses_sender.store(refuse, Ordering::Relaxed);
    }

    /// How many mails came as far as that their text was waited for.
    pub fn begun(&self) -> usize {
        self.shared.begun.load(Ordering::Relaxed)
    }

    /// Waits until so many mails were taken.
    pub async fn until_taken(&self, count: usize) {
        self.until(|shared| shared.taken.lock().unwrap().len() >= count).await;
    }

    /// Waits until so many mails hang.
    pub async fn until_stalled(&self, count: usize) {
        self.until(|shared| shared.stalled.load(Ordering::Relaxed) >= count).await;
    }

    async fn until(&self, so: impl Fn(&Shared) -> bool) {
        loop {
            let mut changed = std::pin::pin!(self.shared.changed.notified());
            changed.as_mut().enable();
            if so(&self.shared) {
                return;
            }
            changed.await;
        }
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>, pipelining: bool) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let number = shared.connections.fetch_add(1, Ordering::Relaxed);
            let open = shared.open.fetch_add(1, Ordering::Relaxed) + 1;
            shared.most_open.fetch_max(open, Ordering::Relaxed);
            talk(stream, number, &shared, pipelining).await;
            shared.open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

/// One conversation; `None` when it broke.
async fn talk(stream: TcpStream, connection: usize, shared: &Shared, pipelining: bool) -> Option<()> {
    stream.set_nodelay(true).ok();
    let mut stream = BufReader::new(stream);
    let greeting = *shared.greeting.lock().unwrap();
    say(&mut stream, greeting.unwrap_or("220 mail.example ESMTP")).await?;
    if greeting.is_some() {
        return Some(());
    }
    let mut begun = false;
    let mut to = String::new();
    let mut fault = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return Some(());
        }
        let command = line.trim_end().to_uppercase();
        if command.starts_with("EHLO") {
            begun = false;
            let more = if pipelining { "250-PIPELINING\r\n" } else { "" };
            say(&mut stream, &format!("250-mail.example\r\n{more}250 8BITMIME")).await?;
        } else if command.starts_with("MAIL FROM:") {
            if begun {
                say(&mut stream, "503 5.5.1 Error: nested MAIL command").await?;
                continue;
            }
            if shared.refuses_sender.load(Ordering::Relaxed) {
                say(&mut stream, "550 5.7.1 Sender is not welcome").await?;
                continue;
            }
            begun = true;
            say(&mut stream, "250 2.1.0 Ok").await?;
        } else if command.starts_with("RCPT TO:") {
            if !begun {
                say(&mut stream, "503 5.5.1 Error: need MAIL command").await?;
                continue;
            }
            let address = line.split_once('<')?.1.split_once('>')?.0.to_owned();
            fault = due(shared, address.split('@').next()?);
            match fault {
                Some(Fault::Unknown) => say(&mut stream, "550 5.1.1 No such mailbox").await?,
                Some(Fault::Busy) => say(&mut stream, "451 4.7.1 Greylisted, try later").await?,
                Some(Fault::Closing) => {
                    say(&mut stream, "421 4.3.2 Closing").await?;
                    return Some(());
                }
                Some(Fault::OutOfOrder) => say(&mut stream, "503 5.5.1 Bad sequence of commands").await?,
                Some(Fault::Stall) => shared.stall().await,
                _ => {
                    to = address;
                    say(&mut stream, "250 2.1.5 Ok").await?;
                }
            }
        } else if command == "DATA" {
            if to.is_empty() {
                say(&mut stream, "503 5.5.1 No recipient").await?;
                continue;
            }
            say(&mut stream, "354 Go on").await?;
            shared.begun.fetch_add(1, Ordering::Relaxed);
            if fault == Some(Fault::BreakInData) {
                stream.read_exact(&mut [0; 200]).await.ok()?;
                return Some(());
            }
            let message = read_message(&mut stream).await?;
            match fault {
                Some(Fault::Spam) => say(&mut stream, "554-5.7.1 This looks\r\n554 5.7.1 like spam").await?,
                Some(Fault::Full) => say(&mut stream, "452 4.3.1 No room").await?,
                Some(Fault::StallAtEnd) => shared.stall().await,
                _ => {
                    let to = std::mem::take(&mut to);
                    shared.taken.lock().unwrap().push(Taken { to, message, connection });
                    shared.changed.notify_waiters();
                    if fault == Some(Fault::BreakAfterTaking) {
                        return Some(());
                    }
                    begun = false;
                    say(&mut stream, "250 2.0.0 Taken").await?;
                }
            }
            to.clear();
        } else if command == "QUIT" {
            say(&mut stream, "221 2.0.0 Bye").await?;
            return Some(());
        } else {
            if command == "RSET" && !shared.ignores_reset.load(Ordering::Relaxed) {
                begun = false;
                to.clear();
            }
            say(&mut stream, "250 2.0.0 Ok").await?;
        }
    }
}

/// What goes wrong this time.
fn due(shared: &Shared, local: &str) -> Option<Fault> {
    let mut faults = shared.faults.lock().unwrap();
    let (fault, times) = faults.get_mut(local)?;
    *times = times.checked_sub(1)?;
    Some(*fault)
}

async fn read_message(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let start = message.len();
        if stream.read_until(b'\n', &mut message).await.ok()? == 0 {
            return None;
        }
        if &message[start..] == b".\r\n" {
            message.truncate(start);
            return Some(message);
        }
        if message[start] == b'.' {
            message.remove(start);
        }
    }
}

async fn say(stream: &mut BufReader<TcpStream>, line: &str) -> Option<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await.ok()
}
