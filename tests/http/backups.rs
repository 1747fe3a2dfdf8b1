//! A disk has died, and the backup brings everything back. N8

use std::collections::BTreeSet;

use age::{secrecy::ExposeSecret, x25519};
use futures_util::TryStreamExt;
use headcount::{
    commands::backups::{
        Installation, list,
        make::{Made, make},
        place::{Name, Place},
        restore::{Restored, restore},
        sealed::{Identities, Recipients},
    },
    store::{
        PgPool,
        backup::{self, Hold},
        fresh_id,
    },
    studio::storage::{Access, Storage, photo_thumb_key},
};
use serde_json::Value;
use sqlx::ConnectOptions;

use crate::harness::*;

/// A place for backups, and who can read them.
struct Vault {
    folder: tempfile::TempDir,
    recipients: Recipients,
    identities: Identities,
    /// Where the backups are, unless in the folder.
    bucket: Option<Place>,
}

impl Vault {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity = x25519::Identity::generate();
        let file = folder.path().join("identity");
        std::fs::write(&file, identity.to_string().expose_secret()).unwrap();
        Self {
            recipients: Recipients::new(vec![identity.to_public()]).unwrap(),
            identities: Identities::read(&file).unwrap(),
            bucket: None,
            folder,
        }
    }

    fn place(&self) -> Place {
        if let Some(bucket) = &self.bucket {
            return bucket.clone();
        }
        let url = format!("file://{}/backups", self.folder.path().display());
        Place::open(&url, Access::usual(None), true).unwrap()
    }

    /// Lets somebody else read what is made from now on.
    fn hand_over(&mut self) -> Identities {
        let other = Self::new();
        self.recipients = other.recipients;
        std::mem::replace(&mut self.identities, other.identities)
    }

    async fn back_up(&self, acme: &Acme, keep: Option<usize>) -> anyhow::Result<Made> {
        let database = acme.server.pool().connect_options().to_url_lossy().to_string();
        let storage = acme.server.state.storage.clone();
        let source = Installation { database: &database, programs: pg_bin(), storage };
        make(&acme.server.pool().clone().into(), &source, &self.place(), &self.recipients, keep).await
    }

    /// The newest, with the identity of this vault.
    async fn restore(&self, to: &Empty) -> anyhow::Result<Restored> {
        self.restore_with(to, &self.identities).await
    }

    async fn restore_with(&self, to: &Empty, identities: &Identities) -> anyhow::Result<Restored> {
        let database = to.connect.to_url_lossy().to_string();
        let target = Installation { database: &database, programs: pg_bin(), storage: to.storage.clone() };
        restore(&to.pool.clone().into(), &target, &self.place(), identities, None).await
    }

    /// Keys of all files of a kind, `backups` or `pictures`.
    async fn files(&self, kind: &str) -> Vec<String> {
        let listed = self.place().0.list(kind).await.unwrap();
        let mut keys: Vec<String> = listed.map_ok(|file| file.key).try_collect().await.unwrap();
        keys.sort();
        keys
    }

    /// Changes the list of a backup.
    async fn edit(&self, name: &Name, change: impl FnOnce(&mut Value)) {
        let (key, place) = (format!("backups/{name}/manifest.json"), self.place());
        let mut manifest = serde_json::from_slice(&place.0.get(&key).await.unwrap().unwrap()).unwrap();
        change(&mut manifest);
        place.0.put(&key, manifest.to_string().into()).await.unwrap();
    }
}

/// A database and a storage with nothing in them.
struct Empty {
    connect: PgConnectOptions,
    pool: PgPool,
    storage: Storage,
}

impl Empty {
    async fn make(acme: &Acme) -> Self {
        let name = format!("restored_{}", fresh_id().simple());
        acme.server.execute(&format!("create database {name} template template0")).await;
        let connect = PgConnectOptions::clone(&acme.server.pool().connect_options()).database(&name);
        let pool = PgPoolOptions::new().max_connections(2).connect_with(connect.clone()).await.unwrap();
        Self { connect, pool, storage: Storage::open("memory:").unwrap() }
    }

    async fn drop(self, acme: &Acme) {
        self.pool.close().await;
        acme.server
            .execute(&format!("drop database {} with (force)", self.connect.get_database().unwrap()))
            .await;
    }
}

/// All rows of all tables.
async fn rows(pool: &PgPool) -> Vec<String> {
    let tables = "select string_agg(format($$select '%s ' || t::text from %I t$$, tablename, tablename), ' union all ')
                  from pg_tables where schemaname = 'public'";
    let all: String = sqlx::query_scalar(tables).fetch_one(pool).await.unwrap();
    sqlx::query_scalar(&format!("{all} order by 1")).fetch_all(pool).await.unwrap()
}

fn said<T: std::fmt::Debug>(result: anyhow::Result<T>) -> String {
    format!("{:#}", result.unwrap_err())
}

/// N8, H7: the restored organization is the one that was backed up, down to the session of who was signed in.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_backup_brings_everything_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 7).await;
    let empty = Empty::make(&acme).await;
    brings_everything_back(acme, Vault::new(), empty).await;
}

/// N8: pictures and backups are in buckets.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
#[ignore = "needs SeaweedFS, which ./x test brings"]
async fn a_backup_in_a_bucket_brings_everything_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let (mut acme, bucket) = tokio::join!(Acme::found(connect, 7), Bucket::new());
    acme.server.state.storage = bucket.storage();
    acme.reroute();
    let empty = Empty { storage: bucket.storage_in("pictures/restored"), ..Empty::make(&acme).await };
    let vault = Vault { bucket: Some(bucket.place()), ..Vault::new() };
    brings_everything_back(acme, vault, empty).await;
}

async fn brings_everything_back(acme: Acme, vault: Vault, empty: Empty) {
    let (ada, browser) = acme.member("ada@acme.com").await;
    let headshots = acme.shoot(ada).await;
    let bob = acme.managed("Bob", None).await;
    acme.fill_draft(bob, 2).await;
    let upload = format!("/members/{bob}/uploads/{}", acme.begin_upload(bob, 1_000).await);
    let lead = &acme.lead.browser;
    let part = lead.tus(Method::PATCH, &upload, &[("upload-offset", "0")], "half of a photo");
    part.await.with(StatusCode::NO_CONTENT);
    let made = vault.back_up(&acme, None).await.unwrap();
    acme.server.execute("delete from upload_parts").await;
    // Eight photos and two headshots of Ada, two photos of Bob, and the thumbnails.
    assert_eq!((made.files, made.files_copied, made.lost.len()), (24, 24, 0));

    let before = rows(acme.server.pool()).await;
    let restored = vault.restore(&empty).await.unwrap();
    assert!(restored.is_whole() && restored.name == made.name && restored.files == 24, "{restored}");
    assert_eq!(rows(&empty.pool).await, before);
    let mut server = Server::start(empty.connect.clone()).await;
    server.state.storage = empty.storage.clone();
    server.reroute();
    let there = browser.at(&server);
    there.get("/me").await.with(StatusCode::OK).says("Ada Lovelace");
    // What had come of a photo is sent again.
    let offset = lead.at(&server).tus(Method::HEAD, &upload, &[], "").await.with(StatusCode::OK);
    assert_eq!(offset.header("upload-offset"), "0");
    there.get(&format!("/headshots/{}", headshots[0])).await.with(StatusCode::OK);

    let again = said(vault.restore(&empty).await);
    assert!(again.contains("the database is not empty"), "{again}");
    server.execute("delete from jobs").await;
    server.close().await;
    empty.drop(&acme).await;
    acme.close().await;
}

/// N8: what cannot be restored leaves the database empty, and can be tried again.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_backup_that_cannot_be_read_restores_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, vault, other) = (Acme::found(connect, 7).await, Vault::new(), Vault::new());
    let empty = Empty::make(&acme).await;
    let none = said(vault.restore(&empty).await);
    assert!(none.contains("there is no backup in this place"), "{none}");
    let made = vault.back_up(&acme, None).await.unwrap();
    let foreign = said(vault.restore_with(&empty, &other.identities).await);
    assert!(foreign.contains("this identity does not open the backup"), "{foreign}");

    let (place, key) = (vault.place(), format!("backups/{}/database.age", made.name));
    let whole = place.0.get(&key).await.unwrap().unwrap();
    for damaged in [whole.slice(..0), whole.slice(..whole.len() / 2), whole.slice(..whole.len() - 1)] {
        place.0.put(&key, damaged).await.unwrap();
        let words = said(vault.restore(&empty).await);
        assert!(words.contains("the database of the backup"), "{words}");
        assert!(backup::is_empty(&mut empty.pool.acquire().await.unwrap()).await.unwrap());
    }
    place.0.delete(&key).await.unwrap();
    let away = said(vault.restore(&empty).await);
    assert!(away.contains("has lost its dump"), "{away}");
    place.0.put(&key, whole).await.unwrap();
    vault.edit(&made.name, |manifest| manifest["schema"] = 1.into()).await;
    let newer = said(vault.restore(&empty).await);
    assert!(newer.contains("whose database this one does not know"), "{newer}");
    let schema = *headcount::store::MIGRATIONS.iter().map(|one| &one.version).max().unwrap();
    vault.edit(&made.name, |manifest| manifest["schema"] = schema.into()).await;

    empty.storage.put("org/another/photos/1.jpg", "picture".into()).await.unwrap();
    let full = said(vault.restore(&empty).await);
    assert!(full.contains("org/another/photos/1.jpg does not belong to the backup"), "{full}");
    empty.storage.delete("org/another/photos/1.jpg").await.unwrap();
    assert!(vault.restore(&empty).await.unwrap().is_whole());
    empty.drop(&acme).await;
    acme.close().await;
}

/// N8: one picture that is lost or damaged takes nothing else along.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn damaged_pictures_are_named_and_all_else_is_restored(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, vault) = (Acme::found(connect, 7).await, Vault::new());
    let bob = acme.managed("Bob", None).await;
    acme.fill_draft(bob, 2).await;
    vault.back_up(&acme, None).await.unwrap();
    let (place, files) = (vault.place(), vault.files("pictures").await);
    place.0.delete(&files[0]).await.unwrap();
    let other = place.0.get(&files[2]).await.unwrap().unwrap();
    place.0.put(&files[1], other).await.unwrap();
    let empty = Empty::make(&acme).await;
    let restored = vault.restore(&empty).await.unwrap();
    let words = restored.to_string();
    assert!(!restored.is_whole() && restored.files == 2, "{words}");
    assert!(
        words.contains("the backup has lost org/") && words.contains("another file is in the place of"),
        "{words}"
    );
    assert_eq!(rows(&empty.pool).await, rows(acme.server.pool()).await);
    empty.drop(&acme).await;
    acme.close().await;
}

/// N8, H5: a picture that was deleted while the backup was made does not come back; a file that the storage had
/// lost is named.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn pictures_that_were_away_while_the_backup_was_made(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, vault) = (Acme::found(connect, 7).await, Vault::new());
    let bob = acme.managed("Bob", None).await;
    let headshots = acme.shoot(bob).await;
    let photos = acme.fill_draft(bob, 3).await;
    let lost = photo_thumb_key(acme.org().0, photos[0].0);
    acme.server.state.storage.delete(&lost).await.unwrap();
    let made = vault.back_up(&acme, None).await.unwrap();
    assert_eq!((made.files, &made.lost), (25, &BTreeSet::from([lost.clone()])));
    assert!(made.to_string().contains(&format!("The storage has lost {lost}")), "{made}");
    // As it is written where rows went after the dump: of the second photo, and of all headshots.
    let org = acme.org().to_string();
    let deleted = serde_json::json!({
        "photo": [photos[1]], "headshot": headshots.iter().collect::<Vec<_>>(),
    });
    vault.edit(&made.name, |manifest| manifest["deleted"][&org] = deleted).await;
    let empty = Empty::make(&acme).await;
    let restored = vault.restore(&empty).await.unwrap();
    assert!(restored.is_whole(), "{restored}");
    assert_eq!((restored.files, restored.lost), (19, BTreeSet::from([lost])));
    let left: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from photos where shoot_id is null order by id")
            .fetch_all(&empty.pool)
            .await
            .unwrap();
    assert_eq!(left, [photos[0].0, photos[2].0]);
    empty.drop(&acme).await;
    acme.close().await;
}

/// N8, H5: a picture is stored once for all backups, and goes with the last one that needs it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn older_backups_go_with_what_they_alone_needed(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, vault) = (Acme::found(connect, 7).await, Vault::new());
    let bob = acme.managed("Bob", None).await;
    let photos = acme.fill_draft(bob, 2).await;
    let first = vault.back_up(&acme, None).await.unwrap();
    // One that broke off, and one of another database.
    let shelf = vault.place().shelf(&first.name.origin);
    shelf.begin("2026-01-01T00-00-00.000Z").await.unwrap();
    for key in
        ["backups/other-1/2026-01-01T00-00-00.000Z/begun", "pictures/other-1/readers/org/1/photos/1.jpg.age"]
    {
        vault.place().0.put(key, "other".into()).await.unwrap();
    }
    acme.server.execute(&format!("delete from photos where id = '{}'", photos[0])).await;
    let second = vault.back_up(&acme, Some(2)).await.unwrap();
    assert_eq!((first.files_copied, second.files_copied, second.left), (4, 0, Some(2)));
    assert_eq!(
        vault.files("backups").await.len(),
        7,
        "the one that broke off is gone, the other database's is not"
    );
    assert_eq!(vault.files("pictures").await.len(), 5, "the first needs them");
    let third = vault.back_up(&acme, Some(1)).await.unwrap();
    assert_eq!(vault.place().whole().await.unwrap().into_iter().collect::<Vec<_>>(), [third.name]);
    let left = vault.files("pictures").await;
    assert!(
        left.len() == 3 && left.iter().filter(|key| key.contains(&photos[1].to_string())).count() == 2,
        "{left:?}"
    );

    // Two at once would delete what the other needs.
    let hold = Hold::take(&acme.server.pool().clone().into()).await.unwrap().unwrap();
    let busy = said(vault.back_up(&acme, Some(1)).await);
    assert!(busy.contains("a backup of this database is being made"), "{busy}");
    hold.release().await.unwrap();
    acme.close().await;
}

/// N8: whoever has to restore sees what there is, without the key and without the database.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn backups_are_listed_with_what_became_of_them(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, vault) = (Acme::found(connect, 7).await, Vault::new());
    let lines = async || {
        let listed = list::list(&vault.place()).await.unwrap();
        listed.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(lines().await.is_empty());
    let bob = acme.managed("Bob", None).await;
    acme.fill_draft(bob, 2).await;
    let made = vault.back_up(&acme, None).await.unwrap();
    let shelf = vault.place().shelf(&made.name.origin);
    shelf.begin("2999-01-01T00-00-00.000Z").await.unwrap();
    // Of another database, whose list is damaged.
    let damaged = "backups/0-1/2998-01-01T00-00-00.000Z/manifest.json";
    vault.place().0.put(damaged, "{".into()).await.unwrap();
    let lines = lines().await;
    let [other, whole, begun] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(other.starts_with("0-1/2998-01-01T00-00-00.000Z  0.0 MB"), "{other}");
    assert!(other.contains("its manifest is damaged"), "{other}");
    let version = env!("CARGO_PKG_VERSION");
    assert!(whole.starts_with(&format!("{}  ", made.name)), "{whole}");
    assert!(whole.ends_with(&format!(", 4 files of pictures, by Headcount {version}")), "{whole}");
    assert!(begun.contains("/2999-01-01") && begun.ends_with("it broke off or is being made"), "{begun}");
    acme.close().await;
}

/// N8: who can read backups is changed: what is made from then on is readable by the new ones, all of it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn new_readers_can_read_all_of_a_new_backup(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, mut vault) = (Acme::found(connect, 7).await, Vault::new());
    let bob = acme.managed("Bob", None).await;
    acme.fill_draft(bob, 1).await;
    vault.back_up(&acme, None).await.unwrap();
    let before = vault.hand_over();
    assert_eq!(vault.back_up(&acme, Some(5)).await.unwrap().files_copied, 2);
    let empty = Empty::make(&acme).await;
    let refused = said(vault.restore_with(&empty, &before).await);
    assert!(refused.contains("this identity does not open the backup"), "{refused}");
    empty.drop(&acme).await;
    let empty = Empty::make(&acme).await;
    assert!(vault.restore(&empty).await.unwrap().is_whole());
    empty.drop(&acme).await;
    acme.close().await;
}

/// N8: a disk that is not mounted is no place for backups.
#[test]
fn a_folder_that_nobody_made_a_place_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().display());
    let usual = Access::usual(None);
    let words = said(Place::open(&url, usual, false).map(drop));
    assert!(words.contains("is no place for backups: mount the disk"), "{words}");
    Place::open(&url, usual, true).unwrap();
    Place::open(&url, usual, false).unwrap();
}
