//! Headshots: one favorite, and whose they are. H4, H6, M3

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::people::Place,
    store::{
        fresh_id,
        shoots::{self, NewHeadshot},
        testing::{Acme, found, nobody, refusal},
    },
};

/// A managed member with so many headshots.
async fn with_headshots(acme: &Acme, count: usize) -> (MemberId, Vec<HeadshotId>) {
    let member = acme.managed("Ada", None).await;
    acme.fill_draft(member, 8).await;
    let shoot = acme.submit(member).await.unwrap();
    let made: Vec<NewHeadshot> =
        (0..count).map(|_| NewHeadshot { id: HeadshotId(fresh_id()), width: 800, height: 1000 }).collect();
    let mut tx = acme.pool.begin().await.unwrap();
    shoots::begin(&mut tx, &Actor::system(acme.org), shoot).await.unwrap();
    assert!(shoots::finish(&mut tx, &Actor::system(acme.org), shoot, &made).await.unwrap());
    tx.commit().await.unwrap();
    (member, made.into_iter().map(|headshot| headshot.id).collect())
}

/// H4
#[sqlx::test]
async fn twelve_choices_at_once_leave_one_favorite(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 12, 1).await;
    let (member, headshots) = with_headshots(&acme, 6).await;
    let choosing = headshots.iter().cycle().take(12).map(|headshot| async {
        let mut tx = acme.pool.begin().await.unwrap();
        choose(&mut tx, &acme.owner, member, *headshot).await.unwrap();
        tx.commit().await.unwrap();
    });
    join_all(choosing).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let sessions = sessions(&mut db, acme.org, member).await.unwrap();
    assert_eq!(sessions[0].headshots.iter().filter(|headshot| headshot.favorite).count(), 1);
    assert_eq!(
        sessions[0].headshots.iter().map(|headshot| headshot.number).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6]
    );
    let shown = page(&mut db, acme.org, &HeadshotQuery::default(), 10).await.unwrap().people;
    assert!(shown.len() == 1 && shown[0].chosen);
}

/// H6, N2
#[sqlx::test]
async fn a_headshot_is_its_members_and_its_organizations(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 2).await;
    let (ada, headshots) = with_headshots(&acme, 1).await;
    let bob = acme.managed("Bob", None).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut tx = acme.pool.begin().await.unwrap();
    assert_eq!(find(&mut tx, acme.org, headshots[0]).await.unwrap().map(|found| found.member), Some(ada));
    assert_eq!(refusal(choose(&mut tx, &acme.owner, bob, headshots[0]).await), UnknownHeadshot);
    for foreign in [other, nobody()] {
        assert!(find(&mut tx, foreign.org, headshots[0]).await.unwrap().is_none());
        assert_eq!(refusal(choose(&mut tx, &foreign, ada, headshots[0]).await), UnknownHeadshot);
        assert!(sessions(&mut tx, foreign.org, ada).await.unwrap().is_empty());
        assert_eq!(refusal(turn_link(&mut tx, &foreign, ada, LinkAccess::Renewed).await), UnknownMember);
    }
}

/// H4, QUALITY 10: every person once, whichever way the pages are turned, and only those who match.
#[sqlx::test]
async fn the_list_is_paged_and_filtered(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 9).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(with_headshots(&acme, 2).await);
    }
    acme.managed("Without", None).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let team = crate::store::teams::create(&mut db, &acme.owner, "Sales").await.unwrap();
    crate::store::people::assign(&mut db, &acme.owner, &[made[1].0.into()], Some(team)).await.unwrap();
    choose(&mut db, &acme.owner, made[2].0, made[2].1[1]).await.unwrap();

    let mut query = HeadshotQuery::default();
    let (mut on, mut places) = (Vec::new(), Vec::new());
    loop {
        let page = page(&mut db, acme.org, &query, 2).await.unwrap();
        on.push(page.people.iter().map(|one| one.member).collect::<Vec<_>>());
        places.push(page.before);
        let Some(after) = page.after else { break };
        query.place = Place::After(after);
    }
    assert_eq!(on.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let all: std::collections::BTreeSet<_> = on.iter().flatten().collect();
    assert_eq!(all.len(), 5);
    query.place = Place::Before(places[2].clone().unwrap());
    let back = page(&mut db, acme.org, &query, 2).await.unwrap();
    assert_eq!(back.people.iter().map(|one| one.member).collect::<Vec<_>>(), on[1]);
    assert!(back.before.is_some() && back.after.is_some());

    for (query, people, files) in [
        (HeadshotQuery::default(), 5, 10),
        (HeadshotQuery { team: Some(TeamFilter::In(team)), ..Default::default() }, 1, 2),
        (HeadshotQuery { team: Some(TeamFilter::None), ..Default::default() }, 4, 8),
        (HeadshotQuery { choice: Some(Choice::Chosen), ..Default::default() }, 1, 2),
        (HeadshotQuery { choice: Some(Choice::Open), ..Default::default() }, 4, 8),
        (HeadshotQuery { search: Some("ad".into()), ..Default::default() }, 5, 10),
        (HeadshotQuery { search: Some("zz".into()), ..Default::default() }, 0, 0),
    ] {
        let counts = counts(&mut db, acme.org, &query).await.unwrap();
        assert_eq!((counts.matching(query.choice), counts.headshots), (people, files), "{query:?}");
        let found = page(&mut db, acme.org, &query, 10).await.unwrap().people;
        assert_eq!(found.len() as i64, people, "{query:?}");
        let members: Vec<MemberId> = found.iter().map(|one| one.member).collect();
        assert_eq!(of_members(&mut db, acme.org, &members).await.unwrap().len() as i64, files, "{query:?}");
    }
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    assert!(page(&mut db, other.org, &HeadshotQuery::default(), 10).await.unwrap().people.is_empty());
    assert!(of_members(&mut db, other.org, &[made[0].0]).await.unwrap().is_empty());
}

/// M3
#[sqlx::test]
async fn each_turn_of_a_private_link_is_a_new_generation(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 1).await;
    let member = acme.managed("Ada", Some("ada@acme.com")).await;
    let turns = join_all((0..10).map(|_| async {
        let mut db = acme.pool.acquire().await.unwrap();
        turn_link(&mut db, &acme.owner, member, LinkAccess::Renewed).await.unwrap()
    }));
    let mut generations = turns.await;
    generations.sort_unstable();
    assert_eq!(generations, (1..=10).collect::<Vec<_>>());
}
