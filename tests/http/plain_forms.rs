//! The forms of the Add-member dialog, sent before the page has its scripts. I3, M2, N1

use crate::harness::*;

/// A form of the dialog, as the page sends it by itself.
async fn plain(acme: &Acme, function: &str, fields: &[(&str, &str)]) -> Answer {
    let org = acme.lead.org();
    let mut all = vec![("org", org.as_str())];
    all.extend_from_slice(fields);
    acme.lead.browser.post(&format!("/fn/{function}"), &all).await
}

/// M2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn adding_on_behalf_leads_to_the_photos(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let fields = [("name", "Bob Builder"), ("email", ""), ("title", ""), ("team", "")];
    let answer = plain(&acme, "members/add", &fields).await;
    let page = answer.location().to_owned();
    assert!(page.starts_with("/members/") && page.ends_with("/shoot"), "{answer}");
    acme.lead.browser.get(&page).await.with(StatusCode::OK).says("Photos of Bob");
    acme.close().await;
}

/// I3, I13: who was left out is named, and stands in the field again.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_list_that_went_in_part_names_who_was_left_out(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    acme.invite("grace@acme.com").await;
    let list = "ada@acme.com, grace@acme.com, broken@";
    let fields = [("addresses", list), ("team", ""), ("note", "See you there")];
    let page = plain(&acme, "invites/send", &fields).await.with(StatusCode::OK);
    let page = page.says("1 invite is being sent. 2 addresses stayed here, each with its reason.");
    let page = page.says("grace@acme.com: Already invited.").says("broken@: ");
    let typed = |name: &str| page.text().split(&format!("name=\"{name}\"")).nth(1).unwrap().to_owned();
    let list = typed("addresses");
    let list = list.split_once('>').unwrap().1.split_once("</textarea>").unwrap().0;
    assert_eq!(list.split_whitespace().collect::<Vec<_>>(), ["grace@acme.com", "broken@"]);
    assert!(typed("note").split("</textarea>").next().unwrap().contains("See you there"), "{page}");
    // The browser shows the page's own address, where loading it again sends nothing.
    assert!(page.text().contains(r#""at":"/members?add=invite""#), "{page}");
    acme.server.mail_to("ada@acme.com").await;

    let fields = [("addresses", "eve@acme.com"), ("team", ""), ("note", "")];
    plain(&acme, "invites/send", &fields).await.to("/members");
    acme.server.mail_to("eve@acme.com").await;
    acme.close().await;
}

/// N1: nothing that was typed is lost, and everything that is wrong is said at once.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_refused_form_comes_back_with_what_was_typed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let long = "x".repeat(501);
    let fields = [("addresses", "broken@ , \"ada"), ("team", "nowhere"), ("note", &long)];
    let page = plain(&acme, "invites/send", &fields).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    let page = page.says("broken@ , \"ada").says(&long).says("at most 500").says("Choose one of the teams.");

    // A team that was deleted meanwhile, or that nobody made.
    let nowhere = "018f2f00-0000-7000-8000-000000000000";
    let fields = [("addresses", "ada@acme.com"), ("team", nowhere), ("note", "")];
    plain(&acme, "invites/send", &fields).await.with(StatusCode::NOT_FOUND).says("ada@acme.com");
    let fields = [("addresses", "email,team\nada@acme.com,Nowhere"), ("team", ""), ("note", "")];
    let page_of_team = plain(&acme, "invites/send", &fields).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    page_of_team.says("Nowhere");
    assert!(acme.server.mails_to("ada@acme.com").await.is_empty());

    let fields = [("name", " "), ("email", "bob@"), ("title", "Builder"), ("team", "")];
    let page_again = plain(&acme, "members/add", &fields).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    let page_again = page_again.says("Name is missing").says("cut short");
    assert!(page_again.text().contains("value=\"Builder\""), "{page_again}");
    assert!(!page.text().contains("value=\"Builder\""));

    let fields = [
        ("label", "Poster"),
        ("domains", "not a domain"),
        ("usage_limit", "many"),
        ("expires_at", "soon"),
        ("team", ""),
    ];
    let page = plain(&acme, "links/create", &fields).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    for typed in ["Poster", "not a domain", "many"] {
        assert!(page.text().contains(&format!("value=\"{typed}\"")), "{typed}: {page}");
    }
    let refused = acme.lead.call("links/create", &fields).await.json();
    let wrong: Vec<&str> =
        refused["Invalid"].as_array().unwrap().iter().map(|one| one["field"].as_str().unwrap()).collect();
    assert_eq!(wrong, ["domains", "usage_limit", "expires_at"]);
    let fields = [("label", ""), ("domains", ""), ("usage_limit", ""), ("expires_at", ""), ("team", "")];
    plain(&acme, "links/create", &fields).await.to("/members?add=link");
    acme.close().await;
}

/// C1, N2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_cannot_add_is_led_on(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    let fields = [("addresses", "ada@acme.com"), ("team", ""), ("note", "")];
    plain(&acme, "invites/send", &fields).await.to("/credits?from=add");
    let org = acme.lead.org();
    let stranger = acme.server.browser().post("/fn/invites/send", &[("org", &org), fields[0]]).await;
    assert!(stranger.status.is_client_error() || stranger.location() == "/sign-in", "{stranger}");
    let other = acme.server.found("Other", "mia@other.com").await;
    acme.server.execute("update organizations set credit_balance = 5").await;
    let foreign =
        other.browser.post("/fn/invites/send", &[&[("org", org.as_str())][..], &fields].concat()).await;
    foreign.with(StatusCode::NOT_FOUND);
    acme.close().await;
}
