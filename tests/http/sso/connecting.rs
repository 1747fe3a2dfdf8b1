//! `/fn/sso/…`, `/sso/test`: connecting a provider, and seeing whether it works. S2

use headcount::server::{oidc::Providers, reach::Reach};
use serde_json::json;

use super::world::{World, asked, connect_to};
use crate::harness::*;

/// S2: from the form to the test that switches it on; the secret is in the database sealed, and on no page.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_connection_is_on_once_it_was_tested(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::unconnected(connect).await;
    let lead = &world.acme.lead;
    let typed = [
        ("preset", "other"),
        ("issuer", world.provider.issuer.as_str()),
        ("client_id", IdentityProvider::CLIENT),
        ("client_secret", IdentityProvider::SECRET),
    ];
    lead.call("sso/connect", &typed).await.with(StatusCode::OK);
    world.acme.server.execute("insert into domains (org_id, domain, state, verified_at, next_look_at) select id, 'acme.com', 'verified', now(), 'infinity' from organizations").await;
    let shown = lead.call("sso/show", &[]).await.with(StatusCode::OK);
    assert!(!shown.text().contains(IdentityProvider::SECRET), "{shown}");
    assert_eq!(shown.json()["connection"]["enabled"], false);
    let kept: Vec<u8> = sqlx::query_scalar("select client_secret from connections")
        .fetch_one(world.acme.server.pool())
        .await
        .unwrap();
    assert!(!kept.windows(5).any(|part| IdentityProvider::SECRET.as_bytes().windows(5).any(|s| s == part)));
    // Not on yet: people get codes.
    world.acme.server.browser().post("/sign-in", &[("email", "ada@acme.com")]).await.to("/sign-in/code");
    let there = asked(&lead.browser.post("/sso/test", &[]).await.with(StatusCode::OK));
    assert_eq!(there.query["redirect_uri"], shown.json()["callback"].as_str().unwrap());
    let claims = world.provider.claims(&there, "olga", "olga@acme.com");
    let page = world.come_back(&lead.browser, &there, &claims, Signing::Es256).await;
    page.with(StatusCode::OK).says("signed you in as olga@acme.com");
    assert_eq!(lead.call("sso/show", &[]).await.json()["connection"]["enabled"], true);
    assert_eq!(world.members().await, 1, "a test makes nobody a member");
    asked(&world.acme.server.browser().post("/sign-in", &[("email", "ada@acme.com")]).await);
    world.acme.server.work().await;
    world.close().await;
}

/// S2: what is wrong is said in plain words, with where to mend it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_test_says_what_is_wrong(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let lead = &world.acme.lead;
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    for (claim, value, says) in [
        ("email", json!(null), "did not send an email address"),
        ("email_verified", json!(null), "has not verified (email_verified)"),
        ("email", json!("olga@elsewhere.com"), "elsewhere.com, which is not a verified domain of yours"),
        ("iat", json!(now + 3600), "differ by more than five minutes"),
        ("aud", json!("another"), "Copy the client ID again"),
        ("iss", json!("https://other.example"), "The token is not from"),
    ] {
        let there = asked(&lead.browser.post("/sso/test", &[]).await);
        let mut claims = world.provider.claims(&there, "olga", "olga@acme.com");
        claims[claim] = value;
        world.come_back(&lead.browser, &there, &claims, Signing::Es256).await.says(says);
    }
    let there = asked(&lead.browser.post("/sso/test", &[]).await);
    let claims = world.provider.claims(&there, "olga", "olga@acme.com");
    world.come_back(&lead.browser, &there, &claims, Signing::Not).await.says("Choose RS256 or ES256");
    let there = asked(&lead.browser.post("/sso/test", &[]).await);
    let registered = world.answer(&lead.browser, &there, &[("error", "invalid_request")]).await;
    registered.says("this redirect URI is registered exactly: https://headshots.example/sso/");
    let there = asked(&lead.browser.post("/sso/test", &[]).await);
    world.provider.change_secret();
    let claims = world.provider.claims(&there, "olga", "olga@acme.com");
    world
        .come_back(&lead.browser, &there, &claims, Signing::Es256)
        .await
        .says("does not accept the client ID");
    world.close().await;
}

/// S2: what stands in the documents, or does not.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_provider_that_is_not_what_it_should_be_is_told_apart(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut world = World::new(connect).await;
    for (document, says) in [
        (json!({ "issuer": "https://other.example" }), "calls itself https://other.example"),
        (json!({ "jwks_uri": "no URL" }), "no description of an OpenID Connect provider"),
        (json!({ "jwks_uri": "http://127.0.0.1:1/keys" }), "did not answer"),
        (json!({ "padding": "x".repeat(600_000) }), "no description of an OpenID Connect provider"),
    ] {
        world.provider.describe(document);
        // What was found before is not asked for again at once.
        forget_providers(&mut world, Reach::Everywhere);
        let page = world.acme.lead.browser.post("/sso/test", &[]).await;
        page.with(StatusCode::BAD_GATEWAY).says(says);
    }
    world.provider.set_broken(true);
    world.acme.lead.browser.post("/sso/test", &[]).await.says("did not answer");
    // A server inside a company says so; every other does not reach inside.
    forget_providers(&mut world, Reach::Public);
    world.acme.lead.browser.post("/sso/test", &[]).await.says("is in a private network or without https");
    world.close().await;
}

fn forget_providers(world: &mut World, reach: Reach) {
    world.acme.server.state.providers = Providers::new(reach);
    world.acme.server.reroute();
    world.acme.lead.browser = world.acme.lead.browser.at(&world.acme.server);
}

/// S2: keys are kept, and asked for again once where one is not among them.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn replaced_keys_are_found(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for n in 0..3 {
        let who = format!("ada{n}");
        world.sign_in(&world.acme.server.browser(), &who, &format!("{who}@acme.com")).await.to("/");
    }
    assert_eq!(world.provider.key_requests(), 1, "kept");
    world.provider.rotate_keys();
    world.sign_in(&world.acme.server.browser(), "bob", "bob@acme.com").await.to("/");
    assert_eq!(world.provider.key_requests(), 2, "asked for again");
    world.close().await;
}

/// S2: Entra's document for several tenants has a gap where the tenant belongs.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_tenant_of_a_shared_document_signs_in(_: PgPoolOptions, connect: PgConnectOptions) {
    const TENANT: &str = "11111111-2222-3333-4444-555555555555";
    let world = World::unconnected(connect).await;
    let server = &world.acme.server;
    let shared = format!("{}/{{tenantid}}/v2.0", world.provider.issuer);
    world.provider.describe(json!({ "issuer": shared }));
    let mut tenant = world.provider.clone();
    tenant.issuer = format!("{}/{TENANT}/v2.0", world.provider.issuer);
    connect_to(server, &world.acme.lead, "acme.com", &tenant).await;
    server.execute("update connections set preset = 'entra'").await;
    let sign_in = async |issuer: &str| {
        let browser = server.browser();
        let asked = world.begin(&browser, "ada@acme.com").await;
        let mut claims = world.provider.claims(&asked, "ada", "ada@acme.com");
        claims["iss"] = json!(issuer);
        // Entra does not say that an address is verified: its addresses are its own.
        claims.as_object_mut().unwrap().remove("email_verified");
        world.come_back(&browser, &asked, &claims, Signing::Es256).await
    };
    let another = tenant.issuer.replace("1111", "9999");
    for issuer in [&another, &shared] {
        sign_in(issuer).await.with(StatusCode::BAD_GATEWAY);
    }
    sign_in(&tenant.issuer).await.to("/");
    world.close().await;
}

/// S2, N1: what is typed wrong is said at its field, and changes nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_connection_that_cannot_be_is_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::unconnected(connect).await;
    for (preset, issuer, client, secret, field) in [
        ("entra", "common", "x", "y", "issuer"),
        ("other", "not a URL", "x", "y", "issuer"),
        ("okta", "acme.okta.com", " ", "y", "client_id"),
        ("okta", "acme.okta.com", "x", "", "client_secret"),
    ] {
        let typed =
            [("preset", preset), ("issuer", issuer), ("client_id", client), ("client_secret", secret)];
        let refused = world.acme.lead.call("sso/connect", &typed).await;
        let refused = refused.with(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["Invalid"][0]["field"], field, "{refused}");
    }
    assert_eq!(world.acme.server.number("select count(*) from connections").await, 0);
    let table = [("team_claim", "groups"), ("team_table", "g = Nowhere")];
    world.acme.lead.call("sso/provision", &table).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    world.close().await;
}

/// S2: the Owner alone makes recovery codes; nobody but leads tests the connection.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn members_test_nothing_and_team_leads_make_no_codes(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (ada, browser) = world.acme.member("ada@acme.com").await;
    browser.post("/sso/test", &[]).await.with(StatusCode::NOT_FOUND);
    world.acme.server.execute(&format!("update members set role = 'team_lead' where id = '{ada}'")).await;
    let org = world.acme.lead.org();
    browser.call("sso/recovery-codes", &[("org", &org)]).await.with(StatusCode::FORBIDDEN);
    asked(&browser.post("/sso/test", &[]).await.with(StatusCode::OK));
    world.close().await;
}
