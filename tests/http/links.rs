//! Open links: whom they let in, and every way in which they do not. L3 to L7, J3, J4

use headcount::{domain::domain_rule::DomainRule, store::links::NewLink};

use crate::harness::*;

fn only(domain: &str) -> NewLink<'static> {
    NewLink { domains: vec![DomainRule::parse(domain, |_| None).unwrap()], ..NewLink::default() }
}

fn limited_to(people: i32) -> NewLink<'static> {
    NewLink { usage_limit: Some(people), ..NewLink::default() }
}

/// Asks for a code by the page's form and gives the page that wants it.
async fn ask(browser: &Browser, path: &str, address: &str) -> Answer {
    let page = browser.get(path).await.with(StatusCode::OK);
    let asked = browser.fill(&page, path, &[("name", "Ada"), ("email", address)]).await;
    browser.follow(asked.to(&format!("{path}/code"))).await.with(StatusCode::OK)
}

/// Types a code into the form of its page.
async fn enter(browser: &Browser, page: &Answer, path: &str, code: &str) -> Answer {
    browser.fill(page, &format!("{path}/code"), &[("code", code)]).await
}

async fn count_joined(acme: &Acme) -> i64 {
    let joined = acme.server.number("select count(*) from members where kind = 'link'").await;
    assert_eq!(joined, acme.server.number("select coalesce(sum(used), 0) from invite_links").await);
    joined
}

/// L3, L4, J3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_proven_address_joins_and_lands_on_its_own_shoot(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(only("acme.com")).await);
    let ada = acme.server.browser();
    let page = ask(&ada, &path, "Ada@acme.com").await;
    assert_eq!(count_joined(&acme).await, 0, "an address that was typed is not proven");
    let code = acme.server.code_for("Ada@acme.com").await;
    let joined = enter(&ada, &page, &path, &format!("{} {}", &code[..3], &code[3..])).await.to("/me");
    ada.follow(joined).await.with(StatusCode::OK).says("Acme");
    assert_eq!(count_joined(&acme).await, 1);
    acme.close().await;
}

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

    let page = ask(&eve, &path, "eve@acme.com").await;
    let code = acme.server.code_for("eve@acme.com").await;
    acme.server.execute("update invite_links set domains = '{@other.com}'").await;
    enter(&eve, &page, &path, &code).await.with(StatusCode::FORBIDDEN).says("@other.com");
    assert_eq!(count_joined(&acme).await, 0);
    eve.get("/me").await.to("/sign-in");
    acme.close().await;
}

/// N3, L3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn after_five_wrong_tries_the_right_code_is_worth_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(NewLink::default()).await);
    let ada = acme.server.browser();
    let page = ask(&ada, &path, "ada@acme.com").await;
    let code = acme.server.code_for("ada@acme.com").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for left in ["4 tries left", "3 tries left", "2 tries left", "1 try left", "no longer works"] {
        enter(&ada, &page, &path, wrong).await.with(StatusCode::UNPROCESSABLE_ENTITY).says(left);
    }
    enter(&ada, &page, &path, &code).await.with(StatusCode::UNPROCESSABLE_ENTITY).says("no longer works");
    assert_eq!(count_joined(&acme).await, 0);
    acme.close().await;
}

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_code_is_useless_in_another_browser_and_after_ten_minutes(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(NewLink::default()).await);
    let (ada, eve) = (acme.server.browser(), acme.server.browser());
    let page = ask(&ada, &path, "ada@acme.com").await;
    let code = acme.server.code_for("ada@acme.com").await;
    enter(&eve, &page, &path, &code).await.to(&path);
    ask(&eve, &path, "eve@acme.com").await;
    enter(&eve, &page, &path, &code).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    acme.server.execute("update login_codes set expires_at = now()").await;
    enter(&ada, &page, &path, &code).await.to(&path);
    assert_eq!(count_joined(&acme).await, 0);
    acme.close().await;
}

/// L7: each in its own words, with the right status; an unknown token tells nothing of anybody.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn each_dead_link_has_its_own_page(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let [full, expired, revoked] = [
        acme.link(limited_to(1)).await,
        acme.link(NewLink::default()).await,
        acme.link(NewLink::default()).await,
    ];
    acme.server.execute(&format!("update invite_links set used = 1 where id = '{full}'")).await;
    acme.server.execute(&format!("update invite_links set expires_at = now() where id = '{expired}'")).await;
    acme.lead.call("links/revoke", &[("link", &revoked.to_string())]).await.with(StatusCode::OK);
    let stranger = acme.server.browser();
    let mut pages = Vec::new();
    for (link, status) in
        [(full, StatusCode::CONFLICT), (expired, StatusCode::GONE), (revoked, StatusCode::GONE)]
    {
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
    assert_eq!(pages.len(), 4);
    assert_eq!(acme.server.number("select count(*) from login_codes").await, 0);
    acme.server.execute("update invite_links set used = 0").await;
    acme.close().await;
}

/// L5: a page that was opened before and is confirmed after is refused.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_happened_while_a_page_was_open_counts(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let changes = [
        ("revoked_at = now()", StatusCode::GONE),
        ("expires_at = now()", StatusCode::GONE),
        ("usage_limit = 1, used = 1", StatusCode::CONFLICT),
    ];
    for (n, (change, status)) in changes.into_iter().enumerate() {
        let link = acme.link(NewLink::default()).await;
        let path = acme.link_path(link);
        let address = format!("p{n}@acme.com");
        let typing = acme.server.browser();
        let page = ask(&typing, &path, &address).await;
        let code = acme.server.code_for(&address).await;
        let viewer = acme.server.signed_in(&format!("v{n}@acme.com")).await;
        let form = viewer.get(&path).await.with(StatusCode::OK);
        acme.server.execute(&format!("update invite_links set {change} where id = '{link}'")).await;
        enter(&typing, &page, &path, &code).await.with(status);
        viewer.fill(&form, &path, &[("name", "Vera")]).await.with(status);
        typing.get("/me").await.to("/sign-in");
    }
    assert_eq!(acme.server.number("select count(*) from members").await, 1);
    acme.close().await;
}

/// L4
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_double_click_a_reload_and_a_second_visit_count_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(limited_to(1)).await);
    let ada = acme.server.browser();
    let page = ask(&ada, &path, "ada@acme.com").await;
    let code = acme.server.code_for("ada@acme.com").await;
    let (first, second) = tokio::join!(enter(&ada, &page, &path, &code), enter(&ada, &page, &path, &code));
    for answer in [first, second, enter(&ada, &page, &path, &code).await] {
        assert!(answer.location() == "/me" || answer.location() == path, "{answer}");
    }
    ada.get("/me").await.with(StatusCode::OK);
    ada.get(&path).await.with(StatusCode::OK).says("already");
    ada.post(&path, &[("name", "Ada"), ("viewer", "ada@acme.com")]).await.to("/me");
    assert_eq!(count_joined(&acme).await, 1);
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
    ada.post(&path, &[("name", "Ada"), ("viewer", "ada@acme.com")]).await.to("/me");
    let elsewhere = acme.server.browser();
    let page = ask(&elsewhere, &path, "ADA@acme.com").await;
    let code = acme.server.code_for("ADA@acme.com").await;
    enter(&elsewhere, &page, &path, &code).await.to("/me");
    elsewhere.get("/me").await.with(StatusCode::OK);
    assert_eq!(count_joined(&acme).await, 0);
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
    enter(&browser, &page, &path, &code).await.to("/me");
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
    acme.server
        .signed_in("ada@acme.com")
        .await
        .post(&path, &[("name", "Ada"), ("viewer", "x")])
        .await
        .to("/me");
    let listed = acme.lead.call("links/list", &[]).await.with(StatusCode::OK).json();
    assert_eq!(listed[0]["url"], made["url"]);
    assert_eq!((&listed[0]["used"], &listed[0]["usage_limit"]), (&1.into(), &2.into()));
    assert_eq!(listed[0]["state"], "Live");
    acme.server
        .signed_in("bob@sub.acme.com")
        .await
        .post(&path, &[("name", "Bob"), ("viewer", "x")])
        .await
        .to("/me");
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
        assert_eq!(answer.json()["Invalid"]["field"], field, "{answer}");
    }
    assert_eq!(acme.server.number("select count(*) from invite_links").await, 0);
    acme.close().await;
}
