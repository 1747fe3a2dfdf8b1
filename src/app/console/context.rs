//! What the pages of the console share: who is looking, and what has changed.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::{MemberId, OrgId},
    moment::Moment,
    people::Changed,
    role::Role,
};

/// Who is looking, as the server knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    pub org: OrgId,
    pub org_name: String,
    pub member: MemberId,
    pub name: String,
    pub role: Role,
    /// When the organization is deleted, if its Owner asked for that. P8
    pub deletion_due: Option<Moment>,
    /// Whom to write to for help: whoever runs this server.
    pub support_address: String,
}

/// Who is looking, as this page knows them now.
#[derive(Clone, Copy)]
pub struct Looking(StoredValue<Lead>);

impl Looking {
    #[must_use]
    pub fn new(lead: Lead) -> Self {
        Self(StoredValue::new(lead))
    }

    /// Reads of them without a copy.
    pub fn with<T>(self, read: impl FnOnce(&Lead) -> T) -> T {
        self.0.with_value(read)
    }
}

/// The viewer; only inside the lead's client.
#[must_use]
pub fn lead() -> Lead {
    expect_context::<Looking>().0.get_value()
}

/// The organization was renamed by this page.
pub fn rename_organization(name: String) {
    expect_context::<Looking>().0.update_value(|lead| lead.org_name = name);
}

/// When the organization is deleted, as this page knows it now. P8
#[derive(Clone, Copy)]
pub struct DeletionDue(pub RwSignal<Option<Moment>>);

/// Counts the changes that this page made or heard of; what shows data loads it again with each.
#[derive(Clone, Copy)]
pub struct Changes {
    count: RwSignal<u32>,
    /// Whom they were about, until a list has read these again.
    whom: StoredValue<Changed>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { count: RwSignal::default(), whom: StoredValue::new(Changed::default()) }
    }
}

impl Changes {
    /// For the key of a resource.
    #[must_use]
    pub fn track(self) -> u32 {
        self.count.get()
    }

    /// Something was changed by this page, and anybody may be another.
    pub fn note(self) {
        self.hear(Changed::Anybody);
    }

    /// Something changed that is about these people.
    pub fn hear(self, changed: Changed) {
        self.owe(changed);
        self.count.update(|n| *n += 1);
    }

    /// Whom a list has to read again: those of all changes since it did.
    #[must_use]
    pub fn take(self) -> Changed {
        self.whom.try_update_value(std::mem::take).unwrap_or(Changed::Anybody)
    }

    /// Gives back what was taken and came to nothing.
    pub fn owe(self, changed: Changed) {
        self.whom.update_value(|whom| *whom = std::mem::take(whom).and(changed));
    }
}
