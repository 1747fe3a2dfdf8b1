//! Six-digit codes: limits, tries, one use. J5, N3

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::testing::{Acme, address, refusal};

impl Acme {
    async fn ask(&self, who: &str, browser: &[u8], network: &str) -> Result<Uuid, Error<TooManyCodes>> {
        let request = Request {
            purpose: Purpose::SignIn,
            address: &address(who),
            browser_hash: browser,
            network,
            join: None,
        };
        let mut tx = self.pool.begin().await?;
        let id = ask(&mut tx, &request).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn pending(&self, browser: &[u8]) -> Option<Pending> {
        pending(&mut self.pool.acquire().await.unwrap(), browser).await.unwrap()
    }
}

/// N3
#[sqlx::test]
async fn an_address_gets_six_codes_an_hour(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    for n in 0..6 {
        acme.ask("ada@acme.com", b"browser", &format!("10.0.0.{n}")).await.unwrap();
    }
    assert_eq!(refusal(acme.ask("ADA@acme.com", b"browser", "10.0.0.9").await), TooManyCodes);
    acme.ask("bob@acme.com", b"browser", "10.0.0.9").await.unwrap();
    acme.execute("update login_codes set created_at = created_at - interval '61 minutes'").await.unwrap();
    acme.ask("ada@acme.com", b"browser", "10.0.0.9").await.unwrap();
}

/// N3
#[sqlx::test]
async fn a_network_gets_sixty_codes_an_hour(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    for n in 0..60 {
        acme.ask(&format!("p{n}@acme.com"), b"browser", "10.0.0.1").await.unwrap();
    }
    assert_eq!(refusal(acme.ask("ada@acme.com", b"browser", "10.0.0.1").await), TooManyCodes);
    acme.ask("ada@acme.com", b"browser", "10.0.0.2").await.unwrap();
}

/// N3: asking at the same moment is no way around the limit.
#[sqlx::test]
async fn of_thirty_askers_at_once_six_get_a_code(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 0).await;
    let networks: Vec<String> = (0..30).map(|n| format!("10.0.0.{n}")).collect();
    let answers =
        join_all(networks.iter().map(|network| acme.ask("ada@acme.com", b"browser", network))).await;
    assert_eq!(answers.into_iter().filter(Result::is_ok).count(), 6);
}

/// N3
#[sqlx::test]
async fn a_code_allows_five_tries_even_all_at_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 0).await;
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    let code = acme.pending(b"browser").await.unwrap();
    let tries =
        join_all((0..20).map(|_| async { count_try(&mut acme.pool.acquire().await.unwrap(), &code).await }));
    let (counted, refused): (Vec<_>, Vec<_>) = tries.await.into_iter().partition(Result::is_ok);
    assert_eq!(counted.len(), 5);
    for answer in refused {
        assert_eq!(refusal(answer), CodeRefusal::Gone);
    }
}

/// N3
#[sqlx::test]
async fn a_code_is_used_once_by_its_browser_within_ten_minutes(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 0).await;
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    assert!(acme.pending(b"another").await.is_none());
    let code = acme.pending(b"browser").await.unwrap();
    let uses =
        join_all((0..10).map(|_| async { consume(&mut acme.pool.acquire().await.unwrap(), &code).await }));
    assert_eq!(uses.await.into_iter().filter(Result::is_ok).count(), 1);
    assert!(acme.pending(b"browser").await.is_none());

    let late = acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    let code = acme.pending(b"browser").await.unwrap();
    acme.execute("update login_codes set expires_at = expires_at - interval '10 minutes'").await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(refusal(count_try(&mut db, &code).await), CodeRefusal::Gone);
    assert_eq!(refusal(consume(&mut db, &code).await), CodeRefusal::Gone);
    assert!(for_mail(&mut db, late).await.unwrap().is_none());
}

/// J5: the newest code of a browser is the one that counts.
#[sqlx::test]
async fn the_newest_code_is_waited_for(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    let newest = acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    assert_eq!(acme.pending(b"browser").await.unwrap().id, newest);
}
