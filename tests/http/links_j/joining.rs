//! Open links: whom they let in, and how often they count. L1, L2, L4, J3, J4

use crate::harness::*;

/// L3, L4, J3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_proven_address_joins_and_lands_on_its_own_shoot(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(only("acme.com")).await);
    let ada = acme.server.browser();
    let page = ada.ask_to_join(&path, "Ada@acme.com").await;
    assert_eq!(acme.count_joined().await, 0, "an address that was typed is not proven");
    let code = acme.server.code_for("Ada@acme.com").await;
    let joined = ada.enter_code(&page, &path, &format!("{} {}", &code[..3], &code[3..])).await.to("/me");
    ada.follow(joined).await.with(StatusCode::OK).says("Acme");
    assert_eq!(acme.count_joined().await, 1);
    acme.close().await;
}

/// L4
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_double_click_a_reload_and_a_second_visit_count_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(limited_to(1)).await);
    let ada = acme.server.browser();
    let page = ada.ask_to_join(&path, "ada@acme.com").await;
    let code = acme.server.code_for("ada@acme.com").await;
    let (first, second) =
        tokio::join!(ada.enter_code(&page, &path, &code), ada.enter_code(&page, &path, &code));
    for answer in [first, second, ada.enter_code(&page, &path, &code).await] {
        assert!(answer.location() == "/me" || answer.location() == path, "{answer}");
    }
    ada.get("/me").await.with(StatusCode::OK);
    ada.get(&path).await.with(StatusCode::OK).says("already");
    ada.join_as_viewer(&path).await.to("/me");
    assert_eq!(acme.count_joined().await, 1);
    acme.close().await;
}

/// L4, L6, L7
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_member_is_signed_in_by_any_link_of_theirs_and_not_counted(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(limited_to(1)).await);
    let (_, ada) = acme.member("ada@acme.com").await;
    ada.get(&path).await.with(StatusCode::OK).says("already");
    ada.join_as_viewer(&path).await.to("/me");
    let elsewhere = acme.server.browser();
    let page = elsewhere.ask_to_join(&path, "ADA@acme.com").await;
    let code = acme.server.code_for("ADA@acme.com").await;
    elsewhere.enter_code(&page, &path, &code).await.to("/me");
    elsewhere.get("/me").await.with(StatusCode::OK);
    assert_eq!(acme.count_joined().await, 0);
    assert_eq!(acme.server.number("select count(*) from members").await, 2);
    acme.close().await;
}

/// J4
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn somebody_signed_in_may_join_with_another_address(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(only("acme.com")).await);
    let browser = acme.server.signed_in("private@home.com").await;
    let page = browser.get(&path).await;
    let refused = browser.fill(&page, &path, &[("name", "Ada")]).await.with(StatusCode::FORBIDDEN);
    assert!(refused.text().contains(&format!("{path}?as=another")));
    let page = browser.get(&format!("{path}?as=another")).await.with(StatusCode::OK);
    let asked = browser.fill(&page, &path, &[("name", "Ada"), ("email", "ada@acme.com")]).await;
    let page = browser.follow(asked).await;
    let code = acme.server.code_for("ada@acme.com").await;
    browser.enter_code(&page, &path, &code).await.to("/me");
    assert_eq!(acme.server.text("select email from members where kind = 'link'").await, "ada@acme.com");
    acme.close().await;
}

/// L2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_link_is_listed_with_its_url_and_state(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let fields = [
        ("label", "Field"),
        ("domains", "@acme.com, *.acme.com"),
        ("usage_limit", "2"),
        ("expires_at", "2999-01-01T12:00Z"),
        ("team", ""),
    ];
    let made = acme.lead.call("links/create", &fields).await.with(StatusCode::OK).json();
    let path = made["url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
    acme.server.signed_in("ada@acme.com").await.join_as_viewer(&path).await.to("/me");
    let listed = acme.lead.call("links/list", &[]).await.with(StatusCode::OK).json();
    assert_eq!(listed[0]["url"], made["url"]);
    assert_eq!((&listed[0]["used"], &listed[0]["usage_limit"]), (&1.into(), &2.into()));
    assert_eq!(listed[0]["state"], "Live");
    acme.server.signed_in("bob@sub.acme.com").await.join_as_viewer(&path).await.to("/me");
    assert_eq!(acme.lead.call("links/list", &[]).await.json()[0]["state"], "Full");
    acme.close().await;
}

/// L1, N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_a_link_cannot_have_is_said_at_its_field(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let good = [("label", ""), ("domains", ""), ("usage_limit", ""), ("expires_at", ""), ("team", "")];
    let bad = [
        ("usage_limit", "0"),
        ("usage_limit", "-1"),
        ("usage_limit", "1.5"),
        ("usage_limit", "many"),
        ("domains", "acme"),
        ("domains", "a b.c"),
        ("expires_at", "2001-01-01T12:00Z"),
        ("expires_at", "tomorrow"),
        ("label", "\u{202e}evil"),
        ("team", "none"),
    ];
    for (field, value) in bad {
        let fields = good.map(|(name, empty)| (name, if name == field { value } else { empty }));
        let answer = acme.lead.call("links/create", &fields).await.with(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["Invalid"][0]["field"], field, "{answer}");
    }
    assert_eq!(acme.server.number("select count(*) from invite_links").await, 0);
    acme.close().await;
}

/// N1: what is wrong with the form is said at once.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn name_and_address_are_refused_together(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(unlimited()).await);
    let stranger = acme.server.browser();
    let page = stranger.post(&path, &[("name", " "), ("email", "gil@")]).await;
    page.with(StatusCode::UNPROCESSABLE_ENTITY).says("Your name is missing").says("cut short");
    acme.close().await;
}
