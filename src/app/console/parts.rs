//! The parts of the console whose code is loaded when they are first shown: each page, and the dialog.
//!
//! The program of the browser (`client/console.rs`) says where each begins. The server has them all.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local};
use leptos_router::ChooseView;

use crate::words;

/// A part that has to be loaded before it can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Dashboard,
    Members,
    Member,
    Headshots,
    Credits,
    Settings,
    Teams,
    History,
    Help,
    AddMember,
}

/// The network is gone, or the server was updated and has the part in another build.
#[derive(Clone, Copy, Debug)]
pub struct NotLoaded;

impl From<wasm_split_helpers::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// What comes when it is loaded.
pub type Loading<T> = Pin<Box<dyn Future<Output = Result<T, NotLoaded>>>>;

/// Where the code of the parts comes from.
#[derive(Clone, Copy)]
pub struct Parts {
    /// Loads a part, without showing it.
    pub load: fn(Part) -> Loading<()>,
    /// Loads a part and makes its view.
    pub view: fn(Part) -> Loading<AnyView>,
}

impl Part {
    /// What its files are called, as the program of the browser splits them.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Dashboard => "dashboard",
            Self::Members => "members",
            Self::Settings => "settings",
            Self::AddMember => "add_member",
            _ => "office",
        }
    }
}

/// A page as its route has it; the page before stays until this one is loaded.
#[derive(Clone, Copy)]
pub struct LazyPage(pub Part);

impl ChooseView for LazyPage {
    async fn choose(self) -> AnyView {
        let parts = expect_context::<Parts>();
        (parts.view)(self.0).await.unwrap_or_else(|NotLoaded| view! { <PageNotLoaded /> }.into_any())
    }

    async fn preload(&self) {}
}

/// A part within a page: there at once where it is loaded, and otherwise as soon as it is.
#[component]
pub fn LazyPart(part: Part) -> AnyView {
    let mut loading = Box::pin(ScopedFuture::new((expect_context::<Parts>().view)(part)));
    let shown = |loaded: Result<AnyView, NotLoaded>| {
        loaded.unwrap_or_else(|NotLoaded| view! { <PartNotLoaded /> }.into_any())
    };
    if let Poll::Ready(loaded) = loading.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return shown(loaded);
    }
    let later = RwSignal::new_local(None::<AnyView>);
    spawn_local(async move {
        let loaded = shown(loading.await);
        // Whoever closed it before does not want it any more.
        drop(later.try_set(Some(loaded)));
    });
    let take = move || {
        later.track();
        later.try_update_untracked(Option::take).flatten()
    };
    take.into_any()
}

#[component]
fn PageNotLoaded() -> impl IntoView {
    view! {
        <main class="page" id="main">
            <div class="head">
                <div>
                    <h1>{words::console::not_loaded()}</h1>
                    <NotLoadedHelp />
                </div>
            </div>
        </main>
    }
}

#[component]
fn PartNotLoaded() -> impl IntoView {
    view! {
        <div class="toast" role="alert">
            <NotLoadedHelp />
        </div>
    }
}

/// Going to the same address anew asks the server for the page as it is now.
#[component]
fn NotLoadedHelp() -> impl IntoView {
    view! {
        <p>
            {words::console::not_loaded_why()}" " <a href="" rel="external">
                {words::console::not_loaded_again()}
            </a>
        </p>
    }
}
