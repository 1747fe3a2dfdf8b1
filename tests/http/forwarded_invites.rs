//! Invites in other hands than those they were sent to. J4, J6, J7, QUALITY 17

use crate::harness::*;

async fn members_of_acme(acme: &Acme) -> i64 {
    acme.server.number(&format!("select count(*) from members where org_id = '{}'", acme.org())).await
}

async fn logins_of(acme: &Acme, address: &str) -> i64 {
    let logins = format!(
        "select count(*) from logins l join accounts a on a.id = l.account_id where a.email = '{address}'"
    );
    acme.server.number(&logins).await
}

/// J6, QUALITY 17: whoever has the mail of an Owner of something else presses Join: nothing opens, not
/// even after guessing, and the invite stays the Owner's.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_forwarded_invite_opens_no_account_and_none_of_its_organizations(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let other = acme.server.found("Other", "otto@other.com").await;
    let invite = acme.invite("Otto@other.com").await;
    acme.server.work().await;
    let path = acme.invite_path(invite);
    let before = logins_of(&acme, "otto@other.com").await;

    let thief = acme.server.browser();
    let page = thief.get(&path).await.with(StatusCode::OK).says("There is an account with this address");
    let asked = thief.fill(&page, &path, &[("name", "Eve")]).await.to(&format!("{path}/code"));
    assert!(
        !asked
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .any(|cookie| { cookie.to_str().unwrap().starts_with("__Host-headcount=") })
    );
    let code_page = thief.follow(asked).await.with(StatusCode::OK).says("Otto@other.com").says("Join");
    for wrong in ["000000", "111111", "222222", "333333", "444444"] {
        let code = format!("{path}/code");
        thief.fill(&code_page, &code, &[("code", wrong)]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    for closed in ["/me", "/dashboard", "/account"] {
        thief.get(closed).await.to("/sign-in");
    }
    assert_eq!(logins_of(&acme, "otto@other.com").await, before);
    assert_eq!(members_of_acme(&acme).await, 1);
    assert_eq!(acme.server.text("select state from invites").await, "sent", "the invite stays pending");

    // The one whom it is for joins at once, being signed in, and stays the Owner elsewhere.
    let page = other.browser.get(&path).await.with(StatusCode::OK);
    assert!(!page.words().contains("code"), "{page}");
    let joined = other.browser.fill(&page, &path, &[("name", "Otto")]).await.to("/me");
    assert!(joined.headers.get(header::SET_COOKIE).is_none(), "the login stays the same");
    other.browser.follow(joined).await.with(StatusCode::OK).says("Acme");
    let roles = "select string_agg(role, ',' order by role) from members where email = 'otto@other.com'";
    assert_eq!(acme.server.text(roles).await, "member,owner");
    acme.close().await;
}

/// J4, J6: somebody who is signed in as another is told, asks for a code, and becomes the invited one by
/// it; nothing is taken over before.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn pressing_join_signed_in_as_somebody_else_does_not_take_over(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    acme.server.work().await;
    let browser = acme.server.sign_up("private@home.com").await;
    let page = browser.get(&path).await.with(StatusCode::OK).says("You are signed in as private@home.com");
    let asked = browser.fill(&page, &path, &[("name", "Ada Lovelace")]).await.to(&format!("{path}/code"));
    assert_eq!(members_of_acme(&acme).await, 1);
    assert_eq!(acme.server.number("select count(*) from accounts where email = 'ada@acme.com'").await, 0);
    browser.get("/account").await.with(StatusCode::OK).says("private@home.com");

    let page = browser.follow(asked).await.with(StatusCode::OK);
    let code = acme.server.code_for("ada@acme.com").await;
    let joined = browser.fill(&page, &format!("{path}/code"), &[("code", &code)]).await.to("/me");
    browser.follow(joined).await.with(StatusCode::OK).says("Ada Lovelace");
    browser.get("/account").await.with(StatusCode::OK).says("ada@acme.com");
    assert_eq!(logins_of(&acme, "private@home.com").await, 0, "no cookie carries that login any more");
    assert_eq!(logins_of(&acme, "ada@acme.com").await, 1);
    assert_eq!(acme.server.text("select state from invites").await, "joined");
    acme.close().await;
}

/// J6: the owner of the address, on a device where they are not signed in.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_owner_of_an_account_joins_by_a_code(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.server.signed_in("ada@acme.com").await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    acme.server.work().await;
    let phone = acme.server.browser();
    phone.get(&format!("{path}/code")).await.to(&path);
    let asked = phone.post(&path, &[("name", "Ada")]).await.to(&format!("{path}/code"));
    let page = phone.follow(asked).await.with(StatusCode::OK);
    let code = acme.server.code_for("ada@acme.com").await;
    // A code that was asked for here is of no use at another invite, nor in another browser.
    let other = acme.invite_path(acme.invite("bob@acme.com").await);
    phone.post(&format!("{other}/code"), &[("code", &code)]).await.to(&other);
    acme.server.browser().post(&format!("{path}/code"), &[("code", &code)]).await.to(&path);
    let (code_path, typed) = (format!("{path}/code"), [("code", code.as_str())]);
    let (one, two) =
        tokio::join!(phone.fill(&page, &code_path, &typed), phone.fill(&page, &code_path, &typed));
    assert!([&one, &two].iter().any(|answer| answer.status == StatusCode::SEE_OTHER), "{one} {two}");
    phone.get("/me").await.with(StatusCode::OK).says("Acme");
    assert_eq!(members_of_acme(&acme).await, 2);
    acme.close().await;
}

/// J6, I9: a revoked invite lets in nobody who asked for a code before.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_invite_that_was_revoked_meanwhile_has_the_last_word(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.server.signed_in("ada@acme.com").await;
    let invite = acme.invite("ada@acme.com").await;
    acme.server.work().await;
    let path = acme.invite_path(invite);
    let phone = acme.server.browser();
    phone.post(&path, &[("name", "Ada")]).await.to(&format!("{path}/code"));
    let code = acme.server.code_for("ada@acme.com").await;
    acme.lead.call("invites/revoke", &[("invites", &invite.to_string())]).await.with(StatusCode::OK);
    phone.post(&format!("{path}/code"), &[("code", &code)]).await.with(StatusCode::GONE);
    phone.get("/me").await.to("/sign-in");
    assert_eq!(members_of_acme(&acme).await, 1);
    acme.close().await;
}

/// J7, I12: who joins through a link has no invite left: its queued mail is void, its link says so, and
/// signs nobody in.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_invite_that_was_overtaken_says_so(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let link = acme.link_path(acme.link(unlimited()).await);
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    let ada = acme.server.signed_in("ada@acme.com").await;
    ada.join_as_viewer(&link).await.to("/me");
    assert!(acme.server.mails_to("ada@acme.com").await.is_empty(), "the invite was queued, and is void");
    ada.get(&path).await.with(StatusCode::OK).says("You are already in");
    let finder = acme.server.browser();
    finder.get(&path).await.with(StatusCode::OK).says("ada@acme.com has joined Acme");
    let pressed = finder.post(&path, &[("name", "Eve")]).await.with(StatusCode::OK);
    assert!(pressed.headers.get(header::SET_COOKIE).is_none(), "{pressed}");
    assert_eq!(members_of_acme(&acme).await, 2);
    acme.close().await;
}
