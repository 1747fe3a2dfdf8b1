//! The client of whoever adds photos and looks at headshots; small, without a router. It hydrates the parts of a page
//! that change, and lets the rest answer as the server sent it.
#![recursion_limit = "512"]

use headcount::app::{
    browser::{forms::each, start, uploads::follow},
    components::localize,
    shoot::live::PARTS,
};

fn main() {
    start::hydrate_parts(&PARTS, || {
        each("time", |time| localize(&time));
        each("[data-follow]", |running| {
            let says = |name| running.get_attribute(name).unwrap_or_default();
            follow(says("data-follow"), says("data-shown"));
        });
    });
}
