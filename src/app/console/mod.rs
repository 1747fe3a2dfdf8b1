//! The client of Team Leads, with a router: dashboard, members, headshots, credits, settings, and the
//! dialog that adds members.

pub mod add_member;
pub mod context;
mod copy;
pub mod credits;
pub mod dashboard;
mod deletion_banner;
pub mod headshots;
pub mod help;
mod help_link;
pub mod history;
mod links;
mod listing;
pub mod member;
pub mod members;
mod modal;
pub mod pages;
pub mod parts;
mod sending;
pub mod settings;
pub mod teams;
mod toasts;
mod top;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::Router;

use self::{
    add_member::AddMemberPlace,
    context::{Changes, DeletionDue, Lead, Looking},
    deletion_banner::DeletionBanner,
    pages::{PageRoutes, parts_at},
    parts::Parts,
    toasts::{Toast, Toasts},
    top::ConsoleTop,
};
use super::browser::{events, intent};
use crate::app::page_data::page_data;

/// The root of the client.
#[component]
pub fn ConsoleApp(parts: Parts) -> impl IntoView {
    provide_context(parts);
    // What is loaded before the click is there with it.
    intent::follow(move |path, query| {
        for part in parts_at(path, query) {
            let loading = (parts.load)(part);
            spawn_local(async move {
                loading.await.ok();
            });
        }
    });
    let me = page_data(|| expect_context::<Lead>());
    provide_context(Looking::new(me.clone()));
    provide_context(DeletionDue(RwSignal::new(me.deletion_due)));
    let changes = Changes::default();
    provide_context(changes);
    events::follow(move |changed| changes.hear(changed));
    provide_context(Toast::default());
    view! {
        <Router>
            <ConsoleTop name=me.name />
            <DeletionBanner />
            <PageRoutes />
            <AddMemberPlace fallback=ViewFn::from(Toasts) />
        </Router>
    }
}
