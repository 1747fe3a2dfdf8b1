//! The client of whoever adds photos and looks at headshots; small, without a router.
#![recursion_limit = "512"]

fn main() {
    headcount::app::browser::start::hydrate(headcount::app::shoot::ShootApp);
}
