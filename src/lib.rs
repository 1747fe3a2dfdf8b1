//! Headcount: one crate, five rooms. `domain` decides, `store` commits, `app` converses, `server`
//! guards, `studio` makes pictures; `mail` writes letters, and `routes` ties server and app.
//!
//! This is the map, and it has the only module-level `cfg`s.

// Nested views make deep types.
#![recursion_limit = "512"]

pub mod app;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod studio;
