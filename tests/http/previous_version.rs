//! The program of the version before, beside this one and on its schema, as while an update goes on. N8

use std::time::Duration;

use axum::Router;
use headcount::{app::console::pages::PAGES, store, studio::storage::Storage};
use sqlx::ConnectOptions;
use tempfile::TempDir;

use super::{functions::FUNCTIONS, routes::ROUTES};
use crate::harness::*;

/// Everybody, with this version in the test itself and the one before as a process of its own.
struct Update {
    cast: Cast,
    before: Router,
    mails: MailServer,
    program: Program,
    _folders: [TempDir; 2],
}

impl Update {
    /// The one before makes its schema and serves; then this one brings its own.
    async fn begin(connect: PgConnectOptions) -> Self {
        let pool = PgPoolOptions::new().connect_with(connect.clone()).await.unwrap();
        // Where `./x test` has put this version's schema into every new database.
        sqlx::raw_sql("drop schema public cascade; create schema public").execute(&pool).await.unwrap();
        let database = connect.to_url_lossy().to_string();
        let (photos, dist, mails) = (tempfile::tempdir().unwrap(), clients(), MailServer::start().await);
        let (storage, port) = (format!("file://{}", photos.path().display()), free_port());
        let settings = [
            ("DATABASE_URL", database.as_str()),
            ("SMTP_URL", &mails.url()),
            ("STORAGE_URL", &storage),
            ("BIND", &format!("127.0.0.1:{port}")),
            ("TRUST_PROXY", "1"),
        ];
        let program = serve_by(&program("HEADCOUNT_PREVIOUS", "headcount-previous"), dist.path(), &settings);
        listens(port).await;
        store::migrate(&pool).await.unwrap();
        let mut acme = Acme::found(connect, 9).await;
        acme.server.state.storage = Storage::open(&storage).unwrap();
        acme.reroute();
        let cast = Cast::around(acme).await;
        Self { cast, before: forward_to(port), mails, program, _folders: [photos, dist] }
    }

    /// The link in the newest mail to an address.
    async fn mailed_link(&self, address: &str) -> String {
        let newest = async || self.mails.taken().into_iter().rfind(|mail| mail.to == address);
        let text = until(Duration::from_secs(60), "no mail came", newest).await.text();
        let token = text.split("/i/").nth(1).unwrap().split_whitespace().next().unwrap();
        format!("/i/{token}")
    }

    async fn is_ready(&self, member: &str) {
        let state = format!("select count(*) from shoots where member_id = '{member}' and state = 'ready'");
        let ready = async || (self.cast.acme.server.number(&state).await > 0).then_some(());
        until(Duration::from_secs(120), "no headshots were made", ready).await;
    }
}

/// Functions that the version before does not have.
const NEW_FUNCTIONS: [&str; 2] = ["members/matching", "members/removal"];

/// N8: every page for everybody is answered as by this version, and every function is answered well.
#[sqlx::test(migrations = false)]
#[ignore = "needs the program of the version before, which ./x test builds"]
async fn the_version_before_works_with_the_new_schema(_: PgPoolOptions, connect: PgConnectOptions) {
    let update = Update::begin(connect).await;
    let Cast { acme, member, stranger, names, .. } = &update.cast;
    let pages = PAGES.iter().map(|page| page.path.to_owned());
    // Only programs ask the others, and a stream has no end.
    let routes = ROUTES.iter().filter(|route| {
        route.method == "GET" && route.is_plain() && route.is_of_pages() && route.path != "/events"
    });
    let paths: Vec<String> = routes.map(|route| route.spelled(names)).chain(pages).collect();
    for path in paths {
        for browser in [&acme.lead.browser, member, stranger] {
            let (now, then) = (browser.get(&path).await, browser.through(&update.before).get(&path).await);
            assert_eq!(now.status, then.status, "{then}");
        }
    }
    let lead = acme.lead.browser.through(&update.before);
    for function in FUNCTIONS.iter().filter(|function| !NEW_FUNCTIONS.contains(&function.path)) {
        function.call(&lead, &acme.lead.org(), names).await.with(StatusCode::OK);
    }
    update.program.stop().await;
    // The worker of the one before may have begun with a shoot whose member is removed by now.
    acme.server.leave_the_engine_out().await;
    update.cast.close().await;
}

/// N8: what one version began the other takes further, in both directions.
#[sqlx::test(migrations = false)]
#[ignore = "needs the program of the version before, which ./x test builds"]
async fn both_versions_take_further_what_the_other_began(_: PgPoolOptions, connect: PgConnectOptions) {
    let update = Update::begin(connect).await;
    let acme = &update.cast.acme;
    let this = acme.server.router.clone();
    for (first, then, address) in
        [(&update.before, &this, "ida@acme.com"), (&this, &update.before, "udo@acme.com")]
    {
        let lead = acme.lead.browser.through(first);
        let org = acme.lead.org();
        let fields = [("org", org.as_str()), ("addresses", address), ("team", ""), ("note", "")];
        lead.call("invites/send", &fields).await.with(StatusCode::OK);
        let link = update.mailed_link(address).await;
        let guest = acme.server.browser().through(first);
        guest.get(&link).await.with(StatusCode::OK).says("Acme");
        let guest = guest.through(then);
        guest.post(&link, &[("name", "Ida")]).await.to("/me");
        let member =
            acme.server.text(&format!("select id::text from members where email = '{address}'")).await;
        let photos = format!("/members/{member}/photos");
        for (number, router) in [first, then].iter().cycle().take(8).enumerate() {
            let photo = [photo(number as u32)];
            guest.through(router).upload(&photos, &photo, "application/json").await.with(StatusCode::OK);
        }
        guest.through(first).post(&format!("/members/{member}/submit"), &[]).await.to("/me");
        update.is_ready(&member).await;
        let made = format!(
            "select h.id::text from headshots h join shoots s on s.id = h.shoot_id
             where s.member_id = '{member}' limit 1"
        );
        let headshot = acme.server.text(&made).await;
        let own = guest.through(then);
        own.get("/me").await.with(StatusCode::OK);
        own.get(&format!("/headshots/{headshot}")).await.with(StatusCode::OK);
        own.post(&format!("/members/{member}/headshots/{headshot}/choose"), &[]).await.to("/me");
        for router in [first, then] {
            let lead = acme.lead.browser.through(router);
            lead.get(&format!("/members/{member}")).await.with(StatusCode::OK).says("Ida");
        }
    }
    update.program.stop().await;
    update.cast.close().await;
}
