//! What leads do with invites that were sent: remind, mend, revoke, watch; and the reminders that go
//! out by themselves. I7 to I11, I13

use headcount::{domain::invite::MailLimits, worker};

use crate::harness::*;

impl Acme {
    /// Lets so much time pass for the invites.
    async fn pass(&self, ago: &str) {
        let sql = format!(
            "update invites set sent_at = sent_at - interval '{ago}', mailed_at = mailed_at - interval '{ago}',
                                expires_at = expires_at - interval '{ago}'"
        );
        self.server.execute(&sql).await;
    }

    async fn remind(&self, invites: &str) -> serde_json::Value {
        self.lead.call("invites/remind", &[("invites", invites)]).await.with(StatusCode::OK).json()
    }

    async fn state_of(&self, address: &str) -> String {
        self.server.text(&format!("select state from invites where email = '{address}'")).await
    }
}

/// The link on a line of its own in a mail's text.
fn link_in(text: &str, path: &str) -> String {
    let link = text.lines().filter_map(|line| line.strip_prefix(ORIGIN)).find(|link| link.starts_with(path));
    link.unwrap_or_else(|| panic!("no link to {path} in {text}")).to_owned()
}

/// I7, I8
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_reminder_carries_the_same_link_and_waits_an_hour(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let first = acme.server.mail_to("ada@acme.com").await;
    let report = acme.remind(&invite.to_string()).await;
    assert_eq!(report["sent"], 0);
    let reason = report["left_out"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("within the hour") && reason.contains("UTC"), "{reason}");
    acme.pass("1 hour").await;
    assert_eq!(acme.remind(&format!("{invite},{invite}")).await["sent"], 1);
    let reminder = acme.server.mail_to("ada@acme.com").await;
    assert_ne!(reminder.id, first.id);
    assert!(reminder.subject.starts_with("Reminder") && reminder.text.contains("still waiting"));
    assert_eq!(link_in(&reminder.text, "/i/"), link_in(&first.text, "/i/"));
    assert!(reminder.unsubscribe.is_some() && first.unsubscribe.is_some());
    let invite = &acme.people("?stage=invited").await["rows"][0]["standing"]["Invite"];
    assert!(invite["reminded_at"].is_number() && invite["sent_at"].is_number(), "{invite}");
    acme.close().await;
}

/// I11: the dashboard names a few of the mails that did not arrive, and counts the rest.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_dashboard_does_not_list_thousands_of_failed_mails(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    for n in 0..8 {
        acme.invite(&format!("p{n}@acme.com")).await;
    }
    acme.server.execute("update invites set state = 'failed', failure = '550 who?'").await;
    let dashboard = acme.lead.call("dashboard/show", &[]).await.json();
    let attention = dashboard["attention"].as_array().unwrap();
    assert_eq!(attention.len(), 8, "{dashboard}");
    assert_eq!(attention[0]["what"], "Only 1 credit is left.");
    let attention = &attention[1..];
    assert_eq!(attention[0]["what"], "The invite to p0@acme.com did not arrive.");
    assert_eq!(attention[0]["why"], "550 who?");
    assert_eq!(attention[6]["what"], "2 more people need attention.");
    acme.close().await;
}

/// I8: the mail of a reminder is not sent to who has answered meanwhile.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_queued_reminder_is_void_once_the_person_has_answered(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let mut invites = Vec::new();
    for who in ["joined", "declined", "revoked", "out", "expired", "mended"] {
        invites.push(acme.invite(&format!("{who}@acme.com")).await);
    }
    acme.server.work().await;
    acme.pass("1 hour").await;
    let all = invites.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    assert_eq!(acme.remind(&all).await["sent"], 6);
    let browser = acme.server.browser();
    let paths: Vec<String> = invites.iter().map(|invite| acme.invite_path(*invite)).collect();
    browser.post(&paths[0], &[("name", "Joe")]).await.to("/me");
    browser.post(&format!("{}/decline", paths[1]), &[]).await.to(&paths[1]);
    acme.lead.call("invites/revoke", &[("invites", &invites[2].to_string())]).await.with(StatusCode::OK);
    browser.post(&format!("{}/opt-out", paths[3]), &[]).await.to(&paths[3]);
    acme.server.execute("update invites set expires_at = now() where email = 'expired@acme.com'").await;
    let fields = [("invite", invites[5].to_string()), ("address", "new@acme.com".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    acme.lead.call("invites/mend", &fields).await.with(StatusCode::OK);
    acme.server.work().await;
    let reminders =
        acme.server.state.mailer.kept().iter().filter(|mail| mail.subject.starts_with("Rem")).count();
    assert_eq!(reminders, 0);
    assert_eq!(acme.server.mails_to("new@acme.com").await.len(), 1, "the invite itself");
    acme.close().await;
}

/// J7, I8: who came in by another way meanwhile gets neither the invite nor the reminder that waits in
/// the queue, and the invite is closed.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nobody_is_invited_or_reminded_who_joined_by_another_way(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let link = acme.link_path(acme.link(unlimited()).await);
    let reminded = acme.invite("reminded@acme.com").await;
    acme.server.work().await;
    acme.pass("1 hour").await;
    assert_eq!(acme.remind(&reminded.to_string()).await["sent"], 1);
    for who in ["linked", "provisioned", "managed", "outside"] {
        acme.invite(&format!("{who}@acme.com")).await;
    }
    for who in ["reminded", "linked"] {
        let browser = acme.server.signed_in(&format!("{who}@acme.com")).await;
        browser.join_as_viewer(&link).await.to("/me");
    }
    // However it comes about: a row with an account, as single sign-on or a directory would write it.
    acme.server.signed_in("provisioned@acme.com").await;
    let provision = "insert into members (org_id, id, account_id, role, kind, name, email, address)
                     select o.id, gen_random_uuid(), a.id, 'member', 'link', 'Pia', a.email, a.address
                     from organizations o, accounts a where a.email = 'provisioned@acme.com'";
    acme.server.execute(provision).await;
    // Without an account the person has not joined: the invite is how they get one. M5
    let manage = "insert into members (org_id, id, role, kind, name, email, address)
                  select id, gen_random_uuid(), 'member', 'managed', 'Mia', 'managed@acme.com', 'managed@acme.com'
                  from organizations";
    acme.server.execute(manage).await;

    acme.server.work().await;
    let kept = acme.server.state.mailer.kept();
    let mut mailed: Vec<&str> = kept.iter().map(|mail| mail.to.as_str()).collect();
    mailed.sort_unstable();
    assert_eq!(mailed, ["managed@acme.com", "outside@acme.com", "reminded@acme.com"]);
    assert!(kept.iter().all(|mail| !mail.subject.starts_with("Reminder")));
    for who in ["reminded", "linked", "provisioned"] {
        assert_eq!(acme.state_of(&format!("{who}@acme.com")).await, "joined");
    }
    acme.close().await;
}

/// I12: several mails of one invite may be taken from the queue together, and none of them is lost.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn mails_of_one_invite_that_are_taken_together_are_all_sent(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    acme.server.work().await;
    acme.pass("1 hour").await;
    assert_eq!(acme.remind(&invite.to_string()).await["sent"], 1);
    let again = "insert into jobs (id, kind, payload, priority)
                 select gen_random_uuid(), kind, payload, priority from jobs where state = 'waiting'";
    acme.server.execute(again).await;
    assert_eq!(acme.server.mails_to("ada@acme.com").await.len(), 3, "the invite and two reminders");
    acme.close().await;
}

/// I11: the address is mended, the invite stays, the old link is invalid.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_failed_invite_is_mended(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let fields = [("addresses", "Ada <adda@acme.com>"), ("team", ""), ("note", "See you on Monday!")];
    acme.lead.call("invites/send", &fields).await.with(StatusCode::OK);
    let old = link_in(&acme.server.mail_to("adda@acme.com").await.text, "/i/");
    acme.server.execute("update invites set state = 'failed', failure = '550 5.1.1 Who?'").await;
    let invite = acme.server.text("select id::text from invites").await;
    let mend = async |address: &str| {
        acme.lead.call("invites/mend", &[("invite", &invite), ("address", address)]).await
    };
    for (address, words) in [("olga@acme.com", "Olga Owner"), ("not an address", "@"), ("", "address")] {
        let refused = mend(address).await.with(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["Invalid"][0]["field"], "address");
        assert!(refused.json()["Invalid"][0]["message"].as_str().unwrap().contains(words), "{refused}");
    }
    mend("ada@acme.com").await.with(StatusCode::OK);
    let mail = acme.server.mail_to("ada@acme.com").await;
    assert!(mail.text.contains("See you on Monday!"));
    let new = link_in(&mail.text, "/i/");
    let browser = acme.server.browser();
    browser.get(&old).await.with(StatusCode::NOT_FOUND);
    browser.post(&old, &[("name", "Eve")]).await.with(StatusCode::NOT_FOUND);
    for what in ["decline", "opt-out"] {
        browser.post(&format!("{old}/{what}"), &[]).await.with(StatusCode::NOT_FOUND);
    }
    assert_eq!(acme.state_of("ada@acme.com").await, "sent");
    let page = browser.get(&new).await.with(StatusCode::OK);
    browser.fill(&page, &new, &[("name", "Ada")]).await.to("/me");
    mend("late@acme.com").await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// I10, I11: who got the mail that was meant for another can opt out, and only themselves.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_former_address_can_still_opt_out(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("stranger@home.com").await;
    let old = link_in(&acme.server.mail_to("stranger@home.com").await.text, "/u/");
    acme.lead
        .call("invites/mend", &[("invite", &invite.to_string()), ("address", "ada@acme.com")])
        .await
        .with(StatusCode::OK);
    acme.server.browser().post(&old, &[]).await.with(StatusCode::OK);
    assert_eq!(acme.server.text("select email from opt_outs").await, "stranger@home.com");
    acme.server.work().await;
    assert_eq!(acme.state_of("ada@acme.com").await, "sent");
    acme.close().await;
}

/// I9
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn many_invites_are_revoked_at_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (ada, bob, joined) = (
        acme.invite("ada@acme.com").await,
        acme.invite("bob@acme.com").await,
        acme.invite("joe@acme.com").await,
    );
    acme.server.browser().post(&acme.invite_path(joined), &[("name", "Joe")]).await.to("/me");
    let list = format!("{ada}, {bob},{joined}");
    let report = acme.lead.call("invites/revoke", &[("invites", &list)]).await.with(StatusCode::OK).json();
    assert_eq!(report["revoked"], 2);
    assert_eq!(report["left_out"], serde_json::json!([joined]));
    acme.server.browser().get(&acme.invite_path(ada)).await.with(StatusCode::GONE).says("was revoked");
    let people = acme.people("").await;
    assert_eq!(people["ended"].as_array().unwrap().len(), 2);
    assert!(people["ended"][0]["ended_at"].is_number());
    for nonsense in ["", ",", "x", &format!("{ada},x")] {
        let refused = acme.lead.call("invites/revoke", &[("invites", nonsense)]).await;
        refused.with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    acme.close().await;
}

/// I13
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_progress_of_a_send_is_told_until_a_minute_after_its_end(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let progress = async || acme.lead.call("invites/progress", &[]).await.with(StatusCode::OK).json();
    assert_eq!(progress().await, serde_json::Value::Null);
    let fields = [("addresses", "ada@acme.com, bob@acme.com"), ("team", ""), ("note", "")];
    acme.lead.call("invites/send", &fields).await.with(StatusCode::OK);
    assert_eq!(progress().await, serde_json::json!({ "total": 2, "sent": 0, "failed": 0, "to_go": 2 }));
    acme.server.work().await;
    assert_eq!(progress().await, serde_json::json!({ "total": 2, "sent": 2, "failed": 0, "to_go": 0 }));
    acme.server.execute("update invites set settled_at = settled_at - interval '61 seconds'").await;
    assert_eq!(progress().await, serde_json::Value::Null);
    acme.close().await;
}

/// I8
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn reminders_go_out_by_themselves_until_switched_off(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.invite("ada@acme.com").await;
    acme.server.work().await;
    acme.pass("3 days").await;
    let set = [("days", "30"), ("auto_reminders", "")];
    acme.lead.call("settings/set-inviting", &set).await.with(StatusCode::OK);
    assert_eq!(worker::remind_who_is_due(&acme.server.state).await.unwrap(), 0);
    acme.lead
        .call("settings/set-inviting", &[("days", "30"), ("auto_reminders", "on")])
        .await
        .with(StatusCode::OK);
    assert_eq!(worker::remind_who_is_due(&acme.server.state).await.unwrap(), 1);
    assert_eq!(worker::remind_who_is_due(&acme.server.state).await.unwrap(), 0);
    assert_eq!(acme.server.mails_to("ada@acme.com").await.len(), 2);
    acme.close().await;
}

/// I8: a day that cannot take all reminders takes those of the people who were left alone the longest,
/// and the next day takes the rest.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn reminders_go_out_as_far_as_the_day_goes(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut acme = Acme::found(connect, 1).await;
    for n in 0..7 {
        acme.invite(&format!("p{n}@acme.com")).await;
    }
    acme.server.work().await;
    // p6 was invited first.
    acme.server
        .execute(
            "update invites set sent_at = sent_at - make_interval(days => 3, mins => right(split_part(email, '@', 1), 1)::int),
                                mailed_at = mailed_at - make_interval(days => 3, mins => right(split_part(email, '@', 1), 1)::int)",
        )
        .await;
    let another_day = "update org_mail_counts set began_at = began_at - interval '1 day'";
    acme.server.execute(another_day).await;
    acme.server.execute("delete from recipient_mail_counts").await;
    acme.server.limit_mails(MailLimits { org_per_day: 4, recipient_per_day: 1 });
    // One of them got the mail of the day from somebody else.
    acme.server.execute("insert into recipient_mail_counts (email, mails) values ('p5@acme.com', 1)").await;
    // And a lead has used one of the four.
    let fields = [("addresses", "new@acme.com"), ("team", ""), ("note", "")];
    acme.lead.call("invites/send", &fields).await.with(StatusCode::OK);
    acme.server.work().await;

    let reminded = async || {
        acme.server
            .text("select coalesce(string_agg(email, ' ' order by email), '') from invites where auto_reminded > 0")
            .await
    };
    assert_eq!(worker::remind_who_is_due(&acme.server.state).await.unwrap(), 3);
    assert_eq!(reminded().await, "p3@acme.com p4@acme.com p6@acme.com");
    assert_eq!(worker::remind_who_is_due(&acme.server.state).await.unwrap(), 0);
    assert_eq!(
        acme.server.number("select sum(mails) from recipient_mail_counts").await,
        5,
        "p5's, the new one's, three"
    );
    acme.server.execute(another_day).await;
    acme.server.execute("delete from recipient_mail_counts").await;
    assert_eq!(worker::remind_who_is_due(&acme.server.state).await.unwrap(), 4);
    assert_eq!(acme.server.number("select count(*) from invites where auto_reminded > 0").await, 7);
    acme.server.work().await;
    let reminders = acme.server.state.mailer.kept();
    assert_eq!(reminders.iter().filter(|mail| mail.subject.starts_with("Reminder")).count(), 7);
    acme.close().await;
}

/// I7, N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_organization_chooses_how_long_its_invites_live(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let shown = acme.lead.call("settings/inviting", &[]).await.with(StatusCode::OK).json();
    assert_eq!(shown, serde_json::json!({ "days": 30, "auto_reminders": true }));
    for days in ["0", "91", "-1", "", "ten", "1.5", "99999999999"] {
        let refused = acme.lead.call("settings/set-inviting", &[("days", days)]).await;
        assert_eq!(refused.with(StatusCode::UNPROCESSABLE_ENTITY).json()["Invalid"][0]["field"], "days");
    }
    // A checkbox that is not checked is not sent.
    acme.lead.call("settings/set-inviting", &[("days", "90")]).await.with(StatusCode::OK);
    let shown = acme.lead.call("settings/inviting", &[]).await.json();
    assert_eq!(shown, serde_json::json!({ "days": 90, "auto_reminders": false }));
    acme.invite("ada@acme.com").await;
    let lives = "select count(*) from invites where expires_at = created_at + interval '90 days'";
    assert_eq!(acme.server.number(lives).await, 1);
    let page = acme.lead.browser.get("/settings").await.with(StatusCode::OK);
    assert!(page.says("Days until an invite expires").text().contains("value=\"90\""));
    acme.close().await;
}

/// Headcount is no means to spam: the refusal says when again.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn mails_are_limited_for_organization_and_recipient(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut server = Server::start(connect).await;
    server.limit_mails(MailLimits { org_per_day: 4, recipient_per_day: 2 });
    let acme = Acme::found_on(server, 1).await;
    let send = async |addresses: &str| {
        acme.lead.call("invites/send", &[("addresses", addresses), ("team", ""), ("note", "")]).await
    };
    let refused = send("a@x.com, b@x.com, c@x.com, d@x.com, e@x.com").await.with(StatusCode::CONFLICT);
    assert!(refused.json()["Refused"].as_str().unwrap().contains("4 invite emails a day"), "{refused}");
    send("a@x.com, b@x.com").await.with(StatusCode::OK);
    acme.server.work().await;
    acme.pass("1 hour").await;
    let ids = "select string_agg(id::text, ',' order by email) from invites";
    let ids = acme.server.text(ids).await;
    assert_eq!(acme.remind(&ids).await["sent"], 2);
    let refused = send("c@x.com").await.with(StatusCode::CONFLICT);
    let words = refused.json()["Refused"].as_str().unwrap().to_owned();
    assert!(words.contains("0 more") && words.contains("UTC"), "{words}");
    assert_eq!(acme.server.number("select count(*) from invites").await, 2);
    acme.server.execute("update org_mail_counts set mails = 0").await;
    acme.pass("1 hour").await;
    acme.server.work().await;
    acme.pass("1 hour").await;
    let held = acme.remind(&ids).await;
    assert_eq!(held["sent"], 0);
    assert!(held["left_out"][0]["reason"].as_str().unwrap().contains("limit of invite emails"), "{held}");
    acme.lead.call("invites/revoke", &[("invites", &ids)]).await.with(StatusCode::OK);
    let report = send("a@x.com, c@x.com").await.with(StatusCode::OK).json();
    assert_eq!(report["invited"], 1);
    assert!(report["left_out"][0]["reason"].as_str().unwrap().contains("Invite it after"), "{report}");
    acme.close().await;
}

/// I15, I10: who joined and gets no further is reminded by itself and from the dashboard, and stops it by one
/// click in the mail.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn members_who_are_stuck_are_reminded_until_they_unsubscribe(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 5).await;
    let (_, _) = acme.member("ada@acme.com").await;
    let state = &acme.server.state;
    assert_eq!(worker::remind_of_photos(state).await.unwrap(), 0);
    let age = "update members set joined_at = joined_at - interval '4 days', reminded_at = reminded_at - interval '4 days'";
    acme.server.execute(age).await;
    let stuck = async || {
        let view = acme.lead.call("dashboard/show", &[]).await.with(StatusCode::OK).json();
        view["attention"].as_array().unwrap().iter().filter(|thing| !thing["remind"].is_null()).count()
    };
    assert_eq!(stuck().await, 1);
    // The dashboard leads to these people and nobody else.
    let home = acme.lead.call("dashboard/show", &[]).await.with(StatusCode::OK).json();
    let mut hrefs = home["attention"].as_array().unwrap().iter().map(|thing| thing["href"].as_str().unwrap());
    let href = hrefs.find(|href| href.contains("stuck")).expect("a way to them");
    let list = acme.lead.browser.get(href).await.with(StatusCode::OK);
    list.says("1 person found.").says("Nothing has happened for 3 days").says("Ada Lovelace");
    assert_eq!(worker::remind_of_photos(state).await.unwrap(), 1);
    assert_eq!(worker::remind_of_photos(state).await.unwrap(), 0);
    assert_eq!(stuck().await, 0, "somebody who was just reminded is not");
    let mail = acme.server.mail_to("ada@acme.com").await;
    assert!(mail.subject.contains("your photos are missing"), "{}", mail.subject);

    acme.server.execute(age).await;
    let reminded =
        acme.lead.call("dashboard/remind", &[("stage", "joined")]).await.with(StatusCode::OK).json();
    assert_eq!(reminded, 1);
    let mail = acme.server.mail_to("ada@acme.com").await;
    let stop =
        mail.text.lines().filter_map(|line| line.strip_prefix(ORIGIN)).find(|path| path.starts_with("/u/"));
    let stop = stop.unwrap().to_owned();
    let stranger = acme.server.browser();
    stranger.get(&stop).await.with(StatusCode::OK);
    stranger.post(&stop, &[]).await.with(StatusCode::OK);
    acme.server.execute(age).await;
    assert_eq!(worker::remind_of_photos(state).await.unwrap(), 0);
    let reminded =
        acme.lead.call("dashboard/remind", &[("stage", "joined")]).await.with(StatusCode::OK).json();
    assert_eq!(reminded, 0);
    acme.close().await;
}

/// I15, N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn reminders_of_photos_are_a_setting(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 0).await;
    let wrong = [("days", "0"), ("times", "6"), ("by_itself", "on")];
    let refused = acme.lead.call("settings/set-photo-reminders", &wrong).await;
    refused.with(StatusCode::UNPROCESSABLE_ENTITY).says("from 1 to 30").says("from 1 to 5");
    acme.lead
        .call("settings/set-photo-reminders", &[("days", "7"), ("times", "1")])
        .await
        .with(StatusCode::OK);
    let set = acme.lead.call("settings/photo-reminders", &[]).await.json();
    assert_eq!(set, serde_json::json!({ "by_itself": false, "days": 7, "times": 1 }));
    acme.close().await;
}

/// L1: the dashboard names links that end soon, and none that let nobody in anyway.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_dashboard_names_links_that_are_about_to_close(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 5).await;
    for change in [
        "expires_at = now() + interval '1 day'",
        "expires_at = now() + interval '3 days'",
        "expires_at = now() - interval '1 day'",
        "expires_at = now() + interval '1 day', paused_at = now()",
        "expires_at = now() + interval '1 day', revoked_at = now()",
        "label = 'forever'",
    ] {
        let link = acme.link(unlimited()).await;
        acme.server.execute(&format!("update invite_links set {change} where id = '{link}'")).await;
    }
    let view = acme.lead.call("dashboard/show", &[]).await.with(StatusCode::OK).json();
    let what: Vec<_> = view["attention"].as_array().unwrap().iter().map(|thing| &thing["what"]).collect();
    assert_eq!(what, ["1 invite link closes within two days."]);
    acme.close().await;
}
