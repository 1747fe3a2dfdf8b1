//! The database is away: every route says so, and when to try again. N1, QUALITY 16

use axum::body::Body;
use futures_util::future::join_all;
use headcount::app::console::pages::PAGES;
use tower::ServiceExt;

use crate::{
    functions::FUNCTIONS,
    harness::*,
    routes::{For, ROUTES},
};

/// N1, QUALITY 16: signed in or not, with a token or without.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn every_route_says_that_the_database_is_away(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let away = Server::without_database();
    let people = [cast.acme.lead.browser.at(&away), cast.member.at(&away), cast.stranger.at(&away)];
    for browser in &people {
        let routes = ROUTES.iter().filter(|route| route.is_plain() && route.whom != For::Directory);
        let answers = join_all(routes.map(|route| route.ask(browser, &cast.names))).await;
        let pages = join_all(PAGES.iter().map(|page| browser.get(page.path))).await;
        for answer in answers.into_iter().chain(pages).chain([browser.get("/nowhere").await]) {
            let answer = answer.with(StatusCode::SERVICE_UNAVAILABLE).says("cannot reach its database");
            assert_eq!(answer.header(header::RETRY_AFTER), "5", "{answer}");
            assert!(answer.says("Back in a moment").text().contains("<h1>"));
        }
    }
    cast.close().await;
}

/// N1, QUALITY 16: our scripts read it as they read any other error.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn every_function_says_that_the_database_is_away(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let away = Server::without_database();
    let org = cast.acme.lead.org();
    for browser in [cast.acme.lead.browser.at(&away), cast.stranger.at(&away)] {
        let answers = FUNCTIONS.iter().map(|function| function.call(&browser, &org, &cast.names));
        for answer in join_all(answers).await {
            let answer = answer.with(StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.header(header::RETRY_AFTER), "5", "{answer}");
            assert_eq!(answer.json(), "Unavailable", "{answer}");
        }
    }
    cast.close().await;
}

/// N1, QUALITY 16: pictures, events and scripts get plain words and no page.
#[tokio::test]
async fn who_asks_for_no_page_gets_plain_words() {
    let away = Server::without_database();
    let browser = away.browser();
    for accept in ["image/avif,image/webp,*/*;q=0.8", "text/event-stream", "application/json"] {
        let request = browser.request(Method::GET, "/events").header(header::ACCEPT, accept);
        let answer = browser.send(request.body(Body::empty()).unwrap()).await;
        let answer = answer.with(StatusCode::SERVICE_UNAVAILABLE).says("cannot reach its database");
        assert!(!answer.text().contains('<') && answer.header(header::RETRY_AFTER) == "5", "{answer}");
    }
}

/// N1: what breaks has a name that the operator finds in the log; the database's words stay there.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_breaks_is_told_without_the_databases_words(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let link = acme.link_path(acme.link(unlimited()).await);
    acme.server.execute("alter table invite_links rename to lost").await;
    for (accept, page) in [("text/html", true), ("image/webp", false)] {
        let request = acme.server.browser().request(Method::GET, &link).header(header::ACCEPT, accept);
        let response =
            acme.server.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("tell your operator: ") && text.contains("<h1>") == page, "{text}");
        assert!(!text.contains("invite_links") && !text.contains("relation"), "{text}");
    }
    acme.server.execute("alter table lost rename to invite_links").await;
    acme.close().await;
}
