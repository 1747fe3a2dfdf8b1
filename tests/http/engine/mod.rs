//! `/hooks/engine`, `/engine/…`: a generation service that is slow, fails, repeats itself and lies. H3, C5

mod contract;
mod killed;
mod lying;
mod settling;
mod wire;

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Request},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use headcount::{
    domain::{
        ids::{MemberId, ShootId},
        moment::Moment,
    },
    server::{
        engine::{RemoteEngine, Requested},
        webhooks::{SignedAs, WebhookSecrets, webhook_secrets},
    },
    worker,
};
use serde_json::{Value, json};

use crate::harness::*;

/// How a service answers a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Takes,
    Fails,
    /// Leads back to where it was asked, with the job in the hand.
    Redirects,
    /// Never answers.
    Hangs,
}

/// A real HTTP service on loopback, and the jobs that it was sent.
#[derive(Clone)]
struct Service {
    secrets: WebhookSecrets,
    url: url::Url,
    manner: Arc<Mutex<Manner>>,
    jobs: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
}

impl Service {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jobs", listener.local_addr().unwrap());
        let service = Self {
            secrets: webhook_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap(),
            url: url.parse().unwrap(),
            manner: Arc::new(Mutex::new(Manner::Takes)),
            jobs: Arc::default(),
        };
        let router = Router::new().route("/jobs", post(take)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    /// As the server knows it.
    fn engine(&self) -> RemoteEngine {
        RemoteEngine::new(self.url.clone(), self.secrets.clone())
    }

    fn answers(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    fn count(&self) -> usize {
        self.jobs.lock().unwrap().len()
    }

    /// The newest job, whose signature is looked at as a service would.
    fn job(&self) -> Requested {
        let (headers, body) = self.jobs.lock().unwrap().last().cloned().expect("no job came");
        let value = |name: &str| headers[name].to_str().unwrap();
        let signed = SignedAs {
            id: value("webhook-id"),
            timestamp: value("webhook-timestamp"),
            signature: value("webhook-signature"),
        };
        let at = Moment::from_unix_millis(signed.timestamp.parse::<i64>().unwrap() * 1000);
        assert_eq!(self.secrets.verify(signed, &body, at), Ok(()));
        let message: Value = serde_json::from_slice(&body).unwrap();
        contract::require("Requested", &message);
        serde_json::from_value(message["data"].clone()).unwrap()
    }

    fn id(&self) -> String {
        self.jobs.lock().unwrap().last().unwrap().0["webhook-id"].to_str().unwrap().to_owned()
    }
}

async fn take(State(service): State<Service>, headers: HeaderMap, body: Bytes) -> Response {
    service.jobs.lock().unwrap().push((headers, body));
    let manner = *service.manner.lock().unwrap();
    match manner {
        Manner::Takes => StatusCode::ACCEPTED.into_response(),
        Manner::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Manner::Redirects => Redirect::temporary(service.url.as_str()).into_response(),
        Manner::Hangs => std::future::pending().await,
    }
}

/// An organization whose headshots the service makes.
async fn served(connect: PgConnectOptions, credits: i32) -> (Acme, Service) {
    let mut acme = Acme::found(connect, credits).await;
    let service = Service::start().await;
    acme.server.state = acme.server.state.clone().with_engine(service.engine());
    acme.reroute();
    (acme, service)
}

/// The same, and a shoot of a member that the service took.
async fn handed_over(connect: PgConnectOptions, credits: i32) -> (Acme, Service, MemberId, ShootId) {
    let (acme, service) = served(connect, credits).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let shoot = acme.submit(bob).await;
    acme.server.work().await;
    (acme, service, bob, shoot)
}

impl Acme {
    async fn say(&self, service: &Service, message: &Value) -> Answer {
        self.say_at(&service.secrets, self.now().await, message).await
    }

    /// Says something as if at another time, or with another secret. What is taken is what is documented.
    async fn say_at(&self, secrets: &WebhookSecrets, at: Moment, message: &Value) -> Answer {
        let body = message.to_string();
        let (seconds, signature) = secrets.sign("msg_1", at, body.as_bytes());
        let request = Request::post("/hooks/engine")
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(Body::from(body))
            .unwrap();
        let answer = self.server.browser().send(request).await;
        contract::require_status("/hooks/engine", "post", answer.status);
        if answer.status == StatusCode::NO_CONTENT {
            contract::require("Said", message);
        }
        answer
    }

    async fn put(&self, job: &Requested, number: &str, file: impl Into<Body>) -> Answer {
        let path = job.headshots_url.strip_prefix(ORIGIN).unwrap();
        let request = Request::put(format!("{path}/{number}")).body(file.into()).unwrap();
        let answer = self.server.browser().send(request).await;
        contract::require_status("/engine/{links}/headshots/{number}", "put", answer.status);
        answer
    }

    async fn fetch(&self, url: &str) -> Answer {
        let answer = self.server.browser().get(url.strip_prefix(ORIGIN).unwrap()).await;
        contract::require_status("/engine/{links}/photos/{photo}", "get", answer.status);
        answer
    }

    async fn now(&self) -> Moment {
        headcount::store::now(&self.server.state.pool).await.unwrap().into()
    }

    async fn shoot_state(&self, shoot: ShootId) -> String {
        self.server.text(&format!("select state from shoots where id = '{}'", shoot.0)).await
    }

    /// What rests is due, and is done.
    async fn later(&self) {
        self.server
            .execute("update jobs set run_at = now() where kind = 'generate' and state = 'waiting'")
            .await;
        worker::drain(&self.server.state).await.unwrap();
    }
}

fn picture() -> Bytes {
    file_of(2, 160, 200).bytes
}

fn ready(job: &Requested, headshots: i16) -> Value {
    json!({ "type": "headshots.ready", "data": { "job": job.job, "headshots": headshots } })
}

fn failed(job: &Requested, photos: &Value) -> Value {
    json!({ "type": "headshots.failed", "data": { "job": job.job, "photos": photos } })
}
