//! Who becomes a member by signing in, and who does not. S3, S5, M5, P3, J6 to J8

use headcount::store::sso::connections::Provisioning;

use super::world::World;
use crate::harness::*;

/// S3, S5: an address, the provider, and in; it costs nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn somebody_new_becomes_a_member_without_an_invite(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let browser = world.acme.server.browser();
    let asked = world.begin(&browser, "ada@acme.com").await;
    for (name, value) in [
        ("client_id", IdentityProvider::CLIENT),
        ("response_type", "code"),
        ("code_challenge_method", "S256"),
        ("login_hint", "ada@acme.com"),
        ("scope", "openid email profile"),
    ] {
        assert_eq!(asked.query[name], value, "{name}");
    }
    assert_eq!(asked.endpoint, format!("{}/authorize", world.provider.issuer));
    let claims = world.provider.claims(&asked, "ada", "ada@acme.com");
    world.come_back(&browser, &asked, &claims, Signing::Es256).await.to("/");
    browser.visit("/").await.with(StatusCode::OK).says("Acme");
    let member =
        world.acme.server.text("select kind || ' ' || name from members where email = 'ada@acme.com'").await;
    assert_eq!(member, "sso Ada Lovelace");
    assert_eq!(world.acme.balance().await, 1);
    let list = world.acme.lead.call("members/list", &[("query", ""), ("have", "")]).await;
    assert!(list.text().contains("Sso"), "leads see who came how");
    // The second time as well, and as the same.
    world.sign_in(&browser, "ada", "ada@acme.com").await.to("/");
    assert_eq!(world.members().await, 2);
    world.close().await;
}

/// S3: with it off, only known people get in; nothing is made of anybody else.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn only_known_people_get_in_where_new_ones_do_not(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.set_jit(false).await;
    let stranger = world.acme.server.browser();
    let answer = world.sign_in(&stranger, "eve", "eve@acme.com").await;
    answer.with(StatusCode::FORBIDDEN).says("You are not a member of Acme yet");
    assert_eq!((world.members().await, world.accounts().await), (1, 1));
    // A member, a managed one, one with an invite.
    let (_, _) = world.acme.member("ada@acme.com").await;
    world.acme.managed("Bob", Some("bob@acme.com")).await;
    world.acme.invite("cleo@acme.com").await;
    world.acme.server.work().await;
    for name in ["ada", "bob", "cleo"] {
        let browser = world.acme.server.browser();
        world.sign_in(&browser, name, &format!("{name}@acme.com")).await.to("/");
        browser.get("/me").await.with(StatusCode::OK);
    }
    assert_eq!(world.members().await, 4);
    world.close().await;
}

/// M5, J7: whoever was added or invited before is that same person, and their invite is closed.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn signing_in_fulfills_what_was_begun_before(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    world.acme.grant(5).await;
    let managed = world.acme.managed("Bob", Some("Bob@acme.com")).await;
    world.acme.shoot(managed).await;
    let team = world.acme.team("Sales").await;
    let invite = world.acme.invite("ada@acme.com").await;
    server.execute(&format!("update invites set team_id = '{team}', title = 'Chair'")).await;
    server.work().await;
    world.sign_in(&server.browser(), "bob", "bob@acme.com").await.to("/");
    world.sign_in(&server.browser(), "ada", "ada@acme.com").await.to("/");
    assert_eq!(world.members().await, 3);
    let bob =
        server.text("select id::text from members where email = 'bob@acme.com' and account_id is not null");
    assert_eq!(bob.await, managed.to_string());
    let ada = format!("select title from members where email = 'ada@acme.com' and team_id = '{team}'");
    assert_eq!(server.text(&ada).await, "Chair");
    assert_eq!(server.text(&format!("select state from invites where id = '{invite}'")).await, "joined");
    world.close().await;
}

/// S3: the sub-team by a claim, or the one for everybody else.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_sub_team_follows_from_a_claim(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let (sales, rest) = (world.acme.team("Sales").await, world.acme.team("Rest").await);
    let how = Provisioning {
        jit: true,
        team: Some(rest),
        team_claim: Some("groups".into()),
        teams: vec![("g-sales".into(), sales)],
    };
    world.provision(how).await;
    for (subject, groups, team) in [
        ("ada", serde_json::json!(["g-other", "g-sales"]), sales),
        ("bob", serde_json::json!("g-sales"), sales),
        ("cleo", serde_json::json!(["g-other"]), rest),
        ("dan", serde_json::json!({ "odd": 1 }), rest),
    ] {
        let (browser, email) = (world.acme.server.browser(), format!("{subject}@acme.com"));
        let asked = world.begin(&browser, &email).await;
        let mut claims = world.provider.claims(&asked, subject, &email);
        claims["groups"] = groups;
        world.come_back(&browser, &asked, &claims, Signing::Es256).await.to("/");
        let query = format!("select team_id::text from members where email = '{email}'");
        assert_eq!(world.acme.server.text(&query).await, team.to_string(), "{subject}");
    }
    world.close().await;
}

/// P3, S3, J8: removed people stay out, under whatever address, until somebody invites them; they read
/// that they were removed, and keep their account.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn removed_people_stay_out_until_they_are_invited(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    let browser = server.browser();
    world.sign_in(&browser, "ada", "ada@acme.com").await.to("/");
    let member = server.text("select id::text from members where email = 'ada@acme.com'").await;
    world.acme.lead.call("members/remove", &[("member", &member)]).await.with(StatusCode::OK);
    for email in ["ada@acme.com", "ada.king@acme.com"] {
        let browser = server.browser();
        world.sign_in(&browser, "ada", email).await.to("/");
        browser.visit("/").await.says("You were removed from Acme");
        assert_eq!(world.members().await, 1, "{email}");
    }
    // A new person under her first address: that was removed, too.
    world.sign_in(&server.browser(), "somebody else", "ada@acme.com").await;
    assert_eq!(world.members().await, 1);
    world.acme.invite("ada.king@acme.com").await;
    server.work().await;
    let browser = server.browser();
    world.sign_in(&browser, "ada", "ada.king@acme.com").await.to("/");
    browser.get("/me").await.with(StatusCode::OK);
    assert_eq!(world.members().await, 2);
    // Back for good: the next time without an invite.
    world.sign_in(&server.browser(), "ada", "ada.king@acme.com").await.to("/");
    world.close().await;
}

/// QUALITY 12: a subject that the provider gives to somebody else after a removal opens nothing of the
/// removed person's, and another subject under the removed person's address neither.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_identity_that_is_used_again_after_a_removal_opens_nothing(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    world.sign_in(&server.browser(), "ada", "ada@acme.com").await.to("/");
    let member = server.text("select id::text from members where email = 'ada@acme.com'").await;
    world.acme.lead.call("members/remove", &[("member", &member)]).await.with(StatusCode::OK);
    let (members, logins) = (world.members().await, world.logins().await);
    let other = server.browser();
    let answer = world.sign_in(&other, "somebody else", "ada@acme.com").await;
    answer.with(StatusCode::FORBIDDEN).says("You were removed from Acme");
    other.get("/account").await.to("/sign-in");
    assert_eq!((world.members().await, world.logins().await), (members, logins));
    world.close().await;
}

/// S3, N8: two tabs of one person at once make one member.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_first_sign_in_in_two_tabs_makes_one_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for n in 0..10 {
        let (browser, who) = (world.acme.server.browser(), format!("ada{n}"));
        let email = format!("{who}@acme.com");
        // The browser's own cookie is set by the first answer.
        let one = world.begin(&browser, &email).await;
        let two = world.begin(&browser, &email).await;
        let come_back = async |asked: &Asked| {
            let claims = world.provider.claims(asked, &who, &email);
            world.come_back(&browser, asked, &claims, Signing::Es256).await
        };
        let (one, two) = futures_util::future::join(come_back(&one), come_back(&two)).await;
        one.to("/");
        two.to("/");
        assert_eq!(world.members().await, 2 + n);
    }
    world.close().await;
}

/// S5: people outside the domain come by invite, as ever; nobody leads them to a provider.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_contractor_comes_by_invite(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    let invite = world.acme.invite("max@contractor.example").await;
    server.work().await;
    let browser = server.browser();
    let page = browser.get(&world.acme.invite_path(invite)).await.with(StatusCode::OK);
    browser.fill(&page, &world.acme.invite_path(invite), &[("name", "Max")]).await.to("/me");
    let other = server.browser();
    other.post("/sign-in", &[("email", "max@contractor.example")]).await.to("/sign-in/code");
    server.work().await;
    world.close().await;
}

/// S5: who can sign in directly is shown as such, left out of a list that nobody has looked at, and invited
/// where somebody says so.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn covered_addresses_are_invited_only_on_purpose(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let lead = &world.acme.lead;
    let list = "ada@acme.com, max@contractor.example, bob@eu.acme.com";
    let checked = lead.call("invites/check", &[("addresses", list)]).await.with(StatusCode::OK).json();
    assert_eq!(checked, serde_json::json!([{ "key": "ada@acme.com", "status": "Covered" }]));
    assert_eq!(lead.call("invites/begin", &[]).await.json()["covered"], serde_json::json!(["acme.com"]));
    let send = [("addresses", list), ("team", ""), ("note", "")];
    let report = lead.call("invites/send", &send).await.with(StatusCode::OK).json();
    assert_eq!((&report["invited"], &report["left_out"][0]["key"]), (&2.into(), &"ada@acme.com".into()));
    assert_eq!(report["left_out"][0]["reason"], "They can sign in directly, no invite needed.");
    // The dialog sends people whom somebody has looked at.
    let fields = serde_json::json!({
        "org": lead.org(), "addresses": [{ "address": "ada@acme.com" }], "team": "", "note": "",
    });
    let sent = lead.browser.call_with_json("invites/send", &fields).await;
    assert_eq!(sent.with(StatusCode::OK).json()["invited"], 1);
    world.set_jit(false).await;
    let checked = lead.call("invites/check", &[("addresses", "cleo@acme.com")]).await.json();
    assert_eq!(checked, serde_json::json!([]), "who does not come in by themselves needs an invite");
    world.acme.server.work().await;
    world.close().await;
}
