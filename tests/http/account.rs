//! `/account`: the devices and organizations of an account. N2, N3

use crate::harness::*;

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn logins_are_listed_and_can_be_closed_one_by_one_or_all_others(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 0).await;
    let [phone, tablet] =
        [acme.server.signed_in("olga@acme.com").await, acme.server.signed_in("olga@acme.com").await];
    let foreign = acme.server.found("Other", "otto@other.com").await;
    let account = phone.get("/account").await.with(StatusCode::OK).says("Firefox");
    let closable: Vec<Form> =
        account.forms().into_iter().filter(|form| form.action.ends_with("/close")).collect();
    assert_eq!(closable.len(), 2, "the two other devices");
    phone.post(&closable[0].action, &[]).await.to("/account");
    let left = "select count(*) from logins l join accounts a on a.id = l.account_id where a.email = 'olga@acme.com'";
    assert_eq!(acme.server.number(left).await, 2);

    let theirs = acme.server.text("select l.id::text from logins l join accounts a on a.id = l.account_id where a.email = 'otto@other.com'").await;
    phone.post(&format!("/account/logins/{theirs}/close"), &[]).await.to("/account");
    foreign.browser.get("/dashboard").await.with(StatusCode::OK);

    phone.post("/account/logins/close-others", &[]).await.to("/account");
    assert_eq!(acme.server.number(left).await, 1);
    for other in [&tablet, &acme.lead.browser] {
        other.get("/account").await.to("/sign-in");
    }
    phone.get("/account").await.with(StatusCode::OK);
    acme.close().await;
}

/// N2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn looking_at_an_organization_of_others_changes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    let other = acme.server.found("Other", "otto@other.com").await;
    let before = acme.server.everything().await;
    acme.lead.browser.post(&format!("/account/organizations/{}/switch", other.org()), &[]).await.to("/");
    assert_eq!(acme.server.everything().await, before);
    acme.lead.browser.get("/dashboard").await.says("Acme");
    acme.close().await;
}
