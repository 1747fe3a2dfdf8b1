//! What became of a form of the dialog that was sent before the page had its scripts. The server shows the
//! dialog again with it; the page takes it over when it is hydrated. N1

use std::collections::BTreeMap;

use leptos::server_fn::ServerFn;
use serde::{Deserialize, Serialize};

use crate::app::{
    console::{
        add_member::{
            api::{InviteReport, SendInvites},
            tab::Tab,
        },
        links::api::CreateLink,
        members::api::AddManaged,
    },
    error::AppError,
};

/// A plain form, and why the dialog is shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlainPost {
    pub tab: Tab,
    /// What was typed, by the names of the fields.
    pub typed: BTreeMap<String, String>,
    pub why: WhyAgain,
}

/// Why the dialog is shown again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyAgain {
    Refused(AppError),
    /// Not everybody was invited.
    LeftOut(InviteReport),
}

impl PlainPost {
    /// What was typed into a field.
    #[must_use]
    pub fn typed(&self, field: &str) -> String {
        self.typed.get(field).cloned().unwrap_or_default()
    }

    #[must_use]
    pub fn error(&self) -> Option<AppError> {
        match &self.why {
            WhyAgain::Refused(error) => Some(error.clone()),
            WhyAgain::LeftOut(_) => None,
        }
    }

    #[must_use]
    pub fn report(&self) -> Option<InviteReport> {
        match &self.why {
            WhyAgain::Refused(_) => None,
            WhyAgain::LeftOut(report) => Some(report.clone()),
        }
    }
}

/// The tab whose form goes to the server function of this path.
#[must_use]
pub fn tab_of(path: &str) -> Option<Tab> {
    let functions =
        [(SendInvites::PATH, Tab::Invite), (CreateLink::PATH, Tab::Link), (AddManaged::PATH, Tab::Managed)];
    functions.into_iter().find(|(function, _)| *function == path).map(|(_, tab)| tab)
}
