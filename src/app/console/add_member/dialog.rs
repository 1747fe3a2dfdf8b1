//! The state of the dialog: its tabs, what they share, and what was typed and not sent. D1, D2

use leptos::prelude::*;

use crate::words;

/// A tab of the dialog; its word is what the URL says. D1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// What the three tabs share with the dialog around them.
#[derive(Clone, Copy)]
pub struct Dialog {
    unsent: Unsent,
    close: Callback<()>,
    /// Takes addresses into the tab that sends invites; set by that tab.
    taker: StoredValue<Option<Callback<String>>>,
}

impl Dialog {
    pub fn new(unsent: Unsent, close: Callback<()>) -> Self {
        Self { unsent, close, taker: StoredValue::new(None) }
    }

    /// Whether the tab holds something that closing would lose.
    pub fn set_unsent(self, tab: Tab, unsent: bool) {
        let signal = self.unsent.tabs[tab as usize];
        if signal.get_untracked() != unsent {
            signal.set(unsent);
        }
    }

    /// The tab that sends invites says how it takes addresses.
    pub fn take_addresses_by(self, taker: Callback<String>) {
        self.taker.set_value(Some(taker));
    }

    /// Hands addresses to the tab that sends invites.
    pub fn invite(self, addresses: String) {
        if let Some(taker) = self.taker.get_value() {
            taker.run(addresses);
        }
    }

    /// Closes, asking first where something is unsent.
    pub fn close(self) {
        self.close.run(());
    }
}

/// What was typed and not sent, for each tab, and whether the question about it stands: closing
/// asks first, and so does the browser's Back. D2
#[derive(Clone, Copy)]
pub struct Unsent {
    tabs: [RwSignal<bool>; 3],
    pub asking: RwSignal<bool>,
}

impl Default for Unsent {
    fn default() -> Self {
        Self { tabs: std::array::from_fn(|_| RwSignal::new(false)), asking: RwSignal::new(false) }
    }
}

impl Unsent {
    pub fn any(self) -> bool {
        self.tabs.iter().any(|signal| signal.get_untracked())
    }

    pub fn forget(self) {
        self.tabs.iter().for_each(|signal| signal.set(false));
        self.asking.set(false);
    }
}
