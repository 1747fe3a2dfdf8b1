//! The waiting list of a full link. L7, N1, N3

use headcount::domain::limits::WAITERS_PER_NETWORK;

use crate::harness::*;

async fn full_link(acme: &Acme) -> (String, String) {
    let link = acme.link(limited_to(1)).await;
    let path = acme.link_path(link);
    acme.server.signed_in("first@acme.com").await.join_as_viewer(&path).await.to("/me");
    (link.to_string(), path)
}

/// L7
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_waits_is_told_so_and_the_lead_hears_of_it(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, path) = full_link(&acme).await;
    let wait = format!("{path}/wait");
    let ada = acme.server.browser();
    let page = ada.get(&path).await.with(StatusCode::CONFLICT).says("The one place is taken");
    let mut answers = Vec::new();
    // The second time, in another case, and from elsewhere: the same answer.
    for (browser, address) in
        [(&ada, "ada@acme.com"), (&ada, "ADA@acme.com"), (&acme.server.browser(), "ada@acme.com")]
    {
        let answer =
            browser.fill(&page, &wait, &[("email", address)]).await.to(&format!("{path}?waiting=yes"));
        let shown = browser.follow(answer).await.with(StatusCode::OK).says("You are on the list");
        answers.push(shown.words());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    acme.server.browser().fill(&page, &wait, &[("email", "bob@acme.com")]).await;
    let listed = acme.lead.call("links/list", &[]).await.json();
    assert_eq!(listed[0]["waiting"], serde_json::json!(["ada@acme.com", "bob@acme.com"]));

    let mails = acme.server.mails_to("olga@acme.com").await;
    assert_eq!(mails.len(), 1, "one at once, the next in an hour");
    let plain = mails[0].text.replace('\u{200c}', "");
    assert!(
        plain.contains("ada@acme.com") && plain.contains(&format!("{ORIGIN}/members?add=link")),
        "{plain}"
    );
    // An hour passes.
    acme.server.execute("update jobs set run_at = now() where state = 'waiting'").await;
    let mails = acme.server.mails_to("olga@acme.com").await;
    let all: String = mails.iter().map(|mail| mail.text.replace('\u{200c}', "")).collect();
    for address in ["- ada@acme.com", "- bob@acme.com"] {
        assert_eq!(all.matches(address).count(), 1, "{address} is named once in {all}");
    }

    // Places are added: who waited comes in by the same link, and waits no more.
    let more = [
        ("link", id.as_str()),
        ("label", ""),
        ("domains", ""),
        ("usage_limit", "2"),
        ("expires_at", ""),
        ("team", ""),
    ];
    acme.lead.call("links/edit", &more).await.with(StatusCode::OK);
    ada.post(&wait, &[("email", "late@acme.com")]).await.to(&path);
    ada.get(&format!("{path}?waiting=yes")).await.with(StatusCode::OK).says("Get your Acme headshot");
    acme.server.signed_in("ada@acme.com").await.join_as_viewer(&path).await.to("/me");
    let listed = acme.lead.call("links/list", &[]).await.json();
    assert_eq!(listed[0]["waiting"], serde_json::json!(["bob@acme.com"]));
    acme.close().await;
}

/// L7, L3, N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_cannot_wait_is_said_at_the_field(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let link = acme.link(only("acme.com")).await;
    let path = acme.link_path(link);
    let wait = format!("{path}/wait");
    acme.server.execute("update invite_links set usage_limit = 1, used = 1").await;
    let eve = acme.server.browser();
    let page = eve.get(&path).await.with(StatusCode::CONFLICT);
    for (address, words) in
        [("", "Type an email address"), ("eve", "no @"), ("eve@evil.com", "This link is for @acme.com")]
    {
        let refused = eve.fill(&page, &wait, &[("email", address)]).await;
        let refused = refused.with(StatusCode::UNPROCESSABLE_ENTITY).says(words);
        assert!(refused.form(&wait).fields.contains(&("email".into(), address.into())), "{refused}");
    }
    assert_eq!(acme.server.number("select count(*) from link_waiters").await, 0);
    for (change, status) in [
        ("paused_at = now()", StatusCode::CONFLICT),
        ("expires_at = now()", StatusCode::GONE),
        ("revoked_at = now()", StatusCode::GONE),
    ] {
        acme.server.execute(&format!("update invite_links set {change}")).await;
        eve.fill(&page, &wait, &[("email", "eve@acme.com")]).await.with(status);
    }
    let unknown = format!("/j/{}/wait", "A".repeat(64));
    eve.post(&unknown, &[("email", "eve@acme.com")]).await.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.number("select count(*) from link_waiters").await, 0);
    acme.server.execute("update invite_links set used = 0").await;
    acme.close().await;
}

/// N3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_network_that_leaves_too_many_addresses_is_told_to_wait(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (_, path) = full_link(&acme).await;
    let wait = format!("{path}/wait");
    let flood = acme.server.browser();
    for n in 0..3 {
        flood.post(&wait, &[("email", &format!("p{n}@acme.com"))]).await.to(&format!("{path}?waiting=yes"));
    }
    acme.server
        .execute(&format!(
            "insert into link_waiters (org_id, id, link_id, email, address, network)
             select org_id, gen_random_uuid(), link_id, n || email, n || address, network
             from link_waiters, generate_series(4, {WAITERS_PER_NETWORK}) n where email = 'p0@acme.com'"
        ))
        .await;
    let refused = flood.post(&wait, &[("email", "more@acme.com")]).await;
    refused.with(StatusCode::TOO_MANY_REQUESTS).says("Wait an hour").form(&wait);
    acme.server.browser().post(&wait, &[("email", "ada@acme.com")]).await.with(StatusCode::SEE_OTHER);
    assert_eq!(acme.server.mails_to("olga@acme.com").await.len(), 1);
    acme.server.execute("delete from jobs where state = 'waiting'").await;
    acme.close().await;
}

/// L7: when the maker leads no more, the Owner hears.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_mail_goes_to_the_maker_or_else_to_the_owner(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (ada, browser) = acme.member("ada@acme.com").await;
    acme.server.execute("update members set role = 'team_lead' where email = 'ada@acme.com'").await;
    let org = acme.lead.org();
    let form = [
        ("org", org.as_str()),
        ("label", ""),
        ("domains", ""),
        ("usage_limit", "1"),
        ("expires_at", ""),
        ("team", ""),
    ];
    let made = browser.call("links/create", &form).await.with(StatusCode::OK).json();
    let path = made["url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
    acme.server.signed_in("first@acme.com").await.join_as_viewer(&path).await.to("/me");
    let wait = format!("{path}/wait");
    acme.server.browser().post(&wait, &[("email", "bob@acme.com")]).await.with(StatusCode::SEE_OTHER);
    assert_eq!(acme.server.mails_to("ada@acme.com").await.len(), 1);
    acme.lead.call("members/remove", &[("member", &ada.to_string())]).await.with(StatusCode::OK);
    acme.server.execute("update invite_links set waiting_told_at = now() - interval '2 hours'").await;
    acme.server.browser().post(&wait, &[("email", "cleo@acme.com")]).await.with(StatusCode::SEE_OTHER);
    let mail = acme.server.mail_to("olga@acme.com").await;
    assert!(mail.subject.contains("Someone is waiting for a place at Acme"), "{}", mail.subject);
    acme.close().await;
}
