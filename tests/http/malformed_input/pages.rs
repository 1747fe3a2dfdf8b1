//! Malformed input in forms and in addresses, and markup in names. N1, N4

use axum::body::Body;

use crate::{
    harness::*,
    malformed_input::{assert_refused_or_done, malformed},
    routes::{For, ROUTES},
};

/// N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn malformed_values_in_forms_are_no_error_of_ours(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let invite = acme.invite_path(acme.invite("ada@acme.com").await);
    let link = acme.link_path(acme.link(unlimited()).await);
    let link_code = format!("{link}/code");
    let newcomer = acme.server.signed_in("new@acme.com").await;
    let asking = acme.server.browser();
    asking.post("/sign-up", &[("email", "gil@acme.com")]).await;
    let joining = acme.server.browser();
    joining.post(&link, &[("name", "Gil"), ("email", "gil@acme.com")]).await;
    for value in malformed() {
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
            (&acme.lead.browser, "/me/name", vec![("name", value)]),
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
async fn malformed_values_in_addresses_are_no_error_of_ours(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let lead = &cast.acme.lead.browser;
    let before = cast.acme.server.everything().await;
    for value in malformed().into_iter().filter(|value| !value.is_empty()) {
        let value = encode(&value.chars().take(1_000).collect::<String>());
        let names = nothing().into_keys().map(|name| (name, value.clone())).chain([("token", value.clone())]);
        let names: Names = names.collect();
        for route in ROUTES.iter().filter(|route| {
            route.path.contains('{') && !route.path.contains('*') && route.path.starts_with('/')
        }) {
            let answer = route.ask(lead, &names).await;
            assert_refused_or_done(&answer);
            // Whoever asks for a fresh link learns nothing, not even that there is no such invite.
            if route.whom != For::Viewer && !route.path.ends_with("/fresh") {
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

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
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
        &format!("/members/{}", member.as_str().unwrap()),
        "/teams",
        "/members?view=grid",
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

/// N1: a library explains itself to programmers; we say what happened and what to do next.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_cannot_be_read_is_said_in_our_own_words(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let lead = &cast.acme.lead.browser;
    let own = |answer: &Answer| {
        let text = answer.text().to_lowercase();
        for library in [
            "uuid",
            "deserialize",
            "duplicate field",
            "cannot parse",
            "invalid url",
            "form requests must",
            "boundary",
        ] {
            assert!(!text.contains(library), "{library} in {answer}");
        }
        assert!(text.contains("<h1>") && text.contains("href=\"/\""), "{answer}");
    };
    for (path, status) in [
        ("/members/xyz/shoot", StatusCode::NOT_FOUND),
        ("/members/xyz/headshots.zip", StatusCode::NOT_FOUND),
        ("/photos/x", StatusCode::NOT_FOUND),
        ("/headshots/x", StatusCode::NOT_FOUND),
        ("/links/x/qr.svg", StatusCode::NOT_FOUND),
        ("/j/", StatusCode::NOT_FOUND),
        ("/i/", StatusCode::NOT_FOUND),
        ("/r/", StatusCode::NOT_FOUND),
        ("/j/%ff", StatusCode::NOT_FOUND),
        ("/j/{link-token}?as=1&as=2", StatusCode::BAD_REQUEST),
        ("/headshots/{headshot}?size=huge", StatusCode::BAD_REQUEST),
        ("/headshots/{headshot}?background=beach", StatusCode::BAD_REQUEST),
        ("/r/{results-token}/headshots/{headshot}?download=maybe", StatusCode::BAD_REQUEST),
    ] {
        own(&lead.get(&spell(path, &cast.names)).await.with(status));
    }
    for (path, kind, body, status) in [
        ("/sign-in", "text/plain", "email=x", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (
            "/sign-in",
            "application/x-www-form-urlencoded",
            "email=1&email=2",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("/i/{invite-token}", "application/json", "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("/members/{member}/photos", "application/json", "{}", StatusCode::BAD_REQUEST),
        ("/members/{member}/photos", "multipart/form-data; boundary=x", "--x", StatusCode::BAD_REQUEST),
    ] {
        let request =
            lead.request(Method::POST, &spell(path, &cast.names)).header(header::CONTENT_TYPE, kind);
        own(&lead.send(request.body(Body::from(body)).unwrap()).await.with(status));
    }
    cast.close().await;
}

/// N1: after a refusal a form's address stays in the address bar; loading it again leads to the page
/// that has the form.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_forms_address_can_be_loaded_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let lead = &cast.acme.lead.browser;
    let answers = |method: &str, path: &str| ROUTES.iter().any(|r| r.method == method && r.path == path);
    let forms = ROUTES
        .iter()
        .filter(|route| route.method == "POST" && route.is_of_pages() && !answers("GET", route.path));
    // Who opts out holds a token that nobody else here has; their pages are tested by themselves.
    for form in forms.filter(|form| !form.path.starts_with("/u/")) {
        let path = form.spelled(&cast.names);
        let again = lead.get(&path).await.with(StatusCode::SEE_OTHER);
        let page = again.location().trim_end_matches("shoot");
        assert!(path.starts_with(page) || (path == "/sso/test" && page == "/settings"), "{again}");
        lead.follow(again).await.with(StatusCode::OK);
    }
    let submit = format!("/members/{}/submit", cast.acme.managed("Cai", None).await);
    lead.post(&submit, &[]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    let page = lead.visit(&submit).await.with(StatusCode::OK);
    page.form(&submit);
    cast.close().await;
}
