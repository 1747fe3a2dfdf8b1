//! A service that says what is not so, and puts what is no picture. H3, N1, QUALITY 11

use super::*;

/// H3, N1: what is not signed, is old, is of another job or of nothing changes nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_is_not_so_changes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, service, _, shoot) = handed_over(connect, 2).await;
    let job = service.job();
    let eve = acme.managed("Eve", None).await;
    let other = acme.submit(eve).await;
    acme.server.work().await;
    let others = service.job();
    acme.put(&job, "1", picture()).await.with(StatusCode::NO_CONTENT);

    // Not by the secret, or long ago, or in time to come.
    let now = acme.now().await;
    let wrong = webhook_secrets("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    acme.say_at(&wrong, now, &ready(&job, 1)).await.with(StatusCode::UNAUTHORIZED);
    for minutes in [-6, 6] {
        let at = Moment::from_unix_millis(now.unix_millis() + minutes * 60_000);
        let answer = acme.say_at(&service.secrets, at, &ready(&job, 1)).await;
        answer.with(StatusCode::UNAUTHORIZED).says("five minutes");
    }
    let bare = Request::post("/hooks/engine").body(Body::from(ready(&job, 1).to_string())).unwrap();
    acme.server.browser().send(bare).await.with(StatusCode::UNAUTHORIZED);

    // Of another job, or of none.
    acme.say(&service, &ready(&others, 1)).await.with(StatusCode::CONFLICT);
    let foreign = json!([{ "id": others.photos[0].id, "reason": "no_face" }]);
    acme.say(&service, &failed(&job, &foreign)).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    for name in ["", "x", &job.job[1..]] {
        let message = json!({ "type": "headshots.ready", "data": { "job": name, "headshots": 1 } });
        acme.say(&service, &message).await.with(StatusCode::NOT_FOUND);
    }
    let photo = job.photos[0].id;
    for message in [
        json!({ "type": "headshots.ready", "data": { "job": job.job, "headshots": "many" } }),
        json!({ "type": "headshots.eaten", "data": { "job": job.job } }),
        json!({ "type": "headshots.failed", "data": { "job": job.job, "photos": [{ "id": photo, "reason": "ugly" }] } }),
        json!([]),
    ] {
        acme.say(&service, &message).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    for count in [-1, 0, 2, i16::MAX] {
        acme.say(&service, &ready(&job, count)).await.with(StatusCode::CONFLICT);
    }

    for shoot in [shoot, other] {
        assert_eq!(acme.shoot_state(shoot).await, "generating");
    }
    assert_eq!(acme.server.number("select count(*) from engine_results").await, 1);
    for job in [&job, &others] {
        acme.say(&service, &failed(job, &json!([]))).await.with(StatusCode::NO_CONTENT);
    }
    acme.later().await;
    acme.close().await;
}

/// A JPEG of some hundred bytes that says it has 50,000 × 50,000 pixels.
fn bomb() -> Vec<u8> {
    let mut file = picture().to_vec();
    let frame = file.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame");
    for side in [frame + 5, frame + 7] {
        file[side..side + 2].copy_from_slice(&50_000_u16.to_be_bytes());
    }
    file
}

/// H3, H6, QUALITY 11: what is no picture, is too large, has no place, or comes through the wrong link.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_is_no_headshot_is_not_kept(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, service, _, _) = handed_over(connect, 2).await;
    let job = service.job();
    let eve = acme.managed("Eve", None).await;
    acme.submit(eve).await;
    acme.server.work().await;
    let others = service.job();

    let cut_off = picture().slice(..300);
    for file in [Bytes::from_static(b"not a picture"), Bytes::new(), cut_off, bomb().into()] {
        acme.put(&job, "1", file).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    acme.put(&job, "1", file_of(1, 40, 900).bytes).await.with(StatusCode::NO_CONTENT);
    acme.server.execute("delete from engine_results").await;
    acme.put(&job, "1", vec![0; 21 * 1024 * 1024]).await.with(StatusCode::PAYLOAD_TOO_LARGE);
    for number in ["0", "61", "-1", "one", "99999"] {
        acme.put(&job, number, picture()).await.with(StatusCode::NOT_FOUND);
    }
    let (headshots, _) = job.headshots_url.rsplit_once("/headshots").unwrap();
    let forged = Requested { headshots_url: format!("{headshots}x/headshots"), ..job.clone() };
    acme.put(&forged, "1", picture()).await.with(StatusCode::NOT_FOUND);
    // Who has a link to photos has none to put headshots by.
    let (photos, _) = job.photos[0].url.rsplit_once("/photos/").unwrap();
    let mixed = Requested { headshots_url: format!("{photos}/headshots"), ..job.clone() };
    acme.put(&mixed, "1", picture()).await.with(StatusCode::NOT_FOUND);
    acme.fetch(&format!("{headshots}/photos/{}", job.photos[0].id)).await.with(StatusCode::NOT_FOUND);
    // A photo of one job through the links of another.
    acme.fetch(&format!("{photos}/photos/{}", others.photos[0].id)).await.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.number("select count(*) from engine_results").await, 0);

    for job in [&job, &others] {
        acme.say(&service, &failed(job, &json!([]))).await.with(StatusCode::NO_CONTENT);
    }
    acme.later().await;
    acme.close().await;
}
