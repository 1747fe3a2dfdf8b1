//! `/fn/credits/request`, `/c/{token}`: a lead asks for credits, the operator answers by a link. C7

use headcount::{
    domain::{email::EmailAddress, ids::CreditRequestId},
    store::fresh_id,
};

use crate::harness::*;

const OPERATOR: &str = "operator@host.example";

/// Acme, whose operator is mailed.
async fn acme(connect: PgConnectOptions) -> Acme {
    let mut acme = Acme::found(connect, 0).await;
    acme.server.state.operator_address = Some(address(OPERATOR));
    acme.reroute();
    acme
}

async fn ask(acme: &Acme, credits: &str, note: &str) -> Answer {
    acme.lead.call("credits/request", &[("credits", credits), ("note", note)]).await
}

/// The path of the one link in the operator's newest mail.
async fn link(acme: &Acme) -> String {
    let mail = acme.server.mail_to(OPERATOR).await;
    mail.text.lines().find_map(|line| line.strip_prefix(ORIGIN)).unwrap().to_owned()
}

async fn state(acme: &Acme) -> String {
    acme.server.text("select state from credit_requests order by id desc limit 1").await
}

/// C7
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_operator_confirms_by_the_link_in_the_mail_and_the_leads_are_told(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = acme(connect).await;
    ask(&acme, " 20 ", "For the Oslo office").await.with(StatusCode::OK);
    let mail = acme.server.mail_to(OPERATOR).await;
    assert_eq!(mail.subject, "Acme asks for 20 credits");
    let operator = acme.server.browser();
    let link = link(&acme).await;
    let page = operator.get(&link).await.with(StatusCode::OK);
    for words in ["Acme asks for 20 credits", "Olga Owner", "For the Oslo office", "no credits left"] {
        assert!(page.words().contains(words), "{words}: {page}");
    }
    assert_eq!(acme.balance().await, 0, "looking changes nothing");
    let fields = [("answer", "confirm"), ("remark", "Invoice 17")];
    operator.post(&link, &fields).await.to(&link);
    assert_eq!(acme.balance().await, 20);
    assert!(operator.get(&link).await.words().contains("20 credits were added"));
    let told = acme.server.mail_to("olga@acme.com").await;
    assert_eq!(told.subject, "20 credits were added to Acme");
    assert!(told.text.contains("Invoice 17"), "{}", told.text);
    let shown = acme.lead.call("credits/show", &[("pages", "1")]).await.json();
    assert_eq!(shown["requests"][0]["state"], "Confirmed");
    assert_eq!(shown["entries"][0]["note"], "Invoice 17");
    assert_eq!(shown["operator_told"], true);
    acme.close().await;
}

/// C7: the second press, the other button and the link after a lead took it back say how it is, and change
/// nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_answered_request_is_not_answered_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = acme(connect).await;
    ask(&acme, "5", "").await.with(StatusCode::OK);
    let first = link(&acme).await;
    let operator = acme.server.browser();
    operator.post(&first, &[("answer", "decline")]).await.to(&first);
    for answer in ["confirm", "decline"] {
        let page = operator.post(&first, &[("answer", answer)]).await.with(StatusCode::CONFLICT);
        assert!(page.words().contains("This request was declined"), "{page}");
    }
    let told = acme.server.mail_to("olga@acme.com").await;
    assert_eq!(told.subject, "The request for credits of Acme was declined");
    ask(&acme, "6", "").await.with(StatusCode::OK);
    let second = link(&acme).await;
    let request = acme.server.text("select id::text from credit_requests where state = 'open'").await;
    acme.lead.call("credits/withdraw", &[("request", &request)]).await.with(StatusCode::OK);
    let page = operator.post(&second, &[("answer", "confirm")]).await.with(StatusCode::CONFLICT);
    assert!(page.words().contains("taken back"), "{page}");
    acme.lead.call("credits/withdraw", &[("request", &request)]).await.with(StatusCode::CONFLICT);
    assert_eq!(acme.balance().await, 0);
    acme.close().await;
}

/// C7: a request that was taken back before its mail went out is no mail.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nobody_is_mailed_about_a_request_that_is_taken_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = acme(connect).await;
    ask(&acme, "5", "").await.with(StatusCode::OK);
    let request = acme.server.text("select id::text from credit_requests").await;
    acme.lead.call("credits/withdraw", &[("request", &request)]).await.with(StatusCode::OK);
    assert!(acme.server.mails_to(OPERATOR).await.is_empty());
    acme.close().await;
}

/// N1: everything that is wrong is said at once, at its field, and nothing is asked.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_request_that_cannot_be_read_is_refused_at_its_fields(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = acme(connect).await;
    let long = "x".repeat(501);
    for credits in ["", "0", "-1", "1.5", "100001", "many", "99999999999999999999"] {
        let refused = ask(&acme, credits, &long).await.with(StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("from 1 to 100000").says("501 characters");
    }
    let before = acme.server.everything().await;
    let unknown = acme.server.state.keys.credit_request_token(acme.org(), fresh_request());
    acme.server.browser().get(&format!("/c/{unknown}")).await.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.everything().await, before);
    ask(&acme, "5", "").await.with(StatusCode::OK);
    let link = link(&acme).await;
    let operator = acme.server.browser();
    let long = "x".repeat(201);
    for fields in [vec![("answer", "maybe")], vec![("answer", "confirm"), ("remark", long.as_str())], vec![]]
    {
        operator.post(&link, &fields).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(state(&acme).await, "open");
    acme.close().await;
}

/// C7
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn three_are_open_at_most(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    for credits in ["1", "2", "3"] {
        ask(&acme, credits, "").await.with(StatusCode::OK);
    }
    ask(&acme, "4", "").await.with(StatusCode::CONFLICT).says("3 requests are open already");
    acme.server.work().await;
    assert!(acme.server.state.mailer.kept().is_empty(), "no operator is known, so none is mailed");
    acme.close().await;
}

fn fresh_request() -> CreditRequestId {
    CreditRequestId(fresh_id())
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text, |_| None).unwrap()
}
