//! Whoever is deactivated is out at once and stays out, and loses nothing that was paid for. P3, S3

use std::time::Duration;

use axum::body::BodyDataStream;
use futures_util::StreamExt;
use headcount::server::live;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::*;
use crate::sso::world::World;

fn set_active(active: bool) -> Value {
    json!([{ "op": "Replace", "path": "active", "value": active }])
}

/// S6, H6: the session, the pages and the pictures end with the answer; photos, headshots and credits stay.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn deactivation_ends_access_at_once_and_takes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    acme.grant(5).await;
    let ada = directory.provision("ada@acme.com").await;
    let browser = acme.server.signed_in("ada@acme.com").await;
    let member = acme.server.text("select id::text from members where email = 'ada@acme.com'").await;
    let headshots = acme.shoot(member.parse().unwrap()).await;
    let picture = format!("/headshots/{}", headshots[0]);
    browser.get("/me").await.with(StatusCode::OK);
    browser.get(&picture).await.with(StatusCode::OK);
    let kept = async || {
        acme.server
            .text("select (select count(*) from headshots) || ' ' || (select count(*) from shoots) || ' ' || (select credit_balance from organizations) || ' ' || (select count(*) from credit_entries)")
            .await
    };
    let before = kept().await;
    assert_eq!(directory.patch(&ada, set_active(false)).await.with(StatusCode::OK).json()["active"], false);
    browser.get("/me").await.with(StatusCode::SEE_OTHER);
    browser.get(&picture).await.with(StatusCode::NOT_FOUND);
    browser.visit("/").await.says("You were removed from Acme");
    assert_eq!(kept().await, before);
    // Their lead sees everything; nobody else by any link.
    acme.lead.browser.get(&picture).await.with(StatusCode::OK);
    for generation in 0..2 {
        let link = acme.results_path(member.parse().unwrap(), generation);
        let answer = acme.server.browser().get(&link).await;
        assert!(answer.status.is_client_error(), "{answer}");
    }
    let again = directory.patch(&ada, set_active(false)).await.with(StatusCode::OK);
    assert_eq!(again.json()["active"], false);

    directory.patch(&ada, set_active(true)).await.with(StatusCode::OK);
    browser.get("/me").await.with(StatusCode::OK);
    browser.get(&picture).await.with(StatusCode::OK);
    assert_eq!(kept().await, before);
    let acts = "select string_agg(act, ' ' order by id) from audit_entries where actor_kind = 'directory'";
    assert_eq!(acme.server.text(acts).await, "member_provisioned member_deactivated member_reactivated");
    acme.close().await;
}

/// S6, N7: a lead's open stream ends when they are deactivated.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn deactivation_ends_an_open_stream(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let stop = CancellationToken::new();
    let running =
        tokio::spawn(live::run(acme.server.state.live.clone(), acme.server.state.pool.clone(), stop.clone()));
    while !acme.server.state.live.is_listening() {
        tokio::task::yield_now().await;
    }
    let ada = directory.provision("ada@acme.com").await;
    acme.server.execute("update members set role = 'team_lead' where email = 'ada@acme.com'").await;
    let browser = acme.server.signed_in("ada@acme.com").await;
    let request = browser.request(Method::GET, "/events").body(Body::empty()).unwrap();
    let response = acme.server.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut events: BodyDataStream = response.into_body().into_data_stream();
    directory.patch(&ada, set_active(false)).await.with(StatusCode::OK);
    while let Some(frame) =
        tokio::time::timeout(Duration::from_secs(15), events.next()).await.expect("the stream goes on")
    {
        frame.unwrap();
    }
    // A lead comes back as a member.
    directory.patch(&ada, set_active(true)).await.with(StatusCode::OK);
    assert_eq!(acme.server.text("select role from members where email = 'ada@acme.com'").await, "member");
    stop.cancel();
    running.await.unwrap();
    acme.close().await;
}

/// S6, S3: not through the provider, not by a link, not by a code; until they are active again.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_is_deactivated_comes_in_by_no_door(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    let directory = Directory::connect(server, &world.acme.lead).await;
    let ada = directory.provision("ada@acme.com").await;
    let browser = server.browser();
    world.sign_in(&browser, "ada", "ada@acme.com").await.to("/");
    browser.get("/me").await.with(StatusCode::OK);
    let bob = directory.provision("bob@acme.com").await;
    let in_or_out = async |name: &str, email: &str| {
        let browser = server.browser();
        world.sign_in(&browser, name, email).await;
        browser.get("/me").await.status == StatusCode::OK
    };
    for person in [&ada, &bob] {
        directory.patch(person, set_active(false)).await.with(StatusCode::OK);
    }
    // The provider's own login is over, and so is the membership.
    assert_eq!(server.number("select count(*) from logins where sso_org_id is not null").await, 0);
    assert!(!in_or_out("ada", "ada@acme.com").await);
    assert!(!in_or_out("ada", "ada.king@acme.com").await, "the same person under another address");
    assert!(!in_or_out("bob", "bob@acme.com").await, "who has never signed in before");
    assert!(!in_or_out("bob", "bob.berg@acme.com").await, "and comes again under another address");
    let renamed =
        json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "robert@acme.com" }]);
    directory.patch(&bob, renamed).await.with(StatusCode::OK);
    assert!(!in_or_out("robert", "robert@acme.com").await, "under what the directory calls them now");
    let link = world.acme.link_path(world.acme.link(unlimited()).await);
    let signed_in = server.signed_in("ada@acme.com").await;
    let page = signed_in.post(&link, &[("name", "Ada")]).await;
    assert!(page.status.is_client_error(), "{page}");
    assert_eq!(signed_in.get("/me").await.status, StatusCode::SEE_OTHER);
    assert_eq!(server.number("select count(*) from members where account_id is not null").await, 1);

    for person in [&ada, &bob] {
        directory.patch(person, set_active(true)).await.with(StatusCode::OK);
    }
    assert!(in_or_out("ada", "ada@acme.com").await);
    assert!(in_or_out("bob", "robert@acme.com").await);
    assert_eq!(server.number("select count(*) from members").await, 3);
    world.close().await;
}

/// S6: an invite lets them in again, and the directory reads that they are active.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_invite_lets_the_deactivated_in_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    let directory = Directory::connect(server, &world.acme.lead).await;
    for (name, through_provider) in [("ada", true), ("bob", false)] {
        let email = format!("{name}@acme.com");
        let path = directory.provision(&email).await;
        world.sign_in(&server.browser(), name, &email).await.to("/");
        directory.patch(&path, set_active(false)).await.with(StatusCode::OK);
        let checked =
            world.acme.lead.call("invites/check", &[("addresses", &email)]).await.with(StatusCode::OK);
        assert!(!checked.text().contains("Member"), "{checked}");
        let invite = world.acme.invite(&email).await;
        server.work().await;
        let browser = if through_provider {
            let browser = server.browser();
            world.sign_in(&browser, name, &email).await.to("/");
            browser
        } else {
            let browser = server.signed_in(&email).await;
            browser.post(&world.acme.invite_path(invite), &[("name", "Bob")]).await.to("/me");
            browser
        };
        browser.get("/me").await.with(StatusCode::OK);
        assert_eq!(directory.get(&path).await.json()["active"], true);
        let again = server.browser();
        world.sign_in(&again, name, &email).await.to("/");
        again.get("/me").await.with(StatusCode::OK);
    }
    assert_eq!(server.number("select count(*) from members").await, 3);
    world.close().await;
}

/// P5: an organization always has its Owner.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_owner_cannot_be_deactivated(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let mut inactive = user("olga@acme.com");
    inactive["active"] = false.into();
    is_error(&directory.post("/Users", &inactive).await, StatusCode::FORBIDDEN, None);
    let olga = directory.provision("olga@acme.com").await;
    is_error(&directory.patch(&olga, set_active(false)).await, StatusCode::FORBIDDEN, None);
    is_error(&directory.delete(&olga).await, StatusCode::FORBIDDEN, None);
    let role = "select role from members where email = 'olga@acme.com' and account_id is not null";
    assert_eq!(acme.server.text(role).await, "owner");
    acme.close().await;
}

/// S6: who is made inactive is known and not in; an invite that was open for them is over.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_is_made_inactive_is_not_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let (_, browser) = acme.member("ada@acme.com").await;
    for address in ["ada@acme.com", "new@acme.com"] {
        let mut inactive = user(address);
        inactive["active"] = "False".into();
        let made = directory.post("/Users", &inactive).await.with(StatusCode::CREATED).json();
        assert_eq!(made["active"], false);
    }
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
    assert_eq!(acme.server.number("select count(*) from members where account_id is not null").await, 1);
    assert_eq!(acme.server.number("select count(*) from accounts where email = 'new@acme.com'").await, 0);
    acme.close().await;
}

/// S6, M4: nor does the link of an invite that was turned into the member.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_invite_that_became_a_member_lets_nobody_inactive_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    acme.grant(5).await;
    let invite = acme.invite("bob@acme.com").await;
    let add = [("name", "Bob"), ("email", "bob@acme.com"), ("title", ""), ("team", ""), ("take_over", "on")];
    acme.lead.call("members/add", &add).await.with(StatusCode::OK);
    let mut inactive = user("bob@acme.com");
    inactive["active"] = false.into();
    directory.post("/Users", &inactive).await.with(StatusCode::CREATED);
    let bob = acme.server.signed_in("bob@acme.com").await;
    let answer = bob.post(&acme.invite_path(invite), &[("name", "Bob")]).await;
    assert!(answer.status.is_client_error(), "{answer}");
    assert_eq!(acme.server.number("select count(*) from members where account_id is not null").await, 1);
    acme.close().await;
}

/// S6: deleted, they are unknown to the directory and out; made again, they are the same member.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_is_deleted_is_out_and_keeps_what_was_paid_for(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    acme.grant(5).await;
    let ada = directory.provision("ada@acme.com").await;
    let member = acme.server.text("select id::text from members where email = 'ada@acme.com'").await;
    acme.shoot(member.parse().unwrap()).await;
    let browser = acme.server.signed_in("ada@acme.com").await;
    directory.delete(&ada).await.with(StatusCode::NO_CONTENT);
    is_error(&directory.get(&ada).await, StatusCode::NOT_FOUND, None);
    is_error(&directory.delete(&ada).await, StatusCode::NOT_FOUND, None);
    assert!(directory.find("Users", r#"userName eq "ada@acme.com""#).await.is_empty());
    assert_eq!(browser.get("/me").await.status, StatusCode::SEE_OTHER);
    assert_eq!(acme.server.number("select count(*) from headshots").await, 2);
    let back = directory.provision("ada@acme.com").await;
    assert_ne!(back, ada);
    browser.get("/me").await.with(StatusCode::OK);
    assert_eq!(acme.server.text("select id::text from members where email = 'ada@acme.com'").await, member);
    // A lead removes for good: the directory knows nobody any more.
    acme.lead.call("members/remove", &[("member", &member)]).await.with(StatusCode::OK);
    is_error(&directory.get(&back).await, StatusCode::NOT_FOUND, None);
    directory.provision("ada@acme.com").await;
    browser.get("/me").await.with(StatusCode::OK);
    acme.close().await;
}

/// S6, C8, P1: who is deactivated with photos in a draft needs no credit, is shown as what they are, and gets no
/// new private link.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_deactivated_are_seen_and_need_no_credit(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    acme.grant(5).await;
    let ada = directory.provision("ada@acme.com").await;
    let member = acme.server.text("select id::text from members where email = 'ada@acme.com'").await;
    acme.fill_draft(member.parse().unwrap(), 2).await;
    directory.patch(&ada, set_active(false)).await.with(StatusCode::OK);
    let credits = acme.lead.call("credits/show", &[("pages", "1")]).await.with(StatusCode::OK).json();
    let outlook = &credits["outlook"];
    assert_eq!(
        (&outlook["joined_without_shoot"], &outlook["adding_photos"]),
        (&json!(0), &json!(0)),
        "{credits}"
    );
    acme.lead.browser.get("/members").await.says("Deactivated");
    acme.lead.browser.get(&format!("/members/{member}")).await.says("Deactivated");
    let before = acme.server.everything().await;
    acme.lead
        .browser
        .post(&format!("/members/{member}/results-link/renew"), &[])
        .await
        .with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.everything().await, before);
    acme.close().await;
}
