//! The door: routes, the pages that the server renders with the plain forms behind them, files,
//! events, and what other programs call.

mod events;
mod files;
mod functions;
mod guards;
mod hooks;
mod pages;
mod recognize;
mod render;
pub mod router;

pub use router::router;
