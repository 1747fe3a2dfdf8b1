//! Word that something of an organization changed or a login ended, passed between servers. N3, N7, N9
//!
//! It is a hint, not a fact: it may be lost, and nothing depends on it but how soon a page looks.

use uuid::Uuid;

use super::{Pool, Result};
use crate::domain::{ids::OrgId, people::Changed};

const CHANNEL: &str = "changed";

/// What servers tell each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Something of this organization changed, which is about these people.
    Changed(OrgId, Changed),
    /// This login ended; a trigger says so, whoever ended it. N3
    LoginEnded(Uuid),
}

/// Tells every server that listens: which organizations changed, and whom of each it is about.
pub async fn announce(pool: &Pool, changes: &[(OrgId, Changed)]) -> Result<()> {
    let words: Vec<String> = changes.iter().map(|(org, changed)| format!("{org} {changed}")).collect();
    let mut db = pool.autocommit().await?;
    sqlx::query!(r#"select pg_notify($1, word) as "sent" from unnest($2::text[]) as word"#, CHANNEL, &words)
        .fetch_all(&mut *db)
        .await?;
    db.finish().await
}

/// Hears what any server announces.
pub struct ChangeListener(sqlx::postgres::PgListener);

impl ChangeListener {
    /// Listens on a connection of its own.
    ///
    /// # Errors
    /// There is no connection to be had.
    pub async fn connect(pool: &Pool) -> Result<Self> {
        Ok(Self(pool.listen(CHANNEL).await?))
    }

    /// Waits for the next word; `None` when some may have been missed.
    ///
    /// # Errors
    /// The connection is lost and does not come back.
    pub async fn recv(&mut self) -> Result<Option<Word>> {
        let heard = self.0.try_recv().await?;
        Ok(heard.and_then(|word| match word.payload().split_once(' ')? {
            ("login", login) => login.parse().ok().map(Word::LoginEnded),
            (org, changed) => Some(Word::Changed(org.parse().ok()?, Changed::from(changed))),
        }))
    }
}
