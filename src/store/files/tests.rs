//! Written down before, taken back with, swept after: in any order and at once. N8, QUALITY 19

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{fresh_id, testing::Acme};

const HOUR: Duration = Duration::HOUR;

async fn note(acme: &Acme, ids: &[Uuid]) -> bool {
    let mut db = acme.pool.acquire().await.unwrap();
    intend(&mut db, acme.org, PictureKind::Headshot, ids).await.unwrap()
}

async fn age(acme: &Acme) {
    acme.execute("update pending_pictures set noted_at = noted_at - interval '2 hours'").await.unwrap();
}

/// QUALITY 19
#[sqlx::test]
async fn what_is_being_written_is_not_swept(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let ids = [fresh_id(), fresh_id()];
    assert!(note(&acme, &ids).await);
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(take_stale(&mut db, HOUR, 10).await.unwrap(), []);
    age(&acme).await;
    assert!(note(&acme, &ids[..1]).await, "a second attempt begins");
    let stale = take_stale(&mut db, HOUR, 10).await.unwrap();
    assert_eq!(stale, [Stale { org: acme.org, id: ids[1], kind: PictureKind::Headshot }]);
    assert!(settle(&mut db, acme.org, &ids[..1]).await.unwrap());
}

/// QUALITY 19
#[sqlx::test]
async fn what_is_being_swept_is_not_written_nor_kept(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let ids = [fresh_id(), fresh_id()];
    note(&acme, &ids).await;
    let mut db = acme.pool.acquire().await.unwrap();
    abandon(&mut db, acme.org, &ids[..1]).await.unwrap();
    let stale = take_stale(&mut db, HOUR, 10).await.unwrap();
    assert_eq!(stale.len(), 1);
    assert!(!note(&acme, &ids).await);
    assert!(!settle(&mut db, acme.org, &ids).await.unwrap());
    assert_eq!(take_stale(&mut db, HOUR, 10).await.unwrap(), [], "another server has it");
    age(&acme).await;
    assert_eq!(take_stale(&mut db, HOUR, 10).await.unwrap(), stale, "which died");
    forget(&mut db, stale[0]).await.unwrap();
    assert!(note(&acme, &ids[..1]).await);
}

/// QUALITY 19
#[sqlx::test]
async fn a_file_of_nobody_is_noted_and_one_of_somebody_is_kept(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let ada = acme.managed("Ada", None).await;
    let photo = acme.fill_draft(ada, 1).await[0].0;
    let (unknown, mut db) = (fresh_id(), acme.pool.acquire().await.unwrap());
    for _ in 0..2 {
        note_unknown(&mut db, acme.org, PictureKind::Photo, &[photo, unknown]).await.unwrap();
    }
    for picture in take_stale(&mut db, HOUR, 10).await.unwrap() {
        assert_eq!(is_kept(&mut db, picture).await.unwrap(), picture.id == photo);
    }
}

/// N9
#[sqlx::test]
async fn each_organization_is_compared_once_a_day(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let (org, now) = next_to_compare(&mut db, Duration::DAY).await.unwrap().unwrap();
    assert_eq!(org, acme.org);
    assert_eq!(next_to_compare(&mut db, Duration::DAY).await.unwrap(), None);
    acme.execute("update organizations set files_compared_at = now() - interval '25 hours'").await.unwrap();
    assert_eq!(next_to_compare(&mut db, Duration::DAY).await.unwrap().unwrap().0, acme.org);
    let ada = acme.managed("Ada", None).await;
    let photo = acme.fill_draft(ada, 1).await[0].0;
    assert_eq!(kept(&mut db, acme.org, now).await.unwrap(), [(PictureKind::Photo, photo, false)]);
    let later = Moment::from_unix_millis(now.unix_millis() + 60_000);
    assert_eq!(kept(&mut db, acme.org, later).await.unwrap(), [(PictureKind::Photo, photo, true)]);
}
