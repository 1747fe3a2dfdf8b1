//! Pictures and backups in a bucket of a real S3-compatible server, when it is well, slow, silent and away.
//! H3, H5, N8, QUALITY 16, 19

use std::time::Duration;

use axum::body::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use headcount::{
    domain::ids::{MemberId, PhotoId},
    store::fresh_id,
    studio::storage::{self, Storage, headshot_key, org_prefix, photo_key, photo_thumb_key},
    worker,
};
use tokio::io::AsyncWriteExt;

use super::files::promised;
use crate::harness::*;

/// An organization whose pictures are in a bucket, where one photo is enough for a shoot.
async fn with_bucket(connect: PgConnectOptions) -> (Acme, Bucket) {
    let (mut acme, bucket) = tokio::join!(Acme::found(connect, 2), Bucket::new());
    acme.server.state.storage = bucket.storage();
    acme.server.state.photo_limits.min_photos = 1;
    acme.reroute();
    (acme, bucket)
}

/// The keys of all files of organizations, in order.
async fn keys(storage: &Storage) -> Vec<String> {
    let listed = storage.list("org").await.unwrap();
    let mut keys: Vec<String> = listed.map_ok(|file| file.key).try_collect().await.unwrap();
    keys.sort();
    keys
}

async fn upload(acme: &Acme, member: MemberId, number: u32) -> Answer {
    let path = format!("/members/{member}/photos");
    acme.lead.browser.upload(&path, &[photo(number)], "application/json").await
}

/// What waits for another try is tried now.
async fn try_again(acme: &Acme) {
    acme.server.execute("update jobs set run_at = now() where state = 'waiting' and kind = 'generate'").await;
    acme.server.work().await;
}

async fn state(acme: &Acme) -> String {
    acme.server.text("select state from shoots").await
}

/// N8, H5: also more files than one listing, or one request to delete them, has room for.
#[tokio::test]
#[ignore = "needs SeaweedFS, which ./x test brings"]
async fn a_bucket_keeps_what_it_is_given() {
    const FILES: u128 = 1_010;
    let bucket = Bucket::new().await;
    let storage = bucket.storage();
    let (org, other) = (fresh_id(), fresh_id());
    let key = photo_key(org, org);
    assert_eq!(storage.get(&key).await.unwrap(), None);
    for content in ["first", "second"] {
        storage.put(&key, content.into()).await.unwrap();
        assert_eq!(storage.get(&key).await.unwrap().unwrap(), content);
    }
    assert!(storage.has(&key).await.unwrap() && !storage.has(&photo_thumb_key(org, org)).await.unwrap());
    storage.put(&photo_key(other, org), "another's".into()).await.unwrap();
    let writing = (0..FILES).map(|n| {
        let (storage, key) = (&storage, headshot_key(org, uuid::Uuid::from_u128(n)));
        async move { storage.put(&key, "picture".into()).await }
    });
    stream::iter(writing).buffer_unordered(8).try_collect::<Vec<()>>().await.unwrap();
    assert_eq!(keys(&storage).await.len(), FILES as usize + 2);
    for _ in 0..2 {
        storage.delete_prefix(&org_prefix(org)).await.unwrap();
        storage.delete(&key).await.unwrap();
    }
    assert_eq!(keys(&storage).await, [photo_key(other, org)]);
}

/// N8: a backup's dump is written and read in parts.
#[tokio::test]
#[ignore = "needs SeaweedFS, which ./x test brings"]
async fn a_large_file_is_there_once_it_is_whole() {
    let bucket = Bucket::new().await;
    let storage = bucket.storage();
    let large: Vec<u8> = (0..25 << 20_u32).map(|n: u32| (n ^ (n >> 13)) as u8).collect();
    let mut writer = storage.writer("large").await.unwrap();
    for piece in large.chunks(1 << 20) {
        writer.write_all(piece).await.unwrap();
        assert!(!storage.has("large").await.unwrap());
    }
    writer.shutdown().await.unwrap();
    for line in [Line::Good, Line::CutAfter(5 << 20)] {
        bucket.set_line(line);
        let parts = storage.reader("large").await.unwrap();
        let read = parts.try_fold(Vec::new(), async |mut all, part: Bytes| {
            all.extend_from_slice(&part);
            Ok(all)
        });
        assert!(read.await.unwrap() == large, "{line:?}");
    }
}

/// QUALITY 16: whoever asks a bucket that is not there, or with a wrong key, has not lost a file.
#[tokio::test]
#[ignore = "needs SeaweedFS, which ./x test brings"]
async fn a_bucket_that_is_not_there_has_lost_no_file() {
    let bucket = Bucket::new().await;
    let key = photo_key(fresh_id(), fresh_id());
    for storage in [bucket.storage_in("renamed/folder"), bucket.storage_with("pictures", "another")] {
        assert!(storage.get(&key).await.is_err());
        assert!(storage.has(&key).await.is_err());
        assert!(storage.delete(&key).await.is_err());
        assert!(storage.delete_prefix("org").await.is_err());
        let listed = async { storage.list("org").await?.try_collect::<Vec<_>>().await };
        assert!(listed.await.is_err());
    }
}

/// H1 to H6, H5: from the first photo to the last file that is deleted.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
#[ignore = "needs SeaweedFS, which ./x test brings"]
async fn a_shoot_goes_all_the_way_in_a_bucket(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, bucket) = with_bucket(connect).await;
    bucket.set_line(Line::Slow(Duration::from_millis(50)));
    let bob = acme.managed("Bob", None).await;
    upload(&acme, bob, 1).await.with(StatusCode::OK);
    acme.lead.browser.post(&format!("/members/{bob}/submit"), &[]).await.with(StatusCode::SEE_OTHER);
    acme.server.work().await;
    assert_eq!(state(&acme).await, "ready");
    assert_eq!(keys(&bucket.storage()).await, promised(&acme).await);
    let headshot = acme.server.text("select id::text from headshots order by id limit 1").await;
    for size in ["", "?size=small"] {
        let path = format!("/headshots/{headshot}{size}");
        let shown = acme.lead.browser.get(&path).await.with(StatusCode::OK);
        assert!(image::load_from_memory(&shown.body).is_ok());
    }
    let zip = acme.lead.browser.get(&format!("/members/{bob}/headshots.zip")).await.with(StatusCode::OK);
    assert!(zip.body.len() > 10_000);

    acme.lead.call("members/remove", &[("member", &bob.to_string())]).await.with(StatusCode::OK);
    acme.server.work().await;
    assert_eq!(keys(&bucket.storage()).await, [""; 0]);
    acme.close().await;
}

/// QUALITY 16, 19, H3, C2: what is asked meanwhile gets a clear answer and changes nothing, and the shoot goes on
/// by itself, for one credit.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
#[ignore = "needs SeaweedFS, which ./x test brings"]
async fn a_server_that_is_away_or_silent_fails_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, mut bucket) = with_bucket(connect).await;
    let bob = acme.managed("Bob", None).await;
    upload(&acme, bob, 1).await.with(StatusCode::OK);
    acme.lead.browser.post(&format!("/members/{bob}/submit"), &[]).await.with(StatusCode::SEE_OTHER);
    let kept = keys(&bucket.storage()).await;
    let shown = acme.server.text("select '/photos/' || id from photos").await;
    let (eve, anyone) = (acme.managed("Eve", None).await, acme.server.browser());
    for silent in [true, false] {
        if silent {
            bucket.set_line(Line::Silent);
        } else {
            bucket.set_line(Line::Good);
            bucket.take_away();
        }
        let photos = acme.server.number("select count(*) from photos").await;
        let (refused, unseen, ready) =
            tokio::join!(upload(&acme, eve, 2), acme.lead.browser.get(&shown), anyone.get("/readyz"),);
        for answer in [refused, unseen, ready] {
            answer.with(StatusCode::SERVICE_UNAVAILABLE);
        }
        assert_eq!(acme.server.number("select count(*) from photos").await, photos);
        try_again(&acme).await;
        assert_eq!(state(&acme).await, "generating");
    }
    bucket.bring_back().await;
    assert_eq!(keys(&bucket.storage()).await, kept, "a file of the upload that was refused");
    anyone.get("/readyz").await.with(StatusCode::OK);
    upload(&acme, eve, 2).await.with(StatusCode::OK);
    try_again(&acme).await;
    assert_eq!(state(&acme).await, "ready");
    assert_eq!(acme.balance().await, 1);
    worker::sweep_files(&acme.server.state, time::Duration::ZERO).await.unwrap();
    assert_eq!(keys(&bucket.storage()).await, promised(&acme).await);
    acme.close().await;
}

/// N8: half a file is no file, on its way in or out.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
#[ignore = "needs SeaweedFS, which ./x test brings"]
async fn a_line_that_is_cut_never_halves_a_picture(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, bucket) = with_bucket(connect).await;
    let bob = acme.managed("Bob", None).await;
    let PhotoId(photo) = acme.fill_draft(bob, 1).await[0];
    let noise: Vec<u8> = (0..400_000_u32).map(|n| (n.wrapping_mul(0x9e37_79b9) >> 24) as u8).collect();
    let storage = &acme.server.state.storage;
    storage.put(&photo_key(acme.org().0, photo), noise.clone().into()).await.unwrap();
    for bytes in [0, 100, 40_000, 399_000] {
        bucket.set_line(Line::CutAfter(bytes));
        let shown = acme.lead.browser.get(&format!("/photos/{photo}")).await;
        match shown.status {
            StatusCode::OK => assert!(shown.body == noise, "{bytes}"),
            status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{bytes}"),
        }
        let key = storage::headshot_key(acme.org().0, photo);
        let stored = storage.put(&key, noise.clone().into()).await;
        bucket.set_line(Line::Good);
        match storage.get(&key).await.unwrap() {
            Some(whole) => assert!(whole == noise, "{bytes}"),
            None => assert!(stored.is_err(), "{bytes}"),
        }
        storage.delete(&key).await.unwrap();
    }
    acme.close().await;
}
