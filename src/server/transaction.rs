//! A transaction that can only be committed together with the organization that it changes, so that
//! nobody forgets to let that organization's open pages know. N7

use std::ops::{Deref, DerefMut};

use super::live::Live;
use crate::{
    domain::{ids::OrgId, people::Changed},
    store::{self, PgConnection, Postgres},
};

/// A transaction of the store. It derefs to the connection that the store's functions take.
///
/// It carries what it needs to tell of the change: a page that is given up while it loads takes its
/// context with it.
pub struct Transaction {
    inner: store::Transaction<'static, Postgres>,
    live: Live,
}

impl Transaction {
    pub(super) const fn new(inner: store::Transaction<'static, Postgres>, live: Live) -> Self {
        Self { inner, live }
    }

    pub(super) async fn commit(self, org: OrgId, changed: Changed) -> store::Result<()> {
        self.inner.commit().await?;
        self.live.changed(org, changed);
        Ok(())
    }

    pub(super) async fn commit_unseen(self) -> store::Result<()> {
        self.inner.commit().await
    }
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
