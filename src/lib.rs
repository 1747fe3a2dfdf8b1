//! Headcount: one crate, five rooms. `domain` decides, `store` commits, `app` converses, `server`
//! guards, `studio` makes pictures; `mail` writes letters.
//!
//! This is the map. The only module-level `cfg`s are here.

pub mod domain;
#[cfg(feature = "ssr")]
pub mod store;
