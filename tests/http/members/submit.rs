//! `/members/{member}/submit`: from a draft to headshots: submitted, paid, made, chosen; or failed and given back.
//! C2, C4, C5, H2 to H5, N6

use std::io::{Cursor, Read};

use headcount::studio::storage;

use crate::harness::*;

/// H1, H2, H3, H4, N6: the whole way, with the real engine.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn eight_photos_become_headshots_to_choose_from(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let two = [photo(1), photo(2)];
    ada.upload(&format!("/members/{id}/photos"), &two, "application/json").await.with(StatusCode::OK);
    acme.fill_draft(id, 6).await;
    let page = ada.get("/me").await;
    let submit = format!("/members/{id}/submit");
    let submitted = ada.fill(&page, &submit, &[]).await.to("/me");
    ada.follow(submitted).await.with(StatusCode::OK);
    let progress = format!("/members/{id}/progress");
    assert_eq!(ada.get(&progress).await.json(), "queued");
    assert_eq!(acme.balance().await, 0);

    assert!(acme.server.mail_to("ada@acme.com").await.text.contains(&format!("{ORIGIN}/me")));
    assert_eq!(ada.get(&progress).await.json(), "ready");
    let gallery = ada.get("/me").await.with(StatusCode::OK);
    let choices: Vec<Form> =
        gallery.forms().into_iter().filter(|form| form.action.ends_with("/choose")).collect();
    assert!(!choices.is_empty(), "{gallery}");
    for browser in [&ada, &acme.lead.browser] {
        let zip = browser.get(&format!("/members/{id}/headshots.zip")).await.with(StatusCode::OK);
        let mut archive = zip::ZipArchive::new(Cursor::new(zip.body)).unwrap();
        assert_eq!(archive.len(), choices.len());
        let mut bytes = Vec::new();
        archive.by_index(0).unwrap().read_to_end(&mut bytes).unwrap();
        image::load_from_memory(&bytes).expect("a picture");
    }
    ada.post(&choices.last().unwrap().action, &[]).await.to("/me");
    ada.get("/me").await.says("Favorite");
    let listed = acme.lead.call("headshots/list", &[("query", "")]).await.json();
    assert_eq!(listed["people"][0]["chosen"], true, "{listed}");
    acme.close().await;
}

/// H1, H2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn too_few_photos_and_a_second_submit_cost_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let submit = format!("/members/{id}/submit");
    acme.fill_draft(id, 7).await;
    ada.post(&submit, &[]).await.with(StatusCode::UNPROCESSABLE_ENTITY).says("7 of 8 photos added");
    assert_eq!(acme.balance().await, 5);
    acme.server.execute("delete from photos").await;
    acme.fill_draft(id, 8).await;
    let (one, two, three) =
        tokio::join!(ada.post(&submit, &[]), ada.post(&submit, &[]), acme.lead.browser.post(&submit, &[]));
    assert_eq!((one.location(), two.location()), ("/me", "/me"));
    assert_eq!(three.location(), format!("/members/{id}/shoot"));
    assert_eq!(acme.balance().await, 4);
    assert_eq!(acme.server.number("select count(*) from shoots").await, 1);
    acme.server.leave_the_engine_out().await;
    acme.close().await;
}

/// C4
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn out_of_credits_keeps_the_photos_and_tells_the_leads_once_a_day(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (first, _) = acme.member("bob@acme.com").await;
    let (id, ada) = acme.member("ada@acme.com").await;
    acme.submit(first).await;
    acme.server.leave_the_engine_out().await;
    acme.fill_draft(id, 8).await;
    let submit = format!("/members/{id}/submit");
    let warnings = || async {
        let mails = acme.server.mails_to("olga@acme.com").await;
        mails.into_iter().filter(|mail| mail.subject.contains("out of credits")).count()
    };
    // A lead reads it before anything is submitted; what is left is nothing that a member is told.
    let of_ada = format!("/members/{id}/shoot");
    let early = acme.lead.browser.get(&of_ada).await.with(StatusCode::OK);
    early.says("has no credits left. You can add photos now");
    let own = ada.get("/me").await.with(StatusCode::OK);
    assert!(!own.words().contains("no credits left"), "{own}");
    for _ in 0..3 {
        let page = ada.post(&submit, &[]).await.with(StatusCode::PAYMENT_REQUIRED);
        page.says("out of credits").says("Team Lead has been told");
        assert_eq!(warnings().await, 1);
    }
    acme.server
        .execute("update organizations set out_of_credits_told_at = now() - interval '25 hours'")
        .await;
    ada.post(&submit, &[]).await.with(StatusCode::PAYMENT_REQUIRED);
    assert_eq!(warnings().await, 2);
    assert_eq!(
        acme.server
            .number(&format!("select count(*) from photos where member_id = '{id}' and shoot_id is null"))
            .await,
        8
    );
    acme.grant(1).await;
    let of_ada = acme.lead.browser.get(&of_ada).await.with(StatusCode::OK);
    assert!(!of_ada.words().contains("no credits left"), "{of_ada}");
    ada.post(&submit, &[]).await.to("/me");
    assert_eq!(acme.balance().await, 0);
    acme.server.leave_the_engine_out().await;
    acme.close().await;
}

/// C5, H3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_shoot_that_fails_for_good_gives_credit_and_photos_back(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let photos = acme.fill_draft(id, 8).await;
    acme.server
        .execute(&format!("update photos set file_name = 'Portrait of me' where id = '{}'", photos[3]))
        .await;
    let key = storage::photo_key(acme.org().0, photos[3].0);
    acme.server.state.storage.put(&key, "no picture any more".into()).await.unwrap();
    ada.post(&format!("/members/{id}/submit"), &[]).await.to("/me");
    let mail = acme.server.mail_to("ada@acme.com").await;
    assert!(mail.subject.contains("could not be made"));
    let reason = "The photo Portrait of me could not be turned into a headshot.";
    assert!(mail.text.replace('\n', " ").contains(reason), "{}", mail.text);
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "failed");
    ada.get("/me").await.says(reason);
    let faults =
        "select coalesce(string_agg(id || ' ' || fault, ', '), '') from photos where fault is not null";
    assert_eq!(acme.server.text(faults).await, format!("{} unreadable", photos[3]));
    assert_eq!(acme.balance().await, 1);
    let entries = "select string_agg(kind || change, ' ' order by number) from credit_entries";
    assert_eq!(acme.server.text(entries).await, "grant1 shoot-1 refund1");
    let page = ada.get("/me").await.with(StatusCode::OK);
    page.form(&format!("/members/{id}/submit"));
    assert_eq!(acme.server.number("select count(*) from photos where shoot_id is null").await, 8);
    let dashboard = acme.lead.call("dashboard/show", &[]).await.json();
    let attention = dashboard["attention"].as_array().unwrap();
    let told = |one: &serde_json::Value| one["what"].as_str().unwrap().contains("Ada Lovelace");
    assert!(attention.iter().any(told), "{dashboard}");
    acme.close().await;
}

/// C5, H3: what fails less often than for good is made in the end, and paid once.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_shoot_that_fails_for_a_while_is_made_in_the_end(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let photos = acme.fill_draft(id, 8).await;
    let key = storage::photo_key(acme.org().0, photos[3].0);
    let lost = acme.server.state.storage.get(&key).await.unwrap().unwrap();
    acme.server.state.storage.delete(&key).await.unwrap();
    ada.post(&format!("/members/{id}/submit"), &[]).await.to("/me");
    acme.server.work().await;
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "generating");
    acme.server.state.storage.put(&key, lost).await.unwrap();
    acme.server.execute("update jobs set run_at = now() where state = 'waiting'").await;
    acme.server.work().await;
    assert_eq!(ada.get(&format!("/members/{id}/progress")).await.json(), "ready");
    assert_eq!(acme.server.number("select count(*) from credit_entries where kind <> 'grant'").await, 1);
    acme.close().await;
}

/// H5
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn originals_are_deleted_after_thirty_days_and_headshots_stay(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let headshots = acme.shoot(id).await;
    acme.server.work().await;
    let originals = acme.server.text("select string_agg(id::text, ' ') from photos").await;
    let days = "select round(extract(epoch from run_at - now()) / 86400)::bigint from jobs where kind = 'delete_originals'";
    assert_eq!(acme.server.number(days).await, 30);
    acme.server.execute("update jobs set run_at = now() where kind = 'delete_originals'").await;
    acme.server.work().await;
    for photo in originals.split(' ') {
        let key = storage::photo_key(acme.org().0, photo.parse().unwrap());
        assert!(acme.server.state.storage.get(&key).await.unwrap().is_none());
    }
    assert_eq!(acme.server.number("select count(*) from photos").await, 0);
    ada.get(&format!("/headshots/{}", headshots[0])).await.with(StatusCode::OK);
    ada.get("/me").await.with(StatusCode::OK);
    acme.close().await;
}
