//! `/sign-in`, `/sign-up`, `/sign-out`, `/welcome`: signing in and out: codes, cookies, devices. J5, N3, QUALITY 13

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use headcount::domain::limits::UNUSED_PER_NETWORK;
use sha2::{Digest, Sha256};

use crate::harness::*;

const LOGIN: &str = "__Host-headcount";
const BROWSER: &str = "__Host-headcount-code";

async fn ask(browser: &Browser, address: &str) -> Answer {
    browser.post("/sign-in", &[("email", address)]).await
}

/// J5
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn signing_up_founding_and_coming_back_work_by_plain_forms(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let server = Server::start(connect).await;
    let olga = server.sign_up("Olga@acme.com").await;
    let page = olga.visit("/").await.with(StatusCode::OK);
    let founded = olga.fill(&page, "/welcome", &[("org", "Acme"), ("name", "Olga Owner")]).await;
    olga.follow(founded.to("/dashboard")).await.with(StatusCode::OK).says("Acme");

    let phone = server.browser();
    let page = phone.get("/sign-in").await;
    let asked = phone.fill(&page, "/sign-in", &[("email", "olga@ACME.com")]).await;
    let page = phone.follow(asked).await.with(StatusCode::OK);
    let code = server.code_for("olga@acme.com").await;
    phone.fill(&page, "/sign-in/code", &[("code", &code)]).await.to("/");
    phone.visit("/").await.with(StatusCode::OK).says("Acme");
    server.close().await;
}

/// J5, QUALITY 13
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn known_and_unknown_addresses_are_answered_alike(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    for door in ["/sign-in", "/sign-up"] {
        let mut answers = Vec::new();
        for address in ["olga@acme.com", "ogla@acme.com"] {
            let browser = acme.server.browser();
            let asked = browser.post(door, &[("email", address)]).await;
            let names: Vec<String> = asked.headers.keys().map(ToString::to_string).collect();
            let to = asked.location().to_owned();
            let page = browser.follow(asked.with(StatusCode::SEE_OTHER)).await.with(StatusCode::OK);
            let policy = page.header("content-security-policy");
            let nonce = policy.split_once("'nonce-").unwrap().1.split('\'').next().unwrap().to_owned();
            let mut text = page.text().replace(address, "ADDRESS").replace(&nonce, "NONCE");
            // What the client is sent along has the address as well.
            for part in page.text().split('"') {
                if let Ok(data) = BASE64_STANDARD_NO_PAD.decode(part)
                    && let data = String::from_utf8_lossy(&data)
                    && data.contains(address)
                {
                    text = text.replace(part, &data.replace(address, "ADDRESS"));
                }
            }
            assert!(text.matches("ADDRESS").count() > 1, "{text}");
            answers.push((names, to, page.body.len(), text));
        }
        assert_eq!(answers[0], answers[1]);
    }
    acme.close().await;
}

/// J5: the mail says so, and even the right code would make no account.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_unknown_address_is_told_by_mail_and_cannot_sign_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    ask(&browser, "ada@acme.com").await.to("/sign-in/code");
    let mail = server.mail_to("ada@acme.com").await;
    let id: String = server.text("select id::text from login_codes").await;
    let hash = Sha256::digest(browser.cookie(BROWSER).as_bytes());
    let code = server.state.keys.login_code(id.parse().unwrap(), &hash);
    assert!(!mail.subject.contains(&code) && !mail.text.contains(&code), "{}", mail.text);
    assert!(mail.text.contains(&format!("{ORIGIN}/sign-up")));
    browser.post("/sign-in/code", &[("code", &code)]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(server.number("select count(*) from accounts").await, 0);
    server.close().await;
}

/// N3, L9, QUALITY 18: whoever asks and asks, the owner gets in, with a code of letters that one mail
/// brings for all.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_stranger_who_asks_for_an_address_locks_nobody_out(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    for _ in 0..40 {
        let stranger = acme.server.browser();
        ask(&stranger, "olga@acme.com").await.to("/sign-in/code");
        stranger.post("/sign-in/code", &[("code", "000000")]).await;
        stranger.post("/sign-in/code", &[("code", "BCDFG-HJKLM")]).await;
    }
    let mails = acme.server.mails_to("olga@acme.com").await;
    assert_eq!(mails.len(), 7, "six of digits, one of letters");
    let letters = mails[6].subject.split(' ').next().unwrap().to_owned();
    assert_eq!(letters.len(), 11, "{letters}");

    let own = acme.server.browser();
    let asked = ask(&own, "Olga@acme.com").await;
    let page = own.follow(asked).await.with(StatusCode::OK).says("a code of ten letters").says("an hour");
    assert_eq!(acme.server.mails_to("olga@acme.com").await.len(), 7, "no other mail");
    own.fill(&page, "/sign-in/code", &[("code", &letters.to_lowercase())]).await.to("/");
    own.visit("/").await.with(StatusCode::OK).says("Acme");
    // Whoever only knows the letters did not ask.
    let thief = acme.server.browser();
    thief.post("/sign-in/code", &[("code", &letters)]).await.to("/sign-in");
    acme.close().await;
}

/// N3: the one refusal there is.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_network_that_has_a_thousand_mails_sent_for_nothing_is_refused_with_429(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    ask(&browser, "ada@acme.com").await.to("/sign-in/code");
    let network = server.text("select network from login_codes").await;
    server
        .execute(&format!(
            "insert into login_codes (id, purpose, email, address, browser_hash, network)
             select gen_random_uuid(), 'sign_in', n || '@acme.com', n || '@acme.com', 'x', '{network}'
             from generate_series(2, {UNUSED_PER_NETWORK}) n"
        ))
        .await;
    ask(&browser, "eve@acme.com").await.with(StatusCode::TOO_MANY_REQUESTS).says("Wait an hour");
    ask(&server.browser(), "eve@acme.com").await.to("/sign-in/code");
    server.close().await;
}

/// N3: a code is taken however it was pasted, and what holds none is no try.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_pasted_code_is_read_and_a_text_without_one_costs_no_try(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let server = Server::start(connect).await;
    let pasted: [fn(&str) -> String; 5] = [
        |code| format!("Your code is {} {}.", &code[..3], &code[3..]),
        |code| format!("{}\u{200b}\u{2013}{}", &code[..3], &code[3..]),
        |code| code.chars().filter_map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10)).collect(),
        |code| code.chars().filter_map(|c| char::from_u32(u32::from(c) - 0x30 + 0x660)).collect(),
        |code| format!("{code} and a tail of 2 words"),
    ];
    for (n, paste) in pasted.into_iter().enumerate() {
        let (browser, address) = (server.browser(), format!("p{n}@acme.com"));
        browser.post("/sign-up", &[("email", &address)]).await.to("/sign-in/code");
        let code = server.code_for(&address).await;
        for nothing in ["", "I have none", "12345", "1234567", "111111 222222"] {
            let answer = browser.post("/sign-in/code", &[("code", nothing)]).await;
            answer.with(StatusCode::UNPROCESSABLE_ENTITY).says("as it stands in the email");
        }
        let tries = format!("select tries_left::bigint from login_codes where email = '{address}'");
        assert_eq!(server.number(&tries).await, 5);
        browser.post("/sign-in/code", &[("code", &paste(&code))]).await.to("/");
    }
    server.close().await;
}

/// N3: each code that a browser asked for works, also when another tab has asked for another address.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_code_works_on_the_page_of_its_address(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    let browser = acme.server.browser();
    ask(&browser, "olga@acme.com").await;
    let first = acme.server.code_for("olga@acme.com").await;
    ask(&browser, "olga@acme.com").await;
    let page = browser.get("/sign-in/code").await.with(StatusCode::OK);
    ask(&browser, "bob@acme.com").await;
    browser.fill(&page, "/sign-in/code", &[("code", &first)]).await.to("/");
    browser.visit("/").await.says("Acme");
    acme.close().await;
}

/// N3: a header that anybody can send is no way around the limit of a network.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn only_the_entry_of_our_own_proxy_tells_the_network(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    let mut request = browser.request(Method::POST, "/sign-in");
    let headers = request.headers_mut().unwrap();
    // The first line, and the second, to which our proxy appended.
    headers.insert("x-forwarded-for", "1.2.3.4, 5.6.7.8".parse().unwrap());
    headers.append("x-forwarded-for", "9.9.9.9, 2001:db8:1:2:3:4:5:6".parse().unwrap());
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    browser.send(request.body("email=ada@acme.com".into()).unwrap()).await.with(StatusCode::SEE_OTHER);
    assert_eq!(server.text("select network from login_codes").await, "2001:db8:1:2::/64");
    server.close().await;
}

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn cookies_are_bound_to_this_host_and_hidden_from_scripts(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    let asked = browser.post("/sign-up", &[("email", "ada@acme.com")]).await;
    let code = server.code_for("ada@acme.com").await;
    let signed_in = browser.post("/sign-in/code", &[("code", &code)]).await.with(StatusCode::SEE_OTHER);
    for (answer, name) in [(&asked, BROWSER), (&signed_in, LOGIN)] {
        let cookie = answer.header(header::SET_COOKIE);
        assert!(cookie.starts_with(&format!("{name}=")), "{cookie}");
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        for attribute in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
            assert!(attributes.contains(&attribute), "{attribute} in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    server.close().await;
}

/// N3: a copy of the database signs nobody in.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_database_has_hashes_of_secrets_and_no_codes(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    browser.post("/sign-up", &[("email", "ada@acme.com")]).await;
    let code = server.code_for("ada@acme.com").await;
    let columns = format!(
        "select count(*) from login_codes c, jsonb_each_text(to_jsonb(c)) column_of where column_of.value = '{code}'"
    );
    assert_eq!(server.number(&columns).await, 0);
    browser.post("/sign-in/code", &[("code", &code)]).await.to("/");
    let everything = server.everything().await.join("\n");
    for cookie in [LOGIN, BROWSER] {
        let secret = browser.cookie(cookie);
        assert!(secret.len() >= 43, "256 bits");
        assert!(!everything.contains(&secret), "{cookie}");
        let hash: String =
            Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(everything.contains(&hash), "{cookie}");
    }
    server.close().await;
}

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_sign_in_code_has_five_tries_and_is_used_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    let browser = acme.server.browser();
    ask(&browser, "olga@acme.com").await;
    let code = acme.server.code_for("olga@acme.com").await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        browser.post("/sign-in/code", &[("code", wrong)]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    browser.post("/sign-in/code", &[("code", &code)]).await.with(StatusCode::UNPROCESSABLE_ENTITY);

    ask(&browser, "olga@acme.com").await;
    let code = acme.server.code_for("olga@acme.com").await;
    let thief = acme.server.browser();
    thief.post("/sign-in/code", &[("code", &code)]).await.to("/sign-in");
    browser.post("/sign-in/code", &[("code", &code)]).await.to("/");
    browser.post("/sign-in/code", &[("code", &code)]).await.to("/sign-in");
    acme.close().await;
}

/// N3, H6
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn signing_out_ends_the_login_on_the_server(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    let stolen = acme.lead.browser.copy();
    stolen.get("/dashboard").await.with(StatusCode::OK);
    let account = acme.lead.browser.get("/account").await.with(StatusCode::OK);
    let out = acme.lead.browser.fill(&account, "/sign-out", &[]).await.to("/sign-in");
    assert!(out.header(header::SET_COOKIE).contains("Max-Age=0"), "{out}");
    // H6, QUALITY 21
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"", "pictures that the browser kept");
    stolen.get("/dashboard").await.to("/sign-in");
    acme.lead.browser.get("/account").await.to("/sign-in");
    acme.close().await;
}

/// N1, P5: a form that is sent twice, in two tabs at once and once more, makes one organization.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_organization_that_is_named_twice_is_created_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let eve = server.signed_in("eve@new.example").await;
    let tab = eve.copy();
    let fields = [("org", "New"), ("name", "Eve")];
    let (one, two) = tokio::join!(eve.post("/welcome", &fields), tab.post("/welcome", &fields));
    for answer in [one, two, eve.post("/welcome", &fields).await] {
        eve.follow(answer.with(StatusCode::SEE_OTHER)).await.with(StatusCode::OK).says("New");
    }
    assert_eq!(server.number("select count(*) from organizations").await, 1);
    assert_eq!(server.number("select count(*) from members").await, 1);
    server.close().await;
}
