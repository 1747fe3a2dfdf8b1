//! The door: routes, the pages that the server renders with the plain forms behind them, files,
//! events, and what other programs call.

mod asker;
pub mod connections;
mod error;
mod events;
mod extract;
mod files;
mod functions;
mod guards;
mod health;
mod hooks;
mod metrics;
mod observe;
mod page;
mod pages;
mod plain_forms;
mod recognize;
mod reloaded;
mod render;
pub mod router;
mod scim;
mod sso;

pub use self::{metrics::metrics, router::router};
