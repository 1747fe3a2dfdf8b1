//! A service and a server that speak HTTP over real sockets: it takes the job, fetches, puts and says, each more
//! than once and not in order. And services that are slow, hang up or never answer. H3

use std::time::Duration;

use headcount::http::connections::{ConnectionLimits, serve};
use reqwest::Client;
use tokio::{io::AsyncReadExt, net::TcpListener};
use tokio_util::sync::CancellationToken;

use super::*;

/// A service that makes its headshots by copying photos.
struct Copyist {
    client: Client,
    /// Where the server listens that its links call ORIGIN.
    server: String,
    secrets: WebhookSecrets,
    now: Moment,
}

impl Copyist {
    fn here(&self, url: &str) -> String {
        url.replacen(ORIGIN, &self.server, 1)
    }

    async fn photo(&self, url: &str) -> Bytes {
        let answer = self.client.get(self.here(url)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.bytes().await.unwrap()
    }

    async fn put(&self, job: &Requested, number: u8, file: Bytes) -> u16 {
        let url = format!("{}/{number}", self.here(&job.headshots_url));
        self.client.put(url).body(file).send().await.unwrap().status().as_u16()
    }

    async fn say(&self, job: &Requested, message: &Value) -> (u16, String) {
        let body = message.to_string();
        let (seconds, signature) = self.secrets.sign("msg_2", self.now, body.as_bytes());
        let said = self
            .client
            .post(self.here(&job.callback_url))
            .header("webhook-id", "msg_2")
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(body);
        let answer = said.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// H3: everything that docs/engine.md says, as a service would do it; twice, and the last first.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_service_makes_headshots_over_the_network(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, service, _, shoot) = handed_over(connect, 1).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let copyist = Copyist {
        client: Client::builder().no_proxy().build().unwrap(),
        server: format!("http://{}", listener.local_addr().unwrap()),
        secrets: service.secrets.clone(),
        now: acme.now().await,
    };
    let stop = CancellationToken::new();
    let limits = ConnectionLimits::new(10);
    let server = tokio::spawn(serve(listener, acme.server.router.clone(), limits, stop.clone()));

    let job = service.job();
    for number in [3, 1, 2, 2, 3_u8] {
        let file = copyist.photo(&job.photos[usize::from(number)].url).await;
        assert_eq!(copyist.put(&job, number, file).await, 204);
    }
    for message in [ready(&job, 3), ready(&job, 3), failed(&job, &json!([]))] {
        assert_eq!(copyist.say(&job, &message).await.0, 204);
    }
    assert_eq!(acme.shoot_state(shoot).await, "ready");
    let (status, said) = copyist.say(&job, &json!({ "type": "headshots.ready" })).await;
    assert_eq!(status, 422, "{said}");
    stop.cancel();
    server.await.unwrap();

    assert_eq!(acme.server.number("select count(*) from headshots").await, 3);
    assert_eq!(acme.server.number("select count(distinct number) from headshots").await, 3);
    assert_eq!(acme.balance().await, 0);
    acme.later().await;
    acme.close().await;
}

/// A service that reads what it is sent and hangs up.
async fn one_that_hangs_up() -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jobs", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut caller, _)) = listener.accept().await {
            caller.read_u8().await.ok();
        }
    });
    url.parse().unwrap()
}

/// H3, N8: whoever does not answer has not taken the job; it is sent again, and the operator reads why.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_job_is_sent_until_it_is_taken(_: PgPoolOptions, connect: PgConnectOptions) {
    let (mut acme, service) = served(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    let shoot = acme.submit(bob).await;
    let why = "select coalesce(last_error, '') from jobs where kind = 'generate'";

    service.answers(Manner::Hangs);
    let hurried = service.engine().with_patience(Duration::from_millis(100));
    acme.server.state = acme.server.state.clone().with_engine(hurried);
    acme.server.work().await;
    assert_eq!(service.count(), 1);
    let said = acme.server.text(why).await;
    assert!(said.contains("no answer within 100ms"), "{said}");

    let rude = RemoteEngine::new(one_that_hangs_up().await, service.secrets.clone());
    acme.server.state = acme.server.state.clone().with_engine(rude);
    acme.later().await;
    let said = acme.server.text(why).await;
    assert!(said.contains("cannot be reached") && !said.contains("/jobs"), "{said}");
    let waits = "select extract(epoch from run_at - now())::bigint from jobs where kind = 'generate'";
    assert!(acme.server.number(waits).await <= 600, "it is asked again soon");

    acme.server.state = acme.server.state.clone().with_engine(service.engine());
    service.answers(Manner::Takes);
    acme.later().await;
    assert_eq!(service.count(), 2);
    assert_eq!(acme.server.text(why).await, "", "nothing is wrong any more");
    assert!(acme.server.number(waits).await > 600, "it has the time it needs");
    acme.reroute();
    acme.say(&service, &failed(&service.job(), &json!([]))).await.with(StatusCode::NO_CONTENT);
    assert_eq!(acme.shoot_state(shoot).await, "failed");
    acme.later().await;
    acme.close().await;
}
