//! Reminding of single invites in the list: whose reminder is on its way, and who cannot be reminded yet. I8

use std::{collections::BTreeSet, time::Duration};

use leptos::prelude::*;

use super::{api::remind, said_of_reminding};
use crate::{
    app::{
        browser::clock,
        console::{
            context::{Changes, lead},
            members::row_menu::too_soon,
            toasts::Toast,
        },
    },
    domain::{
        ids::{InviteId, OrgId},
        moment::Moment,
    },
};

/// How late a row may notice that the hour is over.
const TICK: Duration = Duration::from_secs(20);

/// What the rows of a list share.
#[derive(Clone, Copy)]
pub struct Reminding {
    org: OrgId,
    changes: Changes,
    toast: Toast,
    asked: RwSignal<BTreeSet<InviteId>>,
    /// The browser's clock; the server has none.
    now: RwSignal<Option<Moment>>,
}

impl Reminding {
    pub fn begin() -> Self {
        let now = RwSignal::new(None);
        let look = move || now.set(Some(clock::now()));
        Effect::new(look);
        clock::every(TICK, look);
        Self {
            org: lead().org,
            changes: expect_context(),
            toast: expect_context(),
            asked: RwSignal::default(),
            now,
        }
    }

    /// Whether the answer about this invite is awaited.
    pub fn is_asked(self, invite: InviteId) -> bool {
        self.asked.with(|asked| asked.contains(&invite))
    }

    /// Why nobody is emailed again who was at this time.
    pub fn not_yet(self, mailed: Option<Moment>) -> Option<&'static str> {
        too_soon(mailed, self.now.get()?)
    }

    /// Asks for a reminder, once at a time, or says why it is too soon.
    pub fn ask(self, invite: InviteId, mailed: Option<Moment>) {
        let Self { org, changes, toast, asked, .. } = self;
        if let Some(why) = too_soon(mailed, clock::now()) {
            toast.show(why.to_owned());
        } else if asked.try_update(|asked| asked.insert(invite)) == Some(true) {
            leptos::task::spawn_local(async move {
                toast.show(said_of_reminding(remind(org, invite.to_string()).await));
                changes.hear([invite].into_iter().collect());
                asked.try_update(|asked| asked.remove(&invite));
            });
        }
    }
}
