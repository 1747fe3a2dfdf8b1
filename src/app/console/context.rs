//! What the pages of the console share: who is looking, and what has changed.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::{MemberId, OrgId},
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
    /// Whom to write to for help: whoever runs this server.
    pub support_address: String,
}

/// The viewer; only inside the lead's client.
#[must_use]
pub fn lead() -> Lead {
    expect_context::<Lead>()
}

/// Counts the changes that this page has made; what shows data loads it again with each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changes(RwSignal<u32>);

impl Changes {
    /// For the key of a resource.
    #[must_use]
    pub fn track(self) -> u32 {
        self.0.get()
    }

    /// Something was changed.
    pub fn note(self) {
        self.0.update(|n| *n += 1);
    }
}
