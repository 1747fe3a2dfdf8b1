//! Who has to come through the provider, and how the Owner comes back in without it. S4

use headcount::{
    domain::actor::Actor,
    store::{credits, links},
};

use super::world::{World, asked};
use crate::harness::*;

impl World {
    /// New recovery codes, and acme.com comes through the provider only.
    async fn require(&self) -> Vec<String> {
        let lead = &self.acme.lead;
        let codes = lead.call("sso/recovery-codes", &[]).await.with(StatusCode::OK).json();
        let required = [("domain", "acme.com"), ("required", "on")];
        lead.call("sso/require", &required).await.with(StatusCode::OK);
        codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    }
}

/// S4: a code instead, where that is allowed.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_code_will_do_unless_the_provider_is_required(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let browser = world.acme.server.browser();
    let page = browser.post("/sign-in", &[("email", "olga@acme.com")]).await.with(StatusCode::OK);
    browser.fill(&page, "/sign-in", &[("by", "code")]).await.to("/sign-in/code");
    let code = world.acme.server.code_for("olga@acme.com").await;
    world.require().await;
    // Asked for before, and no longer of use.
    let page = browser.get("/sign-in/code").await;
    asked(&browser.fill(&page, "/sign-in/code", &[("code", &code)]).await.with(StatusCode::OK));
    browser.get("/me").await.to("/sign-in");
    let page = browser.post("/sign-in", &[("email", "olga@acme.com"), ("by", "code")]).await;
    asked(&page);
    assert!(!page.words().contains("code by email"), "{page}");
    asked(&browser.post("/sign-up", &[("email", "olga@acme.com")]).await);
    world.acme.server.work().await;
    world.close().await;
}

/// S4: invites and links lead to the provider, and back to where the person came from.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn invites_and_links_lead_to_the_provider(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.require().await;
    world.set_jit(false).await;
    let server = &world.acme.server;
    // By invite.
    let invite = world.acme.invite("ada@acme.com").await;
    server.work().await;
    let (browser, path) = (server.browser(), world.acme.invite_path(invite));
    let page = browser.get(&path).await.with(StatusCode::OK);
    let there = asked(&browser.fill(&page, &path, &[("name", "Ada")]).await.with(StatusCode::OK));
    let claims = world.provider.claims(&there, "ada", "ada@acme.com");
    world.come_back(&browser, &there, &claims, Signing::Es256).await.to("/");
    browser.get("/me").await.with(StatusCode::OK);
    assert_eq!(server.text("select state from invites").await, "joined");
    // By link, where new people do not come in by themselves.
    let path = world.acme.link_path(world.acme.link(unlimited()).await);
    let browser = server.browser();
    let page = browser.get(&path).await.with(StatusCode::OK);
    let page = browser.fill(&page, &path, &[("name", "Bob"), ("email", "bob@acme.com")]).await;
    let there = asked(&page.with(StatusCode::OK));
    let claims = world.provider.claims(&there, "bob", "bob@acme.com");
    world.come_back(&browser, &there, &claims, Signing::Es256).await.to(&path);
    let page = browser.get(&path).await.with(StatusCode::OK);
    browser.fill(&page, &path, &[("name", "Bob")]).await.to("/me");
    assert_eq!(world.members().await, 3);
    world.close().await;
}

/// S4: the link of another organization is gone back to as well.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_link_of_another_organization_is_gone_back_to(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.require().await;
    let server = &world.acme.server;
    let other = server.found("Other", "otto@other.com").await;
    let mut tx = server.pool().begin().await.unwrap();
    credits::grant(&mut tx, &Actor::operator(other.actor.org), 1, None).await.unwrap();
    let link = links::create(&mut tx, &other.actor, &unlimited()).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/j/{}", server.state.keys.link_token(other.actor.org, link));
    let browser = server.browser();
    let page = browser.get(&path).await.with(StatusCode::OK);
    let page = browser.fill(&page, &path, &[("name", "Ada"), ("email", "ada@acme.com")]).await;
    let there = asked(&page.with(StatusCode::OK));
    let claims = world.provider.claims(&there, "ada", "ada@acme.com");
    world.come_back(&browser, &there, &claims, Signing::Es256).await.to(&path);
    world.close().await;
}

/// S4: not before the connection was tested, and not without a way back.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nobody_locks_themselves_out(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let lead = &world.acme.lead;
    let require = [("domain", "acme.com"), ("required", "on")];
    lead.call("sso/require", &require).await.with(StatusCode::CONFLICT).says("Make recovery codes first");
    lead.call("sso/recovery-codes", &[]).await.with(StatusCode::OK);
    world.acme.server.execute("update connections set enabled = false").await;
    lead.call("sso/require", &require).await.with(StatusCode::CONFLICT).says("Test the connection first");
    world.acme.server.execute("update connections set enabled = true").await;
    lead.call("sso/require", &[("domain", "other.com"), ("required", "on")])
        .await
        .with(StatusCode::NOT_FOUND);
    lead.call("sso/require", &require).await.with(StatusCode::OK);
    // Another connection is not tested: codes work again.
    let changed = [
        ("preset", "keycloak"),
        ("issuer", "https://id.acme.com/realms/acme"),
        ("client_id", "headcount"),
        ("client_secret", ""),
    ];
    lead.call("sso/connect", &changed).await.with(StatusCode::OK);
    world.acme.server.browser().post("/sign-in", &[("email", "olga@acme.com")]).await.to("/sign-in/code");
    world.acme.server.work().await;
    world.close().await;
}

/// S4: the provider is down; the Owner comes in with a code, once, and the leads are told.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_owner_comes_back_in_without_the_provider(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    let codes = world.require().await;
    assert_eq!(codes.len(), 8);
    world.provider.set_broken(true);
    let browser = server.browser();
    let page = browser.post("/sign-in", &[("email", "olga@acme.com")]).await;
    let page = page.with(StatusCode::BAD_GATEWAY).says("Use a recovery code");
    assert!(page.text().contains("href=\"/sign-in/recovery\""));
    let form = browser.get("/sign-in/recovery").await.with(StatusCode::OK);
    let enter = async |email: &str, code: &str| {
        browser.fill(&form, "/sign-in/recovery", &[("email", email), ("code", code)]).await
    };
    for (email, code) in [
        ("olga@acme.com", "BCDFG-HJKLM"),
        ("olga@acme.com", "123456"),
        ("olga@acme.com", ""),
        ("ada@acme.com", &codes[0]),
        ("", &codes[0]),
    ] {
        enter(email, code).await.with(StatusCode::UNPROCESSABLE_ENTITY).says("not one of the codes");
    }
    enter("Olga@ACME.com", &codes[3].to_lowercase()).await.to("/");
    browser.visit("/").await.with(StatusCode::OK).says("Acme");
    enter("olga@acme.com", &codes[3]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(server.mail_to("olga@acme.com").await.subject, "A recovery code of Acme was used");
    // New codes end the old ones.
    world.acme.lead.call("sso/recovery-codes", &[]).await.with(StatusCode::OK);
    enter("olga@acme.com", &codes[4]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    world.close().await;
}

/// S4: back, cancelled, declined: each has its page with the next step; signing out says what goes on.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn every_way_back_has_its_page(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let browser = world.acme.server.browser();
    for (error, status, words) in [
        ("access_denied", StatusCode::OK, "You turned back"),
        ("unauthorized_client", StatusCode::FORBIDDEN, "did not let you through (unauthorized_client)"),
        ("<script>", StatusCode::FORBIDDEN, "did not let you through (script)"),
    ] {
        let asked = world.begin(&browser, "ada@acme.com").await;
        let page = world.answer(&browser, &asked, &[("error", error)]).await.with(status).says(words);
        assert!(page.text().contains("href=\"/sign-in\""), "{page}");
    }
    world.sign_in(&browser, "ada", "ada@acme.com").await.to("/");
    let out = browser.post("/sign-out", &[]).await.to("/sign-in?signed-out=here");
    browser.follow(out).await.says("At your identity provider you are still signed in");
    world.close().await;
}

/// S3: whoever leaves the company is out within a day: a login through the provider ends by then.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_login_through_the_provider_lasts_a_day(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.sign_in(&world.acme.server.browser(), "ada", "ada@acme.com").await.to("/");
    let query =
        "select count(*) from logins where sso_org_id is not null and expires_at <= now() + interval '1 day'";
    assert_eq!(world.acme.server.number(query).await, 1);
    world.close().await;
}
