//! What becomes of a shoot: once, whatever is said after it, and by the deadline. H3, C5, N8

use headcount::server::keys::EngineLink;

use time::Duration;

use super::*;

/// H3: the whole way, and every message once more.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_service_fetches_photos_puts_headshots_and_says_so(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, service, bob, shoot) = handed_over(connect, 1).await;
    let job = service.job();
    assert_eq!(job.photos.len(), 8);
    assert_eq!(job.callback_url, format!("{ORIGIN}/hooks/engine"));
    let fetched = acme.fetch(&job.photos[0].url).await.with(StatusCode::OK);
    assert_eq!(
        (fetched.header("content-type"), fetched.header("cache-control")),
        ("image/jpeg", "private, no-store")
    );

    acme.say(&service, &ready(&job, 2)).await.with(StatusCode::CONFLICT);
    for number in ["1", "2", "2"] {
        acme.put(&job, number, picture()).await.with(StatusCode::NO_CONTENT);
    }
    acme.say(&service, &ready(&job, 3)).await.with(StatusCode::CONFLICT);
    assert_eq!(acme.shoot_state(shoot).await, "generating");
    acme.say(&service, &ready(&job, 2)).await.with(StatusCode::NO_CONTENT);
    assert_eq!(acme.shoot_state(shoot).await, "ready");
    assert_eq!(acme.server.number("select count(*) from headshots").await, 2);
    let page = acme.lead.browser.get(&format!("/members/{bob}/shoot")).await.with(StatusCode::OK);
    page.says("Headshots of");

    // Said again, or too late: nothing changes.
    for message in [ready(&job, 2), failed(&job, &json!([])), ready(&job, 9)] {
        acme.say(&service, &message).await.with(StatusCode::NO_CONTENT);
    }
    acme.put(&job, "1", file_of(3, 320, 400).bytes).await.with(StatusCode::NOT_FOUND);
    acme.fetch(&job.photos[0].url).await.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.shoot_state(shoot).await, "ready");
    acme.later().await;
    assert_eq!(service.count(), 1, "what is settled is not sent again");
    assert_eq!(acme.balance().await, 0);
    assert_eq!(acme.server.mails_to("bob@acme.com").await.len(), 1);
    acme.close().await;
}

/// H3, C5: failed, then ready, then failed again is one state and one refund; the reasons stand at the photos.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_refused_shoot_gives_its_credit_back_once_and_says_why(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let (acme, service, bob, shoot) = handed_over(connect, 1).await;
    let job = service.job();
    acme.put(&job, "1", picture()).await.with(StatusCode::NO_CONTENT);
    let photos = json!([
        { "id": job.photos[0].id, "reason": "no_face" },
        { "id": job.photos[1].id, "reason": "blurred" },
    ]);
    for message in [failed(&job, &photos), ready(&job, 1), failed(&job, &json!([]))] {
        acme.say(&service, &message).await.with(StatusCode::NO_CONTENT);
        assert_eq!(acme.shoot_state(shoot).await, "failed");
        assert_eq!(acme.balance().await, 1);
    }
    let page = acme.lead.browser.get(&format!("/members/{bob}/shoot")).await.with(StatusCode::OK);
    page.says("No face is to be seen in this photo").says("This photo is blurred");
    let faults = "select count(*) from photos where fault is not null and shoot_id is null";
    assert_eq!(acme.server.number(faults).await, 2);
    assert_eq!(acme.server.number("select count(*) from headshots").await, 0);
    acme.later().await;
    acme.close().await;
}

/// H3, N8, C5: a service that fails or leads elsewhere is asked again with the same id and fresh links, and given
/// up after a day.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_service_that_fails_is_asked_again_and_given_up(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, service) = served(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    service.answers(Manner::Fails);
    let shoot = acme.submit(bob).await;
    acme.server.work().await;
    let first = service.id();
    service.answers(Manner::Redirects);
    acme.later().await;
    assert_eq!(service.count(), 2, "a redirect is not followed");
    let why = acme.server.text("select last_error from jobs where kind = 'generate'").await;
    assert!(why.contains("307"), "{why}");
    service.answers(Manner::Takes);
    acme.later().await;
    assert_eq!((service.count(), service.id()), (3, first));
    assert_eq!(acme.shoot_state(shoot).await, "generating");

    // It took the job, put one headshot, and says nothing more.
    acme.put(&service.job(), "1", picture()).await.with(StatusCode::NO_CONTENT);
    acme.server.execute("update shoots set handed_over_at = now() - interval '25 hours'").await;
    acme.later().await;
    assert_eq!(acme.shoot_state(shoot).await, "failed");
    assert_eq!((service.count(), acme.balance().await), (3, 1));
    // Too late, and once more.
    acme.say(&service, &ready(&service.job(), 1)).await.with(StatusCode::NO_CONTENT);
    acme.say(&service, &failed(&service.job(), &json!([]))).await.with(StatusCode::NO_CONTENT);
    assert_eq!((acme.shoot_state(shoot).await.as_str(), acme.balance().await), ("failed", 1));
    assert_eq!(acme.server.number("select count(*) from credit_entries where kind = 'refund'").await, 1);
    let page = acme.lead.browser.get(&format!("/members/{bob}/shoot")).await.with(StatusCode::OK);
    page.says("The service that makes the headshots did not make any");
    acme.close().await;
}

/// H3, H6: links expire, and end with their member.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn links_of_a_job_end(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, service, bob, shoot) = handed_over(connect, 1).await;
    let job = service.job();
    let now = acme.now().await;
    let over = Moment::from_unix_millis(now.unix_millis() - 120_000);
    let links = acme.server.state.keys.engine_link(EngineLink::Photos, acme.org(), shoot, over);
    let url = format!("{ORIGIN}/engine/{links}/photos/{}", job.photos[0].id);
    acme.fetch(&url).await.with(StatusCode::NOT_FOUND);
    acme.put(&job, "1", picture()).await.with(StatusCode::NO_CONTENT);
    acme.lead.call("members/remove", &[("member", &bob.to_string())]).await.with(StatusCode::OK);
    acme.fetch(&job.photos[0].url).await.with(StatusCode::NOT_FOUND);
    acme.put(&job, "2", picture()).await.with(StatusCode::NOT_FOUND);
    acme.say(&service, &ready(&job, 1)).await.with(StatusCode::NO_CONTENT);
    assert_eq!(acme.server.number("select count(*) from headshots").await, 0);
    acme.later().await;
    acme.close().await;
}

/// H3: two messages at once are one outcome, whichever comes first.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_two_messages_at_once_one_counts(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, service, _, shoot) = handed_over(connect, 1).await;
    let job = service.job();
    acme.put(&job, "1", picture()).await.with(StatusCode::NO_CONTENT);
    let (good, bad) = (ready(&job, 1), failed(&job, &json!([])));
    let messages = [&good, &bad, &good, &bad].map(|message| acme.say(&service, message));
    for answer in futures_util::future::join_all(messages).await {
        answer.with(StatusCode::NO_CONTENT);
    }
    let (state, headshots) =
        (acme.shoot_state(shoot).await, acme.server.number("select count(*) from headshots").await);
    let credits = acme.balance().await;
    assert!(
        matches!((state.as_str(), headshots, credits), ("ready", 1, 0) | ("failed", 0, 1)),
        "{state}, {headshots} headshots, {credits} credits"
    );
    acme.later().await;
    acme.close().await;
}

/// H3: what is put before the service says so is kept from the sweeper for as long as the job is open; of more than
/// it counts, the rest is dropped.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn headshots_wait_for_a_service_that_takes_hours(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, service, _, shoot) = handed_over(connect, 1).await;
    for number in ["1", "2", "3"] {
        acme.put(&service.job(), number, picture()).await.with(StatusCode::NO_CONTENT);
    }
    for _ in 0..3 {
        acme.server.execute("update pending_pictures set noted_at = noted_at - interval '31 minutes'").await;
        acme.later().await;
        worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();
    }
    assert_eq!(service.count(), 4);
    acme.say(&service, &ready(&service.job(), 2)).await.with(StatusCode::NO_CONTENT);
    assert_eq!(acme.shoot_state(shoot).await, "ready");
    assert_eq!(acme.server.number("select count(*) from headshots").await, 2);
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();
    assert_eq!(acme.server.number("select count(*) from pending_pictures").await, 0);
    acme.later().await;
    acme.close().await;
}

/// H3: without the setting the next attempt is the built-in engine's, and what was put comes to nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_service_that_is_switched_off_leaves_its_shoots_to_the_server(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let (mut acme, service, _, shoot) = handed_over(connect, 1).await;
    let job = service.job();
    acme.put(&job, "1", picture()).await.with(StatusCode::NO_CONTENT);
    acme.server.state.engine = None;
    acme.later().await;
    assert_eq!(acme.shoot_state(shoot).await, "ready");
    assert_eq!(acme.server.number("select count(*) from headshots").await, 8);
    assert_eq!(acme.server.number("select count(*) from engine_results").await, 0);
    assert_eq!(acme.server.number("select count(*) from pending_pictures").await, 1);
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();
    assert_eq!(acme.server.number("select count(*) from pending_pictures").await, 0);
    acme.say(&service, &failed(&job, &json!([]))).await.with(StatusCode::NO_CONTENT);
    assert_eq!(acme.shoot_state(shoot).await, "ready");
    acme.close().await;
}
