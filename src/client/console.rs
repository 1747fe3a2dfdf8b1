//! The client of Team Leads: dashboard, members, credits, settings, with a router.
#![recursion_limit = "512"]

fn main() {
    headcount::app::browser::start::hydrate(headcount::app::console::ConsoleApp);
}
