//! `/members/{member}`, `/me`, `/me/name`, `/fn/members/show`, `/fn/members/correct`: a member's page. P4, H7, N2

use headcount::{domain::people::BulkAct, store::links::NewLink};

use crate::harness::*;

/// P4, H7: the lead finds who somebody is, how they joined, every shoot, the photos that wait, and what was done.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lead_sees_everything_about_a_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 9).await;
    let (ada, _) = acme.member("ada@acme.com").await;
    let headshots = acme.shoot(ada).await;
    let again = acme.shoot(ada).await;
    let photo = acme.fill_draft(ada, 2).await[0];
    let team = acme.team("Sales").await;
    acme.act(BulkAct::Move, &ada.to_string(), &team.to_string()).await.with(StatusCode::OK);
    let path = format!("/members/{ada}");
    let page = acme.lead.browser.get(&path).await.with(StatusCode::OK);
    let page = page.says("Ada Lovelace").says("ada@acme.com").says("Sales").says("Invited by Olga Owner");
    let page = page.says("Moved Ada Lovelace to Sales").says("2 photos");
    for picture in headshots.iter().chain(&again).map(ToString::to_string).chain([photo.to_string()]) {
        assert!(page.text().contains(&picture), "{picture} is not on the page");
    }
    assert!(page.text().contains("<title>Ada Lovelace · Headcount</title>"), "{page}");
    let member = ada.to_string();
    let view = acme.lead.call("members/show", &[("member", &member)]).await.with(StatusCode::OK).json();
    assert_eq!((view["shoots"].as_array().unwrap().len(), &view["through"]), (2, &"Olga Owner".into()));
    assert!(view["shoots"][0]["submitted_at"].as_i64() >= view["shoots"][1]["submitted_at"].as_i64());
    // What they are called leads there, from the list and from the history.
    for list in ["/members", "/history", "/headshots"] {
        let list = acme.lead.browser.get(list).await.with(StatusCode::OK);
        assert!(list.text().contains(&format!("href=\"{path}\"")), "{list}");
    }
    acme.server.leave_the_engine_out().await;
    acme.close().await;
}

/// P4: how each came is said in words.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_page_says_how_somebody_joined(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 9).await;
    let managed = acme.managed("Bob", None).await;
    let link = acme.link(NewLink { label: Some("Oslo office"), ..unlimited() }).await;
    let cleo = acme.server.signed_in("cleo@acme.com").await;
    cleo.join_as_viewer(&acme.link_path(link)).await.to("/me");
    let cleo = acme.server.text("select id::text from members where email = 'cleo@acme.com'").await;
    let owner = acme.lead.actor.member().unwrap().to_string();
    for (member, how) in [
        (managed.to_string(), "Added by Olga Owner"),
        (cleo, "Through the link Oslo office"),
        (owner, "Created the organization"),
    ] {
        acme.lead.browser.get(&format!("/members/{member}")).await.with(StatusCode::OK).says(how);
    }
    acme.close().await;
}

/// P4, N2: a member's own page is their shoot page; others' are not there for them, and an invite is nobody's page.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn members_are_led_to_their_own_page(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 9).await;
    let (ada, adas) = acme.member("ada@acme.com").await;
    let bob = acme.managed("Bob", None).await;
    let invite = acme.invite("eve@acme.com").await;
    adas.get(&format!("/members/{ada}")).await.to("/me");
    adas.get(&format!("/members/{bob}")).await.with(StatusCode::NOT_FOUND);
    acme.lead.browser.get(&format!("/members/{invite}")).await.with(StatusCode::NOT_FOUND);
    let fields = [("member", invite.to_string())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    acme.lead.call("members/show", &fields).await.with(StatusCode::NOT_FOUND);
    let own = adas.get("/me").await.with(StatusCode::OK).says("About you").says("Invited by Olga Owner");
    assert!(!own.text().contains("/history"), "the rest of the log is the leads'");
    acme.close().await;
}

/// P4: a lead corrects name and title; the page, the list and the log follow.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lead_corrects_name_and_title(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 9).await;
    let bob = acme.managed("Bbo", Some("bob@acme.com")).await.to_string();
    let correct = |name: &'static str, title: &'static str| {
        let (acme, bob) = (&acme, &bob);
        async move {
            let fields = [("member", bob.as_str()), ("name", name), ("title", title)];
            acme.lead.call("members/correct", &fields).await
        }
    };
    let corrected = correct(" Bob  Hope ", "Chair").await.with(StatusCode::OK).json();
    assert_eq!(corrected, "Bob Hope");
    let page = acme.lead.browser.get(&format!("/members/{bob}")).await;
    page.says("Bob Hope").says("Chair").says("Corrected name and job title of Bob Hope");
    let before = acme.server.everything().await;
    let refused = correct(" ", "x".repeat(101).leak()).await.with(StatusCode::UNPROCESSABLE_ENTITY).json();
    let fields: Vec<&str> =
        refused["Invalid"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["name", "title"], "all errors at once");
    assert_eq!(acme.server.everything().await, before);
    assert_eq!(acme.people("?q=hope").await["rows"][0]["title"], "Chair");
    acme.close().await;
}

/// P4, J2, N1: a member corrects their own name by a plain form; what cannot be a name stays at its field.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_member_corrects_their_own_name(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 9).await;
    let (ada, adas) = acme.member("ada@acme.com").await;
    acme.server.execute("update members set title = 'Countess' where email = 'ada@acme.com'").await;
    adas.post("/me/name", &[("name", "Ada King")]).await.to("/me");
    adas.get("/me").await.says("Ada King").says("Countess").says("Corrected the name of Ada King");
    let refused = adas.post("/me/name", &[("name", "  ")]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("<details open class=\"fold\""), "{refused}");
    let long = "x".repeat(101);
    let refused = adas.post("/me/name", &[("name", &long)]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains(&long), "what was typed stays");
    assert_eq!(acme.server.number("select count(*) from members where name = 'Ada King'").await, 1);
    acme.lead.call("members/remove", &[("member", &ada.to_string())]).await.with(StatusCode::OK);
    adas.post("/me/name", &[("name", "Ada")]).await;
    assert_eq!(acme.server.number("select count(*) from members").await, 1);
    acme.close().await;
}
