//! Joining through a link by people who are somebody already. J3, J4, L4, M5, P3, P5

use crate::harness::*;

/// J3, J4: somebody with an organization of their own joins another, and looks at that one then.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_account_of_another_organization_joins_and_looks_there(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(limited_to(1)).await);
    let other = acme.server.found("Other", "otto@other.com").await;
    other.browser.get("/dashboard").await.with(StatusCode::OK).says("Other");
    let page =
        other.browser.get(&path).await.with(StatusCode::OK).says("You are signed in with this address");
    let joined = other.browser.fill(&page, &path, &[("name", "Otto")]).await.to("/me");
    other.browser.follow(joined).await.with(StatusCode::OK).says("Acme");
    other.browser.get("/dashboard").await.to("/me");
    let roles = "select string_agg(role, ',' order by role) from members where email = 'otto@other.com'";
    assert_eq!(acme.server.text(roles).await, "member,owner", "a member here, still the Owner there");
    assert_eq!(acme.count_joined().await, 1);
    // With a code from another browser it is the same account.
    let elsewhere = acme.server.browser();
    acme.server.execute("update invite_links set usage_limit = 2").await;
    let page = elsewhere.ask_to_join(&path, "otto@other.com").await;
    let code = acme.server.code_for("otto@other.com").await;
    elsewhere.enter_code(&page, &path, &code).await.to("/me");
    assert_eq!(acme.count_joined().await, 1);
    assert_eq!(acme.server.number("select count(*) from accounts where email = 'otto@other.com'").await, 1);
    acme.close().await;
}

/// L4, P5
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_owner_who_opens_the_own_link_stays_the_owner(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.link_path(acme.link(limited_to(1)).await);
    let before = acme.server.text("select members::text from members").await;
    acme.lead.browser.get(&path).await.with(StatusCode::OK).says("You are already in");
    acme.lead.browser.join_as_viewer(&path).await.to("/me");
    let elsewhere = acme.server.browser();
    let page = elsewhere.ask_to_join(&path, "olga@acme.com").await;
    let code = acme.server.code_for("olga@acme.com").await;
    elsewhere.enter_code(&page, &path, &code).await.to("/me");
    elsewhere.get("/dashboard").await.with(StatusCode::OK);
    assert_eq!(acme.server.text("select members::text from members").await, before);
    assert_eq!(acme.count_joined().await, 0);
    acme.close().await;
}

/// M5: in two tabs at once, signed in and by a code: the member that was there all along.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_managed_member_who_joins_becomes_that_same_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2).await;
    let managed = acme.managed("Bob", Some("bob@acme.com")).await;
    acme.shoot(managed).await;
    acme.server.work().await;
    let path = acme.link_path(acme.link(limited_to(1)).await);
    let bob = acme.server.signed_in("bob@acme.com").await;
    let typing = acme.server.browser();
    let page = typing.ask_to_join(&path, "Bob@acme.com").await;
    let code = acme.server.code_for("Bob@acme.com").await;
    let tab = bob.copy();
    let (one, two, three) = tokio::join!(
        bob.join_as_viewer(&path),
        tab.join_as_viewer(&path),
        typing.enter_code(&page, &path, &code)
    );
    for answer in [one, two, three] {
        answer.to("/me");
    }
    bob.get("/me").await.with(StatusCode::OK).says("Here you are, Bob");
    let member = acme.server.text("select id::text from members where email = 'bob@acme.com'").await;
    assert_eq!(member, managed.to_string());
    assert_eq!(acme.count_joined().await, 0);
    acme.close().await;
}

/// P3, L7: an old link is invalid for whoever was removed, with a page of its own; a personal invite and
/// a link that was made after work.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_was_removed_comes_back_by_something_new_only(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let old = acme.link_path(acme.link(unlimited()).await);
    for address in ["ada@acme.com", "bob@acme.com"] {
        let browser = acme.server.signed_in(address).await;
        browser.join_as_viewer(&old).await.to("/me");
        let query = format!("select id::text from members where email = '{address}'");
        let member = acme.server.text(&query).await;
        acme.lead.call("members/remove", &[("member", &member)]).await.with(StatusCode::OK);
        let refused = browser.join_as_viewer(&old).await.with(StatusCode::FORBIDDEN);
        refused.says("This link does not let you back in").says("a personal invite works");
        browser.get("/me").await.to("/welcome");
    }
    // An address that is merely typed tells nobody that it was removed.
    let typing = acme.server.browser();
    let page = typing.ask_to_join(&old, "ada@acme.com").await;
    let code = acme.server.code_for("ada@acme.com").await;
    typing.enter_code(&page, &old, &code).await.with(StatusCode::FORBIDDEN).says("does not let you back in");
    typing.get("/me").await.to("/sign-in");
    assert_eq!(acme.server.number("select count(*) from members").await, 1);

    let new = acme.link_path(acme.link(unlimited()).await);
    acme.server.signed_in("ada@acme.com").await.join_as_viewer(&new).await.to("/me");
    let invite = acme.invite("bob@acme.com").await;
    let back = acme.server.signed_in("bob@acme.com").await;
    back.post(&acme.invite_path(invite), &[("name", "Bob")]).await.to("/me");
    back.get(&old).await.with(StatusCode::OK).says("You are already in");
    assert_eq!(acme.server.number("select count(*) from members").await, 3);
    acme.close().await;
}

/// J4, L4: two tabs of one person, one signed in and one with a code, take one place.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn two_tabs_at_once_take_one_place(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found_on(Server::start_with(connect, 8).await, 1).await;
    let path = acme.link_path(acme.link(limited_to(1)).await);
    for round in 0..5 {
        acme.server.execute("update invite_links set usage_limit = used + 1").await;
        let address = format!("p{round}@acme.com");
        let typing = acme.server.browser();
        let page = typing.ask_to_join(&path, &address).await;
        let code = acme.server.code_for(&address).await;
        let viewer = acme.server.signed_in(&address).await;
        let (one, two) = tokio::join!(typing.enter_code(&page, &path, &code), viewer.join_as_viewer(&path));
        one.to("/me");
        two.to("/me");
        typing.get("/me").await.with(StatusCode::OK);
        viewer.get("/me").await.with(StatusCode::OK);
        assert_eq!(acme.count_joined().await, round + 1);
    }
    acme.close().await;
}
