//! Joins through one link at once, over HTTP: exactly as many as fit, each person once, no error. And invites.
//! I3, L4, L5, N9, QUALITY 1

use crate::harness::*;
use futures_util::future::join_all;
use headcount::domain::invite::MailLimits;

async fn acme_with_link(connect: PgConnectOptions, limit: i32) -> (Acme, String) {
    let acme = Acme::found_on(Server::start_with(connect, 24).await, 1).await;
    let link = acme.link(limited_to(limit)).await;
    let path = acme.link_path(link);
    (acme, path)
}

async fn assert_joined(acme: &Acme, people: i64) {
    assert_eq!(acme.server.number("select count(*) from members where kind = 'link'").await, people);
    assert_eq!(acme.server.number("select used::bigint from invite_links").await, people);
}

fn count(answers: &[Answer], status: StatusCode) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// L4, QUALITY 1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_five_hundred_who_are_signed_in_the_fifty_that_fit_get_in(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let (acme, path) = acme_with_link(connect, 50).await;
    let mut crowd = Vec::new();
    for n in 0..500 {
        crowd.push(acme.server.signed_in(&format!("p{n}@acme.com")).await);
    }
    let answers = join_all(crowd.iter().map(|browser| browser.join_as_viewer(&path))).await;
    assert_eq!(count(&answers, StatusCode::SEE_OTHER), 50);
    assert_eq!(count(&answers, StatusCode::CONFLICT), 450, "a plain refusal for each of the others");
    assert_joined(&acme, 50).await;
    acme.close().await;
}

/// L3, L4, QUALITY 1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_forty_who_type_their_codes_at_once_ten_get_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, path) = acme_with_link(connect, 10).await;
    let crowd: Vec<_> = (0..40).map(|n| (acme.server.browser(), format!("p{n}@acme.com"))).collect();
    let asking = crowd.iter().map(|(browser, address)| {
        let (path, fields) = (&path, [("name", "Somebody"), ("email", address.as_str())]);
        async move { browser.post(path, &fields).await.to(&format!("{path}/code")) }
    });
    join_all(asking).await;
    acme.server.work().await;
    let mut codes = Vec::new();
    for (_, address) in &crowd {
        codes.push(acme.server.code_for(address).await);
    }
    let code_path = format!("{path}/code");
    let typing = crowd.iter().zip(&codes).map(|((browser, _), code)| {
        let (code_path, fields) = (&code_path, [("code", code.as_str())]);
        async move { browser.post(code_path, &fields).await }
    });
    let answers = join_all(typing).await;
    assert_eq!(count(&answers, StatusCode::SEE_OTHER), 10);
    assert_eq!(count(&answers, StatusCode::CONFLICT), 30);
    assert_joined(&acme, 10).await;
    assert_eq!(
        acme.server.number("select count(*) from logins").await,
        11,
        "who did not join is not signed in"
    );
    acme.close().await;
}

/// L4, QUALITY 1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn one_person_in_twenty_tabs_at_once_takes_one_place(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, path) = acme_with_link(connect, 1).await;
    let browser = acme.server.signed_in("ada@acme.com").await;
    let tabs: Vec<Browser> = (0..20).map(|_| browser.copy()).collect();
    let answers = join_all(tabs.iter().map(|tab| tab.join_as_viewer(&path))).await;
    for answer in answers {
        answer.to("/me");
    }
    assert_joined(&acme, 1).await;
    acme.close().await;
}

/// L5, QUALITY 6: what the revocation counted is what there is, whether people came one by one or
/// together.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nobody_gets_in_after_the_revocation_that_they_raced(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, _) = acme_with_link(connect, 1).await;
    let (mut early, mut late) = (0, 0);
    for round in 0..20 {
        let link = acme.link(unlimited()).await;
        let path = acme.link_path(link);
        let mut crowd = Vec::new();
        for n in 0..12 {
            crowd.push(acme.server.signed_in(&format!("p{n}-{round}@acme.com")).await);
        }
        let link = link.to_string();
        let named = [("link", link.as_str())];
        let (before, after) = crowd.split_at(round % 12);
        let (answers, revoked, rest) = tokio::join!(
            join_all(before.iter().map(|browser| browser.join_as_viewer(&path))),
            acme.lead.call("links/revoke", &named),
            join_all(after.iter().map(|browser| browser.join_as_viewer(&path))),
        );
        let counted = revoked.with(StatusCode::OK).json().as_u64().unwrap();
        let counted = usize::try_from(counted).unwrap();
        let answers: Vec<Answer> = answers.into_iter().chain(rest).collect();
        assert_eq!(count(&answers, StatusCode::SEE_OTHER), counted, "round {round}");
        assert_eq!(count(&answers, StatusCode::GONE), 12 - counted, "round {round}");
        (early, late) = (early + counted, late + 12 - counted);
    }
    let joined = acme.server.number("select count(*) from members where kind = 'link'").await;
    assert_eq!(joined, i64::try_from(early).unwrap());
    assert!(early > 0 && late > 0, "the race always went the same way: {early} to {late}");
    acme.close().await;
}

/// I3, I12, N9: what is refused of sends that go together is refused of each alone, with its own words.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_forty_sends_at_once_as_many_go_as_the_day_has_mails(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut server = Server::start_with(connect, 24).await;
    server.limit_mails(MailLimits { org_per_day: 10, recipient_per_day: 5 });
    let acme = Acme::found_on(server, 1).await;
    let addresses: Vec<String> = (0..40).map(|n| format!("p{n}@acme.com")).collect();
    let fields: Vec<_> =
        addresses.iter().map(|one| [("addresses", one.as_str()), ("team", ""), ("note", "")]).collect();
    let answers = join_all(fields.iter().map(|fields| acme.lead.call("invites/send", fields))).await;
    assert_eq!(count(&answers, StatusCode::OK), 10);
    assert_eq!(count(&answers, StatusCode::CONFLICT), 30);
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::OK) {
        assert!(answer.json()["Refused"].as_str().unwrap().contains("0 more"), "{}", answer.text());
    }
    let sent = "select count(*) from audit_entries where act = 'invites_sent' and people = 1";
    for query in ["select count(*) from invites", "select count(*) from jobs", sent] {
        assert_eq!(acme.server.number(query).await, 10, "{query}");
    }
    acme.close().await;
}

/// I3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_twenty_who_invite_one_address_at_once_one_does(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found_on(Server::start_with(connect, 24).await, 1).await;
    let fields = [("addresses", "ada@acme.com"), ("team", ""), ("note", "")];
    let answers = join_all((0..20).map(|_| acme.lead.call("invites/send", &fields))).await;
    let mut invited = 0;
    for answer in answers {
        let report = answer.with(StatusCode::OK).json();
        let left_out = report["left_out"].as_array().unwrap().len();
        assert_eq!(report["invited"].as_u64().unwrap() + u64::try_from(left_out).unwrap(), 1, "{report}");
        invited += report["invited"].as_u64().unwrap();
    }
    assert_eq!(invited, 1);
    assert_eq!(acme.server.number("select count(*) from invites").await, 1);
    assert_eq!(acme.server.number("select count(*) from jobs").await, 1);
    acme.close().await;
}

/// I9, J6: an office that joins at once by its invites. Each is in and signed in, but for whom something stands against.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_office_that_comes_at_once_by_its_invites_is_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found_on(Server::start_with(connect, 24).await, 1).await;
    let mut paths = Vec::new();
    for n in 0..40 {
        paths.push(acme.invite_path(acme.invite(&format!("p{n}@acme.com")).await));
    }
    acme.server.execute("update invites set state = 'revoked' where email = 'p7@acme.com'").await;
    acme.server.found("Other", "p8@acme.com").await;
    let browsers: Vec<Browser> = paths.iter().map(|_| acme.server.browser()).collect();
    let joining =
        browsers.iter().zip(&paths).map(|(browser, path)| browser.post(path, &[("name", "Somebody")]));
    let answers = join_all(joining).await;
    for (n, answer) in answers.into_iter().enumerate() {
        match n {
            7 => drop(answer.with(StatusCode::GONE)),
            // Their address has an account, so that a code is mailed.
            8 => drop(answer.to(&format!("{}/code", paths[8]))),
            n => {
                answer.to("/me");
                browsers[n].get("/me").await.with(StatusCode::OK);
            }
        }
    }
    assert_eq!(acme.server.number("select count(*) from members where kind = 'invite'").await, 38);
    assert_eq!(acme.server.number("select count(*) from invites where state = 'joined'").await, 38);
    assert_eq!(acme.server.number("select count(*) from logins").await, 38 + 2, "and the two Owners'");
    acme.close().await;
}
