//! Declining, opting out, and asking for a fresh link, on pages that work without scripts; and the
//! one click of mail programs. I6, I7, I10, QUALITY 13, RFC 8058

use axum::body::Body;

use crate::harness::*;

/// Posts as a mail program does: no cookies, no origin, nothing of a browser.
async fn one_click(acme: &Acme, path: &str) -> Answer {
    let request = axum::http::Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("List-Unsubscribe=One-Click"));
    acme.server.browser().send(request.unwrap()).await
}

async fn state(acme: &Acme) -> String {
    acme.server.text("select string_agg(state, ',' order by created_at) from invites").await
}

/// I10
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn declining_is_one_button_and_can_be_followed_by_a_new_invite(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    let ada = acme.server.browser();
    let page = ada.get(&path).await.says("nobody reminds you");
    let declined = ada.fill(&page, &format!("{path}/decline"), &[]).await.to(&path);
    let page = ada.follow(declined).await.with(StatusCode::GONE).says("declined").says("Olga Owner");
    page.form(&format!("{path}/opt-out"));
    ada.post(&path, &[("name", "Ada")]).await.with(StatusCode::GONE);
    ada.post(&format!("{path}/decline"), &[]).await.to(&path);
    assert!(acme.server.mails_to("ada@acme.com").await.is_empty(), "nothing more goes out");
    assert_eq!(state(&acme).await, "declined");
    acme.lead
        .call("invites/send", &[("addresses", "ada@acme.com"), ("team", ""), ("note", "")])
        .await
        .with(StatusCode::OK);
    assert_eq!(state(&acme).await, "declined,queued");
    ada.get(&path).await.with(StatusCode::GONE);
    acme.close().await;
}

/// I10: what was joined with or revoked is not declined.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn it_is_too_late_to_decline_after_joining(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    let ada = acme.server.browser();
    let page = ada.get(&path).await;
    ada.post(&path, &[("name", "Ada")]).await.to("/me");
    let answer = ada.fill(&page, &format!("{path}/decline"), &[]).await;
    ada.follow(answer).await.with(StatusCode::OK).says("already in");
    assert_eq!(state(&acme).await, "joined");
    acme.close().await;
}

/// I10, I3: skipped, and shown as such.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_opted_out_is_shown_as_such_and_gets_nothing_more(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    let ada = acme.server.browser();
    ada.post(&format!("{path}/decline"), &[]).await.to(&path);
    let page = ada.get(&path).await;
    let out = ada.fill(&page, &format!("{path}/opt-out"), &[]).await.to(&path);
    ada.follow(out).await.with(StatusCode::GONE).says("ada@acme.com gets no further invites from Acme");
    let checked = acme.lead.call("invites/check", &[("addresses", "Ada@acme.com")]).await.json();
    assert_eq!(checked[0]["status"], "OptedOut");
    let fields = [("addresses", "ada@acme.com, bob@acme.com"), ("team", ""), ("note", "")];
    let report = acme.lead.call("invites/send", &fields).await.with(StatusCode::OK).json();
    assert_eq!(report["invited"], 1);
    assert!(report["left_out"][0]["reason"].as_str().unwrap().contains("unsubscribed"), "{report}");
    assert!(acme.server.mails_to("ada@acme.com").await.is_empty());
    let people = acme.people("").await;
    assert_eq!(people["ended"][0]["opted_out"], true);
    acme.close().await;
}

/// I10: no invite, no reminder and no fresh link, whoever asks for it; but codes that the person asks
/// for and the headshots that are theirs, as the page and the mail had said.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_opted_out_still_gets_what_they_asked_for_and_what_is_theirs(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let mail = acme.server.mail_to("ada@acme.com").await;
    let said = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("codes you ask for and news of your own headshots still reach you"), "{said}");
    let path = mail.unsubscribe.unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
    acme.server.browser().get(&path).await.says("Codes that you ask for, and news of headshots of you");
    one_click(&acme, &path).await.says("Codes that you ask for, and news of headshots of you");

    acme.server.execute("update invites set expires_at = now(), mailed_at = now() - interval '1 day'").await;
    acme.server.browser().post(&format!("{}/fresh", acme.invite_path(invite)), &[]).await;
    acme.lead.call("invites/remind", &[("invites", &invite.to_string())]).await.with(StatusCode::OK);
    let fields = [("addresses", "ada@acme.com"), ("team", ""), ("note", "")];
    acme.lead.call("invites/send", &fields).await;
    assert_eq!(acme.server.mails_to("ada@acme.com").await.len(), 1, "only that of before");

    let link = acme.link_path(acme.link(unlimited()).await);
    acme.server.browser().ask_to_join(&link, "ada@acme.com").await;
    acme.server.code_for("ada@acme.com").await;
    let managed = acme.managed("Ada Lovelace", Some("ada@acme.com")).await;
    acme.shoot(managed).await;
    let ready = acme.server.mail_to("ada@acme.com").await;
    assert_eq!(ready.subject, "Your headshots are ready");
    assert!(ready.text.contains("You get this because"), "{}", ready.text);
    assert_eq!(acme.server.mails_to("ada@acme.com").await.len(), 3);
    acme.close().await;
}

/// I6, I10, RFC 8058: looking changes nothing; one post without cookies or origin is enough.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_mail_program_opts_out_by_one_click(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    acme.server.found("Other", "otto@other.com").await;
    let mail = acme.server.mail_to("ada@acme.com").await;
    let url = mail.unsubscribe.expect("a way to unsubscribe");
    assert!(mail.text.contains(&url) && mail.html.contains(&url));
    let path = url.strip_prefix(ORIGIN).unwrap();
    let browser = acme.server.browser();
    let before = acme.server.everything().await;
    for method in [Method::GET, Method::HEAD] {
        let request = browser.request(method, path).body(Body::empty()).unwrap();
        browser.send(request).await.with(StatusCode::OK);
    }
    browser.get(path).await.says("No more invites from Acme?").form(path);
    assert_eq!(acme.server.everything().await, before);

    for _ in 0..2 {
        one_click(&acme, path).await.with(StatusCode::OK).says("You won’t receive further invites");
    }
    assert_eq!(state(&acme).await, "declined");
    assert_eq!(acme.server.number("select count(*) from opt_outs").await, 1, "of this organization alone");
    browser.get(&acme.invite_path(invite)).await.with(StatusCode::GONE).says("no further invites");

    // One token opens nothing else, and unknown ones tell nothing.
    let token = &path[3..];
    let invite_token = &acme.invite_path(invite)[3..];
    for path in [format!("/u/{}", "A".repeat(64)), "/u/x".into(), format!("/u/{invite_token}")] {
        let answer = one_click(&acme, &path).await.with(StatusCode::NOT_FOUND);
        assert!(!answer.text().contains("Acme"), "{answer}");
        browser.get(&path).await.with(StatusCode::NOT_FOUND);
    }
    browser.get(&format!("/i/{token}")).await.with(StatusCode::NOT_FOUND);
    browser.post(&format!("/i/{token}"), &[("name", "Eve")]).await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// N4: the exception is for that route alone.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nothing_else_is_written_from_elsewhere(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    let token = &path[3..];
    for path in [
        path.clone(),
        format!("{path}/decline"),
        format!("{path}/opt-out"),
        format!("{path}/fresh"),
        format!("/u/{token}/x"),
        format!("/u/../i/{token}/decline"),
        "/u/".into(),
    ] {
        one_click(&acme, &path).await.with(StatusCode::FORBIDDEN);
    }
    assert_eq!(state(&acme).await, "queued");
    acme.close().await;
}

/// I7, QUALITY 13: to the invited address alone, once an hour, and the asker learns nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_fresh_link_is_mailed_and_the_answer_is_always_the_same(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let mut paths = Vec::new();
    for who in ["ada", "joined", "revoked", "declined", "live", "out"] {
        paths.push(acme.invite_path(acme.invite(&format!("{who}@acme.com")).await));
    }
    acme.server.work().await;
    let browser = acme.server.browser();
    browser.post(&paths[1], &[("name", "Joe")]).await.to("/me");
    let somebody = acme.server.browser();
    acme.server.execute("update invites set state = 'revoked' where email = 'revoked@acme.com'").await;
    somebody.post(&format!("{}/decline", paths[3]), &[]).await;
    somebody.post(&format!("{}/opt-out", paths[5]), &[]).await;
    acme.server
        .execute(
            "update invites set expires_at = now() - interval '1 hour', sent_at = now() - interval '31 days',
                                mailed_at = now() - interval '31 days'
             where email <> 'live@acme.com'",
        )
        .await;
    acme.server.execute("delete from jobs where state = 'done'").await;
    let page = somebody.get(&paths[0]).await.with(StatusCode::GONE).says("expired");
    let mut answers = Vec::new();
    let fresh = format!("{}/fresh", paths[0]);
    answers.push(somebody.fill(&page, &fresh, &[]).await);
    answers.push(somebody.post(&fresh, &[]).await);
    for path in &paths[1..] {
        answers.push(somebody.post(&format!("{path}/fresh"), &[]).await);
    }
    for token in ["A".repeat(64), "x".into()] {
        answers.push(somebody.post(&format!("/i/{token}/fresh"), &[]).await);
    }
    let same = |answer: &Answer| {
        let policy = answer.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0;
        (answer.status, answer.body.len(), answer.text().replace(nonce, ""))
    };
    let first = same(&answers[0]);
    assert_eq!(first.0, StatusCode::OK);
    assert!(!first.2.contains("Acme") && !first.2.contains("ada@"), "it names nobody");
    for answer in &answers {
        assert_eq!(same(answer), first, "{answer}");
    }

    let before = acme.server.state.mailer.kept().len();
    acme.server.work().await;
    let kept = acme.server.state.mailer.kept();
    assert_eq!((kept.len() - before, kept.last().unwrap().to.as_str()), (1, "ada@acme.com"));
    somebody.get(&paths[0]).await.with(StatusCode::OK);
    let lives = "select count(*) from invites where email = 'ada@acme.com' and expires_at > now() + interval '29 days'";
    assert_eq!(acme.server.number(lives).await, 1);

    // Within the hour nothing more goes out, expired or not.
    acme.server.execute("update invites set expires_at = now() where email = 'ada@acme.com'").await;
    somebody.post(&fresh, &[]).await.with(StatusCode::OK);
    acme.server.work().await;
    assert_eq!(acme.server.state.mailer.kept().len(), kept.len());
    acme.close().await;
}

/// I10: pressed by mistake, or thought over.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn declining_and_opting_out_can_be_taken_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let path = acme.invite_path(invite);
    let ada = acme.server.browser();
    ada.post(&format!("{path}/decline"), &[]).await.to(&path);
    ada.post(&format!("{path}/opt-out"), &[]).await.to(&path);
    let page = ada.get(&path).await.with(StatusCode::GONE).says("gets no further invites");
    let back = ada.fill(&page, &format!("{path}/opt-in"), &[]).await.to(&path);
    let page = ada.follow(back).await.with(StatusCode::GONE).says("This invite was declined");
    let checked = acme.lead.call("invites/check", &[("addresses", "ada@acme.com")]).await.json();
    assert_eq!(checked, serde_json::json!([]), "can be invited again");
    let back = ada.fill(&page, &format!("{path}/reconsider"), &[]).await.to(&path);
    ada.follow(back).await.with(StatusCode::OK).says("Your new headshot");
    assert_eq!(state(&acme).await, "sent");
    ada.post(&path, &[("name", "Ada")]).await.to("/me");
    // Somebody who is in declined nothing.
    ada.post(&format!("{path}/reconsider"), &[]).await.to(&path);
    assert_eq!(state(&acme).await, "joined");

    // By the link in small print, too.
    let eve = acme.invite("eve@acme.com").await;
    let token = acme.server.state.keys.unsubscribe_token(acme.org(), eve, 0);
    let page = ada.post(&format!("/u/{token}"), &[]).await.says("further invites");
    ada.fill(&page, &format!("/u/{token}/opt-in"), &[]).await.says("You can be invited again");
    assert_eq!(acme.server.number("select count(*) from opt_outs").await, 0);
    acme.close().await;
}

/// I10: an address that was invited again meanwhile has one invite that is pending.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_invite_that_was_followed_by_another_stays_declined(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    let ada = acme.server.browser();
    ada.post(&format!("{path}/decline"), &[]).await.to(&path);
    acme.invite("ada@acme.com").await;
    ada.post(&format!("{path}/reconsider"), &[]).await.to(&path);
    ada.get(&path).await.with(StatusCode::GONE);
    acme.close().await;
}
