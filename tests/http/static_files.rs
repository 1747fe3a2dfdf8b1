//! Files that are served as they are. N1

use axum::body::Body;

use crate::harness::*;

/// N1: an update may bring what is missing now; a browser that kept the refusal would stay without
/// scripts for good.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_is_no_file_is_kept_by_no_browser(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    let long = "x".repeat(300);
    let deep = "x/".repeat(3_000);
    for folder in ["/pkg/", "/pkg/guest/", "/font/"] {
        for name in ["missing.js", &long, &deep, "%00", "..%2f..%2fCargo.toml", "%ff", ".", "a%00b.js"] {
            let answer = browser.get(&format!("{folder}{name}")).await;
            assert!(
                answer.status == StatusCode::NOT_FOUND || answer.status == StatusCode::TEMPORARY_REDIRECT,
                "{answer}"
            );
            assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
        }
    }
    for name in ["/favicon.svg/", "/favicon.svgx", &format!("/{long}")] {
        let answer = browser.get(name).await.with(StatusCode::NOT_FOUND);
        assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    }
    let kept = |path: &'static str, value: &'static str| {
        let browser = &browser;
        async move {
            let answer = browser.get(path).await.with(StatusCode::OK);
            assert_eq!(answer.header("cache-control"), value, "{answer}");
        }
    };
    kept("/favicon.svg", "public, max-age=3600").await;
    kept("/font/hanken-grotesk.woff2", "public, max-age=31536000").await;
    server.close().await;
}

/// QUALITY performance 1: pictures that are text are sent as small as other text.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn sprites_are_compressed(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let browser = server.browser();
    for sprite in ["/icons.svg", "/shots.svg"] {
        let request = browser.request(Method::GET, sprite).header("accept-encoding", "br");
        let answer = browser.send(request.body(Body::empty()).unwrap()).await.with(StatusCode::OK);
        assert_eq!(answer.header("content-encoding"), "br", "{answer}");
        assert_eq!(answer.header("content-type"), "image/svg+xml", "{answer}");
        assert_eq!(answer.header("cache-control"), "public, max-age=3600", "{answer}");
    }
    server.close().await;
}
