//! The client of Team Leads: dashboard, members, credits, settings, with a router.
//!
//! Each part is split off into files of its own, which are loaded when the part is first shown.
#![recursion_limit = "512"]

use headcount::app::{
    browser::start,
    console::{
        ConsoleApp, pages,
        parts::{Loading, NotLoaded, Part, Parts},
    },
};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// Makes a function for each part in a file of its own, and the two that choose among them.
macro_rules! split {
    ($($part:ident in $file:ident: $function:ident $load:ident $($view:ident)::+;)*) => {
        $(
            #[wasm_split($file, fallible, preload($load))]
            fn $function() -> Result<AnyView, NotLoaded> {
                Ok(view! { <headcount::app::console::$($view)::+ /> }.into_any())
            }
        )*

        fn load(part: Part) -> Loading<()> {
            match part {
                $(Part::$part => Box::pin(async { Ok($load().await?) }),)*
            }
        }

        fn view(part: Part) -> Loading<AnyView> {
            match part {
                $(Part::$part => Box::pin($function()),)*
            }
        }
    };
}

// Few files, although there are more pages: what two files share is in a third, and so on.
split! {
    Dashboard in dashboard: dashboard load_dashboard dashboard::Dashboard;
    Members in members: members load_members members::Members;
    AddMember in add_member: add_member load_add_member add_member::AddMember;
    Member in office: member load_member member::MemberPage;
    Headshots in office: headshots load_headshots headshots::Headshots;
    Credits in office: credits load_credits credits::Credits;
    Settings in settings: settings load_settings settings::Settings;
    Teams in office: teams load_teams teams::TeamsPage;
    History in office: history load_history history::History;
    Help in office: help load_help help::Help;
}

/// Loads what is shown at a path with a query. Whether all of it came.
async fn load_shown(path: String, query: String) -> bool {
    for part in pages::parts_at(&path, &query) {
        if load(part).await.is_err() {
            return false;
        }
    }
    true
}

fn main() {
    let at = window().location();
    let shown = load_shown(at.pathname().unwrap_or_default(), at.search().unwrap_or_default());
    start::hydrate_when(shown, || view! { <ConsoleApp parts=Parts { load, view } /> });
}
