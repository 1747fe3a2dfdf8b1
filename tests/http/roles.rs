//! `/fn/members/set-role`, `/fn/members/offer-ownership`, `/account/organizations/{org}/ownership/…`, and inviting
//! as Team Lead. P5, N2

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

/// P5, J1, P7: invited as a Team Lead: the list, the invite's page and the log say so, and joining makes one.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn somebody_is_invited_as_a_team_lead(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (_, bob) = acme.member("bob@acme.com").await;
    let org = acme.lead.org();
    let send = [("addresses", "ada@acme.com"), ("team", ""), ("note", ""), ("role", "team_lead")];
    acme.lead.call("invites/send", &send).await.with(StatusCode::OK);
    // Neither a member nor a word that is no role of an invite.
    let as_member: Vec<(&str, &str)> = [("org", org.as_str())].into_iter().chain(send).collect();
    bob.call("invites/send", &as_member).await.with(StatusCode::FORBIDDEN);
    for role in ["owner", "queen"] {
        let wrong = [("addresses", "eve@acme.com"), ("team", ""), ("note", ""), ("role", role)];
        let wrong =
            acme.lead.call("invites/send", &wrong).await.with(StatusCode::UNPROCESSABLE_ENTITY).json();
        assert_eq!(wrong["Invalid"][0]["field"], "role");
    }
    let row = acme.people("?stage=invited").await;
    assert_eq!(row["rows"][0]["standing"]["Invite"]["role"], "TeamLead");
    acme.lead.browser.get("/history").await.says("Invited ada@acme.com as a Team Lead");
    let csv = acme.lead.browser.get("/members.csv?stage=invited").await.text().to_owned();
    assert!(csv.contains("Team Lead"), "{csv}");
    let mail = acme.server.mail_to("ada@acme.com").await;
    let link = mail.text.lines().find_map(|line| line.strip_prefix(ORIGIN)).unwrap().to_owned();
    let ada = acme.server.browser();
    ada.get(&link).await.with(StatusCode::OK).says("You join as a Team Lead of Acme");
    ada.post(&link, &[("name", "Ada")]).await.to("/me");
    ada.get("/members").await.with(StatusCode::OK);
    acme.close().await;
}
