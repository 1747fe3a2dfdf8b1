//! `/fn/credits/…`: adding people needs a credit, joining and waiting cost none; few are told of. C1, C2, C6,
//! C8, C9

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
    assert_eq!(shown["operator_told"], false, "no address of the operator is set");
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

/// C9
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn few_credits_are_told_of_by_mail_and_on_the_dashboard(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let few = async || {
        let view = acme.lead.call("dashboard/show", &[]).await.with(StatusCode::OK).json();
        let things = view["attention"].as_array().unwrap();
        things.iter().map(|thing| thing["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(few().await.is_empty());
    let managed = acme.managed("Bob", None).await;
    acme.shoot(managed).await;
    let mail = acme.server.mail_to("olga@acme.com").await;
    assert_eq!(mail.subject, "Acme has 2 credits left");
    assert_eq!(few().await, ["Only 2 credits are left."]);
    for who in ["ada@acme.com", "eve@acme.com", "kim@acme.com"] {
        acme.invite(who).await;
    }
    let view = acme.lead.call("dashboard/show", &[]).await.json();
    let why = "3 people invited or joined will use one each: 1 more is needed.";
    assert_eq!(view["attention"][0]["why"], why, "C10: it adds up");
    for wrong in ["", "-1", "10001", "three"] {
        let refused = acme.lead.call("settings/set-credits", &[("threshold", wrong)]).await;
        refused.with(StatusCode::UNPROCESSABLE_ENTITY).says("from 0 to 10000");
    }
    acme.lead.call("settings/set-credits", &[("threshold", "2")]).await.with(StatusCode::OK);
    assert!(few().await.is_empty(), "two are not fewer than two");
    assert_eq!(acme.lead.call("settings/credits", &[]).await.json(), 2);

    // Credits that came before the mail went out are no news.
    acme.submit(managed).await;
    acme.grant(5).await;
    acme.server.leave_the_engine_out().await;
    assert_eq!(acme.server.mails_to("olga@acme.com").await.len(), 1);
    acme.close().await;
}
