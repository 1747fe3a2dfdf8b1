//! What stands between the network and the rest: settings, state, who is looking, guards, pictures,
//! the worker. axum only; never `app`.

pub mod config;
pub mod ctx;
pub mod demo;
pub mod guards;
pub mod idna;
pub mod keys;
pub mod live;
pub mod logins;
#[cfg(debug_assertions)]
pub mod mailbox;
pub mod pictures;
pub mod qr;
pub mod site;
pub mod state;
pub mod turnstile;
pub mod worker;
