//! Headcount: one crate, a few rooms. `domain` decides, `store` commits, `app` converses, `http`
//! guards the door, `worker` does what was queued, `studio` makes pictures, `mail` writes; `server` is
//! what they share at run time, `commands` are the operator's, and `words` is what the screens say. See
//! docs/architecture.md.
//!
//! This is the map, and it has the only module-level `cfg`s.

// What opens HEIC photos is a program of this crate that needs nothing of it (src/heif.rs).
#![cfg(any(feature = "ssr", feature = "hydrate"))]
// Nested views make deep types.
#![recursion_limit = "512"]

pub mod app;
#[cfg(feature = "ssr")]
pub mod commands;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod studio;
pub mod words;
#[cfg(feature = "ssr")]
pub mod worker;
