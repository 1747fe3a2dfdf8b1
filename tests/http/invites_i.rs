//! `/i/{token}`: personal invites: sent, opened, accepted, taken back. I1, I3 to I7, I9, J1, J3

use std::time::{Duration, Instant};

use headcount::server::{config::SecretKey, keys::Keys};

use crate::harness::*;

/// Sends invites as a lead and gives the server's report.
async fn send(acme: &Acme, addresses: &str) -> serde_json::Value {
    let fields = [("addresses", addresses), ("team", ""), ("note", "")];
    acme.lead.call("invites/send", &fields).await.with(StatusCode::OK).json()
}

async fn count_members(acme: &Acme) -> i64 {
    acme.server.number("select count(*) from members").await
}

/// I1, I3, I5
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn each_new_address_gets_one_mail_and_the_others_a_reason(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.invite("known@acme.com").await;
    let pasted =
        "Ada Lovelace <ada@acme.com>; bob@acme.com,\nBOB@acme.com olga@acme.com\tknown@acme.com; broken@";
    let report = send(&acme, pasted).await;
    assert_eq!(report["invited"], 2, "{report}");
    let left_out = report["left_out"].as_array().unwrap();
    let reason = |key: &str| {
        let found = left_out.iter().find(|one| one["key"].as_str().unwrap().contains(key));
        found.unwrap_or_else(|| panic!("{key} is not in {report}"))["reason"].as_str().unwrap().to_owned()
    };
    assert!(reason("olga@acme.com").contains("already a member"));
    assert!(reason("known@acme.com").contains("Already invited"));
    assert!(reason("broken@").contains("cut short"));
    for address in ["ada@acme.com", "bob@acme.com"] {
        assert_eq!(acme.server.mails_to(address).await.len(), 1, "{address}");
    }
    assert_eq!(send(&acme, "ada@acme.com").await["invited"], 0, "the second time changes nothing");
    assert_eq!(acme.server.mails_to("ada@acme.com").await.len(), 1);
    acme.close().await;
}

/// I4, I5, J1, J3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_mailed_link_leads_by_its_form_to_the_persons_own_shoot(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let team = acme.team("Field sales").await.to_string();
    let fields = [("addresses", "ada@acme.com"), ("team", team.as_str()), ("note", "See you on Monday!")];
    acme.lead.call("invites/send", &fields).await.with(StatusCode::OK);
    let mail = acme.server.mail_to("ada@acme.com").await;
    assert!(mail.text.contains("See you on Monday!") && mail.html.contains("See you on Monday!"));
    let link =
        mail.text.lines().find_map(|line| line.strip_prefix(ORIGIN)).expect("a link on a line of its own");
    assert!(mail.html.contains(&format!("{ORIGIN}{link}")));

    let ada = acme.server.browser();
    let page = ada.get(link).await.with(StatusCode::OK).says("Olga Owner").says("Acme").says("Field sales");
    assert!(page.text().contains("ada@acme.com"));
    let joined = ada.fill(&page, link, &[("name", "Ada Lovelace")]).await.to("/me");
    ada.follow(joined).await.with(StatusCode::OK).says("Ada Lovelace");
    let person = "select name || ' ' || address || ' ' || role || ' ' || kind from members where account_id is not null and role <> 'owner'";
    assert_eq!(acme.server.text(person).await, "Ada Lovelace ada@acme.com member invite");
    assert_eq!(acme.server.number("select count(*) from members where team_id is not null").await, 1);
    acme.close().await;
}

/// I5: a copy of the database opens nothing, nor does another server's key.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_token_is_not_in_the_database_and_needs_the_key(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    let invite = acme.invite("ada@acme.com").await;
    let link = acme.link(unlimited()).await;
    let managed = acme.managed("Bob", None).await;
    acme.server.work().await;
    let tokens = [acme.invite_path(invite), acme.link_path(link), acme.results_path(managed, 0)];
    let database = acme.server.everything().await.join("\n");
    for path in &tokens {
        let token = &path[3..];
        assert_eq!(token.len(), 61);
        assert!(!token.ends_with(['-', '_']), "{path}");
        // In the last 22 characters are the 128 bits that nobody can guess.
        assert!(!database.contains(token) && !database.contains(&token[39..]), "{path} is in the database");
    }
    let other = Keys::new(SecretKey([7; 32]));
    let browser = acme.server.browser();
    for path in [
        format!("/i/{}", other.invite_token(acme.org(), invite, 0)),
        format!("/j/{}", other.link_token(acme.org(), link)),
        format!("/r/{}", other.results_token(acme.org(), managed, 0)),
        // A token of one kind opens nothing of another.
        format!("/i/{}", &tokens[1][3..]),
        format!("/j/{}", &tokens[0][3..]),
        format!("/r/{}", &tokens[0][3..]),
    ] {
        browser.get(&path).await.with(StatusCode::NOT_FOUND);
        browser.post(&path, &[("name", "Eve")]).await;
    }
    assert_eq!(count_members(&acme).await, 2);
    acme.close().await;
}

/// I5, L4
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn pressing_join_twice_joins_once_and_signs_nobody_else_in(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    let ada = acme.server.browser();
    let (first, second) =
        tokio::join!(ada.post(&path, &[("name", "Ada")]), ada.post(&path, &[("name", "Ada")]));
    let statuses = [first.status, second.status];
    assert!(statuses.contains(&StatusCode::SEE_OTHER), "{first} {second}");
    assert!(!statuses.iter().any(StatusCode::is_server_error), "{first} {second}");
    assert_eq!(count_members(&acme).await, 2);
    ada.get(&path).await.with(StatusCode::OK).says("already");

    let thief = acme.server.browser();
    let answer = thief.post(&path, &[("name", "Eve")]).await.with(StatusCode::OK);
    assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{answer}");
    thief.get("/me").await.to("/sign-in");
    acme.close().await;
}

/// I7, I9
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_revoked_and_an_expired_invite_say_so_kindly(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let revoked = acme.invite("ada@acme.com").await;
    let expired = acme.invite("bob@acme.com").await;
    let path = acme.invite_path(revoked);
    let ada = acme.server.browser();
    let opened_before = ada.get(&path).await.with(StatusCode::OK);
    acme.lead.call("invites/revoke", &[("invites", &revoked.to_string())]).await.with(StatusCode::OK);
    ada.fill(&opened_before, &path, &[("name", "Ada")]).await.with(StatusCode::GONE).says("Olga Owner");
    ada.get(&path).await.with(StatusCode::GONE);

    acme.server.execute("update invites set expires_at = now() where email = 'bob@acme.com'").await;
    let path = acme.invite_path(expired);
    let page = ada.get(&path).await.with(StatusCode::GONE);
    assert_ne!(page.words(), ada.get(&acme.invite_path(revoked)).await.words(), "each has its own words");
    ada.post(&path, &[("name", "Bob")]).await.with(StatusCode::GONE);
    assert_eq!(count_members(&acme).await, 1);
    ada.get("/me").await.to("/sign-in");
    acme.close().await;
}

/// I9, I12: a mail that is still queued when its invite is revoked is not sent.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_revoked_invites_mail_stays_here(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    acme.lead.call("invites/revoke", &[("invites", &invite.to_string())]).await.with(StatusCode::OK);
    assert!(acme.server.mails_to("ada@acme.com").await.is_empty());
    acme.close().await;
}

/// N1, J1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_name_that_is_missing_comes_back_with_what_was_typed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let path = acme.invite_path(acme.invite("ada@acme.com").await);
    let ada = acme.server.browser();
    let page = ada.get(&path).await;
    ada.fill(&page, &path, &[("name", "   ")])
        .await
        .with(StatusCode::UNPROCESSABLE_ENTITY)
        .says("is missing");
    let long = "A".repeat(101);
    let page = ada.fill(&page, &path, &[("name", &long)]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.form(&path).fields.contains(&("name".into(), long)));
    assert_eq!(count_members(&acme).await, 1);
    acme.close().await;
}

/// T2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_moved_invite_joins_into_its_new_team(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let team = acme.team("Sales").await.to_string();
    acme.lead
        .call("members/act", &[("act", "move"), ("people", &invite.to_string()), ("team", &team)])
        .await
        .with(StatusCode::OK);
    acme.server.browser().post(&acme.invite_path(invite), &[("name", "Ada")]).await.to("/me");
    let joined = format!("select count(*) from members where team_id = '{team}'");
    assert_eq!(acme.server.number(&joined).await, 1);
    acme.close().await;
}

/// I13: a list of 5,000 in any script, as the page sends it and as a form does before its scripts are there.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn five_thousand_names_in_any_script_are_sent(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (name, title) =
        ("Александра Константинопольская-Вознесенская", "Επικεφαλής Στρατηγικού Σχεδιασμού και Ανάπτυξης");
    let person =
        |n: usize| serde_json::json!({ "address": format!("p{n}@acme.com"), "name": name, "title": title });
    let people: Vec<serde_json::Value> = (0..5_000).map(person).collect();
    let fields =
        serde_json::json!({ "org": acme.lead.org(), "addresses": people, "team": "", "note": "Привет" });
    assert!(fields.to_string().len() > 1024 * 1024, "more than other calls may have");
    let checked = acme.lead.browser.call_with_json("invites/check", &fields).await.with(StatusCode::OK);
    assert_eq!(checked.json(), serde_json::json!([]));
    let report = acme.lead.browser.call_with_json("invites/send", &fields).await.with(StatusCode::OK).json();
    assert_eq!((&report["invited"], &report["left_out"]), (&5_000.into(), &serde_json::json!([])));
    let whole = format!("select count(*) from invites where name = '{name}' and title = '{title}'");
    assert_eq!(acme.server.number(&whole).await, 5_000);
    let checked = acme.lead.browser.call_with_json("invites/check", &fields).await.json();
    assert_eq!(checked.as_array().unwrap().len(), 5_000, "each is known now");

    let form: String = (0..5_000).map(|n| format!("{name} <f{n}@acme.com>\n")).collect();
    assert_eq!(send(&acme, &form).await["invited"], 5_000);
    acme.server.execute("delete from jobs").await;
    acme.close().await;
}

/// QUALITY 15: while a long list of addresses is read, the thread that answers requests answers others: of
/// the time that it takes, no half passes without a turn for somebody else.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_long_list_holds_no_other_request_up(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    for text in ["<", "\"", ",", "(", "a@x.com <", "Ada <ada@x.com>, "] {
        let list = text.repeat(300_000 / text.len());
        let begun = Instant::now();
        let (mut last, mut longest) = (begun, Duration::ZERO);
        let others = async {
            loop {
                tokio::task::yield_now().await;
                longest = longest.max(last.elapsed());
                last = Instant::now();
            }
        };
        let fields = serde_json::json!({ "org": acme.lead.org(), "addresses": list });
        tokio::select! {
            answer = acme.lead.browser.call_with_json("invites/check", &fields) => {
                assert!(answer.status.is_success() || answer.status.is_client_error(), "{answer}");
            }
            () = others => unreachable!("it has no end"),
        }
        let whole = begun.elapsed();
        assert!(longest * 2 < whole, "{text:?}: {longest:?} of {whole:?} in one go");
    }
    acme.close().await;
}

/// I13, N1: what is too much is said at the field, and changes nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_list_that_is_too_long_is_refused_at_its_field(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let people = |many: usize, name: &str| -> Vec<serde_json::Value> {
        (0..many).map(|n| serde_json::json!({ "address": format!("p{n}@acme.com"), "name": name })).collect()
    };
    let before = acme.server.everything().await;
    for (addresses, status, words) in [
        (people(5_001, "Ada").into(), StatusCode::UNPROCESSABLE_ENTITY, "5001 addresses are too many"),
        (people(21_000, "Ada").into(), StatusCode::UNPROCESSABLE_ENTITY, "20000 entries"),
        (people(5_000, &"Я".repeat(900)).into(), StatusCode::PAYLOAD_TOO_LARGE, "Send at most 5000 people"),
        ("a@acme.com ".repeat(300_000).into(), StatusCode::UNPROCESSABLE_ENTITY, "larger than 2 MB"),
        (
            "email,name\nada@acme.com,\"Ada\nbob@acme.com,Bob\n".into(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "line 2",
        ),
        ("email,name\n".into(), StatusCode::UNPROCESSABLE_ENTITY, "no addresses"),
        (people(1, &"Я".repeat(101)).into(), StatusCode::UNPROCESSABLE_ENTITY, "The name has 101 characters"),
        ("".into(), StatusCode::UNPROCESSABLE_ENTITY, "at least one"),
    ] as [(serde_json::Value, _, _); 8]
    {
        let fields =
            serde_json::json!({ "org": acme.lead.org(), "addresses": addresses, "team": "", "note": "" });
        let answer = acme.lead.browser.call_with_json("invites/send", &fields).await.with(status);
        let refusal = &answer.json()["Invalid"][0];
        assert_eq!(refusal["field"], "addresses", "{answer}");
        assert!(refusal["message"].as_str().unwrap().contains(words), "{answer}");
    }
    let long = serde_json::json!({ "org": acme.lead.org(), "name": "x".repeat(2 << 20) });
    let answer =
        acme.lead.browser.call_with_json("teams/create", &long).await.with(StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().contains("Shorten it"), "{answer}");
    let fields = serde_json::json!({ "org": acme.lead.org(), "addresses": people(5_000, &"Я".repeat(100)) });
    acme.server.browser().call_with_json("invites/send", &fields).await.with(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(acme.server.everything().await, before);
    acme.close().await;
}

/// I1, L3: what some mail server would read otherwise is invited by nobody, however it is written.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_a_mail_server_could_misread_is_not_sent(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    for address in [
        "=?utf-8?q?x=40evil.io=3e?=@company.example",
        "x%evil.io@company.example",
        "evil.io!x@company.example",
        "<@evil.io:x@company.example>",
        "\"x@evil.io\"@company.example",
        "bob@evil.io <ada@acme.com>",
    ] {
        let fields = [("addresses", address), ("team", ""), ("note", "")];
        acme.lead.call("invites/send", &fields).await.with(StatusCode::UNPROCESSABLE_ENTITY);
        acme.server
            .browser()
            .post("/sign-up", &[("email", address)])
            .await
            .with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(acme.server.number("select count(*) from invites").await, 0);
    acme.close().await;
}
