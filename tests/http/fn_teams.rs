//! `/fn/teams/…`, `/fn/members/list`: sub-teams and the list of people. T1, T2, P1, I11

use headcount::domain::people::BulkAct;

use crate::harness::*;

/// T1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_team_name_is_taken_whatever_its_case(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.lead.call("teams/create", &[("name", "Field Sales")]).await.with(StatusCode::OK);
    let taken = acme.lead.call("teams/create", &[("name", " field  SALES ")]).await;
    let taken = taken.with(StatusCode::UNPROCESSABLE_ENTITY).says("There is a team of this name");
    assert_eq!(taken.json()["Invalid"][0]["field"], "name");
    let people = acme.team("People").await.to_string();
    acme.lead
        .call("teams/rename", &[("team", &people), ("name", "FIELD SALES")])
        .await
        .with(StatusCode::UNPROCESSABLE_ENTITY);
    acme.lead.call("teams/rename", &[("team", &people), ("name", "PEOPLE")]).await.with(StatusCode::OK);
    acme.close().await;
}

/// T1, T2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn deleting_a_team_says_how_many_stay(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let team = acme.team("Sales").await.to_string();
    for name in ["Ada", "Bob"] {
        let member = acme.managed(name, None).await.to_string();
        acme.lead
            .call("members/act", &[("act", "move"), ("people", &member), ("team", &team)])
            .await
            .with(StatusCode::OK);
    }
    let teams = acme.lead.call("teams/list", &[]).await.json();
    assert_eq!((&teams[0]["name"], &teams[0]["people"]), (&"Sales".into(), &2.into()));
    assert_eq!(acme.lead.call("teams/delete", &[("team", &team)]).await.with(StatusCode::OK).json(), 2);
    assert_eq!(acme.server.number("select count(*) from members where team_id is null").await, 3);
    acme.close().await;
}

/// P1, I11
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_list_has_members_and_pending_invites_with_their_stage(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 2).await;
    let (ada, _) = acme.member("ada@acme.com").await;
    acme.fill_draft(ada, 1).await;
    let bob = acme.managed("Bob", None).await;
    acme.shoot(bob).await;
    acme.invite("eve@acme.com").await;
    let state = || async {
        let people = acme.people("?stage=invited").await;
        people["rows"][0]["standing"]["Invite"]["state"].clone()
    };
    assert_eq!(state().await, "Queued");
    acme.server.work().await;
    assert_eq!(state().await, "Sent");
    let people = acme.people("").await;
    let stages: Vec<(&str, &str)> = people["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| (person["name"].as_str().unwrap_or("-"), person["stage"].as_str().unwrap()))
        .collect();
    let expected =
        [("Ada Lovelace", "AddingPhotos"), ("Bob", "Ready"), ("-", "Invited"), ("Olga Owner", "Joined")];
    assert_eq!(stages, expected);
    acme.close().await;
}

/// T1, T2: a page of their own, with what is in each and the way to it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_page_of_teams_counts_members_and_invites(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let team = acme.team("Sales").await.to_string();
    let bob = acme.managed("Bob", None).await;
    let invite = acme.invite("eve@acme.com").await;
    acme.act(BulkAct::Move, &format!("{bob},{invite}"), &team).await.with(StatusCode::OK);
    let page = acme.lead.browser.get("/teams").await.with(StatusCode::OK);
    let page = page.says("Sales").says("1 member, 1 invite pending");
    let list = format!("/members?team={team}");
    assert!(page.text().contains(&format!("href=\"{list}\"")), "{page}");
    acme.lead.browser.get(&list).await.says("1 member, 1 invite pending.");
    acme.close().await;
}

/// P1: the same list as photos, by the URL.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_list_is_a_grid_where_the_url_says_so(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 9).await;
    let bob = acme.managed("Bob", None).await;
    let face = acme.shoot(bob).await[0];
    acme.invite("eve@acme.com").await;
    let grid = acme.lead.browser.get("/members?view=grid").await.with(StatusCode::OK).says("eve@acme.com");
    assert!(
        grid.text().contains(&format!("/headshots/{face}?size=small")) && !grid.text().contains("<table")
    );
    let ready = acme.lead.browser.get("/members?view=grid&stage=ready").await.with(StatusCode::OK);
    assert!(ready.text().contains("Bob") && !ready.text().contains("eve@acme.com"));
    // The form of the filters keeps the view.
    assert!(ready.text().contains("name=\"view\" value=\"grid\""), "{ready}");
    acme.close().await;
}

/// P1, C8: who joined by a link is not waited for any longer by an invite of the same address.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_invite_whose_person_joined_by_a_link_is_not_pending(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    acme.invite("ada@acme.com").await;
    let link = acme.link_path(acme.link(unlimited()).await);
    let ada = acme.server.signed_in("ada@acme.com").await;
    ada.join_as_viewer(&link).await.to("/me");
    let people = acme.people("?stage=invited").await;
    assert_eq!(people["rows"].as_array().unwrap().len(), 0, "{people}");
    let credits = acme.lead.call("credits/show", &[("pages", "1")]).await.json();
    assert_eq!(credits["outlook"]["pending_invites"], 0, "one person is reserved for once");
    acme.close().await;
}
