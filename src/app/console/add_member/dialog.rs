//! What the tabs of the dialog share, and what was typed in them and not sent. D2

use leptos::prelude::*;

use super::{plain::PlainPost, tab::Tab};

/// What the three tabs share with the dialog around them.
#[derive(Clone, Copy)]
pub struct Dialog {
    unsent: Unsent,
    close: Callback<()>,
    /// Takes addresses into the tab that sends invites; set by that tab.
    taker: StoredValue<Option<Callback<String>>>,
    plain: StoredValue<Option<PlainPost>>,
}

impl Dialog {
    pub fn new(unsent: Unsent, close: Callback<()>, plain: Option<PlainPost>) -> Self {
        Self { unsent, close, taker: StoredValue::new(None), plain: StoredValue::new(plain) }
    }

    /// The tab's form as it was sent before the page had its scripts, when the page answers that.
    pub fn plain(self, tab: Tab) -> Option<PlainPost> {
        self.plain.get_value().filter(|plain| plain.tab == tab)
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
