//! A generation service behind one HTTP call: jobs go out signed; what becomes of them comes back to
//! `http::hooks::engine`. docs/engine.md says the same to whoever writes one. H3

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::{outgoing, webhooks::WebhookSecrets};
use crate::domain::moment::Moment;

/// The service takes a job within this time, or does not.
const PATIENCE: Duration = Duration::from_secs(15);

/// Most headshots of one job.
pub const MOST_HEADSHOTS: i16 = 60;

/// A generation service; cheap to clone.
#[derive(Clone, Debug)]
pub struct RemoteEngine {
    url: Url,
    secrets: WebhookSecrets,
    patience: Duration,
    client: Arc<OnceLock<Client>>,
}

/// `headshots.requested`: a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Requested {
    /// What the service calls the job when it says what became of it.
    pub job: String,
    pub photos: Vec<RequestedPhoto>,
    /// Headshots are put here, each behind `/` and its number, the best as 1.
    pub headshots_url: String,
    /// What became of the job is posted here.
    pub callback_url: String,
    /// Until then the links work; a job that is sent again has fresh ones.
    pub expires_at: String,
    /// A job of which nothing has become by then has failed.
    pub deadline: String,
    pub most_headshots: i16,
    pub most_bytes: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestedPhoto {
    pub id: Uuid,
    /// A JPEG, without cookies.
    pub url: String,
}

/// What a service says of a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Said {
    /// So many headshots were put, from 1 on.
    #[serde(rename = "headshots.ready")]
    Ready { job: String, headshots: i16 },
    /// None can be made: because of these photos, or where there are none, for a reason of its own.
    #[serde(rename = "headshots.failed")]
    Failed {
        job: String,
        #[serde(default)]
        photos: Vec<RefusedPhoto>,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefusedPhoto {
    pub id: Uuid,
    /// The word of a `PhotoFault`.
    pub reason: String,
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    #[error("the generation service answered {0}")]
    Answered(StatusCode),
    #[error("the generation service cannot be reached: {0}")]
    Unreachable(String),
}

impl RemoteEngine {
    #[must_use]
    pub fn new(url: Url, secrets: WebhookSecrets) -> Self {
        Self { url, secrets, patience: PATIENCE, client: Arc::default() }
    }

    /// The same, which waits so long for an answer.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, client: Arc::default(), ..self }
    }

    #[must_use]
    pub const fn secrets(&self) -> &WebhookSecrets {
        &self.secrets
    }

    /// Sends a job; the same `id` when it is sent again.
    ///
    /// # Errors
    /// Any answer but one of success, or none in time.
    pub async fn send(&self, id: &str, now: Moment, requested: &Requested) -> Result<(), NotTaken> {
        self.post(id, now, "headshots.requested", &serde_json::json!(requested)).await
    }

    /// Asks whether the service takes what this server signs; nothing follows from it.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn check(&self, id: &str, now: Moment) -> Result<(), NotTaken> {
        self.post(id, now, "engine.check", &serde_json::json!({})).await
    }

    /// Follows no redirect and reads no answer.
    async fn post(&self, id: &str, now: Moment, kind: &str, data: &Value) -> Result<(), NotTaken> {
        let body = serde_json::json!({ "type": kind, "timestamp": now.iso(), "data": data }).to_string();
        let (seconds, signature) = self.secrets.sign(id, now, body.as_bytes());
        let sent = self
            .client()
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await;
        match sent {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(NotTaken::Answered(answer.status())),
            Err(error) if error.is_timeout() => {
                Err(NotTaken::Unreachable(format!("no answer within {:?}", self.patience)))
            }
            Err(error) => {
                Err(NotTaken::Unreachable(format!("{:#}", anyhow::Error::from(error.without_url()))))
            }
        }
    }

    /// Made when it is asked for first.
    fn client(&self) -> &Client {
        self.client
            .get_or_init(|| outgoing::client(self.patience).build().expect("a client without files to read"))
    }
}
