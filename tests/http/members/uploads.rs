//! `/members/{member}/uploads`: a large photo comes part by part, and goes on where it broke off. H1, N2, QUALITY 11, 19

use std::io;

use axum::body::{Body, Bytes};
use futures_util::{future::join_all, stream};
use headcount::{
    domain::ids::MemberId,
    store::{retention, uploads},
    studio::storage::Storage,
};
use sha2::{Digest, Sha256};

use crate::{
    files::{Killer, age, promised},
    harness::*,
};

const MEGABYTE: usize = 1024 * 1024;
const OFFSET: &str = "upload-offset";

/// A photo of so many bytes: what stands behind a JPEG is no part of it.
fn large(number: u32, size: usize) -> Bytes {
    let mut file = photo(number).bytes.to_vec();
    file.resize(size, 0);
    file.into()
}

fn digest(file: &[u8]) -> String {
    Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Somebody who sends a member's files.
struct Sender<'a> {
    browser: &'a Browser,
    member: MemberId,
}

impl Sender<'_> {
    async fn ask_to_begin(&self, size: usize, about: &str) -> Answer {
        let (path, size) = (format!("/members/{}/uploads", self.member), size.to_string());
        let headers = [("upload-length", size.as_str()), ("upload-metadata", about)];
        self.browser.tus(Method::POST, &path, &headers, "").await
    }

    async fn begin(&self, size: usize) -> String {
        // big.jpg, in draft 1
        let begun = self.ask_to_begin(size, "filename YmlnLmpwZw==,draft MQ==").await;
        let begun = begun.with(StatusCode::CREATED);
        assert_eq!(begun.header("tus-resumable"), "1.0.0");
        assert!(begun.header("upload-expires").ends_with(" GMT"), "{begun}");
        begun.header(header::LOCATION).to_owned()
    }

    async fn look(&self, path: &str) -> Answer {
        self.browser.tus(Method::HEAD, path, &[], "").await
    }

    async fn offset(&self, path: &str) -> usize {
        self.look(path).await.with(StatusCode::OK).header(OFFSET).parse().unwrap()
    }

    async fn append(&self, path: &str, offset: usize, part: impl Into<Body>) -> Answer {
        let offset = offset.to_string();
        self.browser.tus(Method::PATCH, path, &[(OFFSET, &offset)], part).await
    }

    async fn send(&self, file: &Bytes) -> String {
        let path = self.begin(file.len()).await;
        self.append(&path, 0, file.clone()).await.with(StatusCode::NO_CONTENT);
        path
    }

    /// Asks for the photo that a file is to become.
    async fn finish(&self, path: &str) -> Answer {
        let fields = [("draft", "1"), ("upload", path.rsplit('/').next().unwrap())];
        let photos = format!("/members/{}/photos", self.member);
        self.browser.upload_with(&photos, &fields, &[], "application/json").await
    }

    async fn give_up(&self, path: &str) -> Answer {
        self.browser.tus(Method::DELETE, path, &[], "").await
    }
}

/// A body that ends before its end.
fn breaking_off(part: Bytes) -> Body {
    let pieces: Vec<io::Result<Bytes>> =
        part.chunks(100_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    let end = Err(io::ErrorKind::ConnectionReset.into());
    Body::from_stream(stream::iter(pieces.into_iter().chain([end])))
}

/// How much is here of each file that broke off.
async fn unfinished(acme: &Acme, member: MemberId) -> Vec<i32> {
    let mut db = acme.server.pool().acquire().await.unwrap();
    let unfinished = uploads::unfinished(&mut db, acme.org(), member).await.unwrap();
    unfinished.into_iter().map(|upload| upload.offset).collect()
}

async fn count(acme: &Acme, table: &str) -> i64 {
    acme.server.number(&format!("select count(*) from {table}")).await
}

/// H1, N9: in the middle, at another server, and it becomes one photo however often that is asked for.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_file_that_broke_off_goes_on_where_it_ended(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect.clone(), 1).await;
    let other = Server::start(connect).await;
    let (member, ada) = acme.member("ada@acme.com").await;
    let (file, broke_off) = (large(1, 5 * MEGABYTE / 2), 13 * MEGABYTE / 10);
    let sender = Sender { browser: &ada, member };
    let path = sender.begin(file.len()).await;
    assert_eq!(unfinished(&acme, member).await, [0; 0], "nothing is here of it");
    sender.append(&path, 0, breaking_off(file.slice(..broke_off))).await.with(StatusCode::BAD_REQUEST);
    let half = sender.look(&path).await.with(StatusCode::OK);
    assert_eq!(half.header(OFFSET), broke_off.to_string());
    assert_eq!(half.header("upload-length"), file.len().to_string());
    assert_eq!(half.header("cache-control"), "no-store");
    assert_eq!(unfinished(&acme, member).await, [broke_off as i32], "the page knows of it");
    ada.get("/me").await.with(StatusCode::OK);
    sender.finish(&path).await.with(StatusCode::CONFLICT);

    let there = ada.at(&other);
    let elsewhere = Sender { browser: &there, member };
    let rest = elsewhere.append(&path, broke_off, file.slice(broke_off..)).await.with(StatusCode::NO_CONTENT);
    assert_eq!(rest.header(OFFSET), file.len().to_string());
    let taken = sender.finish(&path).await.with(StatusCode::OK).json();
    assert_eq!(taken["taken"][0]["digest"], digest(&file), "byte for byte");
    assert_eq!(taken["taken"][0]["file_name"], "big.jpg");
    assert_eq!(count(&acme, "upload_parts").await, 0);
    assert_eq!(sender.finish(&path).await.with(StatusCode::OK).json(), taken);
    assert_eq!(sender.offset(&path).await, file.len());
    assert_eq!(count(&acme, "photos").await, 1);
    assert_eq!(unfinished(&acme, member).await, [0; 0], "it is finished");
    other.close().await;
    acme.close().await;
}

/// H1: the protocol, <https://tus.io/protocols/resumable-upload>.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_the_protocol_does_not_have_is_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (member, ada) = acme.member("ada@acme.com").await;
    let sender = Sender { browser: &ada, member };
    let uploads = format!("/members/{member}/uploads");
    let options = ada.send(ada.request(Method::OPTIONS, &uploads).body(Body::empty()).unwrap()).await;
    let options = options.with(StatusCode::NO_CONTENT);
    assert_eq!(options.header("tus-version"), "1.0.0");
    assert_eq!(options.header("tus-extension"), "creation,termination,expiration");
    assert_eq!(options.header("tus-max-size"), (20 * MEGABYTE).to_string());
    let unversioned = ada.send(ada.request(Method::POST, &uploads).body(Body::empty()).unwrap()).await;
    assert_eq!(unversioned.with(StatusCode::PRECONDITION_FAILED).header("tus-version"), "1.0.0");
    for size in ["", "0", "-1", "many"] {
        ada.tus(Method::POST, &uploads, &[("upload-length", size)], "").await.with(StatusCode::BAD_REQUEST);
    }
    ada.tus(Method::POST, &uploads, &[("upload-defer-length", "1")], "").await.with(StatusCode::BAD_REQUEST);
    sender.ask_to_begin(100, "filename ?").await.with(StatusCode::BAD_REQUEST);
    for size in [20 * MEGABYTE + 1, usize::MAX / 2] {
        let refused = sender.ask_to_begin(size, "filename YmlnLmpwZw==").await;
        refused.with(StatusCode::PAYLOAD_TOO_LARGE).says("larger than 20 MB").says("big.jpg");
    }
    assert_eq!(count(&acme, "uploads").await, 0);

    let path = sender.begin(1_000).await;
    for (offset, part, status) in [
        (1, 10, StatusCode::CONFLICT),
        (0, 1_001, StatusCode::PAYLOAD_TOO_LARGE),
        (0, 600, StatusCode::NO_CONTENT),
        (0, 600, StatusCode::CONFLICT),
        (1_000, 0, StatusCode::CONFLICT),
        (600, 401, StatusCode::PAYLOAD_TOO_LARGE),
        (600, 0, StatusCode::NO_CONTENT),
        (600, 400, StatusCode::NO_CONTENT),
        (1_000, 1, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        sender.append(&path, offset, vec![7; part]).await.with(status);
    }
    let path = sender.begin(1_000).await;
    let unsaid = Body::from_stream(stream::iter([Ok::<_, io::Error>(Bytes::from(vec![7; 1_001]))]));
    sender.append(&path, 0, unsaid).await.with(StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(sender.offset(&path).await, 0);
    let request = ada.request(Method::PATCH, &path).header("tus-resumable", "1.0.0").header(OFFSET, "0");
    let answer = ada.send(request.body("as a form".into()).unwrap()).await;
    answer.with(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let request = ada.tus(Method::PATCH, &path, &[(OFFSET, "none")], "");
    request.await.with(StatusCode::BAD_REQUEST);
    acme.close().await;
}

/// N2: to whom it is not theirs, it is not there, under whatever path.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_somebody_else_sends_is_not_there(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (ada_id, ada) = acme.member("ada@acme.com").await;
    let (bob_id, bob) = acme.member("bob@acme.com").await;
    let other = acme.server.found("Other", "otto@other.com").await;
    let managed = acme.managed("Katya", None).await;
    let of_ada = Sender { browser: &ada, member: ada_id };
    let path = of_ada.begin(1_000).await;
    of_ada.append(&path, 0, vec![7; 500]).await.with(StatusCode::NO_CONTENT);
    let before = acme.server.everything().await;
    let as_bobs = path.replace(&ada_id.to_string(), &bob_id.to_string());
    let as_katyas = path.replace(&ada_id.to_string(), &managed.to_string());
    let stranger = acme.server.browser();
    for (browser, path) in [
        (&bob, &path),
        (&bob, &as_bobs),
        (&other.browser, &path),
        (&acme.lead.browser, &as_katyas),
        (&acme.lead.browser, &as_bobs),
    ] {
        let somebody = Sender { browser, member: bob_id };
        somebody.look(path).await.with(StatusCode::NOT_FOUND);
        somebody.append(path, 500, vec![7; 500]).await.with(StatusCode::NOT_FOUND);
        somebody.give_up(path).await.with(StatusCode::NOT_FOUND);
    }
    Sender { browser: &bob, member: bob_id }.finish(&path).await.with(StatusCode::NOT_FOUND);
    Sender { browser: &bob, member: ada_id }.ask_to_begin(10, "").await.with(StatusCode::NOT_FOUND);
    let door = Sender { browser: &stranger, member: ada_id }.append(&path, 500, vec![7; 500]).await;
    assert!(door.status.is_redirection() || door.status == StatusCode::UNAUTHORIZED, "{door}");
    assert_eq!(acme.server.everything().await, before);
    // A lead sends for everybody in the organization.
    let lead = Sender { browser: &acme.lead.browser, member: ada_id };
    lead.append(&path, 500, vec![7; 500]).await.with(StatusCode::NO_CONTENT);
    lead.give_up(&path).await.with(StatusCode::NO_CONTENT);
    lead.look(&path).await.with(StatusCode::NOT_FOUND);
    assert_eq!(count(&acme, "upload_parts").await, 0);
    acme.close().await;
}

/// H1: of parts that come at once one is kept, and of photos that are asked for at once one is made.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_the_same_at_once_one_counts(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (member, ada) = acme.member("ada@acme.com").await;
    let sender = Sender { browser: &ada, member };
    let file = large(1, 2 * MEGABYTE + 7);
    let path = sender.begin(file.len()).await;
    let mut offset = 0;
    while offset < file.len() {
        let end = file.len().min(offset + MEGABYTE);
        let parts = (0..6).map(|_| sender.append(&path, offset, file.slice(offset..end)));
        let answers = join_all(parts).await;
        let kept = answers.iter().filter(|answer| answer.status == StatusCode::NO_CONTENT).count();
        assert_eq!(kept, 1);
        assert!(answers.iter().all(|a| matches!(a.status, StatusCode::NO_CONTENT | StatusCode::CONFLICT)));
        offset = sender.offset(&path).await;
        assert_eq!(offset, end);
    }
    let answers = join_all((0..4).map(|_| sender.finish(&path))).await;
    for answer in &answers {
        let taken = answer.json();
        assert_eq!(taken["taken"], answers[0].json()["taken"], "{answer}");
        assert_eq!(taken["taken"][0]["digest"], digest(&file));
    }
    assert_eq!(count(&acme, "photos").await, 1);
    acme.close().await;
}

/// H1, QUALITY 19: a day later nothing is left of it, nor of whoever is removed or submits.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_nobody_finishes_goes(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let bob = acme.managed("Bob", None).await;
    let lead = Sender { browser: &acme.lead.browser, member: bob };
    let half = async || {
        let path = lead.begin(2_000).await;
        lead.append(&path, 0, vec![7; 1_000]).await.with(StatusCode::NO_CONTENT);
        path
    };
    let path = half().await;
    let left = "select count(*) from uploads where expires_at between now() + interval '23 hours' and now() + interval '24 hours'";
    assert_eq!(acme.server.number(left).await, 1);
    acme.server.execute("update uploads set expires_at = now()").await;
    lead.look(&path).await.with(StatusCode::NOT_FOUND);
    lead.append(&path, 1_000, vec![7; 1_000]).await.with(StatusCode::NOT_FOUND);
    lead.finish(&path).await.with(StatusCode::NOT_FOUND);
    retention::delete_old(&acme.server.pool().clone().into()).await.unwrap();
    assert_eq!((count(&acme, "uploads").await, count(&acme, "upload_parts").await), (0, 0));

    // What Postgres lost in a crash is sent again.
    let path = half().await;
    acme.server.execute("truncate upload_parts").await;
    assert_eq!(lead.offset(&path).await, 0);
    lead.append(&path, 1_000, vec![7; 1_000]).await.with(StatusCode::CONFLICT);

    // As many as a draft has places; the oldest gives way.
    let mut paths = Vec::new();
    for _ in 0..16 {
        paths.push(half().await);
    }
    assert_eq!((count(&acme, "uploads").await, count(&acme, "upload_parts").await), (15, 15));
    lead.look(&paths[0]).await.with(StatusCode::NOT_FOUND);
    assert_eq!(lead.offset(&paths[1]).await, 1_000);

    acme.fill_draft(bob, 8).await;
    let submit = format!("/members/{bob}/submit");
    acme.lead.browser.post(&submit, &[]).await.with(StatusCode::SEE_OTHER);
    assert_eq!((count(&acme, "uploads").await, count(&acme, "upload_parts").await), (0, 0));
    let late = lead.ask_to_begin(2_000, "filename YmlnLmpwZw==,draft MQ==").await;
    let late = late.with(StatusCode::UNPROCESSABLE_ENTITY).says("came too late").json();
    assert_eq!(late["submitted"], true);
    acme.server.leave_the_engine_out().await;

    let cai = acme.managed("Cai", None).await;
    let path = Sender { browser: &acme.lead.browser, member: cai }.begin(2_000).await;
    let lead = Sender { browser: &acme.lead.browser, member: cai };
    lead.append(&path, 0, vec![7; 1_000]).await.with(StatusCode::NO_CONTENT);
    acme.lead.call("members/remove", &[("member", &cai.to_string())]).await.with(StatusCode::OK);
    assert_eq!((count(&acme, "uploads").await, count(&acme, "upload_parts").await), (0, 0));
    acme.close().await;
}

/// H1, N1: in the words that are said of a file that comes in one piece; it is opened once, and nothing of it is kept.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_is_no_photo_is_refused_as_in_one_piece(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (member, ada) = acme.member("ada@acme.com").await;
    let sender = Sender { browser: &ada, member };
    let good = large(1, MEGABYTE + 1);
    let taken = sender.send(&good).await;
    let advice = sender.finish(&taken).await.with(StatusCode::OK).json()["taken"][0]["advice"].clone();
    assert_eq!(advice, serde_json::json!(["NoFace"]));
    for (file, words) in [
        (tiny_photo(2).bytes, "640 × 511 is too small"),
        (Bytes::from_static(b"no picture at all"), "not a JPEG, PNG or WebP"),
        (photo(3).bytes.slice(..2_000), "damaged"),
        (good.clone(), "same picture as photo 1"),
    ] {
        let path = sender.send(&file).await;
        let refused = sender.finish(&path).await.with(StatusCode::UNPROCESSABLE_ENTITY).says(words);
        assert_eq!(refused.json()["refused"][0]["file_name"], "big.jpg", "{refused}");
        sender.finish(&path).await.with(StatusCode::NOT_FOUND);
        sender.give_up(&path).await.with(StatusCode::NOT_FOUND);
    }
    assert_eq!(count(&acme, "upload_parts").await, 0);
    let full = sender.send(&photo(4).bytes).await;
    acme.fill_draft(member, 14).await;
    sender.finish(&full).await.with(StatusCode::UNPROCESSABLE_ENTITY).says("15 photos added");
    let refused = sender.ask_to_begin(2_000, "").await;
    refused.with(StatusCode::UNPROCESSABLE_ENTITY).says("15 photos added");
    // Asked again, what is in is the answer all the same; what was taken out again is not in.
    let id = sender.finish(&taken).await.with(StatusCode::OK).json()["taken"][0]["id"].clone();
    let remove = format!("/members/{member}/photos/{}/remove", id.as_str().unwrap());
    ada.post(&remove, &[]).await.with(StatusCode::SEE_OTHER);
    sender.finish(&taken).await.with(StatusCode::NOT_FOUND);
    for malformed in ["", "x", "../1", &"0".repeat(500)] {
        let fields = [("upload", malformed)];
        let path = format!("/members/{member}/photos");
        let answer = ada.upload_with(&path, &fields, &[], "application/json").await;
        answer.with(StatusCode::NOT_FOUND);
    }
    acme.close().await;
}

/// N8, QUALITY 19: wherever the process ends while a photo is made of a file, asked again there is one photo.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_process_killed_anywhere_leaves_one_photo(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut acme = Acme::found(connect, 1).await;
    let disk = Disk::default();
    acme.server.state.storage = Storage::over(disk.clone());
    acme.reroute();
    let mut killer = Killer::new();
    loop {
        let number = killer.kills as u32;
        let member = acme.managed(&format!("P{number}"), None).await;
        let sender = Sender { browser: &acme.lead.browser, member };
        let path = sender.send(&photo(number).bytes).await;
        let done = killer.kill(sender.finish(&path)).await.is_some();
        let taken = sender.finish(&path).await.with(StatusCode::OK).json();
        assert_eq!(taken["taken"].as_array().unwrap().len(), 1);
        let photos = format!("select count(*) from photos where member_id = '{member}'");
        assert_eq!(acme.server.number(&photos).await, 1, "killed at step {number}");
        if done {
            break;
        }
    }
    assert!(killer.kills > 5, "only {} kills", killer.kills);
    assert_eq!(count(&acme, "upload_parts").await, 0);
    age(&acme).await;
    headcount::worker::sweep_files(&acme.server.state, time::Duration::HOUR).await.unwrap();
    assert_eq!(disk.keys().await, promised(&acme).await);
    acme.close().await;
}
