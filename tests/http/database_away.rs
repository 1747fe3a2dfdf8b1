//! The database is away: every route says so, and when to try again. N1, QUALITY 16

use axum::body::Body;
use futures_util::future::join_all;
use headcount::app::console::pages::PAGES;

use crate::{functions::FUNCTIONS, harness::*, routes::ROUTES};

/// N1, QUALITY 16: signed in or not, with a token or without.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn every_route_says_that_the_database_is_away(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let away = Server::without_database();
    let people = [cast.acme.lead.browser.at(&away), cast.member.at(&away), cast.stranger.at(&away)];
    for browser in &people {
        let routes = ROUTES.iter().filter(|route| route.is_plain());
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
