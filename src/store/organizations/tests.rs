//! Creating organizations. N1

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::store::{
    accounts, organizations,
    testing::{Acme, address},
};

/// N1: a form that is sent again, and by two clicks at once.
#[sqlx::test]
async fn the_first_organization_of_an_account_is_created_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 0).await;
    let eve = address("eve@new.example");
    let account = accounts::ensure(&mut acme.pool.acquire().await.unwrap(), &eve).await.unwrap();
    let answers = join_all((0..20).map(|_| async {
        let mut tx = acme.pool.begin().await.unwrap();
        let created = organizations::create_first(&mut tx, account, &eve, "New", "Eve").await.unwrap();
        tx.commit().await.unwrap();
        created
    }));
    assert_eq!(answers.await.into_iter().flatten().count(), 1);
    assert_eq!(acme.number("select count(*) from organizations where name = 'New'").await, 1);
    assert_eq!(acme.number("select count(*) from members where email = 'eve@new.example'").await, 1);
}
