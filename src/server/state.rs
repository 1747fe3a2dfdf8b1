//! What every request and every job can reach; and how they change an organization.

use std::sync::Arc;

use crate::{
    domain::{
        email::EmailAddress,
        ids::OrgId,
        invite::MailLimits,
        people::{Changed, PersonId},
        photo::PhotoLimits,
    },
    mail::Mailer,
    server::{
        assets::Assets,
        config::{BaseUrl, Settings},
        dns::Dns,
        engine::RemoteEngine,
        join_queue::JoinQueue,
        keys::Keys,
        live::Live,
        metrics::Metrics,
        network::TrustedProxies,
        newcomer_queue::NewcomerQueue,
        oidc::Providers,
        send_queue::SendQueue,
        transaction::Transaction,
    },
    store::{self, Pool},
    studio::{heic::HeicDecoder, image_pool::ImagePool, storage::Storage, upload_room::UploadRoom},
};

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub pool: Pool,
    pub keys: Keys,
    pub metrics: Metrics,
    pub base: BaseUrl,
    pub mailer: Mailer,
    pub storage: Storage,
    pub assets: Arc<Assets>,
    pub photo_limits: PhotoLimits,
    pub mail_limits: MailLimits,
    /// Bulk mails that may be under way at once.
    pub mail_connections: usize,
    /// Lets the mail server report bounces.
    pub bounce_secret: Option<Arc<str>>,
    pub support_address: Arc<str>,
    /// Who is mailed requests for credits.
    pub operator_address: Option<EmailAddress>,
    /// Makes the headshots in the place of this server.
    pub engine: Option<RemoteEngine>,
    pub image_pool: ImagePool,
    pub upload_room: UploadRoom,
    pub join_queue: JoinQueue,
    pub newcomer_queue: NewcomerQueue,
    pub send_queue: SendQueue,
    pub trust_proxy: TrustedProxies,
    /// Whether requests say which trace they are part of.
    pub trust_traceparent: bool,
    pub dns: Dns,
    pub providers: Providers,
    pub live: Live,
}

impl AppState {
    /// What follows from the settings, around the parts that had to be opened.
    #[must_use]
    pub fn new(
        settings: &Settings,
        base: BaseUrl,
        pool: impl Into<Pool>,
        mailer: Mailer,
        storage: Storage,
        assets: Assets,
    ) -> Self {
        let live = Live::default();
        let photo_limits = PhotoLimits::default();
        Self {
            pool: pool.into(),
            keys: Keys::new(settings.signing.secret_key.clone()),
            base,
            mailer,
            storage,
            assets: Arc::new(assets),
            photo_limits,
            mail_limits: settings.mail.limits(),
            mail_connections: settings.mail.mail_connections.into(),
            bounce_secret: settings.mail.bounce_secret.as_deref().map(Arc::from),
            support_address: settings.support_address().into(),
            operator_address: settings.web.operator_address.clone(),
            engine: None,
            image_pool: ImagePool::new(settings.pictures.image_memory_mb),
            upload_room: UploadRoom::new(settings.pictures.upload_memory_mb, photo_limits.max_bytes),
            join_queue: JoinQueue::new(live.clone()),
            newcomer_queue: NewcomerQueue::new(live.clone()),
            send_queue: SendQueue::new(live.clone()),
            trust_proxy: settings.web.trust_proxy.unwrap_or_default(),
            trust_traceparent: settings.traces.trust_traceparent,
            dns: Dns::new(settings.sso.dns_server),
            providers: Providers::new(settings.sso.reach()),
            live,
            metrics: Metrics::default(),
        }
    }

    /// The same, whose headshots a generation service makes. H3
    #[must_use]
    pub fn with_engine(mut self, engine: RemoteEngine) -> Self {
        self.engine = Some(engine);
        self
    }

    /// The same, which takes HEIC photos as well. H1
    #[must_use]
    pub fn with_heic(mut self, decoder: HeicDecoder) -> Self {
        self.image_pool = self.image_pool.with_heic(decoder);
        self.photo_limits.heic = true;
        self
    }

    /// A transaction; what is not committed did not happen.
    pub async fn begin(&self) -> store::Result<Transaction> {
        Ok(Transaction::new(store::begin(&self.pool).await?, self.live.clone()))
    }

    /// Commits, and by that lets the open pages of the organization know that anybody in it may have
    /// changed. N7
    pub async fn commit(&self, tx: Transaction, org: OrgId) -> store::Result<()> {
        tx.commit(org, Changed::Anybody).await
    }

    /// As [`Self::commit`], where it is known whom it is about: lists read only these again. N7
    pub async fn commit_about<T: Into<PersonId>>(
        &self,
        tx: Transaction,
        org: OrgId,
        people: impl IntoIterator<Item = T>,
    ) -> store::Result<()> {
        tx.commit(org, people.into_iter().collect()).await
    }

    /// Commits what no page of any organization shows: codes, logins, mails that are answered alone.
    pub async fn commit_unseen(&self, tx: Transaction) -> store::Result<()> {
        tx.commit_unseen().await
    }
}
