//! What every request and every job can reach.

use std::sync::Arc;

use super::{config::BaseUrl, keys::Keys, site::Site, turnstile::Turnstile};
use crate::{
    domain::photo::PhotoLimits,
    mail::Mailer,
    store::PgPool,
    studio::{darkroom::Darkroom, storage::Storage},
};

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub pool: PgPool,
    pub keys: Keys,
    pub base: BaseUrl,
    pub mailer: Mailer,
    pub storage: Storage,
    pub site: Arc<Site>,
    pub photo_limits: PhotoLimits,
    pub support_address: Arc<str>,
    pub darkroom: Darkroom,
    pub turnstile: Turnstile,
    pub trust_proxy: bool,
}
