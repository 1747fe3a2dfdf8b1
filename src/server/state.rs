//! What every request and every job can reach.

use std::sync::Arc;

use super::{
    config::{BaseUrl, Settings},
    keys::Keys,
    live::Live,
    site::Site,
    turnstile::Turnstile,
};
use crate::{
    domain::{invite::MailLimits, photo::PhotoLimits},
    mail::{Mailer, Words},
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
    /// Of emails.
    pub words: Words,
    pub storage: Storage,
    pub site: Arc<Site>,
    pub photo_limits: PhotoLimits,
    pub mail_limits: MailLimits,
    /// Bulk mails that may be under way at once.
    pub mail_connections: usize,
    /// Lets the mail server report bounces.
    pub bounce_secret: Option<Arc<str>>,
    pub support_address: Arc<str>,
    pub darkroom: Darkroom,
    pub turnstile: Turnstile,
    pub trust_proxy: bool,
    pub live: Live,
}

impl AppState {
    /// What follows from the settings, around the parts that had to be opened.
    #[must_use]
    pub fn new(settings: &Settings, pool: PgPool, mailer: Mailer, storage: Storage, site: Site) -> Self {
        Self {
            pool,
            keys: Keys::new(settings.secret_key.clone()),
            base: settings.public_base(),
            mailer,
            words: settings.mail_language.clone(),
            storage,
            site: Arc::new(site),
            photo_limits: PhotoLimits::default(),
            mail_limits: settings.mail_limits(),
            mail_connections: settings.mail_connections.into(),
            bounce_secret: settings.bounce_secret.as_deref().map(Arc::from),
            support_address: settings.support_address.as_str().into(),
            darkroom: Darkroom::new(settings.darkroom_megabytes),
            turnstile: Turnstile::default(),
            trust_proxy: settings.trust_proxy,
            live: Live::default(),
        }
    }
}
