//! `/fn/members/add`, `/r/{token}`: members who were added on their behalf, and their private links. M1 to M5, H4, H6

use crate::harness::*;
use axum::body::Body;
use headcount::studio::storage;

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
    let renewed = phone.get(&acme.results_path(bob, 0)).await.with(StatusCode::GONE);
    let renewed = renewed.says("There is a newer link").says("ask Olga Owner for it");
    assert!(renewed.text().contains("href=\"mailto:olga@acme.com?"), "{renewed}");
    for (generation, status) in [(0, StatusCode::GONE), (1, StatusCode::NO_CONTENT)] {
        phone.look(&acme.results_path(bob, generation)).await.with(status);
    }
    phone.get(&acme.results_path(bob, 2)).await.with(StatusCode::NOT_FOUND);
    acme.lead.browser.post(&format!("/members/{bob}/results-link/revoke"), &[]).await.to(&page);
    acme.lead.browser.get(&page).await.with(StatusCode::OK).says("Only Team Leads see them");
    assert!(!works(0).await && !works(1).await && !works(2).await);
    let revoked = phone.get(&acme.results_path(bob, 1)).await.with(StatusCode::GONE);
    let revoked = revoked.says("This link was revoked").says("They are not deleted");
    assert!(revoked.text().contains("href=\"mailto:olga@acme.com?"), "{revoked}");
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

/// H7: while another shoot is made, and when it failed, what there was stays in sight; two shoots of one day
/// are all in the archive.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn another_shoot_hides_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let bob = acme.managed("Bob", None).await;
    let first = acme.shoot(bob).await;
    let path = format!("/members/{bob}/shoot");
    acme.lead.browser.get(&path).await.with(StatusCode::OK).says("Headshots of");
    acme.lead.browser.post(&format!("/members/{bob}/headshots/{}/choose", first[1]), &[]).await.to(&path);
    let second = acme.shoot(bob).await;
    let zip = acme.lead.browser.get(&format!("/members/{bob}/headshots.zip")).await.with(StatusCode::OK);
    let names = files_in(&zip);
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(names.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{names:?}");
    let third = acme.submit(bob).await;
    for state in ["state = 'queued'", "state = 'generating'", "state = 'failed', finished_at = now()"] {
        let change = format!("update shoots set {state} where id = '{third}'");
        acme.server.execute(&change).await;
        let page = acme.lead.browser.get(&path).await.with(StatusCode::OK);
        assert!(page.text().contains(&format!("src=\"/headshots/{}\"", first[1])), "{state}: the favorite");
        for headshot in first.iter().chain(&second) {
            assert!(
                page.text().contains(&format!("/headshots/{headshot}?size=small")),
                "{state}: {headshot}"
            );
        }
    }
    acme.server.execute("delete from jobs where kind = 'generate'").await;
    acme.close().await;
}

/// H4, H6: each shape under its name and type, revalidated, and only for whom the headshot is.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_headshot_comes_in_the_shapes_that_people_need(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let headshot = acme.shoot(bob).await[0];
    let link = format!("{}/headshots/{headshot}", acme.results_path(bob, 0));
    let own = format!("/headshots/{headshot}");
    let (phone, lead) = (acme.server.browser(), &acme.lead.browser);
    let mut tags = std::collections::BTreeSet::new();
    for (size, kind, mark, side) in [
        ("square", "image/jpeg", " square.jpg", 320),
        ("round", "image/png", " round.png", 320),
        ("chat", "image/jpeg", " chat.jpg", 320),
    ] {
        for (browser, path) in [(&phone, &link), (lead, &own)] {
            let saved = browser.get(&format!("{path}?size={size}&download=true")).await.with(StatusCode::OK);
            assert_eq!(saved.header("content-type"), kind);
            assert!(saved.header("content-disposition").contains(mark), "{size}");
            assert_eq!(saved.header("cache-control"), "private, no-cache");
            tags.insert(saved.header("etag").to_owned());
            let image = image::load_from_memory(&saved.body).unwrap();
            assert_eq!((image.width(), image.height()), (side, side), "never larger than the headshot");
        }
        acme.server.browser().get(&format!("{own}?size={size}")).await.with(StatusCode::NOT_FOUND);
        let archive = format!("/members/{bob}/headshots.zip?size={size}");
        let names = files_in(&lead.get(&archive).await.with(StatusCode::OK));
        assert!(names.len() == 2 && names.iter().all(|name| name.ends_with(mark)), "{names:?}");
    }
    assert_eq!(tags.len(), 3, "each shape has a tag of its own: {tags:?}");
    acme.close().await;
}

/// H4, H6: another background is put behind a person, and where there is none to be seen the headshot stays as it is,
/// under a name that says so.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_headshot_comes_with_another_background(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    let shot = acme.shoot(bob).await;
    let (person, nobody) = (shot[0], shot[1]);
    let key = storage::headshot_key(acme.org().0, person.0);
    acme.server.state.storage.put(&key, portrait().bytes).await.unwrap();
    let (lead, phone) = (&acme.lead.browser, acme.server.browser());
    let own = format!("/headshots/{person}");
    let link = format!("{}{own}", acme.results_path(bob, 0));
    let mut tags = std::collections::BTreeSet::new();
    for background in ["original", "soft", "plain"] {
        let path = format!("?background={background}&size=chat&download=true");
        let saved = lead.get(&format!("{own}{path}")).await.with(StatusCode::OK);
        let mark =
            if background == "original" { " 01 chat".into() } else { format!(" 01 {background} chat") };
        assert!(saved.header("content-disposition").contains(&mark), "{background}");
        tags.insert(saved.header("etag").to_owned());
        let corner = image::load_from_memory(&saved.body).unwrap().into_rgb8().get_pixel(5, 5).0;
        let is_wall =
            corner.iter().all(|value| (205..245).contains(value)) && corner[0].abs_diff(corner[2]) < 8;
        assert!(is_wall || background != "plain", "{corner:?}");
        let by_link = phone.get(&format!("{link}{path}")).await.with(StatusCode::OK);
        assert_eq!(by_link.body, saved.body);
        phone.get(&format!("{own}{path}")).await.with(StatusCode::NOT_FOUND);
    }
    assert_eq!(tags.len(), 3, "each background has a tag of its own: {tags:?}");
    let path = format!("/headshots/{nobody}?download=true");
    let kept = lead.get(&format!("{path}&background=plain")).await.with(StatusCode::OK);
    assert_eq!(kept.body, lead.get(&path).await.body);
    assert!(kept.header("content-disposition").contains(" 02.jpg"), "{}", kept.header("content-disposition"));
    lead.get(&format!("{path}&background=beach")).await.with(StatusCode::BAD_REQUEST);
    let archive = lead.get(&format!("/members/{bob}/headshots.zip?background=plain")).await;
    assert_eq!(files_in(&archive.with(StatusCode::OK)).len(), 2);
    acme.close().await;
}

/// H4, N2: the favorite of each person, or their first headshot; of a team alone as well.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lead_downloads_one_headshot_of_each_person(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let team = acme.team("Sales").await;
    let people =
        [acme.managed("Ada", None).await, acme.managed("Bob", None).await, acme.managed("ada", None).await];
    let mut shot = Vec::new();
    for person in people {
        shot.push(acme.shoot(person).await);
    }
    acme.server.execute(&format!("update members set team_id = '{team}' where id = '{}'", people[1])).await;
    let all = acme.lead.browser.get("/headshots.zip").await.with(StatusCode::OK);
    assert_eq!(files_in(&all), ["Ada.jpg", "ada 2.jpg", "Bob.jpg"]);
    let of_team = acme.lead.browser.get(&format!("/headshots.zip?team={team}")).await.with(StatusCode::OK);
    assert_eq!(files_in(&of_team), ["Bob.jpg"]);
    assert!(of_team.header("content-disposition").contains("Sales headshots.zip"));
    let nobodys = acme.lead.browser.get(&format!("/headshots.zip?team={}", people[0])).await;
    nobodys.with(StatusCode::NOT_FOUND);
    // Narrowed as the list is, and everything that there is.
    let choose = format!("/members/{}/headshots/{}/choose", people[1], shot[1][1]);
    acme.lead.browser.post(&choose, &[]).await.with(StatusCode::SEE_OTHER);
    for (query, files) in [
        ("?q=bo", vec!["Bob.jpg"]),
        ("?choice=chosen", vec!["Bob.jpg"]),
        ("?choice=open", vec!["Ada.jpg", "ada 2.jpg"]),
        ("?team=none&size=round", vec!["Ada round.png", "ada 2 round.png"]),
    ] {
        let answer = acme.lead.browser.get(&format!("/headshots.zip{query}")).await.with(StatusCode::OK);
        assert_eq!(files_in(&answer), files, "{query}");
        assert_eq!(answer.header("headcount-files"), files.len().to_string(), "{query}");
    }
    let everything = acme.lead.browser.get("/headshots.zip?what=all").await.with(StatusCode::OK);
    let names = files_in(&everything);
    assert_eq!((names.len(), everything.header("headcount-files")), (6, "6"));
    assert!(names.iter().all(|name| name.contains(" 01") || name.contains(" 02")), "{names:?}");
    acme.lead.browser.get("/headshots.zip?q=nobody").await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// P7: who downloaded of how many, and of which team; a look at the head of the answer is none.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_download_of_everybody_is_logged(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let team = acme.team("Sales").await;
    let bob = acme.managed("Bob", None).await;
    acme.shoot(bob).await;
    acme.server.execute(&format!("update members set team_id = '{team}' where id = '{bob}'")).await;
    let logged =
        || acme.server.number("select count(*) from audit_entries where act = 'headshots_downloaded'");
    acme.lead.browser.get("/headshots.zip?q=nobody").await.with(StatusCode::NOT_FOUND);
    let head = acme.lead.browser.request(Method::HEAD, "/headshots.zip").body(Body::empty()).unwrap();
    acme.lead.browser.send(head).await.with(StatusCode::OK);
    assert_eq!(logged().await, 0);
    acme.lead.browser.get(&format!("/headshots.zip?team={team}")).await.with(StatusCode::OK);
    assert_eq!(logged().await, 1);
    let page = acme.lead.browser.get("/history").await.with(StatusCode::OK);
    page.says("Downloaded the headshots of 1 person in Sales");
    acme.close().await;
}

/// H4, N8: what is lost is named, and the rest is whole.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_file_that_is_lost_is_named_in_the_archive(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2).await;
    let (ada, bob) = (acme.managed("Ada", None).await, acme.managed("Bob", None).await);
    let lost = acme.shoot(ada).await[0];
    acme.shoot(bob).await;
    let key = headcount::studio::storage::headshot_key(acme.org().0, lost.0);
    acme.server.state.storage.delete(&key).await.unwrap();
    let answer = acme.lead.browser.get("/headshots.zip").await.with(StatusCode::OK);
    assert_eq!(files_in(&answer), ["Bob.jpg", "Missing headshots.txt"]);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(answer.body.clone())).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("Missing headshots.txt").unwrap(), &mut text).unwrap();
    assert!(text.contains("Ada.jpg"), "{text}");
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
