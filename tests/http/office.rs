//! The first day of an office of 500 behind one network address. L9, QUALITY 18

use futures_util::future::join_all;

use crate::harness::*;

/// L9, QUALITY 18: all ask within a moment, some twice, some mistype; all are in.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn five_hundred_behind_one_address_join_through_one_link(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found_on(Server::start_with(connect, 16).await, 1).await;
    let path = acme.link_path(acme.link(limited_to(500)).await);
    let office = acme.server.browser();
    let crowd: Vec<(Browser, String)> = (0..500).map(|n| (office.copy(), format!("p{n}@acme.com"))).collect();
    let asking = crowd.iter().enumerate().map(|(n, (browser, address))| {
        let path = &path;
        async move {
            for _ in 0..=usize::from(n % 10 == 0) {
                let fields = [("name", "Somebody"), ("email", address.as_str())];
                browser.post(path, &fields).await.to(&format!("{path}/code"));
            }
        }
    });
    join_all(asking).await;
    assert_eq!(acme.server.number("select count(distinct network) from login_codes").await, 1);
    acme.server.work().await;
    let mails = acme.server.state.mailer.kept();
    let typing = crowd.iter().enumerate().map(|(n, (browser, address))| {
        let code = mails.iter().rfind(|mail| mail.to == *address).expect("a mail").subject[..6].to_owned();
        let path = format!("{path}/code");
        async move {
            if n % 10 == 1 {
                let wrong = if code == "000000" { "000001" } else { "000000" };
                browser.post(&path, &[("code", wrong)]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
            }
            browser.post(&path, &[("code", &code)]).await.to("/me");
        }
    });
    join_all(typing).await;
    assert_eq!(acme.count_joined().await, 500);
    acme.close().await;
}
