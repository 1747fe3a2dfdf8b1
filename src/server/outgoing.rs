//! How this server asks others over HTTP: no redirect, no proxy of the environment, an answer in time.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect::Policy};

/// A client that waits so long for an answer. Making one reads the system's certificates.
pub fn client(patience: Duration) -> ClientBuilder {
    // Whoever needs another provider of cryptography has installed it before.
    rustls::crypto::ring::default_provider().install_default().ok();
    Client::builder().redirect(Policy::none()).no_proxy().timeout(patience)
}
