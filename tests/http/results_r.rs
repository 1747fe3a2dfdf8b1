//! `/fn/members/add`, `/r/{token}`: members who were added on their behalf, and their private links. M1 to M5, H4, H6

use crate::harness::*;

/// M1, M2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_managed_member_needs_a_name_and_is_ready_for_photos(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let add = |name: &'static str, email: &'static str| {
        let acme = &acme;
        async move {
            acme.lead
                .call("members/add", &[("name", name), ("email", email), ("title", ""), ("team", "")])
                .await
        }
    };
    let missing = add(" ", "").await.with(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(missing.json()["Invalid"][0]["field"], "name");
    let member = add("Bob Builder", "bob@acme.com").await.with(StatusCode::OK).json();
    let page = format!("/members/{}/shoot", member.as_str().unwrap());
    acme.lead.browser.get(&page).await.with(StatusCode::OK).says("Photos of Bob");
    acme.close().await;
}

/// M4
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_address_that_is_a_members_or_an_invites_is_refused_at_its_field(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    acme.invite("eve@acme.com").await;
    for (email, words) in [
        ("OLGA@acme.com", "belongs to Olga Owner"),
        ("eve@acme.com", "an invite that is still open"),
        ("olga@", "cut short"),
    ] {
        let fields = [("name", "Bob"), ("email", email), ("title", ""), ("team", "")];
        let answer = acme.lead.call("members/add", &fields).await.with(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["Invalid"][0]["field"], "email");
        answer.says(words);
    }
    acme.close().await;
}

/// M3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_private_link_shows_the_results_without_an_account(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let headshots = acme.shoot(bob).await;
    let mail = acme.server.mail_to("bob@acme.com").await;
    let path = acme.results_path(bob, 0);
    assert!(mail.text.contains(&format!("{ORIGIN}{path}")), "{}", mail.text);

    let phone = acme.server.browser();
    let page = phone.get(&path).await.with(StatusCode::OK).says("Bob");
    let picture = format!("{path}/headshots/{}", headshots[0]);
    assert_eq!(phone.get(&picture).await.with(StatusCode::OK).header("content-type"), "image/jpeg");
    let saved = phone.get(&format!("{picture}?download=true")).await.with(StatusCode::OK);
    assert!(saved.header("content-disposition").starts_with("attachment"));
    phone.get(&format!("{path}/headshots.zip")).await.with(StatusCode::OK);
    phone.fill(&page, &format!("{picture}/choose"), &[]).await.to(&path);
    assert_eq!(acme.server.number("select count(*) from headshots where favorite").await, 1);
    // The picture's own address is of no use without the link.
    phone.get(&format!("/headshots/{}", headshots[0])).await.with(StatusCode::NOT_FOUND);
    phone.get("/me").await.to("/sign-in");
    acme.close().await;
}

/// M3, H6
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_private_link_dies_when_it_is_renewed_or_revoked(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let headshot = acme.shoot(bob).await[0];
    acme.server.work().await;
    let phone = acme.server.browser();
    let page = format!("/members/{bob}/shoot");
    let works = |generation: i32| {
        let (acme, phone) = (&acme, &phone);
        async move {
            let path = acme.results_path(bob, generation);
            let mut statuses = vec![
                phone.get(&path).await.status,
                phone.get(&format!("{path}/headshots/{headshot}")).await.status,
                phone.get(&format!("{path}/headshots.zip")).await.status,
            ];
            statuses.dedup();
            assert_eq!(statuses.len(), 1, "all of it or nothing");
            if statuses[0] != StatusCode::OK {
                phone.post(&format!("{path}/headshots/{headshot}/choose"), &[]).await.with(statuses[0]);
            }
            statuses[0] == StatusCode::OK
        }
    };
    assert!(works(0).await && !works(1).await);
    acme.lead.browser.post(&format!("/members/{bob}/results-link/renew"), &[]).await.to(&page);
    assert!(!works(0).await && works(1).await);
    let shown = acme.lead.browser.get(&page).await.with(StatusCode::OK);
    assert!(shown.text().contains(&acme.results_path(bob, 1)));
    phone.get(&acme.results_path(bob, 0)).await.with(StatusCode::GONE).says("Ask Olga Owner for the new one");
    phone.get(&acme.results_path(bob, 2)).await.with(StatusCode::NOT_FOUND);
    acme.lead.browser.post(&format!("/members/{bob}/results-link/revoke"), &[]).await.to(&page);
    acme.lead.browser.get(&page).await.with(StatusCode::OK).says("Only Team Leads see them");
    assert!(!works(0).await && !works(1).await && !works(2).await);
    acme.lead.browser.post(&format!("/members/{bob}/results-link/renew"), &[]).await.to(&page);
    assert!(!works(1).await && works(3).await);
    assert_eq!(acme.server.number("select count(*) from headshots where favorite").await, 0);
    acme.close().await;
}

/// M6, H6: from the moment at which the member can sign in, through whatever door they came.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_private_link_ends_when_the_member_gets_an_account(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let headshot = acme.shoot(bob).await[0];
    acme.server.work().await;
    let (path, phone) = (acme.results_path(bob, 0), acme.server.browser());
    let paths = [path.clone(), format!("{path}/headshots/{headshot}"), format!("{path}/headshots.zip")];
    for path in &paths {
        phone.get(path).await.with(StatusCode::OK);
    }
    let link = acme.link_path(acme.link(unlimited()).await);
    let own = acme.server.signed_in("bob@acme.com").await;
    phone.get(&path).await.with(StatusCode::OK);
    own.join_as_viewer(&link).await.to("/me");
    for path in &paths {
        phone.get(path).await.with(StatusCode::GONE).says("You have an account now");
    }
    phone.post(&format!("{path}/headshots/{headshot}/choose"), &[]).await.with(StatusCode::GONE);
    own.get(&format!("/headshots/{headshot}")).await.with(StatusCode::OK);
    acme.close().await;
}

/// M3, H6: one's link opens nobody else's headshots.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_private_link_shows_no_other_members_headshots(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2).await;
    let (bob, eve) = (acme.managed("Bob", None).await, acme.managed("Eve", None).await);
    let (own, other) = (acme.shoot(bob).await[0], acme.shoot(eve).await[0]);
    let (path, phone) = (acme.results_path(bob, 0), acme.server.browser());
    phone.get(&format!("{path}/headshots/{own}")).await.with(StatusCode::OK);
    phone.get(&format!("{path}/headshots/{other}")).await.with(StatusCode::NOT_FOUND);
    phone.post(&format!("{path}/headshots/{other}/choose"), &[]).await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// M6: mailed on demand, once an hour, and only a link that works.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lead_has_the_private_link_mailed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let page = format!("/members/{bob}/shoot");
    let mail = || async {
        acme.lead.browser.post(&format!("/members/{bob}/results-link/mail"), &[]).await.to(&page)
    };
    mail().await;
    assert!(acme.server.mails_to("bob@acme.com").await.is_empty(), "there is nothing to see yet");
    acme.shoot(bob).await;
    let before = acme.server.mails_to("bob@acme.com").await.len();
    mail().await;
    mail().await;
    let mails = acme.server.mails_to("bob@acme.com").await;
    assert_eq!(mails.len(), before + 1);
    assert!(mails.last().unwrap().text.contains(&acme.results_path(bob, 0)));
    acme.lead.browser.get(&page).await.with(StatusCode::OK).says("Last emailed");
    acme.server.execute("update members set results_mailed_at = now() - interval '61 minutes'").await;
    acme.lead.browser.post(&format!("/members/{bob}/results-link/revoke"), &[]).await.to(&page);
    mail().await;
    assert_eq!(acme.server.mails_to("bob@acme.com").await.len(), before + 1);
    acme.close().await;
}

/// H7: each shoot stays, and every headshot is saved under a name that says whose it is.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn every_shoot_stays_and_its_files_say_whose_they_are(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2).await;
    let bob = acme.managed("Bob Müller", Some("bob@acme.com")).await;
    let first = acme.shoot(bob).await;
    let path = format!("/members/{bob}/shoot");
    let choose = format!("/members/{bob}/headshots/{}/choose", first[1]);
    acme.lead.browser.post(&choose, &[]).await.to(&path);
    acme.server.execute("update shoots set created_at = '2026-03-01Z', finished_at = '2026-03-01Z'").await;
    let second = acme.shoot(bob).await;
    acme.server
        .execute("update shoots set finished_at = '2026-11-26Z' where finished_at > '2026-03-02Z'")
        .await;

    let page = acme.lead.browser.get(&path).await.with(StatusCode::OK);
    let page = page.says("Headshots of 26 November 2026").says("Headshots of 1 March 2026");
    for headshot in first.iter().chain(&second) {
        assert!(page.text().contains(&format!("/headshots/{headshot}?size=small")), "{headshot}");
    }
    assert!(page.text().contains(&format!("src=\"/headshots/{}\"", first[1])), "the favorite stays");
    let saved = acme.lead.browser.get(&format!("/headshots/{}?download=true", second[1])).await;
    assert_eq!(
        saved.with(StatusCode::OK).header("content-disposition"),
        "attachment; filename=\"Bob M_ller 2026-11-26 02.jpg\"; \
         filename*=UTF-8''Bob%20M%C3%BCller%202026-11-26%2002.jpg"
    );
    let zip = acme.lead.browser.get(&format!("/members/{bob}/headshots.zip")).await.with(StatusCode::OK);
    let names = ["2026-11-26 01", "2026-11-26 02", "2026-03-01 01", "2026-03-01 02"];
    assert_eq!(files_in(&zip), names.map(|name| format!("Bob Müller {name}.jpg")));
    acme.close().await;
}

/// H4, N2: the favorite of each person, or their first headshot; of a team alone as well.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lead_downloads_one_headshot_of_each_person(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let team = acme.team("Sales").await;
    let people =
        [acme.managed("Ada", None).await, acme.managed("Bob", None).await, acme.managed("ada", None).await];
    for person in people {
        acme.shoot(person).await;
    }
    acme.server.execute(&format!("update members set team_id = '{team}' where id = '{}'", people[1])).await;
    let all = acme.lead.browser.get("/headshots.zip").await.with(StatusCode::OK);
    assert_eq!(files_in(&all), ["Ada.jpg", "ada 2.jpg", "Bob.jpg"]);
    let of_team = acme.lead.browser.get(&format!("/headshots.zip?team={team}")).await.with(StatusCode::OK);
    assert_eq!(files_in(&of_team), ["Bob.jpg"]);
    assert!(of_team.header("content-disposition").contains("Sales headshots.zip"));
    let nobodys = acme.lead.browser.get(&format!("/headshots.zip?team={}", people[0])).await;
    nobodys.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// The names of the files in an archive, in its order.
fn files_in(answer: &Answer) -> Vec<String> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(answer.body.clone())).unwrap();
    (0..archive.len()).map(|n| archive.name_for_index(n).unwrap().unwrap().into_owned()).collect()
}

/// M3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn without_an_address_nobody_is_mailed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    acme.shoot(bob).await;
    acme.server.work().await;
    assert!(acme.server.state.mailer.kept().is_empty());
    acme.lead.browser.get(&format!("/members/{bob}/shoot")).await.with(StatusCode::OK);
    acme.close().await;
}

/// M5
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_managed_member_who_joins_is_the_same_member_with_all_shoots(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 3).await;
    let by_link = acme.managed("Bob", Some("bob@acme.com")).await;
    let by_invite = acme.managed("Eve", None).await;
    let headshots = [acme.shoot(by_link).await[0], acme.shoot(by_invite).await[0]];
    let path = acme.link_path(acme.link(limited_to(1)).await);
    let bob = acme.server.signed_in("Bob@Acme.com").await;
    bob.join_as_viewer(&path).await.to("/me");
    bob.get(&format!("/headshots/{}", headshots[0])).await.with(StatusCode::OK);
    bob.get(&format!("/headshots/{}", headshots[1])).await.with(StatusCode::NOT_FOUND);

    let invite = acme.invite("eve@acme.com").await;
    acme.server
        .execute(&format!(
            "update members set email = 'eve@acme.com', address = 'eve@acme.com' where id = '{by_invite}'"
        ))
        .await;
    let eve = acme.server.browser();
    eve.post(&acme.invite_path(invite), &[("name", "Eve")]).await.to("/me");
    eve.get(&format!("/headshots/{}", headshots[1])).await.with(StatusCode::OK);
    assert_eq!(acme.server.number("select count(*) from members").await, 3);
    assert_eq!(acme.server.number("select sum(used) from invite_links").await, 0, "no place is taken");
    acme.close().await;
}
