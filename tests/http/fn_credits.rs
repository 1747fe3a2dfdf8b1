//! `/fn/credits/…`: adding people needs a credit, joining and waiting cost none. C1, C2, C6, C8

use crate::harness::*;

/// The three ways to add members.
const WAYS: [(&str, &[(&str, &str)]); 3] = [
    ("invites/send", &[("addresses", "new@acme.com"), ("team", ""), ("note", "")]),
    (
        "links/create",
        &[("label", ""), ("domains", ""), ("usage_limit", ""), ("expires_at", ""), ("team", "")],
    ),
    ("members/add", &[("name", "Eva"), ("email", ""), ("title", ""), ("team", "")]),
];

/// C1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn at_zero_each_way_of_adding_is_refused_and_changes_nothing(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 0).await;
    let before = acme.server.everything().await;
    for (way, fields) in WAYS {
        acme.lead.call(way, fields).await.with(StatusCode::PAYMENT_REQUIRED).says("no credits left");
    }
    acme.lead.call("invites/begin", &[]).await.with(StatusCode::PAYMENT_REQUIRED);
    assert_eq!(acme.server.everything().await, before);
    acme.grant(1).await;
    for (way, fields) in WAYS {
        acme.lead.call(way, fields).await.with(StatusCode::OK);
    }
    assert_eq!(acme.balance().await, 1, "adding people costs nothing");
    acme.close().await;
}

/// C1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn at_zero_every_way_to_the_dialog_leads_to_the_credits_page(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 0).await;
    let lead = &acme.lead.browser;
    for path in [
        "/members?add=invite",
        "/members?add=link",
        "/members?add=managed",
        "/dashboard?add=invite",
        "/members?add",
        "/members?team=x&add=link",
    ] {
        lead.get(path).await.to("/credits?from=add");
    }
    let page = lead.get("/credits?from=add").await.with(StatusCode::OK);
    let other = lead.get("/credits").await.with(StatusCode::OK);
    assert_ne!(page.words(), other.words(), "the page says why the person is here");
    acme.grant(1).await;
    lead.get("/members?add=invite").await.with(StatusCode::OK);
    acme.close().await;
}

/// C2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn only_submitting_costs_a_credit(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.invite("eve@acme.com").await;
    let (_, _) = acme.member("ada@acme.com").await;
    let managed = acme.managed("Bob", None).await;
    let link = acme.link_path(acme.link(unlimited()).await);
    let guest = acme.server.signed_in("gil@acme.com").await;
    guest.join_as_viewer(&link).await.to("/me");
    assert_eq!(acme.balance().await, 1);
    acme.fill_draft(managed, 8).await;
    acme.lead.browser.post(&format!("/members/{managed}/submit"), &[]).await.with(StatusCode::SEE_OTHER);
    assert_eq!(acme.balance().await, 0);
    acme.server.leave_the_engine_out().await;
    acme.close().await;
}

/// C6, C8
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_credits_page_shows_the_ledger_newest_first(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    acme.invite("eve@acme.com").await;
    let managed = acme.managed("Bob", None).await;
    acme.shoot(managed).await;
    let shown = acme.lead.call("credits/show", &[("pages", "1")]).await.with(StatusCode::OK).json();
    assert_eq!(shown["outlook"]["balance"], 4);
    assert_eq!(shown["outlook"]["pending_invites"], 1);
    assert_eq!(shown["outlook"]["joined_without_shoot"], 0);
    let entries = shown["entries"].as_array().unwrap();
    let lines: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                entry["change"].as_i64().unwrap(),
                entry["balance_after"].as_i64().unwrap(),
                entry["who"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(lines, [(-1, 4, "Bob"), (5, 5, "Operator")]);
    acme.close().await;
}
