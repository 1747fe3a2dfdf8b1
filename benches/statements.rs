//! Counts the statements that the program sends to the database, by what sqlx logs of each.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tracing::{Event, Metadata, Subscriber, subscriber::Interest};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt},
    util::SubscriberInitExt,
};

/// Counts while it is told to; at other times sqlx does not even write its log. Cheap to clone.
#[derive(Clone, Default)]
pub struct Statements(Arc<Counter>);

#[derive(Default)]
struct Counter {
    counting: AtomicBool,
    seen: AtomicUsize,
}

impl Statements {
    /// The one of this process.
    pub fn installed() -> anyhow::Result<Self> {
        static INSTALLED: OnceLock<Statements> = OnceLock::new();
        if let Some(statements) = INSTALLED.get() {
            return Ok(statements.clone());
        }
        let statements = Self::default();
        tracing_subscriber::registry().with(statements.clone()).try_init()?;
        Ok(INSTALLED.get_or_init(|| statements).clone())
    }

    /// How many the whole process sends while this future runs. A `commit`
    /// is one of them, a `begin` is not.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> (T, usize) {
        self.0.seen.store(0, Ordering::SeqCst);
        self.0.counting.store(true, Ordering::SeqCst);
        let result = work.await;
        self.0.counting.store(false, Ordering::SeqCst);
        (result, self.0.seen.load(Ordering::SeqCst))
    }
}

impl<S: Subscriber> Layer<S> for Statements {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == "sqlx::query" { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, _: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.0.counting.load(Ordering::SeqCst)
    }

    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        self.0.seen.fetch_add(1, Ordering::SeqCst);
    }
}
