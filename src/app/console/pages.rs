//! The table of the console's pages: path, title, view. Routes, titles and the server's routes are made
//! from it.

use std::future::ready;

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Routes},
    path,
};

use super::{
    add_member::AddMember,
    credits::Credits,
    dashboard::Dashboard,
    headshots::Headshots,
    help::Help,
    history::History,
    member::MemberPage,
    members::Members,
    parts::{LazyPage, Part, Parts},
    settings::Settings,
    teams::TeamsPage,
};

use crate::words;

/// A page of the console.
pub struct ConsolePage {
    pub path: &'static str,
    pub title: fn() -> &'static str,
    pub part: Part,
}

macro_rules! pages {
    ($($path:tt, $title:path, $part:ident, $view:ident;)*) => {
        /// Those of the navigation first, in its order.
        pub const PAGES: &[ConsolePage] =
            &[$(ConsolePage { path: $path, title: $title, part: Part::$part }),*];

        /// Shows the page that the URL names.
        #[component]
        pub fn PageRoutes() -> impl IntoView {
            view! {
                <Routes fallback=|| view! { <Missing/> }>
                    $(<Route path=path!($path) view=LazyPage(Part::$part)/>)*
                    // Its route on the server looks whether there is such a member.
                    <Route path=path!("/members/:member") view=LazyPage(Part::Member)/>
                </Routes>
            }
        }

        fn view(part: Part) -> AnyView {
            match part {
                $(Part::$part => view! { <$view/> }.into_any(),)*
                Part::Member => view! { <MemberPage/> }.into_any(),
                Part::AddMember => view! { <AddMember/> }.into_any(),
            }
        }
    };
}

pages! {
    "/dashboard", words::shared::page_dashboard, Dashboard, Dashboard;
    "/members", words::shared::page_members, Members, Members;
    "/headshots", words::shared::page_headshots, Headshots, Headshots;
    "/credits", words::shared::page_credits, Credits, Credits;
    "/settings", words::shared::page_settings, Settings, Settings;
    "/teams", words::console::page_teams, Teams, TeamsPage;
    "/history", words::console::page_history, History, History;
    "/help/inviting", words::console::page_help, Help, Help;
}

/// All parts where nothing has to be loaded, as on the server.
#[must_use]
pub fn parts_here() -> Parts {
    Parts { load: |_| Box::pin(ready(Ok(()))), view: |part| Box::pin(ready(Ok(view(part)))) }
}

/// The parts that are shown at a path with this query, which may begin with `?`.
pub fn parts_at(path: &str, query: &str) -> impl Iterator<Item = Part> {
    let page = PAGES.iter().find(|page| page.path == path).map(|page| page.part);
    let member = || path.strip_prefix("/members/").map(|_| Part::Member);
    page.or_else(member).into_iter().chain(asks_to_add(query).then_some(Part::AddMember))
}

/// Whether a query, which may begin with `?`, opens the dialog. D1
#[must_use]
pub fn asks_to_add(query: &str) -> bool {
    query.trim_start_matches('?').split('&').any(|pair| pair == "add" || pair.starts_with("add="))
}

/// The title of the page at `path`.
#[must_use]
pub fn title(path: &str) -> &'static str {
    PAGES
        .iter()
        .find(|page| page.path == path)
        .map_or_else(words::console::page_not_found, |page| (page.title)())
}

#[component]
fn Missing() -> impl IntoView {
    view! {
        <main class="page" id="main">
            <div class="head">
                <div>
                    <h1>{words::console::nothing_here()}</h1>
                    <p>
                        <a href="/dashboard">{words::console::nothing_here_back()}</a>
                    </p>
                </div>
            </div>
        </main>
    }
}
