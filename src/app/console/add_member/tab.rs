//! The tabs of the dialog. D1, D3

use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

use crate::words;

/// A tab of the dialog; its word is what the URL says. D1
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tab {
    Invite,
    Link,
    Managed,
}

impl Tab {
    pub const ALL: [Self; 3] = [Self::Invite, Self::Link, Self::Managed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Link => "link",
            Self::Managed => "managed",
        }
    }

    /// The seed's names. D3
    pub fn label(self) -> &'static str {
        match self {
            Self::Invite => words::console::add_member_invite(),
            Self::Link => words::console::add_member_link(),
            Self::Managed => words::console::add_member_managed(),
        }
    }

    pub fn named(word: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.as_str() == word).unwrap_or(Self::Invite)
    }

    pub const fn panel(self) -> &'static str {
        match self {
            Self::Invite => "panel-invite",
            Self::Link => "panel-link",
            Self::Managed => "panel-managed",
        }
    }

    pub const fn id(self) -> &'static str {
        match self {
            Self::Invite => "tab-invite",
            Self::Link => "tab-link",
            Self::Managed => "tab-managed",
        }
    }
}

/// The query of a page with the dialog over it, at this tab, or without the dialog; what else the page asks for
/// in its URL stays. D1
pub fn query_with(asked: &ParamsMap, tab: Option<Tab>) -> String {
    let mut asked = asked.clone();
    asked.remove("add");
    if let Some(tab) = tab {
        asked.insert("add", tab.as_str().to_owned());
    }
    asked.to_query_string()
}
