//! Malformed input in every place that takes input: a clear refusal or a harmless success, never an error
//! of ours, and what is refused changes nothing. N1

mod pages;

use crate::{functions::FUNCTIONS, harness::*};
use axum::body::Body;

/// What people, programs and attackers type.
pub fn malformed() -> Vec<String> {
    let short = [
        "",
        " ",
        "\0",
        "a\0b@acme.com",
        "\u{1b}[31mred",
        "Ada\r\nBcc: victim@acme.com",
        "not-an-id",
        "-1",
        "0",
        "99999999999999999999",
        "1e9",
        "NaN",
        "\u{202e}gpj.exe",
        "'; drop table members; --",
        "../../../../etc/passwd",
        "%00%ff",
        "<script>alert(1)</script>",
        "💥\u{fffd}",
        "@",
        "<<<<\"\"\"\"",
        "a@b.c,".repeat(50).leak(),
    ];
    short.into_iter().map(str::to_owned).chain(["x".repeat(10_000), "💥".repeat(3_000)]).collect()
}

pub fn assert_refused_or_done(answer: &Answer) {
    assert!(!answer.status.is_server_error(), "{answer}");
    let text = String::from_utf8_lossy(&answer.body).to_lowercase();
    for inner in ["sqlx", "postgres", "syntax error", "constraint", "panicked", "src/"] {
        assert!(!text.contains(inner), "{inner} in {answer}");
    }
}

/// N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn malformed_values_in_any_field_of_any_function_are_no_error_of_ours(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let cast = Cast::gather(connect).await;
    let (lead, org) = (&cast.acme.lead.browser, cast.acme.lead.org());
    let mut before = cast.acme.server.everything().await;
    for function in FUNCTIONS {
        let good = function.fields(&org, &cast.names);
        for (field, _) in &good {
            for value in malformed() {
                let fields: Vec<(&str, &str)> = good
                    .iter()
                    .map(|(name, good)| (*name, if name == field { value.as_str() } else { good.as_str() }))
                    .collect();
                let answer = lead.call(function.path, &fields).await;
                assert_refused_or_done(&answer);
                let now = cast.acme.server.everything().await;
                if answer.status != StatusCode::OK {
                    assert!(answer.status.is_client_error(), "{answer}");
                    assert!(answer.json().is_object() || answer.json().is_string(), "{answer}");
                    assert_eq!(now, before, "{field}={value:?} changed something: {answer}");
                }
                before = now;
            }
        }
    }
    cast.acme.server.execute("delete from jobs").await;
    cast.close().await;
}

/// N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_body_that_is_no_form_is_refused_by_every_function(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let (lead, org) = (&cast.acme.lead.browser, cast.acme.lead.org());
    let bodies = [
        String::new(),
        "{\"org\": 1}".into(),
        "org=%zz".into(),
        "org=%ff%fe".into(),
        format!("org={org}&org={org}"),
        format!("org[0]={org}&org[x][y]=1"),
        "&&&===".into(),
        "[[[[[[[[[[[[[[[[]=1".into(),
    ];
    let before = cast.acme.server.everything().await;
    for function in FUNCTIONS.iter().filter(|function| !function.fields.is_empty()) {
        for body in &bodies {
            for kind in ["application/x-www-form-urlencoded", "application/json", "text/plain"] {
                let request = lead
                    .request(Method::POST, &format!("/fn/{}", function.path))
                    .header(header::CONTENT_TYPE, kind)
                    .header(header::ACCEPT, "application/json");
                let answer = lead.send(request.body(Body::from(body.clone())).unwrap()).await;
                assert_refused_or_done(&answer);
                assert!(answer.status.is_client_error(), "{answer}");
            }
        }
        lead.get(&format!("/fn/{}?org={org}", function.path)).await.with(StatusCode::NOT_FOUND);
    }
    assert_eq!(cast.acme.server.everything().await, before);
    lead.call("nowhere", &[("org", &org)]).await.with(StatusCode::NOT_FOUND);
    cast.close().await;
}

/// N1, QUALITY 11: nobody makes the server keep more than a megabyte of a request that is no upload.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_body_that_is_too_large_is_refused_wherever_it_goes(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (org, stranger) = (acme.lead.org(), acme.server.browser());
    let addresses = "ada@acme.com ".repeat(200_000);
    let fields = [("org", org.as_str()), ("addresses", addresses.as_str()), ("team", ""), ("note", "")];
    for browser in [&acme.lead.browser, &stranger] {
        let answer = browser.call("invites/send", &fields).await;
        assert!(answer.status.is_client_error(), "{answer}");
        browser.post("/sign-in", &[("email", &addresses)]).await.with(StatusCode::PAYLOAD_TOO_LARGE);
    }
    assert_eq!(acme.server.number("select count(*) from invites").await, 0);
    acme.close().await;
}

/// N1, N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn malformed_values_in_headers_are_no_error_of_ours(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let values: [&[u8]; 6] = [
        b"",
        b"\xff\xfe",
        b"__Host-headcount=",
        b"__Host-headcount=\xff; ;;=",
        b"x=y; __Host-headcount=' or 1=1 --",
        &[b'a'; 9_000],
    ];
    for name in [
        "cookie",
        "user-agent",
        "x-forwarded-for",
        "accept",
        "accept-language",
        "referer",
        "range",
        "if-none-match",
    ] {
        for value in values {
            let browser = server.browser();
            for (method, path, body) in [
                (Method::GET, "/sign-in", ""),
                (Method::POST, "/sign-up", "email=ada@acme.com"),
                (Method::POST, "/fn/teams/list", "org=x"),
            ] {
                let mut request = browser.request(method, path);
                let headers = request.headers_mut().unwrap();
                headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
                headers.insert(name, header::HeaderValue::from_bytes(value).unwrap());
                assert_refused_or_done(&browser.send(request.body(Body::from(body)).unwrap()).await);
            }
        }
    }
    server.execute("delete from jobs").await;
    server.close().await;
}
