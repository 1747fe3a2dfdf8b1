//! Nonsense in every place that takes input: a clear refusal or a harmless success, never an error
//! of ours, and what is refused changes nothing. N1

use axum::body::Body;
use headcount::store::links::NewLink;

use crate::{
    functions::FUNCTIONS,
    harness::*,
    routes::{For, ROUTES},
};

/// What people, programs and attackers type.
fn nonsense() -> Vec<String> {
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

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn assert_refused_or_done(answer: &Answer) {
    assert!(!answer.status.is_server_error(), "{answer}");
    let text = String::from_utf8_lossy(&answer.body).to_lowercase();
    for inner in ["sqlx", "postgres", "syntax error", "constraint", "panicked", "src/"] {
        assert!(!text.contains(inner), "{inner} in {answer}");
    }
}

/// N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nonsense_in_any_field_of_any_function_is_no_error_of_ours(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let cast = Cast::gather(connect).await;
    let (lead, org) = (&cast.acme.lead.browser, cast.acme.lead.org());
    let mut before = cast.acme.server.everything().await;
    for function in &FUNCTIONS {
        let good = function.fields(&org, &cast.names);
        for (field, _) in &good {
            for value in nonsense() {
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
                    .request(Method::POST, &format!("/api/{}", function.path))
                    .header(header::CONTENT_TYPE, kind)
                    .header(header::ACCEPT, "application/json");
                let answer = lead.send(request.body(Body::from(body.clone())).unwrap()).await;
                assert_refused_or_done(&answer);
                assert!(answer.status.is_client_error(), "{answer}");
            }
        }
        lead.get(&format!("/api/{}?org={org}", function.path)).await.with(StatusCode::NOT_FOUND);
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

/// N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nonsense_in_forms_is_no_error_of_ours(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let invite = acme.invite_path(acme.invite("ada@acme.com").await);
    let link = acme.link_path(acme.link(NewLink::default()).await);
    let link_code = format!("{link}/code");
    let newcomer = acme.server.signed_in("new@acme.com").await;
    let asking = acme.server.browser();
    asking.post("/sign-up", &[("email", "gil@acme.com")]).await;
    let joining = acme.server.browser();
    joining.post(&link, &[("name", "Gil"), ("email", "gil@acme.com")]).await;
    for value in nonsense() {
        // Limits on asking for codes are not what this is about.
        acme.server.execute("update login_codes set tries_left = 5, network = 'n'").await;
        let stranger = acme.server.browser();
        let value = value.as_str();
        for (browser, path, fields) in [
            (&stranger, "/sign-in", vec![("email", value)]),
            (&stranger, "/sign-up", vec![("email", value)]),
            (&asking, "/sign-in/code", vec![("code", value)]),
            (&stranger, &link, vec![("name", value), ("email", "gil@acme.com")]),
            (&stranger, &link, vec![("name", "Gil"), ("email", value)]),
            (&joining, &link_code, vec![("code", value)]),
            (&newcomer, "/welcome", vec![("org", value), ("name", "  ")]),
            (&newcomer, "/welcome", vec![("org", "  "), ("name", value)]),
            (&stranger, &invite, vec![("name", value), ("viewer", value)]),
        ] {
            let answer = browser.post(path, &fields).await;
            assert_refused_or_done(&answer);
        }
    }
    acme.server.execute("delete from jobs").await;
    acme.close().await;
}

/// N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nonsense_in_addresses_is_no_error_of_ours(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let lead = &cast.acme.lead.browser;
    let before = cast.acme.server.everything().await;
    for value in nonsense().into_iter().filter(|value| !value.is_empty()) {
        let value = encode(&value.chars().take(1_000).collect::<String>());
        let names = nothing().into_keys().map(|name| (name, value.clone())).chain([("token", value.clone())]);
        let names: Names = names.collect();
        for route in ROUTES.iter().filter(|route| {
            route.path.contains('{') && !route.path.contains('*') && route.path.starts_with('/')
        }) {
            let answer = route.ask(lead, &names).await;
            assert_refused_or_done(&answer);
            if route.whom != For::Viewer {
                assert!(answer.status.is_client_error(), "{answer}");
            }
        }
        let token = &cast.names["link-token"];
        let queries = [
            "/members?add=",
            "/members?team=",
            "/members?search=",
            "/credits?from=",
            "/credits?pages=",
            "/members?",
        ];
        let queries = queries.into_iter().map(str::to_owned).chain([
            format!("/j/{token}?as="),
            spell("/headshots/{headshot}?size=", &cast.names),
            spell("/headshots/{headshot}?download=", &cast.names),
        ]);
        for query in queries {
            assert_refused_or_done(&lead.get(&format!("{query}{value}")).await);
        }
    }
    assert_eq!(cast.acme.server.everything().await, before);
    cast.close().await;
}

/// N1, N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nonsense_in_headers_is_no_error_of_ours(_: PgPoolOptions, connect: PgConnectOptions) {
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
                (Method::POST, "/api/teams/list", "org=x"),
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

/// N1, N4: what people call themselves and others is text wherever it is shown.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn markup_in_names_stays_text_on_pages_and_in_mails(_: PgPoolOptions, connect: PgConnectOptions) {
    const EVIL: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'";
    let server = Server::start(connect).await;
    let olga = server.sign_up("olga@acme.com").await;
    olga.post("/welcome", &[("org", EVIL), ("name", EVIL)]).await.to("/dashboard");
    server.execute("update organizations set credit_balance = 5").await;
    let org = server.text("select id::text from organizations").await;
    olga.call("teams/create", &[("org", &org), ("name", EVIL)]).await.with(StatusCode::OK);
    let team = server.text("select id::text from teams").await;
    let fields = [("org", org.as_str()), ("addresses", "ada@acme.com"), ("team", &team), ("note", EVIL)];
    olga.call("invites/send", &fields).await.with(StatusCode::OK);
    let fields = [
        ("org", org.as_str()),
        ("label", &EVIL[..60]),
        ("domains", ""),
        ("usage_limit", ""),
        ("expires_at", ""),
        ("team", team.as_str()),
    ];
    let link = olga.call("links/create", &fields).await.with(StatusCode::OK).json();
    let fields = [("org", org.as_str()), ("name", EVIL), ("email", ""), ("title", EVIL), ("team", &team)];
    let member = olga.call("members/add", &fields).await.with(StatusCode::OK).json();

    let mail = server.mail_to("ada@acme.com").await;
    let invite = mail.text.lines().find_map(|line| line.strip_prefix(ORIGIN)).unwrap();
    let stranger = server.browser();
    let mut shown = vec![mail.html.clone()];
    for path in [
        "/dashboard",
        "/members",
        "/members?add=link",
        "/members?add=invite",
        "/settings",
        "/credits",
        "/headshots",
        "/account",
        "/me",
        &format!("/members/{}/shoot", member.as_str().unwrap()),
    ] {
        shown.push(olga.get(path).await.with(StatusCode::OK).text().to_owned());
    }
    for path in [invite, link["url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap()] {
        shown.push(stranger.get(path).await.with(StatusCode::OK).text().to_owned());
    }
    let page = stranger.get(invite).await;
    let typed = stranger.fill(&page, invite, &[("name", &EVIL.repeat(3))]).await;
    shown.push(typed.with(StatusCode::UNPROCESSABLE_ENTITY).text().to_owned());
    for html in shown {
        assert!(!html.contains("<script>alert") && !html.contains("<img src=x"), "{html}");
    }
    server.execute("update organizations set credit_balance = 0").await;
    server.close().await;
}
