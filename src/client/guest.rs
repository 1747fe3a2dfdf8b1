//! The client of strangers and invitees: signing in and joining; small, without a router.
#![recursion_limit = "512"]

fn main() {
    headcount::app::browser::start::hydrate(headcount::app::guest::GuestApp);
}
