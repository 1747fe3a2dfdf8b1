//! What every request and every job can reach.

use std::sync::Arc;

use super::{config::BaseUrl, keys::Keys, site::Site};
use crate::{
    domain::{invite::MailLimits, photo::PhotoLimits},
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
    pub mail_limits: MailLimits,
    /// Mails that may be under way at once.
    pub mail_connections: usize,
    /// Lets the mail server report bounces.
    pub bounce_secret: Option<Arc<str>>,
    pub support_address: Arc<str>,
    pub darkroom: Darkroom,
    pub trust_proxy: bool,
}
