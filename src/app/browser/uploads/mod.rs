//! What the shoot pages ask of the browser: files, uploads with progress, a look at the server now
//! and then. On the server all of it is nothing.

#[cfg(feature = "hydrate")]
mod answer;
#[cfg(feature = "hydrate")]
mod exchange;
#[cfg(feature = "hydrate")]
mod files;
#[cfg(feature = "hydrate")]
mod kept;
#[cfg(feature = "hydrate")]
mod queue;
#[cfg(feature = "hydrate")]
mod sending;
#[cfg(feature = "hydrate")]
mod state;
mod wire;

#[cfg(not(feature = "hydrate"))]
pub use self::on_server::*;
pub use self::wire::{Event, PhotoView, RefusedPhoto, Target, Unfinished, UploadAnswer};
#[cfg(feature = "hydrate")]
pub use self::{
    exchange::{follow, post},
    files::{Files, chosen, on_drop, picked},
    state::Uploads,
};

#[cfg(not(feature = "hydrate"))]
mod on_server {
    use super::wire::{Event, Target, Unfinished};
    use crate::domain::photo::PhotoRefusal;

    #[derive(Clone, Copy, Debug)]
    pub struct Files;

    #[derive(Clone, Copy, Debug)]
    pub struct Uploads;

    impl Uploads {
        #[must_use]
        pub fn new(_: Target) -> Self {
            Self
        }

        pub fn resume(self, _: Vec<Unfinished>, _: impl Fn(u32, Event)) {}

        pub fn send(
            self,
            _: Files,
            _: impl Fn(u32, Event),
            _: impl Fn(Option<&str>) -> Result<(), PhotoRefusal>,
        ) {
        }

        pub fn cancel(self, _: u32) {}

        pub fn retry(self, _: u32, _: impl Fn(u32, Event)) {}

        pub fn resume_when_online(self, _: impl Fn(u32, Event)) {}

        #[must_use]
        pub const fn preview(self, _: u32) -> Option<String> {
            None
        }
    }

    #[must_use]
    pub fn picked(_: &leptos::ev::Event) -> Files {
        Files
    }

    #[must_use]
    pub fn chosen<T>(_: &T) -> Files {
        Files
    }

    pub fn on_drop(_: impl Fn(bool), _: impl Fn(Files)) {}

    pub fn post(_: &str, _: impl Fn(u16)) {}
}
