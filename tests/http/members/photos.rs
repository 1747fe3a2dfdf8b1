//! `/members/{member}/photos`: photos go in one by one, each taken or refused with its reason. H1, H6, N1, QUALITY 11

use axum::body::{Body, Bytes};
use futures_util::future::join_all;
use headcount::studio::storage;

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
