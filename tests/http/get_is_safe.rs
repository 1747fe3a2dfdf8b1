//! Opening a link changes nothing, however often and by whom. I6, L8, QUALITY 7

use crate::harness::*;
use axum::body::Body;

async fn paths(acme: &Acme) -> Vec<String> {
    let managed = acme.managed("Bob", Some("bob@acme.com")).await;
    acme.shoot(managed).await;
    let invite = acme.invite("ada@acme.com").await;
    let link = acme.link(unlimited()).await;
    acme.server.work().await;
    let link = acme.link_path(link);
    let unsubscribe = format!("/u/{}", acme.server.state.keys.unsubscribe_token(acme.org(), invite, 0));
    let request = acme.request_path(acme.request(20).await);
    acme.server.work().await;
    let results = acme.results_path(managed, 0);
    vec![acme.invite_path(invite), format!("{link}/code"), link, results, unsubscribe, request]
}

/// Links in every state, and everything that their pages name.
async fn links(acme: &Acme) -> Vec<String> {
    let mut paths = Vec::new();
    for change in [
        "label = 'live'",
        "usage_limit = 1, used = 1",
        "expires_at = now()",
        "paused_at = now()",
        "revoked_at = now()",
        "domains = '{@corp.com}'",
    ] {
        let link = acme.link(unlimited()).await;
        acme.server.execute(&format!("update invite_links set {change} where id = '{link}'")).await;
        let path = acme.link_path(link);
        for end in ["/code", "/wait", "?waiting=yes", "?as=another"] {
            paths.push(format!("{path}{end}"));
        }
        paths.push(path);
        for kind in ["svg", "png"] {
            paths.push(format!("/links/{link}/qr.{kind}"));
        }
    }
    paths.push(format!("/j/{}", "A".repeat(64)));
    paths
}

/// L7, L8, QUALITY 7: whatever the state of the link, and whoever looks.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn fifty_looks_at_a_link_in_any_state_change_no_row(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    let paths = links(&acme).await;
    let (_, member) = acme.member("ada@acme.com").await;
    let somebody = acme.server.signed_in("gil@acme.com").await;
    let waiting = acme.server.browser();
    waiting.ask_to_join(&paths[4], "eve@acme.com").await;
    acme.server.work().await;
    let before = acme.server.everything().await;
    for path in &paths {
        for n in 0..50 {
            let stranger = acme.server.browser();
            let browser = [&stranger, &acme.lead.browser, &member, &somebody, &waiting][n % 5];
            for method in [Method::GET, Method::HEAD] {
                let request = browser.request(method, path).body(Body::empty()).unwrap();
                let answer = browser.send(request).await;
                assert!(answer.status.as_u16() < 500, "{answer}");
            }
        }
    }
    assert_eq!(acme.server.everything().await, before);
    acme.server.execute("update invite_links set used = 0").await;
    acme.close().await;
}

/// I6, L8, QUALITY 7
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn fifty_looks_at_a_link_change_no_row(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    let paths = paths(&acme).await;
    let somebody = acme.server.signed_in("gil@acme.com").await;
    let invited = acme.server.signed_in("ada@acme.com").await;
    let before = acme.server.everything().await;
    for path in &paths {
        for _ in 0..50 {
            for method in [Method::GET, Method::HEAD] {
                let browser = acme.server.browser();
                let answer = browser.send(browser.request(method, path).body(Body::empty()).unwrap()).await;
                assert!(answer.status.as_u16() < 400, "{answer}");
            }
        }
        for browser in [&acme.lead.browser, &somebody, &invited] {
            browser.get(path).await;
        }
    }
    assert_eq!(acme.server.everything().await, before);
    acme.close().await;
}

/// I6: a mail scanner renders the page, fetches what it names and follows its links; it presses
/// nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_scanner_that_follows_every_link_changes_no_row(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    let paths = paths(&acme).await;
    let before = acme.server.everything().await;
    for path in &paths {
        let scanner = acme.server.browser();
        let page = scanner.visit(path).await;
        for tag in page.text().split('<') {
            for name in ["href", "src", "action"] {
                if let Some((_, rest)) = tag.split_once(&format!("{name}=\"/")) {
                    let url = rest.split('"').next().unwrap().replace("&amp;", "&");
                    scanner.visit(&format!("/{url}")).await;
                }
            }
        }
    }
    assert_eq!(acme.server.everything().await, before);
    acme.close().await;
}

/// L8
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_preview_shows_the_organization_and_a_picture(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    let paths = paths(&acme).await;
    for path in [&paths[0], &paths[2]] {
        let page = acme.server.browser().get(path).await.with(StatusCode::OK);
        let property = |name: &str| {
            let tag =
                page.text().split('<').find(|tag| tag.starts_with("meta") && tag.contains(name)).unwrap();
            tag.split_once("content=\"").unwrap().1.split('"').next().unwrap().to_owned()
        };
        assert!(property("og:title").contains("Acme"));
        assert!(!property("og:description").is_empty());
        assert_eq!(property("og:image"), format!("{ORIGIN}/og.png"));
        assert_eq!(property("og:url"), format!("{ORIGIN}{path}"), "absolute, from the configuration");
        assert_eq!(property("og:site_name"), "Headcount");
    }
    acme.close().await;
}
