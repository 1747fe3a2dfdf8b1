//! Signing in and out: codes, cookies, devices. J5, N3, QUALITY 13

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
            let text = page.text().replace(address, "ADDRESS").replace(&nonce, "NONCE");
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

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn too_many_codes_are_refused_with_429(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    for _ in 0..6 {
        ask(&server.browser(), "ada@acme.com").await.with(StatusCode::SEE_OTHER);
    }
    ask(&server.browser(), "ada@acme.com").await.with(StatusCode::TOO_MANY_REQUESTS).says("Wait an hour");
    ask(&server.browser(), "bob@acme.com").await.with(StatusCode::SEE_OTHER);

    let one = server.browser();
    for n in 0..60 {
        ask(&one, &format!("p{n}@acme.com")).await.with(StatusCode::SEE_OTHER);
    }
    ask(&one, "eve@acme.com").await.with(StatusCode::TOO_MANY_REQUESTS);
    server.execute("update login_codes set created_at = created_at - interval '1 hour'").await;
    ask(&one, "ada@acme.com").await.with(StatusCode::SEE_OTHER);
    server.execute("delete from jobs").await;
    server.close().await;
}

/// N3: a header that anybody can send is no way around the limit of a network.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn only_the_entry_of_our_own_proxy_tells_the_network(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    let mut request = browser.request(Method::POST, "/sign-in");
    let headers = request.headers_mut().unwrap();
    headers.insert("x-forwarded-for", "1.2.3.4, 5.6.7.8, 2001:db8:1:2:3:4:5:6".parse().unwrap());
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
    browser.post("/sign-in/code", &[("code", &code)]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    acme.close().await;
}

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn signing_out_ends_the_login_on_the_server(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    let stolen = acme.lead.browser.copy();
    stolen.get("/dashboard").await.with(StatusCode::OK);
    let account = acme.lead.browser.get("/account").await.with(StatusCode::OK);
    let out = acme.lead.browser.fill(&account, "/sign-out", &[]).await.to("/sign-in");
    assert!(out.header(header::SET_COOKIE).contains("Max-Age=0"), "{out}");
    stolen.get("/dashboard").await.to("/sign-in");
    acme.lead.browser.get("/account").await.to("/sign-in");
    acme.close().await;
}

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn logins_are_listed_and_can_be_closed_one_by_one_or_all_others(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 0).await;
    let [phone, tablet] =
        [acme.server.signed_in("olga@acme.com").await, acme.server.signed_in("olga@acme.com").await];
    let foreign = acme.server.found("Other", "otto@other.com").await;
    let account = phone.get("/account").await.with(StatusCode::OK).says("Firefox");
    let closable: Vec<Form> =
        account.forms().into_iter().filter(|form| form.action.ends_with("/close")).collect();
    assert_eq!(closable.len(), 2, "the two other devices");
    phone.post(&closable[0].action, &[]).await.to("/account");
    let left = "select count(*) from logins l join accounts a on a.id = l.account_id where a.email = 'olga@acme.com'";
    assert_eq!(acme.server.number(left).await, 2);

    let theirs = acme.server.text("select l.id::text from logins l join accounts a on a.id = l.account_id where a.email = 'otto@other.com'").await;
    phone.post(&format!("/account/logins/{theirs}/close"), &[]).await.to("/account");
    foreign.browser.get("/dashboard").await.with(StatusCode::OK);

    phone.post("/account/logins/close-others", &[]).await.to("/account");
    assert_eq!(acme.server.number(left).await, 1);
    for other in [&tablet, &acme.lead.browser] {
        other.get("/account").await.to("/sign-in");
    }
    phone.get("/account").await.with(StatusCode::OK);
    acme.close().await;
}

/// N2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn looking_at_an_organization_of_others_changes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    let other = acme.server.found("Other", "otto@other.com").await;
    let before = acme.server.everything().await;
    acme.lead.browser.post(&format!("/account/organizations/{}/switch", other.org()), &[]).await.to("/");
    assert_eq!(acme.server.everything().await, before);
    acme.lead.browser.get("/dashboard").await.says("Acme");
    acme.close().await;
}
