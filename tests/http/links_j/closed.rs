//! Open links that let nobody in, and codes that prove nothing. L3, L5, L7, N3

use headcount::domain::limits::UNUSED_PER_NETWORK;

use crate::harness::*;

/// L3, L7
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_wrong_domain_is_refused_at_the_form_and_after_the_proof(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(only("acme.com")).await);
    let eve = acme.server.browser();
    let page = eve.get(&path).await;
    for address in ["eve@evil.com", "eve@sub.acme.com", "eve@acme.com.evil.com", "eve@notacme.com"] {
        let answer = eve.fill(&page, &path, &[("name", "Eve"), ("email", address)]).await;
        answer.with(StatusCode::UNPROCESSABLE_ENTITY).says("@acme.com");
    }
    assert_eq!(acme.server.number("select count(*) from login_codes").await, 0, "no mail to strangers");

    let page = eve.ask_to_join(&path, "eve@acme.com").await;
    let code = acme.server.code_for("eve@acme.com").await;
    acme.server.execute("update invite_links set domains = '{@other.com}'").await;
    eve.enter_code(&page, &path, &code).await.with(StatusCode::FORBIDDEN).says("@other.com");
    assert_eq!(acme.count_joined().await, 0);
    eve.get("/me").await.to("/sign-in");
    acme.close().await;
}

/// N3, L3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn after_five_wrong_tries_the_right_code_is_worth_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(unlimited()).await);
    let ada = acme.server.browser();
    let page = ada.ask_to_join(&path, "ada@acme.com").await;
    let code = acme.server.code_for("ada@acme.com").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for left in ["4 tries left", "3 tries left", "2 tries left", "1 try left", "no longer works"] {
        ada.enter_code(&page, &path, wrong).await.with(StatusCode::UNPROCESSABLE_ENTITY).says(left);
    }
    ada.enter_code(&page, &path, &code).await.with(StatusCode::UNPROCESSABLE_ENTITY).says("no longer works");
    assert_eq!(acme.count_joined().await, 0);
    acme.close().await;
}

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_code_is_useless_in_another_browser_and_after_ten_minutes(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(unlimited()).await);
    let (ada, eve) = (acme.server.browser(), acme.server.browser());
    let page = ada.ask_to_join(&path, "ada@acme.com").await;
    let code = acme.server.code_for("ada@acme.com").await;
    eve.enter_code(&page, &path, &code).await.to(&path);
    let own_page = eve.ask_to_join(&path, "eve@acme.com").await;
    eve.enter_code(&own_page, &path, &code).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    let same_page = eve.ask_to_join(&path, "ada@acme.com").await;
    eve.enter_code(&same_page, &path, &code).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    acme.server.execute("update login_codes set expires_at = now()").await;
    ada.enter_code(&page, &path, &code).await.to(&path);
    assert_eq!(acme.count_joined().await, 0);
    acme.close().await;
}

/// L7: each in its own words, with the right status; an unknown token tells nothing of anybody.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn each_dead_link_has_its_own_page(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let [full, expired, revoked, paused] = [
        acme.link(limited_to(1)).await,
        acme.link(unlimited()).await,
        acme.link(unlimited()).await,
        acme.link(unlimited()).await,
    ];
    acme.server.execute(&format!("update invite_links set used = 1 where id = '{full}'")).await;
    acme.server.execute(&format!("update invite_links set expires_at = now() where id = '{expired}'")).await;
    acme.lead.call("links/revoke", &[("link", &revoked.to_string())]).await.with(StatusCode::OK);
    acme.lead.call("links/pause", &[("link", &paused.to_string())]).await.with(StatusCode::OK);
    let stranger = acme.server.browser();
    let mut pages = Vec::new();
    for (link, status) in [
        (full, StatusCode::CONFLICT),
        (expired, StatusCode::GONE),
        (revoked, StatusCode::GONE),
        (paused, StatusCode::CONFLICT),
    ] {
        let path = acme.link_path(link);
        pages.push(stranger.get(&path).await.with(status).says("Olga Owner").words());
        stranger.post(&path, &[("name", "Ada"), ("email", "ada@acme.com")]).await.with(status);
    }
    for unknown in [format!("/j/{}", "A".repeat(64)), "/j/x".into(), format!("{}x", acme.link_path(full))] {
        for answer in [
            stranger.get(&unknown).await,
            stranger.get(&format!("{unknown}/code")).await,
            stranger.post(&unknown, &[("name", "Ada"), ("email", "ada@acme.com")]).await,
            stranger.post(&format!("{unknown}/code"), &[("code", "123456")]).await,
        ] {
            let text = answer.with(StatusCode::NOT_FOUND);
            assert!(!text.text().contains("Acme") && !text.text().contains("Olga"), "{text}");
            pages.push(text.words());
        }
    }
    pages.sort();
    pages.dedup();
    assert_eq!(pages.len(), 5);
    assert_eq!(acme.server.number("select count(*) from login_codes").await, 0);
    acme.server.execute("update invite_links set used = 0").await;
    acme.close().await;
}

/// L7: there is always somebody to write to.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_page_of_a_link_whose_maker_has_left_names_the_owner(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (ada, browser) = acme.member("ada@acme.com").await;
    acme.server.execute("update members set role = 'team_lead' where email = 'ada@acme.com'").await;
    let org = acme.lead.org();
    let form = [
        ("org", &*org),
        ("label", ""),
        ("domains", ""),
        ("usage_limit", ""),
        ("expires_at", ""),
        ("team", ""),
    ];
    let made = browser.call("links/create", &form).await.with(StatusCode::OK).json();
    let path = made["url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
    acme.server.execute("update invite_links set expires_at = now()").await;
    let stranger = acme.server.browser();
    let page = stranger.get(&path).await.with(StatusCode::GONE).says("Write to Ada Lovelace");
    assert!(page.text().contains("mailto:ada@acme.com"));
    acme.lead.call("members/remove", &[("member", &ada.to_string())]).await.with(StatusCode::OK);
    let page = stranger.get(&path).await.with(StatusCode::GONE).says("Write to Olga Owner");
    assert!(page.text().contains("mailto:olga@acme.com"));
    acme.close().await;
}

/// L5: a page that was opened before and is confirmed after is refused.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_happened_while_a_page_was_open_counts(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let changes = [
        ("revoked_at = now()", StatusCode::GONE),
        ("paused_at = now()", StatusCode::CONFLICT),
        ("expires_at = now()", StatusCode::GONE),
        ("usage_limit = 1, used = 1", StatusCode::CONFLICT),
    ];
    for (n, (change, status)) in changes.into_iter().enumerate() {
        let link = acme.link(unlimited()).await;
        let path = acme.link_path(link);
        let address = format!("p{n}@acme.com");
        let typing = acme.server.browser();
        let page = typing.ask_to_join(&path, &address).await;
        let code = acme.server.code_for(&address).await;
        let viewer = acme.server.signed_in(&format!("v{n}@acme.com")).await;
        let form = viewer.get(&path).await.with(StatusCode::OK);
        acme.server.execute(&format!("update invite_links set {change} where id = '{link}'")).await;
        typing.enter_code(&page, &path, &code).await.with(status);
        viewer.fill(&form, &path, &[("name", "Vera")]).await.with(status);
        typing.get("/me").await.to("/sign-in");
    }
    assert_eq!(acme.server.number("select count(*) from members").await, 1);
    acme.close().await;
}

/// N3, L7
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn too_many_codes_for_a_link_are_refused_with_429(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(unlimited()).await);
    let flood = acme.server.browser();
    flood.ask_to_join(&path, "first@acme.com").await;
    acme.server
        .execute(&format!(
            "insert into login_codes (id, purpose, email, address, browser_hash, network)
             select gen_random_uuid(), 'sign_in', n || '@acme.com', n || '@acme.com', 'x', network
             from login_codes, generate_series(2, {UNUSED_PER_NETWORK}) n"
        ))
        .await;
    let page = flood.get(&path).await;
    let refused = flood.fill(&page, &path, &[("name", "Ada"), ("email", "ada@acme.com")]).await;
    refused.with(StatusCode::TOO_MANY_REQUESTS).says("Wait an hour").form(&path);
    acme.server.browser().ask_to_join(&path, "ada@acme.com").await;
    acme.close().await;
}
