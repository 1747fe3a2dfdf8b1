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
        each("[data-follow]", |page| {
            follow(page.get_attribute("data-follow").unwrap_or_default(), page.get_attribute("data-shown"));
        });
    });
}
