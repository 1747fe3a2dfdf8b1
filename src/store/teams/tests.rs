//! Sub-teams. T1, T2, N2

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::domain::{
    invite::MailLimits,
    people::{PeopleQuery, TeamFilter},
    shoot::Stage,
};
use crate::store::{
    invites,
    links::{self, NewLink},
    members, people,
    testing::{Acme, found, invitee, nobody, refusal},
};

/// T1
#[sqlx::test]
async fn a_name_is_taken_whatever_its_case(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 1).await;
    let names = ["Sales", "SALES", "sales", "sAleS", "Sales"];
    let answers = join_all(names.map(|name| {
        let acme = &acme;
        async move { create(&mut acme.pool.acquire().await.unwrap(), acme, name).await }
    }));
    let (created, refused): (Vec<_>, Vec<_>) = answers.await.into_iter().partition(Result::is_ok);
    assert_eq!(created.len(), 1);
    for answer in refused {
        assert_eq!(refusal(answer), TeamRefusal::NameTaken);
    }
    let mut db = acme.pool.acquire().await.unwrap();
    let people = create(&mut db, &acme.owner, "People").await.unwrap();
    assert_eq!(refusal(rename(&mut db, &acme.owner, people, "sales").await), TeamRefusal::NameTaken);
    rename(&mut db, &acme.owner, people, "PEOPLE").await.unwrap();
}

/// T1
#[sqlx::test]
async fn a_name_is_taken_by_one_that_looks_the_same(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1, 1).await;
    let twins: Vec<(String, String)> =
        serde_json::from_str(include_str!("../../../tests/cases/e8_team_twins.json")).unwrap();
    for (name, twin) in twins {
        let mut tx = acme.pool.begin().await.unwrap();
        create(&mut tx, &acme.owner, &name).await.unwrap();
        assert_eq!(refusal(create(&mut tx, &acme.owner, &twin).await), TeamRefusal::NameTaken, "{twin:?}");
    }
}

/// T1, QUALITY 15
#[sqlx::test]
async fn there_are_so_many_teams_at_most(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1, 1).await;
    acme.execute(
        "insert into teams (org_id, id, name, name_key)
         select id, gen_random_uuid(), n::text, n::text from organizations, generate_series(2, 500) n",
    )
    .await
    .unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    create(&mut db, &acme.owner, "Last").await.unwrap();
    assert_eq!(refusal(create(&mut db, &acme.owner, "More").await), TeamRefusal::TooMany);
}

/// T1: teams that are there get their key, and twins among them stay.
#[sqlx::test(migrations = false)]
async fn teams_from_before_get_a_key(_: PgPoolOptions, connect: PgConnectOptions) {
    const FOLDED: i64 = 20_261_126_000_020;
    let pool = PgPoolOptions::new().connect_with(connect).await.unwrap();
    let migrate = async |from: i64, to: i64| {
        let those =
            crate::store::MIGRATIONS.iter().filter(|migration| (from..to).contains(&migration.version));
        for migration in those {
            sqlx::raw_sql(&migration.sql).execute(&pool).await.unwrap();
        }
    };
    // Where `./x test` has put the schema into every new database.
    sqlx::raw_sql("drop schema public cascade; create schema public").execute(&pool).await.unwrap();
    migrate(0, FOLDED).await;
    let names = ["Sales", "Sa\u{ad}les", "ＳＡＬＥＳ", "Straße", "Zoe\u{308}"];
    sqlx::query(
        "with o as (insert into organizations (id, name) values (gen_random_uuid(), 'Old') returning id)
         insert into teams (org_id, id, name, created_at)
         select o.id, gen_random_uuid(), x.name, now() + x.n * interval '1 second'
         from o, unnest($1::text[]) with ordinality as x (name, n)",
    )
    .bind(&names[..])
    .execute(&pool)
    .await
    .unwrap();
    migrate(FOLDED, i64::MAX).await;
    let keys: Vec<(String, String)> = sqlx::query_as("select name, name_key from teams order by created_at")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(
        keys.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        names,
        "no team is lost or renamed"
    );
    for at in [0, 3, 4] {
        assert_eq!(keys[at].1, name_key(names[at]));
    }
    assert!(
        keys[1].1.starts_with("sales ") && keys[2].1.starts_with("sales ") && keys[1].1 != keys[2].1,
        "{keys:?}"
    );
}

/// T1: another organization may call its own team the same.
#[sqlx::test]
async fn names_are_unique_within_an_organization_only(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    create(&mut db, &acme.owner, "Sales").await.unwrap();
    create(&mut db, &other, "Sales").await.unwrap();
}

/// T1
#[sqlx::test]
async fn deleting_a_team_keeps_its_people_and_counts_them(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let ada = acme.managed("Ada", None).await;
    let invite = acme.invite("bob@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    let team = create(&mut db, &acme.owner, "Sales").await.unwrap();
    people::assign(&mut db, &acme.owner, &[ada.into(), invite.into()], Some(team)).await.unwrap();
    assert_eq!(list(&mut db, acme.org).await.unwrap()[0].people, 1);
    assert_eq!(delete(&mut db, &acme.owner, team).await.unwrap(), 1);
    assert_eq!(refusal(delete(&mut db, &acme.owner, team).await), TeamRefusal::Unknown);
    let left = "select (select count(*) from members) + (select count(*) from invites)";
    assert_eq!(acme.number(left).await, 3);
}

/// T1, N8: somebody joins a team by invite, somebody by link, somebody is moved into it, and it is
/// deleted, all at once: everybody is in, and nobody was stopped.
#[sqlx::test]
async fn deleting_a_team_that_people_are_joining_stops_nobody(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let ada = acme.managed("Ada", None).await;
    for round in 0..60 {
        let mut db = acme.pool.acquire().await.unwrap();
        let team = create(&mut db, &acme.owner, &format!("Team {round}")).await.unwrap();
        let invite = acme.invite(&format!("i{round}@acme.com")).await;
        people::assign(&mut db, &acme.owner, &[invite.into()], Some(team)).await.unwrap();
        let link = acme.link(NewLink { team: Some(team), ..NewLink::default() }).await;
        let deleting = async {
            acme.dawdle(round % 5).await;
            let mut tx = acme.pool.begin().await.unwrap();
            delete(&mut tx, &acme, team).await.unwrap();
            tx.commit().await.unwrap();
        };
        let moving = async {
            let mut tx = acme.pool.begin().await.unwrap();
            match people::assign(&mut tx, &acme.owner, &[ada.into()], Some(team)).await {
                Ok(_) => tx.commit().await.unwrap(),
                Err(Error::Refused(_)) => {}
                Err(Error::Broken(error)) => panic!("{error}"),
            }
        };
        let by_link = format!("l{round}@acme.com");
        let (accepted, joined, (), ()) =
            tokio::join!(acme.accept(invite), acme.join(link, &by_link), deleting, moving);
        accepted.unwrap();
        joined.unwrap();
    }
    assert_eq!(acme.number("select count(*) from members where team_id is null").await, 122);
}

/// T1, N1: a team that goes while something is put into it is an unknown team.
#[sqlx::test]
async fn putting_people_into_a_team_that_is_being_deleted_is_refused(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 8, 1).await;
    for round in 0..40 {
        let mut tx = acme.pool.begin().await.unwrap();
        let team = create(&mut tx, &acme.owner, &format!("Team {round}")).await.unwrap();
        tx.commit().await.unwrap();
        let deleting = async {
            acme.dawdle(round % 4).await;
            let mut tx = acme.pool.begin().await.unwrap();
            delete(&mut tx, &acme.owner, team).await.unwrap();
            tx.commit().await.unwrap();
        };
        let sending = async {
            let mut tx = acme.pool.begin().await.unwrap();
            let options = invites::InviteOptions { team: Some(team), note: None, ..Default::default() };
            let people = [invitee(&format!("p{round}@acme.com"))];
            let sent = invites::send(&mut tx, &acme.owner, &people, options, MailLimits::default()).await;
            if sent.is_ok() {
                tx.commit().await.unwrap()
            }
            sent.map(|_| ()).map_err(broken)
        };
        let linking = async {
            let mut tx = acme.pool.begin().await.unwrap();
            let new = NewLink { team: Some(team), ..NewLink::default() };
            let linked = links::create(&mut tx, &acme.owner, &new).await;
            if linked.is_ok() {
                tx.commit().await.unwrap()
            }
            linked.map(|_| ()).map_err(broken)
        };
        let adding = async {
            let mut tx = acme.pool.begin().await.unwrap();
            let new = members::NewManaged { name: "Ada", address: None, title: None, team: Some(team) };
            let added = members::add_managed(&mut tx, &acme.owner, &new).await;
            if added.is_ok() {
                tx.commit().await.unwrap()
            }
            added.map(|_| ()).map_err(broken)
        };
        let ((), sent, linked, added) = tokio::join!(deleting, sending, linking, adding);
        for result in [sent, linked, added] {
            assert_eq!(result.err().flatten(), None);
        }
    }
}

/// What broke, where it was not the business that refused.
fn broken<R>(error: Error<R>) -> Option<String> {
    match error {
        Error::Refused(_) => None,
        Error::Broken(error) => Some(error.to_string()),
    }
}

/// N2
#[sqlx::test]
async fn another_organization_has_no_say_over_our_teams(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    let team = create(&mut db, &acme.owner, "Sales").await.unwrap();
    for foreign in [other, nobody()] {
        assert_eq!(refusal(rename(&mut db, &foreign, team, "Theirs").await), TeamRefusal::Unknown);
        assert_eq!(refusal(delete(&mut db, &foreign, team).await), TeamRefusal::Unknown);
        assert_eq!(refusal(require(&mut db, foreign.org, Some(team)).await), TeamRefusal::Unknown);
    }
    assert_eq!(list(&mut db, acme.org).await.unwrap()[0].name, "Sales");
}

/// T1, T2: the numbers of a team are those of the lists that they lead to.
#[sqlx::test]
async fn a_team_counts_as_the_list_of_people_does(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let team = create(&mut db, &acme.owner, "Sales").await.unwrap();
    create(&mut db, &acme.owner, "Empty").await.unwrap();
    let ada = acme.managed("Ada", Some("ada@acme.com")).await;
    let bob = acme.accept(acme.invite("bob@acme.com").await).await.unwrap();
    let asked = [acme.invite("eve@acme.com").await, acme.invite("fay@acme.com").await];
    acme.execute("update invites set state = 'failed', failure = '550' where email = 'fay@acme.com'")
        .await
        .unwrap();
    acme.execute(&format!("update members set stage = 'ready' where id = '{ada}'")).await.unwrap();
    let people = [ada.into(), bob.into(), asked[0].into(), asked[1].into()];
    people::assign(&mut db, &acme.owner, &people, Some(team)).await.unwrap();
    let teams = list(&mut db, acme.org).await.unwrap();
    let counted: Vec<_> =
        teams.iter().map(|team| (team.name.as_str(), team.people, team.invites, team.ready)).collect();
    assert_eq!(counted, [("Empty", 0, 0, 0), ("Sales", 2, 2, 1)]);
    let query = PeopleQuery { team: Some(TeamFilter::In(team)), ..PeopleQuery::default() };
    let counts = people::counts(&mut db, acme.org, &query).await.unwrap();
    assert_eq!((counts.members(), counts.invites, counts.of(Stage::Ready)), (2, 2, 1));
    assert_eq!(delete(&mut db, &acme.owner, team).await.unwrap(), 2, "members who stay");
}

/// T1, QUALITY 20: two leads rename and delete the same team.
#[sqlx::test]
async fn renaming_races_with_deleting(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    for round in 0..30 {
        let mut tx = acme.pool.begin().await.unwrap();
        let team = create(&mut tx, &acme.owner, &format!("Team {round}")).await.unwrap();
        tx.commit().await.unwrap();
        let renaming = async {
            acme.dawdle(round % 3).await;
            let mut tx = acme.pool.begin().await.unwrap();
            let renamed = rename(&mut tx, &acme.owner, team, &format!("Named {round}")).await;
            if renamed.is_ok() {
                tx.commit().await.unwrap();
            }
            renamed
        };
        let deleting = async {
            acme.dawdle(round % 4).await;
            let mut tx = acme.pool.begin().await.unwrap();
            delete(&mut tx, &acme.owner, team).await.unwrap();
            tx.commit().await.unwrap();
        };
        let (renamed, ()) = tokio::join!(renaming, deleting);
        assert!(matches!(renamed, Ok(()) | Err(Error::Refused(TeamRefusal::Unknown))), "{renamed:?}");
    }
    assert_eq!(acme.number("select count(*) from teams").await, 0);
}
