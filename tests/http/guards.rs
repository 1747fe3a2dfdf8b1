//! Writes from our own pages only, and headers that every answer has. N4, QUALITY 8, 14

use axum::body::Body;

use crate::{
    functions::FUNCTIONS,
    harness::*,
    routes::{For, ROUTES},
};

/// What a browser says of where a write comes from: Origin, Sec-Fetch-Site.
const FOREIGN: [(Option<&str>, Option<&str>); 12] = [
    (None, None),
    (None, Some("same-origin")),
    (Some("null"), Some("same-origin")),
    (Some("null"), Some("cross-site")),
    (Some("null"), None),
    (Some("https://evil.example"), Some("cross-site")),
    (Some("https://evil.example"), None),
    (Some("https://evil.headshots.example"), Some("same-site")),
    (Some("http://headshots.example"), None),
    (Some("https://headshots.example.evil.example"), None),
    (Some("https://headshots.example:8443"), Some("same-site")),
    (Some(ORIGIN), Some("cross-site")),
];

/// N4, QUALITY 8
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn writes_from_elsewhere_are_refused_on_every_route(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let before = cast.acme.server.everything().await;
    let routes =
        ROUTES.iter().filter(|route| route.method != "GET" && route.is_plain() && route.is_of_pages());
    let paths = routes.map(|route| (route.method, route.spelled(&cast.names)));
    let functions = FUNCTIONS.iter().map(|function| ("POST", format!("/fn/{}", function.path)));
    for (method, path) in paths.chain(functions) {
        for (origin, site) in FOREIGN {
            let mut request = cast.acme.lead.browser.request(method.parse().unwrap(), &path);
            let headers = request.headers_mut().unwrap();
            headers.remove(header::ORIGIN);
            headers.remove("sec-fetch-site");
            headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            let answer = cast.acme.lead.browser.send(request.body(Body::empty()).unwrap()).await;
            answer.with(StatusCode::FORBIDDEN).says("did not come from a Headcount page");
        }
    }
    assert_eq!(cast.acme.server.everything().await, before);
    cast.close().await;
}

/// N4: the guard stands before all methods that write, whether or not a route knows them.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn no_method_gets_around_the_guard(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for path in ["/sign-in", "/dashboard", "/fn/teams/create", "/nowhere"] {
            let mut request = browser.request(method.clone(), path);
            request.headers_mut().unwrap().insert(header::ORIGIN, "https://evil.example".parse().unwrap());
            browser.send(request.body(Body::empty()).unwrap()).await.with(StatusCode::FORBIDDEN);
        }
    }
    server.close().await;
}

/// N4: our own pages are let through, also by browsers that do not send Sec-Fetch-Site.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn our_own_pages_may_write(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    for site in [Some("same-origin"), None] {
        let mut request = browser.request(Method::POST, "/sign-out");
        request.headers_mut().unwrap().remove("sec-fetch-site");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        browser.send(request.body(Body::empty()).unwrap()).await.to("/sign-in");
    }
    server.close().await;
}

/// N4, QUALITY 14
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn every_answer_has_the_headers_that_protect_it(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let lead = &cast.acme.lead.browser;
    let file = spell("/headshots/{headshot}", &cast.names);
    let zip = spell("/members/{member}/headshots.zip", &cast.names);
    let mut answers = vec![
        lead.get("/dashboard").await.with(StatusCode::OK),
        lead.get("/me").await.with(StatusCode::OK),
        lead.get(&file).await.with(StatusCode::OK),
        lead.get(&zip).await.with(StatusCode::OK),
        lead.call("teams/list", &[("org", &cast.acme.lead.org())]).await.with(StatusCode::OK),
        lead.call("teams/list", &[("org", "?")]).await.with(StatusCode::BAD_REQUEST),
        lead.get("/favicon.svg").await.with(StatusCode::OK),
        lead.get("/pkg/nowhere.js").await.with(StatusCode::NOT_FOUND),
        lead.get("/healthz").await.with(StatusCode::OK),
        lead.get("/nowhere").await.with(StatusCode::NOT_FOUND),
        lead.post("/dashboard", &[]).await.with(StatusCode::METHOD_NOT_ALLOWED),
        cast.stranger.get("/").await.with(StatusCode::SEE_OTHER),
        cast.stranger.get("/sign-in").await.with(StatusCode::OK),
        cast.stranger.get(&spell("/i/{invite-token}", &cast.names)).await.with(StatusCode::OK),
        cast.stranger.get("/i/nonsense").await.with(StatusCode::NOT_FOUND),
    ];
    let mut foreign = lead.request(Method::POST, "/sign-out");
    foreign.headers_mut().unwrap().remove(header::ORIGIN);
    answers.push(lead.send(foreign.body(Body::empty()).unwrap()).await.with(StatusCode::FORBIDDEN));
    for answer in answers {
        let expected = [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ];
        for (name, value) in expected {
            assert_eq!(answer.header(name), value, "{name} of {answer}");
        }
        assert!(answer.header("strict-transport-security").starts_with("max-age=63072000"), "{answer}");
        assert!(!answer.header("permissions-policy").is_empty(), "{answer}");
        assert!(!answer.header("cache-control").is_empty(), "{answer}");
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{part} of {answer}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{answer}");
    }
    cast.close().await;
}

/// N4: whatever is private is kept by no cache that others share.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nothing_private_is_kept_by_shared_caches(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    for route in ROUTES.iter().filter(|route| route.method == "GET" && route.whom == For::OwnAndLeads) {
        let answer = route.ask(&cast.acme.lead.browser, &cast.names).await.with(StatusCode::OK);
        let caching = answer.header("cache-control");
        assert!(caching.contains("no-store") || caching.contains("private"), "{caching} of {answer}");
    }
    cast.close().await;
}

/// N4, QUALITY 14: each page has a nonce of its own, on all its scripts; no script, style or picture
/// comes from elsewhere or stands in an attribute.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn pages_run_only_scripts_that_their_policy_names(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let lead = &cast.acme.lead.browser;
    let mut nonces = std::collections::BTreeSet::new();
    let paths = [
        "/dashboard",
        "/dashboard",
        "/members",
        "/members?add=invite",
        "/members?add=link",
        "/members?add=managed",
        "/headshots",
        "/credits",
        "/settings",
        "/help/inviting",
        "/me",
        "/account",
        "/nowhere",
        "/i/x",
        "/i/{invite-token}",
        "/j/{link-token}",
        "/r/{results-token}",
        "/members/{member}/shoot",
    ];
    for path in paths {
        let answer = lead.get(&spell(path, &cast.names)).await;
        let policy = answer.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0;
        assert!(nonce.len() >= 16 && nonces.insert(nonce.to_owned()), "the nonce of {answer}");
        for tag in answer.text().split('<').skip(1).map(|tag| tag.split('>').next().unwrap()) {
            if tag.starts_with("script") {
                assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "<{tag}> of {answer}");
            }
            for forbidden in [" style=", " onclick=", " onload=", " onerror=", "\"http:", "\"//"] {
                assert!(!tag.contains(forbidden), "<{tag}> of {answer}");
            }
            let elsewhere = ["src=\"https:", "href=\"https:", "action=\"https:"];
            assert!(!elsewhere.iter().any(|part| tag.contains(part)), "<{tag}> of {answer}");
        }
    }
    cast.close().await;
}

/// I5: a Host header that an attacker chose is in no mail.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn links_in_mails_lead_to_the_configured_address(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let org = acme.lead.org();
    let mut request = acme.lead.browser.request(Method::POST, "/fn/invites/send");
    let headers = request.headers_mut().unwrap();
    headers.insert(header::HOST, "evil.example".parse().unwrap());
    headers.insert("x-forwarded-host", "evil.example".parse().unwrap());
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    let body = format!("org={org}&addresses=ada@acme.com&team=&note=");
    acme.lead.browser.send(request.body(Body::from(body)).unwrap()).await.with(StatusCode::OK);
    let mail = acme.server.mail_to("ada@acme.com").await;
    assert!(
        mail.text.contains(&format!("{ORIGIN}/i/")) && !mail.html.contains("evil.example"),
        "{}",
        mail.text
    );
    acme.close().await;
}
