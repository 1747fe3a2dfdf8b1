use crate::harness::*;

#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn smoke(_: PgPoolOptions, connect: PgConnectOptions) {
    let server = Server::start(connect).await;
    let t = std::time::Instant::now();
    let browser = server.sign_up("Olga@acme.com").await;
    eprintln!("sign up {:?}", t.elapsed());
    let page = browser.visit("/").await.with(StatusCode::OK);
    eprintln!("{page}\n{:?}", page.forms());
    let founded =
        browser.fill(&page, "/welcome", &[("org", "Acme"), ("name", "Olga")]).await.to("/dashboard");
    let t = std::time::Instant::now();
    let page = browser.follow(founded).await.with(StatusCode::OK);
    eprintln!("dashboard {:?}", t.elapsed());
    eprintln!("{page} {:#?}", page.headers);
    let t = std::time::Instant::now();
    let member = server.text("select id::text from members").await;
    for n in 0..3 {
        let a = browser.upload(&format!("/members/{member}/photos"), &[photo(n)], "application/json").await;
        eprintln!("{a} {:?}", t.elapsed());
    }
    for f in leptos::server_fn::axum::server_fn_paths() {
        eprintln!("{f:?}");
    }
    server.close().await;
}
