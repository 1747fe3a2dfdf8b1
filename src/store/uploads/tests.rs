//! Parts add up, in order and once, and go with what they belong to. H1, QUALITY 19

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{
    members,
    testing::{Acme, nobody, refusal},
};

const NEW: NewUpload<'static> = NewUpload { file_name: "a.jpg", size: 100, digest: Some([7; 32]) };

impl Acme {
    async fn upload(&self, member: MemberId) -> UploadId {
        let mut tx = self.pool.begin().await.unwrap();
        let begun = begin(&mut tx, self, member, NEW, &PhotoLimits::default()).await.unwrap();
        tx.commit().await.unwrap();
        begun.id
    }

    async fn part(&self, id: UploadId, offset: i32, bytes: &[u8]) -> bool {
        add_part(&mut self.pool.acquire().await.unwrap(), self.org, id, offset, bytes).await.unwrap()
    }
}

/// H1
#[sqlx::test]
async fn parts_are_kept_in_order_and_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let member = acme.managed("Ada", None).await;
    let id = acme.upload(member).await;
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(unfinished(&mut db, acme.org, member).await.unwrap().len(), 0, "nothing is here of it");
    for (offset, bytes, kept) in [
        (1, &[1; 10][..], false),
        (0, &[1; 40], true),
        (0, &[2; 40], false),
        (40, &[3; 61], false),
        (40, &[3; 20], true),
    ] {
        assert_eq!(acme.part(id, offset, bytes).await, kept, "{offset}");
    }
    let found = unfinished(&mut db, acme.org, member).await.unwrap().pop().unwrap();
    assert_eq!((found.id, found.offset, found.size, found.digest), (id, 60, 100, Some(vec![7; 32])));
    let at_once = join_all((0..8).map(|n| async move { n }).map(|n| async {
        let n = n.await;
        acme.part(id, 60, &[n; 40]).await
    }));
    assert_eq!(at_once.await.into_iter().filter(|kept| *kept).count(), 1);
    let whole = find(&mut db, acme.org, member, id).await.unwrap();
    assert_eq!((whole.offset, whole.photo), (100, None));
    let file = read(&mut db, acme.org, &whole).await.unwrap();
    assert_eq!((&file[..40], &file[40..60], file.len()), (&[1; 40][..], &[3; 20][..], 100));
    assert!(file[60..].iter().all(|byte| *byte == file[60]), "parts are not mixed");
    assert!(!acme.part(id, 100, &[1]).await, "there is no more of it");
}

/// H1: once, and not what was given up.
#[sqlx::test]
async fn a_file_becomes_one_photo(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let member = acme.managed("Ada", None).await;
    let [one, other] = [acme.upload(member).await, acme.upload(member).await];
    acme.part(one, 0, &[1; 100]).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let (photo, late) = (PhotoId(fresh_id()), PhotoId(fresh_id()));
    assert!(became(&mut db, acme.org, one, photo).await.unwrap());
    assert!(!became(&mut db, acme.org, one, late).await.unwrap());
    let found = find(&mut db, acme.org, member, one).await.unwrap();
    assert_eq!((found.photo, found.offset), (Some(photo), 100));
    assert_eq!(acme.number("select count(*) from upload_parts").await, 0);
    assert!(!acme.part(one, 0, &[1; 10]).await);
    assert!(give_up(&mut db, &acme, member, other).await.unwrap());
    assert!(!give_up(&mut db, &acme, member, other).await.unwrap());
    assert!(!became(&mut db, acme.org, other, late).await.unwrap());
    assert!(!acme.part(other, 0, &[1; 10]).await);
}

/// H1, P3, QUALITY 19: of two that begin at once beyond the limit none stays over, and a member takes all along.
#[sqlx::test]
async fn the_oldest_give_way_and_all_go_with_their_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let member = acme.managed("Ada", None).await;
    let first = acme.upload(member).await;
    acme.part(first, 0, &[1; 100]).await;
    became(&mut acme.pool.acquire().await.unwrap(), acme.org, first, PhotoId(fresh_id())).await.unwrap();
    let oldest = acme.upload(member).await;
    join_all((0..20).map(|_| acme.upload(member))).await;
    assert_eq!(acme.number("select count(*) from uploads where photo_id is null").await, 15);
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(refusal(find(&mut db, acme.org, member, oldest).await), UnknownUpload);
    assert!(find(&mut db, acme.org, member, first).await.is_ok(), "what is a photo takes no place");
    let limits = PhotoLimits::default();
    assert_eq!(refusal(begin(&mut db, &nobody(), member, NEW, &limits).await), UnknownMember);
    assert!(members::remove(&mut db, &acme, member).await.is_ok());
    assert_eq!(acme.number("select count(*) from uploads").await, 0);
}

/// N1: whoever sends for many others keeps no more here than whoever sends for one.
#[sqlx::test]
async fn a_sender_has_so_many_whomever_they_are_for(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let [ada, bob] = [acme.managed("Ada", None).await, acme.managed("Bob", None).await];
    join_all((0..12).flat_map(|_| [acme.upload(ada), acme.upload(bob)])).await;
    assert_eq!(acme.number("select count(*) from uploads").await, 15);
    let mut db = acme.pool.acquire().await.unwrap();
    let gone = MemberId(fresh_id());
    assert_eq!(refusal(begin(&mut db, &acme, gone, NEW, &PhotoLimits::default()).await), UnknownMember);
}
