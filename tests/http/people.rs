//! `/members`, `/fn/members/list`, `/fn/members/matching`, `/fn/members/preview`, `/fn/members/act`: the list of
//! people and what is done with several of them. P1, P2, T2, I8, I9, P3, N7

use headcount::domain::people::{BulkAct, PAGE, SELECTED_MAX};

use crate::harness::*;

impl Acme {
    /// So many who were added, called `Person 001` and so on.
    async fn crowd(&self, people: usize) {
        let insert = format!(
            "insert into members (org_id, id, role, kind, name)
             select '{}', gen_random_uuid(), 'member', 'managed', 'Person ' || to_char(n, 'FM000')
             from generate_series(1, {people}) n",
            self.org()
        );
        self.server.execute(&insert).await;
    }

    /// The ids of all who match, as the page sends them on.
    async fn matching(&self, query: &str) -> String {
        let found = self.lead.call("members/matching", &[("query", query)]).await;
        let found = found.with(StatusCode::OK).json();
        let ids: Vec<&str> = found.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        ids.join(",")
    }

    /// Does something with several people at once: ids, or the query of a list for all who match.
    pub async fn act(&self, act: BulkAct, people: &str, team: &str) -> Answer {
        let all = if people.starts_with('?') { Some(self.matching(people).await) } else { None };
        let people = all.as_deref().unwrap_or(people);
        self.lead.call("members/act", &[("act", act.as_str()), ("people", people), ("team", team)]).await
    }
}

fn names(page: &serde_json::Value) -> Vec<&str> {
    page["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap_or("-")).collect()
}

/// P1, QUALITY performance 10: a page of the list has one page of people, whoever else there is, and all of
/// it is links and forms.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_page_works_by_links_and_forms_alone(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.crowd(130).await;
    let lead = &acme.lead.browser;
    let first = lead.get("/members").await.with(StatusCode::OK).says("50 of 131 shown");
    assert_eq!(first.text().matches("<tr>").count(), 1 + PAGE);
    assert!(!first.text().contains("Person 050"), "the Owner and 49 others come first");
    let link = |page: &Answer, word: &str| {
        let mut links = page.text().split("<a ").skip(1).filter_map(|link| link.split_once('>'));
        let found = links.find(|(_, text)| text.starts_with(word));
        found.map(|(tag, _)| {
            tag.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&")
        })
    };
    let link_to =
        |page: &Answer, word: &str| link(page, word).unwrap_or_else(|| panic!("no link {word}: {page}"));
    let second = lead.get(&link_to(&first, "Next")).await.says("Person 050").says("Person 099");
    let third = lead.get(&link_to(&second, "Next")).await.says("Person 130").says("31 of 131 shown");
    assert_eq!(link(&third, "Next"), None);
    lead.get(&link_to(&third, "Previous")).await.says("Person 050").says("Person 099");
    // The form sends what stands in its fields.
    let found = lead.get("/members?q=person+12&team=&kind=managed&sort=-name").await.says("10 people found.");
    let at = |name: &str| found.text().find(name).unwrap_or_else(|| panic!("no {name}"));
    assert!(at("Person 129") < at("Person 120"));
    assert!(found.text().contains("value=\"person 12\"") && !found.text().contains("Person 119"));
    lead.get("/members?q=nobody").await.with(StatusCode::OK).says("Nobody matches").says("Show everybody");
    lead.get("/members?stage=ready").await.with(StatusCode::OK).says("Nobody matches");
    acme.close().await;
}

/// P1, N1: whatever stands in the URL, there is a list.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn no_query_breaks_the_list(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    for query in [
        "?q=%00%ff",
        "?q=a%00b",
        "?after=01970000-0000-7000-8000-000000000000.%00",
        "?q=100%25",
        "?q=%5C%5C",
        "?after=x",
        "?stage=&team=none&kind=sso",
        "?stage=joined&stuck=yes",
        "?q=%27%22%3Cb%3E",
    ] {
        acme.lead.browser.get(&format!("/members{query}")).await.with(StatusCode::OK);
        acme.people(query).await;
    }
    acme.close().await;
}

/// N7: a page that follows a change is sent the rows it does not have, and the numbers.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn only_rows_that_changed_are_read_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.crowd(30).await;
    let page = acme.people("").await;
    let ids: Vec<&str> = page["order"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!((ids.len(), page["rows"].as_array().unwrap().len()), (31, 31));
    let changed = ids[3];
    let have: Vec<&str> = ids.iter().copied().filter(|id| *id != changed).collect();
    let fields = [("query", ""), ("have", &have.join(","))];
    let again = acme.lead.call("members/list", &fields).await.with(StatusCode::OK).json();
    assert_eq!(again["order"], page["order"]);
    assert_eq!(again["rows"].as_array().unwrap().len(), 1);
    assert_eq!(again["rows"][0]["id"], changed);
    assert_eq!(again["counts"], page["counts"]);
    acme.close().await;
}

/// P2, T2: members and invites move together, and what is said before is what happens.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn everybody_who_matches_is_moved(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.crowd(120).await;
    acme.invite("person@acme.com").await;
    let team = acme.team("Sales").await.to_string();
    let all = acme.matching("?q=person&sort=newest").await;
    let preview = [("act", "move"), ("people", all.as_str())];
    let preview = acme.lead.call("members/preview", &preview).await.with(StatusCode::OK).json();
    assert_eq!((&preview["done"], preview["named"].as_array().unwrap().len()), (&121.into(), 121));
    let moved = acme.act(BulkAct::Move, &all, &team).await.with(StatusCode::OK).json();
    assert_eq!(moved, preview);
    let in_sales = acme.people(&format!("?team={team}")).await;
    assert_eq!(
        in_sales["counts"]["stages"].as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).sum::<i64>(),
        121
    );
    assert_eq!(names(&acme.people("?team=none").await), ["Olga Owner"]);
    let theirs = acme.server.found("Other", "otto@other.com").await;
    let team = theirs.call("teams/create", &[("name", "Sales")]).await.json();
    acme.act(BulkAct::Move, "?", team.as_str().unwrap()).await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// P2: of more people than can be selected at once the first by name are, and no call takes more.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_very_many_the_first_are_selected(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.crowd(SELECTED_MAX + 1).await;
    acme.managed("Zoe", None).await;
    let team = acme.team("Sales").await.to_string();
    let first = acme.matching("?kind=managed&sort=newest").await;
    assert_eq!(first.split(',').count(), SELECTED_MAX);
    let moved = acme.act(BulkAct::Move, &first, &team).await.with(StatusCode::OK).json();
    assert_eq!(moved["done"], SELECTED_MAX);
    let left = acme.people("?team=none&kind=managed").await;
    assert_eq!(names(&left).last(), Some(&"Zoe"), "she comes last by name");
    let more = format!("{first},{}", acme.lead.actor.member().unwrap());
    let refused = acme.act(BulkAct::Move, &more, &team).await;
    refused.with(StatusCode::UNPROCESSABLE_ENTITY).says("More than 5000 people");
    acme.close().await;
}

/// P2, I8: invited people about their invite, members about the photos that they owe; each once an hour, and
/// each who is left out with the reason.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn people_are_reminded_of_what_they_owe(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let (joined, ada) = acme.member("ada@acme.com").await;
    let ready = acme.managed("Bob", Some("bob@acme.com")).await;
    acme.shoot(ready).await;
    acme.managed("Cleo", None).await;
    acme.invite("eve@acme.com").await;
    acme.invite("fay@acme.com").await;
    acme.server.work().await;
    acme.server
        .execute("update invites set mailed_at = now() - interval '2 hours' where email = 'eve@acme.com'")
        .await;
    let all = acme.act(BulkAct::Remind, "?", "").await.with(StatusCode::OK).json();
    // Ada, Olga, who has added no photos either, and Eve.
    assert_eq!(all["done"], 3, "{all}");
    let left_out = all["left_out"].as_array().unwrap();
    let said = |part: &str| {
        let one = left_out.iter().find(|one| one["reason"].as_str().unwrap().contains(part));
        one.unwrap_or_else(|| panic!("{part}: {all}"))["named"].clone()
    };
    assert_eq!(said("photos are submitted"), serde_json::json!(["Bob"]));
    assert_eq!(said("A lead adds their photos"), serde_json::json!(["Cleo"]));
    assert_eq!(said("within the hour"), serde_json::json!(["fay@acme.com"]));
    let mail = acme.server.mail_to("ada@acme.com").await;
    assert_eq!(mail.subject, "Your headshot at Acme: your photos are missing");
    assert!(mail.text.contains("/me"), "{}", mail.text);
    assert!(acme.server.mail_to("eve@acme.com").await.subject.starts_with("Reminder"));
    let again = acme.act(BulkAct::Remind, &joined.to_string(), "").await.with(StatusCode::OK).json();
    assert_eq!((&again["done"], &again["left_out"][0]["count"]), (&0.into(), &1.into()));
    // Queued, and void once they have submitted.
    acme.server.execute("update members set reminded_at = null").await;
    acme.act(BulkAct::Remind, &joined.to_string(), "").await.with(StatusCode::OK);
    acme.fill_draft(joined, 8).await;
    ada.post(&format!("/members/{joined}/submit"), &[]).await.with(StatusCode::SEE_OTHER);
    acme.server.leave_the_engine_out().await;
    let before = acme.server.mails_to("ada@acme.com").await.len();
    acme.server.work().await;
    assert_eq!(acme.server.mails_to("ada@acme.com").await.len(), before);
    acme.close().await;
}

/// P2, I9, P3: invites are revoked and members removed, each only what it can be; ten at a time.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn many_are_revoked_or_removed_and_each_is_accounted_for(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.crowd(12).await;
    acme.invite("eve@acme.com").await;
    acme.server.work().await;
    let revoked = acme.act(BulkAct::Revoke, "?", "").await.with(StatusCode::OK).json();
    assert_eq!((&revoked["done"], &revoked["left_out"][0]["count"]), (&1.into(), &13.into()), "{revoked}");
    let before = acme.server.everything().await;
    acme.act(BulkAct::Remove, "?", "").await.with(StatusCode::UNPROCESSABLE_ENTITY).says("At most 10");
    let all = acme.matching("?").await;
    let preview = acme.lead.call("members/preview", &[("act", "remove"), ("people", &all)]).await;
    preview.with(StatusCode::UNPROCESSABLE_ENTITY).says("At most 10");
    for people in ["", ",", "x", "?q=nobody"] {
        acme.act(BulkAct::Remove, people, "").await.with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(acme.server.everything().await, before);
    let page = acme.people("?kind=managed").await;
    let ids: Vec<&str> = page["order"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let owner = acme.lead.actor.member().unwrap().to_string();
    let people = format!("{},{},{owner}", ids[..2].join(","), ids[0]);
    let removed = acme.act(BulkAct::Remove, &people, "").await.with(StatusCode::OK).json();
    let mut named = removed["named"].as_array().unwrap().clone();
    named.sort_by_key(ToString::to_string);
    assert_eq!(named, ["Person 001", "Person 002"]);
    assert_eq!(removed["left_out"][0]["named"], serde_json::json!(["Olga Owner"]));
    assert!(removed["left_out"][0]["reason"].as_str().unwrap().contains("cannot remove yourself"));
    assert_eq!(acme.people("").await["order"].as_array().unwrap().len(), 11);
    acme.act(BulkAct::Remove, ids[0], "").await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// P2, QUALITY 20: two leads do the same at once; each person is told to one of them.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn two_leads_at_once_do_it_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.crowd(10).await;
    for n in 0..10 {
        acme.invite(&format!("p{n}@acme.com")).await;
    }
    acme.server.work().await;
    acme.server.execute("update invites set mailed_at = now() - interval '2 hours'").await;
    for (act, query, people) in [
        (BulkAct::Remind, "?stage=invited", 10),
        (BulkAct::Revoke, "?stage=invited", 10),
        (BulkAct::Remove, "?kind=managed", 10),
    ] {
        let (one, other) = tokio::join!(acme.act(act, query, ""), acme.act(act, query, ""));
        let done: i64 = [one, other]
            .into_iter()
            .map(|answer| match answer.status {
                StatusCode::OK => answer.json()["done"].as_i64().unwrap(),
                // The other was faster with all of them.
                StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => 0,
                _ => panic!("{answer}"),
            })
            .sum();
        assert_eq!(done, people, "{act:?}");
    }
    acme.close().await;
}
