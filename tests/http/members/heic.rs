//! HEIC photos, what iPhones take: opened by a program of their own, or refused in words. H1, N1, QUALITY 11

use crate::harness::*;

/// 800 × 600 pixels that are to be turned clockwise, in Display P3, with Exif data. Upright, the upper half has one
/// color and the lower half another; this is what they are in sRGB.
const HELD_SIDEWAYS: &[u8] = include_bytes!("../../pictures/held-sideways.heic");
const UPPER: [u8; 3] = [216, 93, 24];
const LOWER: [u8; 3] = [0, 123, 208];

async fn acme(connect: PgConnectOptions) -> Acme {
    let mut server = Server::start(connect).await;
    server.take_heic();
    Acme::found_on(server, 1).await
}

fn heic(bytes: impl Into<axum::body::Bytes>) -> [Upload; 1] {
    [Upload { name: "IMG_2291.HEIC".into(), bytes: bytes.into() }]
}

/// H1: upright, in the right colors, without what it carried.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_photo_of_an_iphone_is_taken(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = acme(connect).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let path = format!("/members/{id}/photos");
    let page = ada.get("/me").await;
    assert!(page.text().contains("image/heic"), "{page}");
    page.says("JPEG, HEIC, PNG or WebP");
    let answer = ada.upload(&path, &heic(HELD_SIDEWAYS), "application/json").await.with(StatusCode::OK);
    let photo = format!("/photos/{}", answer.json()["taken"][0]["id"].as_str().unwrap());
    let kept = ada.get(&photo).await.with(StatusCode::OK).body;
    assert!(HELD_SIDEWAYS.windows(12).any(|part| part == b"Secret place"));
    for gone in [&b"Secret place"[..], b"Exif", b"Display P3", b"ftyp"] {
        assert!(!kept.windows(gone.len()).any(|part| part == gone), "{}", gone.escape_ascii());
    }
    let kept = image::load_from_memory(&kept).unwrap().into_rgb8();
    assert_eq!(kept.dimensions(), (600, 800));
    for (at, expected) in [((300, 60), UPPER), ((60, 300), UPPER), ((300, 740), LOWER), ((540, 500), LOWER)] {
        let pixel = kept.get_pixel(at.0, at.1).0;
        let is_near = pixel.iter().zip(expected).all(|(one, other)| one.abs_diff(other) <= 6);
        assert!(is_near, "{pixel:?} at {at:?}, not {expected:?}");
    }
    let small = ada.get(&format!("{photo}?size=small")).await.with(StatusCode::OK).body;
    assert_eq!(image::load_from_memory(&small).unwrap().into_rgb8().dimensions(), (320, 400));
    // The same picture in another format is the same picture.
    let mut jpeg = Vec::new();
    kept.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg).unwrap();
    let again = Upload { name: "again.jpg".into(), bytes: jpeg.into() };
    let answer = ada.upload(&path, &[again], "application/json").await;
    answer.with(StatusCode::UNPROCESSABLE_ENTITY).says("The same picture as photo 1");
    acme.close().await;
}

/// N1, QUALITY 11: cut off, damaged, larger than it says, or larger than can be opened.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_heic_photo_that_is_none_is_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = acme(connect).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let says = |width: u32, height: u32| {
        let mut file = HELD_SIDEWAYS.to_vec();
        let at = file.windows(4).position(|part| part == b"ispe").unwrap() + 8;
        file[at..at + 4].copy_from_slice(&width.to_be_bytes());
        file[at + 4..at + 8].copy_from_slice(&height.to_be_bytes());
        file
    };
    let half = HELD_SIDEWAYS.len() / 2;
    let only_begins = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    let avif = b"\0\0\0\x1cftypavif\0\0\0\0mif1avif".to_vec();
    for (name, file, reason) in [
        ("cut off", HELD_SIDEWAYS[..half].to_vec(), "This file is damaged."),
        ("only begins", only_begins, "This file is damaged."),
        ("says 16 × 16", says(16, 16), "is too small"),
        ("says 30,000 × 30,000", says(30_000, 30_000), "too many pixels"),
        ("says 9,000 × 9,000", says(9_000, 9_000), "too many pixels"),
        ("says 2,000 × 2,000", says(2_000, 2_000), "This file is damaged."),
        ("AVIF", avif, "AVIF pictures do not work here"),
    ] {
        let answer =
            ada.upload(&format!("/members/{id}/photos"), &heic(file), "application/json").await.json();
        let said = answer["refused"][0]["reason"].as_str().unwrap_or_default();
        assert!(said.contains(reason), "{name}: {answer}");
    }
    // Damage anywhere is a refusal or a photo, and nothing else.
    for at in (24..HELD_SIDEWAYS.len()).step_by(211) {
        let mut file = HELD_SIDEWAYS.to_vec();
        file[at] ^= 0x55;
        let answer = ada.upload(&format!("/members/{id}/photos"), &heic(file), "application/json").await;
        assert!(
            answer.status == StatusCode::OK || answer.status == StatusCode::UNPROCESSABLE_ENTITY,
            "{answer}"
        );
    }
    acme.close().await;
}

/// N1: where the program is not, the person reads what to do instead.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn without_the_decoder_a_heic_photo_is_refused_in_words(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let page = ada.get("/me").await;
    assert!(!page.text().contains("image/heic"), "{page}");
    let path = format!("/members/{id}/photos");
    let answer = ada.upload(&path, &heic(HELD_SIDEWAYS), "text/html").await;
    answer
        .with(StatusCode::UNPROCESSABLE_ENTITY)
        .says("HEIC photos do not work here. Export this one as JPEG");
    acme.close().await;
}
