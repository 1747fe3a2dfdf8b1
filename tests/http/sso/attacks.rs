//! What must not sign anybody in. Each attack ends without a login, a member or an account. QUALITY 12

use serde_json::json;

use super::world::{World, asked, connect_to};
use crate::harness::*;

/// Comes back with a token that was changed, and looks that nothing came of it.
async fn refused(world: &World, what: &str, change: impl FnOnce(&mut serde_json::Value), signing: Signing) {
    let before = (world.members().await, world.logins().await, world.accounts().await);
    let browser = world.acme.server.browser();
    let asked = world.begin(&browser, "ada@acme.com").await;
    let mut claims = world.provider.claims(&asked, "ada", "ada@acme.com");
    change(&mut claims);
    let answer = world.come_back(&browser, &asked, &claims, signing).await;
    assert!(matches!(answer.status.as_u16(), 400 | 403 | 502), "{what}: {answer}");
    assert!(answer.text().contains("href=\"/sign-in\""), "{what}: no next step: {answer}");
    assert_eq!((world.members().await, world.logins().await, world.accounts().await), before, "{what}");
    browser.get("/me").await.to("/sign-in");
}

/// QUALITY 12, S2: wrong issuer, audience, nonce, times, subject, address.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_token_with_wrong_claims_signs_nobody_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    for (what, name, value) in [
        ("another issuer", "iss", json!("https://evil.example")),
        ("an issuer with a slash", "iss", json!(format!("{}/", world.provider.issuer))),
        ("another audience", "aud", json!("another-client")),
        ("no audience", "aud", json!([])),
        ("several audiences without azp", "aud", json!([IdentityProvider::CLIENT, "another-client"])),
        ("made for another client", "azp", json!("another-client")),
        ("another nonce", "nonce", json!("of another sign-in")),
        ("no nonce", "nonce", json!(null)),
        ("too old", "exp", json!(now - 301)),
        ("not issued yet", "iat", json!(now + 360)),
        ("an empty subject", "sub", json!("")),
        ("a subject that is too long", "sub", json!("x".repeat(256))),
        ("no address", "email", json!(null)),
        ("no mail address", "email", json!("ada")),
        ("an unverified address", "email_verified", json!(false)),
        ("an address that nobody verified", "email_verified", json!(null)),
        ("an address of another's domain", "email", json!("ada@other.com")),
        ("an address of a subdomain", "email", json!("ada@eu.acme.com")),
        ("two addresses in one", "email", json!("ada@other.com,ada@acme.com")),
    ] {
        refused(&world, what, |claims| claims[name] = value, Signing::Es256).await;
    }
    world.close().await;
}

/// QUALITY 12, S2: no signature, `alg: none`, keys that are not the provider's, keys taken for others.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_token_that_is_not_signed_as_it_must_be_signs_nobody_in(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    for signing in [
        Signing::Not,
        Signing::WithTheSecret,
        Signing::WithThePublicKey,
        Signing::ByAnother,
        Signing::Tampered,
        Signing::ByAnUnknownKey,
    ] {
        refused(&world, &format!("{signing:?}"), |_| {}, signing).await;
    }
    world.close().await;
}

/// S2: what is as it must be signs in, in both ways of signing and with clocks five minutes apart.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_proper_token_signs_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    for (n, (name, value, signing)) in [
        ("name", json!("Ada"), Signing::Es256),
        ("name", json!("Ada"), Signing::Rs256),
        ("exp", json!(now - 240), Signing::Es256),
        ("iat", json!(now + 240), Signing::Es256),
        ("email_verified", json!("true"), Signing::Es256),
        ("aud", json!([IdentityProvider::CLIENT]), Signing::Es256),
        ("azp", json!(IdentityProvider::CLIENT), Signing::Es256),
    ]
    .into_iter()
    .enumerate()
    {
        let (browser, email) = (world.acme.server.browser(), format!("ada{n}@acme.com"));
        let asked = world.begin(&browser, &email).await;
        let mut claims = world.provider.claims(&asked, &email, &email);
        claims[name] = value.clone();
        if name == "azp" {
            claims["aud"] = json!([IdentityProvider::CLIENT, "another-client"]);
        }
        world.come_back(&browser, &asked, &claims, signing).await.to("/");
        browser.get("/me").await.with(StatusCode::OK);
    }
    assert_eq!(world.members().await, 8);
    world.close().await;
}

/// QUALITY 12: the answer is believed by the browser that asked, once, and for the sign-in that it is of.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_answer_is_worth_something_to_its_browser_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (victim, attacker) = (world.acme.server.browser(), world.acme.server.browser());
    let stale = |answer: Answer| answer.with(StatusCode::BAD_REQUEST).says("Start again");
    let hand_out = |asked: &Asked| {
        let claims = world.provider.claims(asked, "ada", "ada@acme.com");
        world.provider.hand_out(asked, &claims, Signing::Es256)
    };
    // Somebody is to be signed in as somebody else: login CSRF.
    let theirs = world.begin(&attacker, "ada@acme.com").await;
    let code = hand_out(&theirs);
    stale(world.answer(&victim, &theirs, &[("code", &code)]).await);
    // The browser that began it still may.
    world.answer(&attacker, &theirs, &[("code", &code)]).await.to("/");
    // Once.
    stale(world.answer(&attacker, &theirs, &[("code", &code)]).await);
    // A code of one sign-in is of no use in another: PKCE.
    let (one, two) = (world.begin(&victim, "ada@acme.com").await, world.begin(&victim, "ada@acme.com").await);
    let code = hand_out(&one);
    world.answer(&victim, &two, &[("code", &code)]).await.with(StatusCode::BAD_GATEWAY);
    // A state that nobody made, and none.
    for state in ["", "x", &"A".repeat(64)] {
        let path = format!("/sso/{}/callback?code=x&state={state}", world.acme.org());
        stale(victim.get(&path).await);
    }
    // One that is older than ten minutes.
    let old = world.begin(&victim, "ada@acme.com").await;
    world.acme.server.execute("update sign_ins set expires_at = now()").await;
    stale(world.answer(&victim, &old, &[("code", &hand_out(&old))]).await);
    victim.get("/me").await.to("/sign-in");
    world.close().await;
}

/// QUALITY 12: two organizations, two providers; what one says counts nothing for the other.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn one_organizations_provider_speaks_for_no_other(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    let other = server.found("Other", "otto@other.com").await;
    let evil = IdentityProvider::start().await;
    connect_to(server, &other, "other.com", &evil).await;
    let before = (world.members().await, world.logins().await);
    // The other's provider says that somebody is Acme's lead.
    let browser = server.browser();
    let page = browser.post("/sign-in", &[("email", "eve@other.com")]).await;
    let theirs = asked(&page);
    let claims = evil.claims(&theirs, "eve", "olga@acme.com");
    let code = evil.hand_out(&theirs, &claims, Signing::Es256);
    let answer = world.answer(&browser, &theirs, &[("code", &code)]).await;
    answer.with(StatusCode::FORBIDDEN).says("do not belong to Other");
    // Its token says that it is Acme's provider.
    let page = browser.post("/sign-in", &[("email", "eve@other.com")]).await;
    let theirs = asked(&page);
    let mut claims = evil.claims(&theirs, "eve", "eve@other.com");
    claims["iss"] = json!(world.provider.issuer);
    let code = evil.hand_out(&theirs, &claims, Signing::Es256);
    world.answer(&browser, &theirs, &[("code", &code)]).await.with(StatusCode::BAD_GATEWAY);
    // Acme's answer comes to the other's callback, and the other way round: mix-up.
    let ours = world.begin(&browser, "ada@acme.com").await;
    let code =
        world.provider.hand_out(&ours, &world.provider.claims(&ours, "ada", "ada@acme.com"), Signing::Es256);
    let crossed = format!("/sso/{}/callback?state={}&code={code}", other.org(), ours.query["state"]);
    browser.get(&crossed).await.with(StatusCode::BAD_REQUEST).says("Start again");
    // The answer names another sender. RFC 9207
    let answer = world.answer(&browser, &ours, &[("code", &code), ("iss", &evil.issuer)]).await;
    answer.with(StatusCode::BAD_GATEWAY);
    assert_eq!((world.members().await, world.logins().await), before);
    world.close().await;
}

/// RFC 9207: a provider that says that it names itself, and then does not, did not send this.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_provider_that_names_itself_has_to(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.provider.describe(json!({ "authorization_response_iss_parameter_supported": true }));
    let browser = world.acme.server.browser();
    for (sender, status) in
        [(None, StatusCode::BAD_GATEWAY), (Some(&world.provider.issuer), StatusCode::SEE_OTHER)]
    {
        let asked = world.begin(&browser, "ada@acme.com").await;
        let claims = world.provider.claims(&asked, "ada", "ada@acme.com");
        let code = world.provider.hand_out(&asked, &claims, Signing::Es256);
        let mut answer = vec![("code", code.as_str())];
        answer.extend(sender.map(|sender| ("iss", sender.as_str())));
        world.answer(&browser, &asked, &answer).await.with(status);
    }
    world.close().await;
}

/// S2, S3: a person is a subject, not an address. Another with the same address is not them, and they are
/// themselves under another.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_address_that_changes_hands_takes_nobody_along(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    let ada = server.browser();
    world.sign_in(&ada, "ada", "ada@acme.com").await.to("/");
    let member = server.text("select id::text from members where email = 'ada@acme.com'").await;
    // Somebody else gets her address.
    let other = server.browser();
    let answer = world.sign_in(&other, "somebody else", "ada@acme.com").await;
    answer.with(StatusCode::FORBIDDEN).says("belongs to somebody else");
    other.get("/me").await.to("/sign-in");
    // She marries.
    world.sign_in(&server.browser(), "ada", "ada.king@acme.com").await.to("/");
    assert_eq!(server.text("select id::text from members where email = 'ada.king@acme.com'").await, member);
    assert_eq!(world.members().await, 2);
    // Now the address is free, and whoever has it is a new person.
    world.sign_in(&other, "somebody else", "ada@acme.com").await.to("/");
    assert_eq!(world.members().await, 3);
    world.close().await;
}

/// S2: what changes while somebody is at the provider is noticed when they come back.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_connection_that_changed_ends_sign_ins_under_way(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let browser = world.acme.server.browser();
    for (change, status) in [
        ("update domains set state = 'lost'", StatusCode::FORBIDDEN),
        (
            "update domains set state = 'verified'; update connections set enabled = false",
            StatusCode::CONFLICT,
        ),
        (
            "update connections set enabled = true, revision = '00000000-0000-0000-0000-000000000001'",
            StatusCode::CONFLICT,
        ),
        ("delete from connections", StatusCode::BAD_REQUEST),
    ] {
        let asked = world.begin(&browser, "ada@acme.com").await;
        sqlx::raw_sql(change).execute(world.acme.server.pool()).await.unwrap();
        let claims = world.provider.claims(&asked, "ada", "ada@acme.com");
        world.come_back(&browser, &asked, &claims, Signing::Es256).await.with(status);
        sqlx::raw_sql("update domains set state = 'verified'")
            .execute(world.acme.server.pool())
            .await
            .unwrap();
        world.acme.server.execute("update connections set enabled = true").await;
    }
    assert_eq!(world.members().await, 1);
    world.close().await;
}

/// QUALITY 12: an organization whose domain has gone to another speaks for the accounts there no more, under
/// whatever subject it knew them.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_provider_loses_its_people_with_their_domain(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    world.sign_in(&server.browser(), "ada", "ada@acme.com").await.to("/");
    let account = server.text("select id::text from accounts where email = 'ada@acme.com'").await;
    server.execute("update domains set state = 'lost'").await;
    server
        .execute(
            "insert into domains (org_id, domain, state, next_look_at)
             select org_id, 'acme.net', 'verified', 'infinity' from domains",
        )
        .await;
    let browser = server.browser();
    world.sign_in(&browser, "ada", "ada@acme.net").await.to("/");
    let logged_in = format!("select count(*) from logins where account_id = '{account}'");
    assert_eq!(server.number(&logged_in).await, 1, "only the login of before");
    assert_eq!(
        server.text(&format!("select email from accounts where id = '{account}'")).await,
        "ada@acme.com"
    );
    world.close().await;
}
