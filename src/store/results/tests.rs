//! Headshots: one favorite, and whose they are. H4, H6, M3

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{
    fresh_id,
    shoots::{self, NewHeadshot},
    testing::{Acme, found, nobody, refusal},
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
    let shown = of_organization(&mut db, acme.org).await.unwrap();
    assert!(shown.len() == 1 && shown[0].chosen && shown[0].count == 6);
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
