//! The organization's own settings: what it says of itself, its logo. J1, L8, N1, N2

use axum::body::Bytes;
use headcount::{studio::storage::Storage, worker};
use time::Duration;

use crate::harness::*;

async fn logo_path(acme: &Acme) -> String {
    let id = acme
        .server
        .text("select replace(logo_id::text, '-', '') from organizations where name = 'Acme'")
        .await;
    format!("/logos/{id}")
}

/// J1, L8: on the pages on which people join, in the invite's mail, and in previews; the URL names nothing but
/// the logo, and what it led to is gone once the logo is.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_logo_is_shown_to_whoever_is_invited(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut acme = Acme::found(connect, 5).await;
    let disk = Disk::default();
    acme.server.state.storage = Storage::over(disk.clone());
    acme.reroute();
    let link = acme.link(unlimited()).await;
    let invite = acme.invite("eve@acme.com").await;
    let stranger = acme.server.browser();
    let before = stranger.get(&acme.link_path(link)).await;
    assert!(before.text().contains("/og.png") && !before.text().contains("/logos/"), "{before}");

    let lead = &acme.lead.browser;
    lead.upload("/settings/logo", &[file_of(1, 600, 200)], "text/html").await.to("/settings");
    acme.server.work().await;
    let logo = logo_path(&acme).await;
    for path in [acme.link_path(link), acme.invite_path(invite)] {
        let page = stranger.get(&path).await.with(StatusCode::OK);
        assert!(page.text().contains(&format!("src=\"{logo}\" alt=\"Acme\"")), "{}", page.text());
        assert!(page.text().contains(&format!("{ORIGIN}{logo}/card")), "{}", page.text());
    }
    let mail = acme.server.mail_to("eve@acme.com").await;
    assert!(mail.html.contains(&format!("src=\"{ORIGIN}{logo}\" alt=\"Acme\"")), "{}", mail.html);

    let picture = stranger.get(&logo).await.with(StatusCode::OK);
    assert_eq!(picture.header(header::CONTENT_TYPE), "image/jpeg");
    assert_eq!(picture.header("cross-origin-resource-policy"), "cross-origin");
    let pixels = image::load_from_memory(&picture.body).unwrap();
    assert_eq!((pixels.width(), pixels.height()), (600, 200));
    let card = stranger.get(&format!("{logo}/card")).await.with(StatusCode::OK);
    let card = image::load_from_memory(&card.body).unwrap();
    assert_eq!((card.width(), card.height()), (1200, 630));

    // Another upload has another name, and the one before is nowhere any more.
    lead.upload("/settings/logo", &[file_of(2, 100, 100)], "text/html").await.to("/settings");
    let second = logo_path(&acme).await;
    assert_ne!(second, logo);
    stranger.get(&logo).await.with(StatusCode::NOT_FOUND);
    lead.post("/settings/logo/remove", &[]).await.to("/settings");
    stranger.get(&second).await.with(StatusCode::NOT_FOUND);
    worker::sweep_files(&acme.server.state, Duration::HOUR).await.unwrap();
    assert_eq!(disk.keys().await, [""; 0]);
    acme.close().await;
}

/// N1, N2, QUALITY 11: by its content, not its name; the reason stands at the field, and nothing changes.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_is_no_logo_is_refused_at_its_field(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (_, member) = acme.member("ada@acme.com").await;
    let before = acme.server.everything().await;
    let named = |bytes: &'static [u8]| Upload { name: "logo.png".into(), bytes: Bytes::from_static(bytes) };
    for (file, reason) in [
        (named(b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"), "not a JPEG, PNG or WebP"),
        (named(b""), "Choose the file"),
        (file_of(1, 200, 40), "200 × 40 pixels"),
        (Upload { name: "logo.png".into(), bytes: vec![1; 7 << 20].into() }, "larger than 5 MB"),
        (Upload { name: "logo.png".into(), bytes: vec![1; 33 << 20].into() }, "larger than 5 MB"),
    ] {
        let page = acme.lead.browser.upload("/settings/logo", &[file], "text/html").await;
        page.with(StatusCode::UNPROCESSABLE_ENTITY).says(reason).says("Support address");
    }
    member.upload("/settings/logo", &[file_of(1, 200, 200)], "text/html").await.with(StatusCode::NOT_FOUND);
    member.post("/settings/logo/remove", &[]).await.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.everything().await, before);
    acme.close().await;
}

/// N1: all that is wrong is said at once.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_an_organization_says_of_itself_is_shown_everywhere(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 5).await;
    let link = acme.link(unlimited()).await;
    let stranger = acme.server.browser();
    let wrong = [("name", " "), ("website", "javascript:alert(1)"), ("support", "help")];
    let answer = acme.lead.call("settings/set-profile", &wrong).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "website", "support"] {
        assert!(answer.text().contains(&format!("\"field\":\"{field}\"")), "{answer}");
    }
    let right = [("name", "Acme & Sons"), ("website", "acme.com/team"), ("support", "help@acme.com")];
    acme.lead.call("settings/set-profile", &right).await.with(StatusCode::OK);
    let page = stranger.get(&acme.link_path(link)).await.says("Acme & Sons").says("acme.com/team");
    assert!(page.text().contains("rel=\"noopener noreferrer nofollow\""), "{}", page.text());
    acme.lead.browser.get("/help/inviting").await.with(StatusCode::OK);
    acme.lead.call("links/revoke", &[("link", &link.to_string())]).await.with(StatusCode::OK);
    stranger.get(&acme.link_path(link)).await.with(StatusCode::GONE).says("Write to help@acme.com");
    acme.lead.browser.get("/history").await.says("Renamed the organization Acme & Sons");
    acme.close().await;
}

/// H5, N8: said on the page and in the mail before, and gone with its files when its time is over.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn headshots_go_when_the_organization_chose_so_and_not_unannounced(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let mut acme = Acme::found(connect, 5).await;
    let disk = Disk::default();
    acme.server.state.storage = Storage::over(disk.clone());
    acme.reroute();
    for (days, problem) in [("6", "from 7 to 365"), ("366", "from 7 to 365"), ("soon", "from 7 to 365")] {
        let answer = acme.lead.call("settings/set-pictures", &[("days", days)]).await;
        answer.with(StatusCode::UNPROCESSABLE_ENTITY).says(problem);
    }
    acme.lead.call("settings/set-pictures", &[("days", "30")]).await.with(StatusCode::OK);
    let member = acme.managed("Bob", Some("bob@acme.com")).await;
    acme.shoot(member).await;
    acme.server.work().await;
    assert!(acme.server.mail_to("bob@acme.com").await.text.contains("are deleted on"));
    let page = format!("/members/{member}/shoot");
    acme.lead.browser.get(&page).await.says("They are deleted");

    assert_eq!(worker::delete_due_pictures(&acme.server.state).await.unwrap(), 0);
    acme.server.execute("update shoots set pictures_until = pictures_until - interval '31 days'").await;
    assert_eq!(worker::delete_due_pictures(&acme.server.state).await.unwrap(), 1);
    assert_eq!(worker::delete_due_pictures(&acme.server.state).await.unwrap(), 0);
    acme.server.work().await;
    assert_eq!(disk.keys().await, [""; 0]);
    acme.lead.browser.get(&page).await.with(StatusCode::OK).says("were deleted").says("as Acme has chosen");
    acme.close().await;
}

/// P8, N2: the Owner alone; every lead reads it and is mailed; then nothing of it is left, whoever looks, and
/// its people have their accounts.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_deleted_organization_is_gone_with_its_files(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut acme = Acme::found(connect, 5).await;
    let disk = Disk::default();
    acme.server.state.storage = Storage::over(disk.clone());
    acme.reroute();
    let (id, ada) = acme.member("ada@acme.com").await;
    acme.server.execute(&format!("update members set role = 'team_lead' where id = '{id}'")).await;
    let member = acme.managed("Bob", Some("bob@acme.com")).await;
    acme.shoot(member).await;
    acme.lead.browser.upload("/settings/logo", &[file_of(1, 200, 200)], "text/html").await.to("/settings");
    let link = acme.link(unlimited()).await;
    acme.server.work().await;

    let org = acme.lead.org();
    let fields = [("org", &*org), ("name", "Acme")];
    ada.call("settings/delete-organization", &fields).await.with(StatusCode::FORBIDDEN);
    acme.lead
        .call("settings/delete-organization", &[("name", "acme")])
        .await
        .with(StatusCode::UNPROCESSABLE_ENTITY);
    acme.lead.call("settings/delete-organization", &[("name", "Acme")]).await.with(StatusCode::OK);
    for lead in [&ada, &acme.lead.browser] {
        lead.get("/members").await.says("Acme is deleted");
    }
    ada.get("/settings").await.says("Only its Owner can take that back");
    acme.server.work().await;
    for address in ["ada@acme.com", "olga@acme.com"] {
        assert!(acme.server.mail_to(address).await.subject.contains("Acme is being deleted"));
    }
    ada.call("settings/keep-organization", &[("org", &org)]).await.with(StatusCode::FORBIDDEN);

    acme.server.execute("update organizations set deletion_due_at = now() - interval '1 second'").await;
    worker::delete_due_organizations(&acme.server.state).await.unwrap();
    acme.server.work().await;
    assert_eq!(disk.keys().await, [""; 0]);
    for lead in [&ada, &acme.lead.browser] {
        lead.get("/dashboard").await.to("/welcome");
        lead.get("/account").await.with(StatusCode::OK);
    }
    acme.server.browser().get(&acme.link_path(link)).await.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.number("select count(*) from credit_entries where who <> ''").await, 0);
    acme.close().await;
}
