//! What the others share at run time: settings, state, keys, logins, who is told of changes.

pub mod assets;
pub mod config;
pub mod ctx;
pub mod dns;
pub mod domain_looks;
pub mod engine;
pub mod group_commit;
pub mod idna;
pub mod join_queue;
pub mod keys;
pub mod live;
pub mod logins;
pub mod metrics;
pub mod network;
pub mod newcomer_queue;
pub mod oidc;
mod outgoing;
pub mod public_mail;
pub mod reach;
pub mod send_queue;
pub mod state;
pub mod static_files;
pub mod token;
pub mod traces;
pub mod transaction;
pub mod webhooks;
