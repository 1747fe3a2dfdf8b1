//! Behind a real PgBouncer in transaction mode, of a version that keeps no prepared statements. N9

use std::time::Duration;

use axum::body::Body;
use futures_util::{StreamExt, future::join_all};
use headcount::{
    mail::mailer::Kept,
    server::live,
    store::{PgPool, connect_through_pooler},
    worker,
};
use sqlx::ConnectOptions;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::harness::*;

/// Connections of the pooler to the database, and of the server to the pooler.
const TO_DATABASE: u32 = 2;
const TO_POOLER: u32 = 12;
const PEOPLE: usize = 12;

/// How many of so many who ask the same at once get no answer.
async fn unanswered(pool: &PgPool) -> usize {
    let asking = (0..8_i32).map(|n| async move {
        let mut failed = 0;
        for _ in 0..20 {
            let got = sqlx::query_scalar::<_, i32>("select $1").bind(n).fetch_one(pool).await;
            failed += usize::from(!matches!(got, Ok(got) if got == n));
        }
        failed
    });
    join_all(asking).await.into_iter().sum()
}

/// The mail to an address that fits, as soon as it was sent.
async fn mail(server: &Server, address: &str, fits: impl Fn(&Kept) -> bool) -> Kept {
    let sent = async || server.state.mailer.kept().into_iter().find(|mail| mail.to == address && fits(mail));
    until(Duration::from_secs(60), "no mail came", sent).await
}

/// Joins by the invite that was mailed, then signs in on another device by a code.
async fn join_and_sign_in(server: &Server, address: &str) -> Browser {
    let invite = mail(server, address, |mail| mail.text.contains("/i/")).await;
    let token = invite.text.split("/i/").nth(1).unwrap().split_whitespace().next().unwrap();
    server.browser().post(&format!("/i/{token}"), &[("name", "Ada")]).await.to("/me");
    let phone = server.browser();
    let asked = phone.post("/sign-in", &[("email", address)]).await;
    let page = phone.follow(asked).await.with(StatusCode::OK);
    let is_code = |mail: &Kept| mail.subject.chars().take(6).all(|digit| digit.is_ascii_digit());
    let code = mail(server, address, is_code).await.subject[..6].to_owned();
    phone.fill(&page, "/sign-in/code", &[("code", &code)]).await.to("/");
    phone
}

/// N9: nobody's statement meets another connection than the one that it was prepared on. Who signs in, is
/// invited, joins, and has headshots made notices nothing of it, nor does a page that is open.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
#[ignore = "needs PgBouncer, which ./x test brings"]
async fn all_goes_on_through_a_pooler_in_transaction_mode(_: PgPoolOptions, connect: PgConnectOptions) {
    let bouncer = PgBouncer::before(&connect, TO_DATABASE).await;
    let (through, past) = (bouncer.url(&connect), connect.to_url_lossy().to_string());
    let options: PgConnectOptions = through.parse().unwrap();
    let naive = PgPoolOptions::new().max_connections(8).connect_with(options.extra_float_digits(None));
    let naive = naive.await.unwrap();
    assert!(
        unanswered(&naive).await > 0,
        "this pooler keeps prepared statements: the test would prove nothing"
    );
    naive.close().await;

    let pool = connect_through_pooler(&through, &past, TO_POOLER).await.unwrap();
    let acme = Acme::found_on(Server::start_through(pool, connect).await, 5).await;
    let (server, state, stop) = (&acme.server, &acme.server.state, CancellationToken::new());
    let running = [
        tokio::spawn(live::run(state.live.clone(), state.pool.clone(), stop.clone())),
        tokio::spawn(worker::run(state.clone(), stop.clone())),
    ];
    while !state.live.is_listening() {
        tokio::task::yield_now().await;
    }
    let request = acme.lead.browser.request(Method::GET, "/events").body(Body::empty()).unwrap();
    let mut events = server.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
    // Read all the time, as by a browser: a page that hears late is told that anybody may have changed.
    let (hear, mut heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(frame) = events.next().await {
            hear.send(frame.unwrap()).ok();
        }
    });

    let people: Vec<String> = (0..PEOPLE).map(|n| format!("p{n}@acme.com")).collect();
    let inviting = people.iter().map(async |address| {
        let fields = [("addresses", address.as_str()), ("team", ""), ("note", "")];
        acme.lead.call("invites/send", &fields).await.with(StatusCode::OK);
        acme.people("").await;
    });
    join_all(inviting).await;
    let mut phones = join_all(people.iter().map(|address| join_and_sign_in(server, address))).await;

    let ada = phones.remove(0);
    let member = server.text("select id::text from members where email = 'p0@acme.com'").await;
    let photos: Vec<Upload> = (1..=8).map(photo).collect();
    ada.upload(&format!("/members/{member}/photos"), &photos, "application/json").await.with(StatusCode::OK);
    ada.post(&format!("/members/{member}/submit"), &[]).await.to("/me");
    while ada.get(&format!("/members/{member}/progress")).await.json() != "ready" {
        join_all(phones.iter().map(async |phone| phone.get("/me").await.with(StatusCode::OK))).await;
    }
    assert_eq!(acme.balance().await, 4);
    let heard = async {
        while let Some(frame) = heard.recv().await {
            if String::from_utf8_lossy(&frame).contains(&member) {
                return;
            }
        }
        panic!("the stream ended");
    };
    tokio::time::timeout(Duration::from_secs(15), heard).await.expect("the open page heard nothing");
    stop.cancel();
    for run in running {
        run.await.unwrap();
    }
    acme.close().await;
}
