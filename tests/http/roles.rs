//! `/fn/members/set-role`, `/fn/members/offer-ownership`, `/account/organizations/{org}/ownership/…`. P5, N2

use crate::harness::*;

/// P5, N7: a new lead may what leads may with the next request; a former one may it no more.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lead_is_made_and_unmade(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    ada.get("/members").await.to("/me");
    let set = |role: &'static str| {
        let member = id.to_string();
        let acme = &acme;
        async move { acme.lead.call("members/set-role", &[("member", &member), ("role", role)]).await }
    };
    set("team_lead").await.with(StatusCode::OK);
    ada.get("/members").await.with(StatusCode::OK);
    let (owner, org) = (acme.lead.actor.member().unwrap().to_string(), acme.lead.org());
    // All that a Team Lead may not.
    for (function, fields) in [
        ("members/set-role", vec![("member", owner.as_str()), ("role", "member")]),
        ("members/remove", vec![("member", owner.as_str())]),
        ("members/set-role", vec![("member", owner.as_str()), ("role", "owner")]),
    ] {
        let mut all = vec![("org", org.as_str())];
        all.extend(fields);
        ada.call(function, &all).await.with(StatusCode::CONFLICT);
    }
    let own = id.to_string();
    ada.call("members/offer-ownership", &[("org", &org), ("member", &own)]).await.with(StatusCode::FORBIDDEN);
    set("owner").await.with(StatusCode::CONFLICT);
    set("queen").await.with(StatusCode::BAD_REQUEST);
    set("member").await.with(StatusCode::OK);
    ada.get("/members").await.to("/me");
    acme.close().await;
}

/// P5: offered by email, accepted on the account page; the former Owner is a Team Lead.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_organization_is_handed_over(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let (_, bob) = acme.member("bob@acme.com").await;
    let org = acme.lead.org();
    let (accept, decline) = (
        format!("/account/organizations/{org}/ownership/accept"),
        format!("/account/organizations/{org}/ownership/decline"),
    );
    // Nobody takes what was not offered to them.
    for browser in [&ada, &bob] {
        browser.post(&accept, &[]).await.to("/account");
    }
    acme.lead.call("members/offer-ownership", &[("member", &id.to_string())]).await.with(StatusCode::OK);
    let mail = acme.server.mail_to("ada@acme.com").await;
    assert_eq!(mail.subject, "Take over Acme on Headcount?");
    assert!(mail.text.contains("/account"), "{}", mail.text);
    bob.post(&accept, &[]).await.to("/account");
    let page = ada.get("/account").await.with(StatusCode::OK).says("would like you to take over Acme");
    assert!(page.forms().iter().any(|form| form.action == accept));
    assert!(!bob.get("/account").await.words().contains("take over"));
    ada.post(&decline, &[]).await.to("/account");
    ada.post(&accept, &[]).await.to("/account");
    let owner = "select email from members where role = 'owner'";
    assert_eq!(acme.server.text(owner).await, "olga@acme.com", "declined");
    acme.lead.call("members/offer-ownership", &[("member", &id.to_string())]).await.with(StatusCode::OK);
    ada.post(&accept, &[]).await.to("/account");
    assert_eq!(acme.server.text(owner).await, "ada@acme.com");
    acme.lead.browser.get("/members").await.with(StatusCode::OK);
    acme.lead.call("members/withdraw-ownership", &[]).await.with(StatusCode::FORBIDDEN);
    let elsewhere = acme.server.found("Other", "otto@other.com").await;
    elsewhere.browser.post(&accept, &[]).await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}
