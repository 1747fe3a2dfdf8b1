//! Private pictures and what a browser keeps of them. H6, QUALITY 21

use axum::body::Body;

use crate::harness::*;

/// Asks for what the browser has already.
async fn ask_again(browser: &Browser, path: &str, tag: &str) -> Answer {
    let request = browser.request(Method::GET, path).header(header::IF_NONE_MATCH, tag);
    browser.send(request.body(Body::empty()).unwrap()).await
}

/// H6, QUALITY 21: kept, but shown only when the server says each time that it still may be.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_picture_is_asked_for_again_each_time(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let headshot = acme.shoot(id).await[0];
    let photo = acme.fill_draft(id, 1).await[0];
    for path in [
        format!("/headshots/{headshot}"),
        format!("/headshots/{headshot}?size=small"),
        format!("/headshots/{headshot}?size=small&face=true"),
        format!("/photos/{photo}"),
    ] {
        let shown = ada.get(&path).await.with(StatusCode::OK);
        assert_eq!(shown.header(header::CACHE_CONTROL), "private, no-cache");
        assert!(
            shown.header(header::VARY).to_lowercase().contains("cookie"),
            "{}",
            shown.header(header::VARY)
        );
        let tag = shown.header(header::ETAG).to_owned();
        let again = ask_again(&ada, &path, &format!("\"other\", W/{tag}")).await;
        assert_eq!(again.with(StatusCode::NOT_MODIFIED).body.len(), 0);
        ask_again(&ada, &path, "\"other\"").await.with(StatusCode::OK);
        // 304 is said to nobody who would not get the picture.
        ask_again(&acme.server.browser(), &path, &tag).await.with(StatusCode::NOT_FOUND);
    }
    let path = format!("/headshots/{headshot}");
    let tag = ada.get(&path).await.header(header::ETAG).to_owned();
    let small = ada.get(&format!("{path}?size=small")).await.header(header::ETAG).to_owned();
    assert_ne!(tag, small);
    let face = ada.get(&format!("{path}?size=small&face=true")).await.with(StatusCode::OK);
    assert_ne!(face.header(header::ETAG), small);
    assert!(image::load_from_memory(&face.body).is_ok_and(|face| (face.width(), face.height()) == (72, 72)));
    let stolen = ada.copy();
    ada.post("/sign-out", &[]).await.to("/sign-in");
    ask_again(&stolen, &path, &tag).await.with(StatusCode::NOT_FOUND);
    let back = acme.server.signed_in("ada@acme.com").await;
    ask_again(&back, &path, &tag).await.with(StatusCode::NOT_MODIFIED);
    acme.lead.call("members/remove", &[("member", &id.to_string())]).await.with(StatusCode::OK);
    ask_again(&back, &path, &tag).await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// H6, M3: by a private link as well, from its revocation on.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_revoked_link_shows_nothing_that_the_browser_kept(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let headshot = acme.shoot(bob).await[0];
    acme.server.work().await;
    let (path, phone) =
        (format!("{}/headshots/{headshot}", acme.results_path(bob, 0)), acme.server.browser());
    let tag = phone.get(&path).await.with(StatusCode::OK).header(header::ETAG).to_owned();
    ask_again(&phone, &path, &tag).await.with(StatusCode::NOT_MODIFIED);
    acme.lead.browser.post(&format!("/members/{bob}/results-link/revoke"), &[]).await;
    ask_again(&phone, &path, &tag).await.with(StatusCode::GONE);
    acme.close().await;
}
