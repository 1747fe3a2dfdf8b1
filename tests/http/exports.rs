//! `/members.csv`, `/history.csv`, `/credits.csv`, `/history`: what leads take with them, and who did what.
//! P6, P7, C6

use crate::harness::*;

/// P6: safe in a spreadsheet, and all of it, however much.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_list_is_exported_as_it_is_filtered(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.managed("=HYPERLINK(\"http://evil.example\";\"Ada, here\")", Some("zoe@acme.com")).await;
    acme.invite("eve@acme.com").await;
    let insert = format!(
        "insert into members (org_id, id, role, kind, name)
         select '{}', gen_random_uuid(), 'member', 'managed', 'Person ' || n from generate_series(1, 1200) n",
        acme.org()
    );
    acme.server.execute(&insert).await;
    let lead = &acme.lead.browser;
    let all = lead.get("/members.csv").await.with(StatusCode::OK);
    assert_eq!(all.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert!(all.header(header::CONTENT_DISPOSITION).contains("members.csv"));
    let text = all.text().strip_prefix('\u{feff}').expect("a mark").to_owned();
    assert_eq!(text.matches("\r\n").count(), 1 + 1203);
    assert!(text.starts_with("\"Name\",\"Email\","));
    assert!(
        text.contains("\r\n\"'=HYPERLINK(\"\"http://evil.example\"\";\"\"Ada, here\"\")\",\"zoe@acme.com\""),
        "{text:.600}"
    );
    assert!(text.contains("\"eve@acme.com\",\"\",\"\",\"Invited\""));
    let found = lead.get("/members.csv?q=zoe%40&sort=newest").await.with(StatusCode::OK);
    assert_eq!(found.text().matches("\r\n").count(), 2);
    let stuck = lead.get("/members.csv?stuck=yes").await.with(StatusCode::OK);
    assert_eq!(stuck.text().matches("\r\n").count(), 1, "nobody is");
    acme.close().await;
}

/// P7, C6: the page and the file say the same, in sentences; the ledger has its file too.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_did_what_is_read_filtered_and_exported(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let (id, _) = acme.member("ada@acme.com").await;
    let lead = &acme.lead;
    let team = lead.call("teams/create", &[("name", "Sales")]).await.json();
    let (member, team) = (id.to_string(), team.as_str().unwrap().to_owned());
    lead.call("members/act", &[("act", "move"), ("people", &member), ("team", &team)])
        .await
        .with(StatusCode::OK);
    lead.call("members/set-role", &[("member", &member), ("role", "team_lead")]).await.with(StatusCode::OK);
    let page = lead.browser.get("/history").await.with(StatusCode::OK);
    let page = page
        .says("Made Ada Lovelace a Team Lead")
        .says("Moved Ada Lovelace to Sales")
        .says("Added 3 credits");
    assert!(page.text().contains(&format!("href=\"/members/{member}\"")));
    let teams = lead.browser.get("/history?act=team_created").await.says("Created the team Sales");
    assert!(!teams.words().contains("Made Ada"));
    lead.browser.get("/history?act=link_paused").await.with(StatusCode::OK).says("Nothing here yet");
    // Whom it is about and who did it is said, and stays chosen without script.
    let about = lead.browser.get(&format!("/history?about={member}&from=2020-01-01")).await;
    let about =
        about.with(StatusCode::OK).says("Only what was done to Ada Lovelace.").says("Show everything");
    assert!(about.text().contains(&format!("name=\"about\" value=\"{member}\"")), "{about}");
    assert!(about.text().contains("value=\"2020-01-01\""), "{about}");
    let by_ada = lead.browser.get(&format!("/history?who={member}")).await.with(StatusCode::OK);
    by_ada.says("Only what Ada Lovelace did.").says("Nothing here yet");
    let later = lead.browser.get("/history?from=9999-01-01").await.with(StatusCode::OK);
    later.says("Nothing here yet");
    let file = lead.browser.get("/history.csv?to=2020-01-01").await.with(StatusCode::OK);
    assert_eq!(file.text().matches("\r\n").count(), 1, "the head alone");
    lead.browser.get("/history").await.says("Entries are kept for 2 years.");
    lead.call("settings/set-history", &[("days", "100")]).await.with(StatusCode::OK);
    lead.browser.get("/history").await.says("Entries are kept for 100 days.");
    for query in ["?act=x&who=x&about=x&from=x&to=x&before=x", "?before=00000000-0000-0000-0000-000000000000"]
    {
        lead.browser.get(&format!("/history{query}")).await.with(StatusCode::OK);
    }
    let file = lead.browser.get("/history.csv?act=role_changed").await.with(StatusCode::OK);
    assert!(file.text().contains("\"Made Ada Lovelace a Team Lead\""), "{file}");
    assert_eq!(file.text().matches("\r\n").count(), 2);
    let ledger = lead.browser.get("/credits.csv").await.with(StatusCode::OK);
    assert!(ledger.text().contains("\"grant\",\"Operator\",\"\",\"3\",\"3\"\r\n"), "{ledger}");
    // Of who is removed nothing is left but what happened.
    acme.submit(id).await;
    acme.server.leave_the_engine_out().await;
    let ledger = lead.browser.get("/credits.csv").await.with(StatusCode::OK);
    assert!(ledger.text().contains("\"shoot\",\"Ada Lovelace\",\"\",\"-1\",\"2\"\r\n"), "{ledger}");
    lead.call("members/set-role", &[("member", &member), ("role", "member")]).await.with(StatusCode::OK);
    lead.call("members/remove", &[("member", &member)]).await.with(StatusCode::OK);
    let after = lead.browser.get("/history").await.with(StatusCode::OK).says("Removed a former member");
    assert!(!after.words().contains("Ada Lovelace"), "{after}");
    let ledger = lead.browser.get("/credits.csv").await.with(StatusCode::OK);
    assert!(ledger.text().contains("\"shoot\",\"a former member\",\"\",\"-1\",\"2\"\r\n"), "{ledger}");
    let entries = lead.call("credits/show", &[("pages", "1")]).await.json();
    assert_eq!(entries["entries"][0]["who"], "a former member", "{entries}");
    acme.close().await;
}
