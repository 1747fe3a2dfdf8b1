//! `/members/{member}/photos`: photos go in one by one, each taken or refused with its reason. H1, H6, N1, QUALITY 11

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, future::join_all, stream};
use headcount::{
    domain::ids::MemberId,
    studio::{storage, upload_room::UploadRoom},
};

use crate::harness::*;

fn named(name: &str, bytes: impl Into<Bytes>) -> Upload {
    Upload { name: name.into(), bytes: bytes.into() }
}

async fn add(browser: &Browser, member: &str, files: &[Upload]) -> Answer {
    browser.upload(&format!("/members/{member}/photos"), files, "application/json").await
}

async fn in_draft(acme: &Acme) -> i64 {
    acme.server.number("select count(*) from photos where shoot_id is null").await
}

/// H1, H6
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_photo_that_is_in_is_shown_to_its_owner_and_their_leads(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (ada_id, ada) = acme.member("ada@acme.com").await;
    let (_, bob) = acme.member("bob@acme.com").await;
    let other = acme.server.found("Other", "otto@other.com").await;
    let answer = add(&ada, &ada_id.to_string(), &[photo(1)]).await.with(StatusCode::OK).json();
    let path = format!("/photos/{}", answer["taken"][0]["id"].as_str().unwrap());
    for browser in [&ada, &acme.lead.browser] {
        for path in [path.clone(), format!("{path}?size=small")] {
            let shown = browser.get(&path).await.with(StatusCode::OK);
            assert_eq!(shown.header("content-type"), "image/jpeg");
            assert!(shown.header("cache-control").contains("private"));
            image::load_from_memory(&shown.body).expect("a picture");
        }
    }
    for browser in [&bob, &other.browser, &acme.server.browser()] {
        browser.get(&path).await.with(StatusCode::NOT_FOUND);
    }
    assert!(ada.get("/me").await.text().contains(&format!("{path}?size=small")));
    acme.close().await;
}

/// H1, N1, QUALITY 11
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn each_refused_file_has_its_reason_and_the_good_one_is_in(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let good = photo(1);
    let mut too_large = good.bytes.to_vec();
    too_large.resize(20 * 1024 * 1024 + 1, 0);
    let files = [
        named("good.jpg", good.bytes.clone()),
        named("again.jpg", good.bytes.clone()),
        tiny_photo(2),
        named("text.jpg", "no picture at all"),
        named("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        named("cut.jpg", good.bytes.slice(..good.bytes.len() / 2)),
        named("empty.jpg", Bytes::new()),
        named("large.jpg", too_large),
    ];
    let answer = add(&ada, &id.to_string(), &files).await.with(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(answer["taken"].as_array().unwrap().len(), 1, "{answer}");
    let refused: Vec<(&str, &str)> = answer["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["file_name"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    let reasons = [
        ("again.jpg", "same picture as photo 1"),
        ("photo-2.jpg", "640 × 511 is too small"),
        ("text.jpg", "not a JPEG, PNG or WebP"),
        ("drawing.svg", "not a JPEG, PNG or WebP"),
        ("cut.jpg", "damaged"),
        ("empty.jpg", ""),
        ("large.jpg", "larger than 20 MB"),
    ];
    assert_eq!(refused.len(), reasons.len(), "{answer}");
    for ((name, reason), (expected_name, words)) in refused.into_iter().zip(reasons) {
        assert!(name == expected_name && reason.contains(words), "{name}: {reason}");
    }
    assert_eq!(in_draft(&acme).await, 1);
    acme.close().await;
}

/// H1: by the digest of a file the page knows that it is in, and does not send it again.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_page_knows_which_files_are_in(_: PgPoolOptions, connect: PgConnectOptions) {
    use sha2::{Digest, Sha256};
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let file = photo(1);
    let digest: String = Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let answer = add(&ada, &id.to_string(), &[file]).await.with(StatusCode::OK).json();
    assert_eq!(answer["taken"][0]["digest"], digest.as_str());
    assert_eq!(acme.server.text("select encode(digest, 'hex') from photos").await, digest);
    acme.close().await;
}

/// H1, J2: without scripts the page comes back, with the reasons on it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_plain_form_answers_with_the_page(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let path = format!("/members/{id}/photos");
    ada.get("/me").await.form(&path);
    ada.upload(&path, &[photo(1)], "text/html").await.to("/me");
    let page = ada.upload(&path, &[tiny_photo(2)], "text/html").await;
    page.with(StatusCode::UNPROCESSABLE_ENTITY).says("photo-2.jpg").says("too small").says("1 photo added");
    // Of a file field that was left empty, browsers send a file without name and bytes.
    ada.upload(&path, &[named("", Bytes::new())], "text/html").await.to("/me");
    acme.close().await;
}

/// C2, H1, H2: a page that is older than the submit begins no other shoot, neither by a photo that comes late nor
/// by submitting again; one that knows of it does.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_photo_that_comes_late_begins_no_other_shoot(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 3).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let (photos, submit) = (format!("/members/{id}/photos"), format!("/members/{id}/submit"));
    acme.fill_draft(id, 8).await;
    let old = ada.get("/me").await;
    let field = |page: &Answer, action: &str| page.form(action).fields[0].clone();
    let (name, number) = field(&old, &photos);
    assert_eq!((name.as_str(), number.as_str()), ("draft", "1"));
    ada.fill(&old, &submit, &[]).await.to("/me");
    acme.server.work().await;
    ada.get("/me").await.says("Here you are");

    let late = ada.upload_with(&photos, &[("draft", "1")], &[photo(1)], "application/json").await;
    let late = late.with(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(late["submitted"], true, "{late}");
    assert_eq!(late["refused"][0]["reason"], "The photos are submitted already. This one came too late.");
    assert_eq!(in_draft(&acme).await, 0);
    let page = ada.upload_with(&photos, &[("draft", "1")], &[photo(1)], "text/html").await;
    page.with(StatusCode::UNPROCESSABLE_ENTITY).says("photo-1.jpg").says("The photos are submitted already");
    ada.fill(&old, &submit, &[]).await.to("/me");
    assert_eq!(acme.balance().await, 2);

    let new = ada.get("/me?another").await;
    assert!(new.text().contains("id=\"another\" open"), "{new}");
    let (_, number) = field(&new, &photos);
    assert_eq!(number, "2");
    ada.upload_with(&photos, &[("draft", &number)], &[photo(1)], "application/json")
        .await
        .with(StatusCode::OK);
    for malformed in ["", "x", "99999999999999999999999", "two"] {
        let fields = [("draft", malformed)];
        ada.upload_with(&photos, &fields, &[tiny_photo(2)], "application/json")
            .await
            .with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(in_draft(&acme).await, 1);
    acme.close().await;
}

/// H1: a file whose answer was lost is sent again, and answered with the photo that it became, also where the draft is
/// full by it. Who only says so gets nothing in, and nothing of anybody else.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_file_that_came_before_is_answered_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let (bob_id, bob) = acme.member("bob@acme.com").await;
    acme.fill_draft(id, 14).await;
    let [of_ada, of_bob] = [id, bob_id].map(|id| format!("/members/{id}/photos"));
    let first = add(&ada, &id.to_string(), &[photo(1)]).await.with(StatusCode::OK).json();
    let digest = first["taken"][0]["digest"].as_str().unwrap();
    let fields = [("draft", "1"), ("again", digest)];
    let answer = ada.upload_with(&of_ada, &fields, &[photo(1)], "application/json").await;
    assert_eq!(answer.with(StatusCode::OK).json(), first);
    assert_eq!(in_draft(&acme).await, 15);
    let answer = bob.upload_with(&of_bob, &fields, &[tiny_photo(1)], "application/json").await;
    answer.with(StatusCode::UNPROCESSABLE_ENTITY).says("too small");
    for malformed in ["", "x", &"0".repeat(64), &"0".repeat(100_000)] {
        let fields = [("draft", "1"), ("again", malformed)];
        let answer = ada.upload_with(&of_ada, &fields, &[photo(2)], "application/json").await;
        answer.with(StatusCode::UNPROCESSABLE_ENTITY).says("15 photos added");
    }
    acme.close().await;
}

/// H8, M2: advice refuses nothing. It is in the answer and stays beside the photo, for a lead who adds photos of
/// somebody else as well, and goes with the photo.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_would_make_a_photo_better_is_said_beside_it(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (ada_id, ada) = acme.member("ada@acme.com").await;
    let katya_id = acme.managed("Katya", None).await;
    let sentence = "No face found here.";
    for (browser, id, page) in [
        (&ada, ada_id, "/me".to_owned()),
        (&acme.lead.browser, katya_id, format!("/members/{katya_id}/shoot")),
    ] {
        let answer = add(browser, &id.to_string(), &[portrait()]).await.with(StatusCode::OK).json();
        assert_eq!(answer["taken"][0]["advice"], serde_json::json!([]), "{answer}");
        assert!(!browser.get(&page).await.text().contains(sentence));
        let answer = add(browser, &id.to_string(), &[photo(1)]).await.with(StatusCode::OK).json();
        assert_eq!(answer["taken"][0]["advice"], serde_json::json!(["NoFace"]), "{answer}");
        let shown = browser.get(&page).await.says(sentence);
        let remove = format!("/members/{id}/photos/{}/remove", answer["taken"][0]["id"].as_str().unwrap());
        browser.fill(&shown, &remove, &[]).await;
        assert!(!browser.get(&page).await.text().contains(sentence));
    }
    acme.close().await;
}

/// H1: metadata and what a file hides are gone.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_is_kept_has_no_metadata(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let jpeg = photo(1).bytes;
    let exif = b"Exif\0\0 48.137N 11.575E of the photographer";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let spied = [&jpeg[..2], &[0xff, 0xe1], &length, exif, &jpeg[2..], b"<script>alert(1)</script>"].concat();
    let answer = add(&ada, &id.to_string(), &[named("../../etc/passwd", spied)]).await.json();
    assert_eq!(answer["taken"][0]["file_name"], "passwd", "{answer}");
    let kept = ada.get(&format!("/photos/{}", answer["taken"][0]["id"].as_str().unwrap())).await.body;
    for secret in [&b"Exif"[..], b"photographer", b"<script>"] {
        assert!(!kept.windows(secret.len()).any(|window| window == secret));
    }
    acme.close().await;
}

/// H1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_photos_sent_at_once_only_as_many_as_fit_get_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let id_text = id.to_string();
    acme.fill_draft(id, 12).await;
    let files: Vec<[Upload; 1]> = (0..6).map(|n| [photo(n)]).collect();
    let answers = join_all(files.iter().map(|file| add(&ada, &id_text, file))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), 3);
    for answer in answers.into_iter().filter(|answer| answer.status != StatusCode::OK) {
        answer.with(StatusCode::UNPROCESSABLE_ENTITY).says("15 photos added");
    }
    assert_eq!(in_draft(&acme).await, 15);
    acme.close().await;
}

/// H1: an upload that breaks off is no error of ours, and what was in stays in.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_upload_that_breaks_off_or_is_no_form_is_a_bad_request(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let path = format!("/members/{id}/photos");
    let bodies: [(&str, &[u8]); 4] = [
        (
            "multipart/form-data; boundary=B",
            b"--B\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\nhalf",
        ),
        ("multipart/form-data; boundary=B", b"nothing of the kind"),
        ("multipart/form-data", b""),
        ("application/json", b"{}"),
    ];
    for (kind, body) in bodies {
        let request = ada.request(Method::POST, &path).header(header::CONTENT_TYPE, kind);
        let answer = ada.send(request.body(Body::from(body)).unwrap()).await;
        assert!(answer.status.is_client_error(), "{answer}");
    }
    assert_eq!(in_draft(&acme).await, 0);
    acme.close().await;
}

/// H1, H6
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_removed_photo_is_gone_from_the_storage_too(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let photos = acme.fill_draft(id, 2).await;
    let page = ada.get("/me").await;
    ada.fill(&page, &format!("/members/{id}/photos/{}/remove", photos[0]), &[]).await.to("/me");
    acme.server.work().await;
    for (photo, there) in [(photos[0], false), (photos[1], true)] {
        for key in [storage::photo_key, storage::photo_thumb_key] {
            let kept = acme.server.state.storage.get(&key(acme.org().0, photo.0)).await.unwrap();
            assert_eq!(kept.is_some(), there);
        }
    }
    assert_eq!(in_draft(&acme).await, 1);
    acme.close().await;
}

/// H1: a full draft is said before anything is done for a file, be it no picture at all.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_has_no_room_in_the_draft_is_not_opened(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    acme.fill_draft(id, 15).await;
    let files = [named("text.jpg", "no picture at all"), photo(1)];
    let answer = add(&ada, &id.to_string(), &files).await.with(StatusCode::UNPROCESSABLE_ENTITY).json();
    for refused in answer["refused"].as_array().unwrap() {
        assert!(refused["reason"].as_str().unwrap().starts_with("15 photos added"), "{answer}");
    }
    assert_eq!(answer["refused"].as_array().unwrap().len(), 2);
    acme.close().await;
}

/// N1, QUALITY 11
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn of_a_thousand_files_in_one_request_fifteen_are_looked_at(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let files: Vec<Upload> = (0..1000).map(|n| named(&format!("{n}.jpg"), "no picture")).collect();
    let answer = add(&ada, &id.to_string(), &files).await.with(StatusCode::UNPROCESSABLE_ENTITY).json();
    let refused = answer["refused"].as_array().unwrap();
    let reasons =
        |words: &str| refused.iter().filter(|one| one["reason"].as_str().unwrap().contains(words)).count();
    assert_eq!(reasons("not a JPEG, PNG or WebP"), 15, "{answer}");
    assert_eq!(reasons("15 files can be added at once"), refused.len() - 15);
    assert!(refused.len() < 100, "the answer has an end as well");
    acme.close().await;
}

/// QUALITY 11: the second file is not read while there is no room, and is when the first has gone.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn files_wait_for_room_with_nothing_of_them_read(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut acme = Acme::found(connect, 1).await;
    // Room for one file of the largest size.
    acme.server.state.upload_room = UploadRoom::new(1, acme.server.state.photo_limits.max_bytes);
    acme.reroute();
    let (ada_id, ada) = acme.member("ada@acme.com").await;
    let (bob_id, bob) = acme.member("bob@acme.com").await;
    let (ada_reads, bob_reads) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut of_ada = Box::pin(slow_upload(&ada, ada_id, &ada_reads, Ends::Never));
    tokio::select! {
        biased;
        _ = &mut of_ada => panic!("the upload never ends"),
        () = until_read(&acme, &ada_reads) => {}
    }
    let mut of_bob = Box::pin(slow_upload(&bob, bob_id, &bob_reads, Ends::Well));
    tokio::select! {
        biased;
        _ = &mut of_bob => panic!("there was no room"),
        () = round_trips(&acme, 100) => {}
    }
    let read = bob_reads.load(Ordering::SeqCst);
    assert!(read < READ_OF_A_FILE, "{read} pieces were read before there was room");
    drop(of_ada);
    of_bob.await.with(StatusCode::OK);
    acme.close().await;
}

/// That so many pieces were asked for tells that the file is being read, and not only its first lines.
const READ_OF_A_FILE: usize = 4;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Well,
    Never,
}

/// Sends a form with one photo, in pieces of 50,000 bytes, and counts how many were asked for.
async fn slow_upload(browser: &Browser, member: MemberId, read: &Arc<AtomicUsize>, ends: Ends) -> Answer {
    let head = "--B\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\n";
    // What stands behind a JPEG is no part of it.
    let mut file = photo(1).bytes.to_vec();
    file.resize(500_000, 0);
    let mut pieces = vec![Bytes::from(head)];
    pieces.extend(file.chunks(50_000).map(Bytes::copy_from_slice));
    pieces.push(Bytes::from("\r\n--B--\r\n"));
    let read = Arc::clone(read);
    let pieces = stream::iter(pieces).enumerate().then(move |(n, piece)| {
        read.store(n, Ordering::SeqCst);
        async move {
            if ends == Ends::Never && n > READ_OF_A_FILE {
                std::future::pending::<()>().await;
            }
            Ok::<_, std::io::Error>(piece)
        }
    });
    let request = browser
        .request(Method::POST, &format!("/members/{member}/photos"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B")
        .header(header::ACCEPT, "application/json");
    browser.send(request.body(Body::from_stream(pieces)).unwrap()).await
}

async fn until_read(acme: &Acme, read: &AtomicUsize) {
    while read.load(Ordering::SeqCst) < READ_OF_A_FILE {
        round_trips(acme, 1).await;
    }
}

async fn round_trips(acme: &Acme, count: usize) {
    for _ in 0..count {
        acme.server.number("select 1::bigint").await;
    }
}

/// QUALITY 11: a form whose first file never begins is not kept in memory until it is all there.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn lines_before_a_file_that_never_end_are_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let read = Arc::new(AtomicUsize::new(0));
    let pieces = {
        let read = Arc::clone(&read);
        stream::iter(0..10_000).map(move |n| {
            read.store(n, Ordering::SeqCst);
            let piece = if n == 0 { Bytes::from("--B\r\nX: ") } else { Bytes::from(vec![b'x'; 10_000]) };
            Ok::<_, std::io::Error>(piece)
        })
    };
    let request = ada
        .request(Method::POST, &format!("/members/{id}/photos"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B");
    let answer = ada.send(request.body(Body::from_stream(pieces)).unwrap()).await;
    answer.with(StatusCode::BAD_REQUEST);
    assert!(read.load(Ordering::SeqCst) < 20, "{} pieces were read", read.load(Ordering::SeqCst));
    acme.close().await;
}

/// H1: an animated WebP gives its first picture.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_animation_is_taken_as_its_first_picture(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let animation = named("moving.webp", Bytes::from_static(include_bytes!("../../pictures/animated.webp")));
    let answer = add(&ada, &id.to_string(), &[animation]).await.with(StatusCode::OK).json();
    let path = format!("/photos/{}", answer["taken"][0]["id"].as_str().unwrap());
    let kept = image::load_from_memory(&ada.get(&path).await.body).expect("a picture");
    assert_eq!((kept.width(), kept.height()), (1024, 1024));
    acme.close().await;
}

/// H1, N1: the name is said in whatever can be read of it; the photo is judged by what it holds.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_file_name_that_is_not_utf8_is_no_error_of_the_form(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    for name in [&b"caf\xe9.jpg"[..], b"\xff\xfe", b"\x93quoted\x94.jpg", b"a\\\"b.jpg"] {
        let mut body = b"--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"".to_vec();
        body.extend_from_slice(name);
        body.extend_from_slice(b"\"\r\nContent-Type: image/jpeg\r\n\r\nno picture\r\n--x--\r\n");
        let request = ada
            .request(Method::POST, &format!("/members/{id}/photos"))
            .header("content-type", "multipart/form-data; boundary=x")
            .header("accept", "application/json");
        let answer = ada.send(request.body(body.into()).unwrap()).await;
        assert_eq!(answer.json()["refused"].as_array().unwrap().len(), 1, "{answer}");
    }
    acme.close().await;
}
