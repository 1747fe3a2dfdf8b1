//! Sub-teams. T1, T2, N2

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{
    invites, members,
    testing::{Acme, found, nowhere, refusal},
};

/// T1
#[sqlx::test]
async fn a_name_is_taken_whatever_its_case(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 1).await;
    let names = ["Sales", "SALES", "sales", "sAleS", "Sales"];
    let answers = join_all(names.map(|name| {
        let acme = &acme;
        async move { create(&mut acme.pool.acquire().await.unwrap(), acme.org, name).await }
    }));
    let (created, refused): (Vec<_>, Vec<_>) = answers.await.into_iter().partition(Result::is_ok);
    assert_eq!(created.len(), 1);
    for answer in refused {
        assert_eq!(refusal(answer), TeamRefusal::NameTaken);
    }
    let mut db = acme.pool.acquire().await.unwrap();
    let people = create(&mut db, acme.org, "People").await.unwrap();
    assert_eq!(refusal(rename(&mut db, acme.org, people, "sales").await), TeamRefusal::NameTaken);
    rename(&mut db, acme.org, people, "PEOPLE").await.unwrap();
}

/// T1: another organization may call its own team the same.
#[sqlx::test]
async fn names_are_unique_within_an_organization_only(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    create(&mut db, acme.org, "Sales").await.unwrap();
    create(&mut db, other.org, "Sales").await.unwrap();
}

/// T1
#[sqlx::test]
async fn deleting_a_team_keeps_its_people_and_counts_them(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let ada = acme.managed("Ada", None).await;
    let invite = acme.invite("bob@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    let team = create(&mut db, acme.org, "Sales").await.unwrap();
    members::assign(&mut db, acme.org, ada, Some(team)).await.unwrap();
    invites::assign(&mut db, acme.org, invite, Some(team)).await.unwrap();
    assert_eq!(list(&mut db, acme.org).await.unwrap()[0].people, 1);
    assert_eq!(delete(&mut db, acme.org, team).await.unwrap(), 1);
    assert_eq!(refusal(delete(&mut db, acme.org, team).await), TeamRefusal::Unknown);
    let left = "select (select count(*) from members) + (select count(*) from invites)";
    assert_eq!(acme.number(left).await, 3);
}

/// N2
#[sqlx::test]
async fn another_organization_has_no_say_over_our_teams(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    let team = create(&mut db, acme.org, "Sales").await.unwrap();
    for org in [other.org, nowhere()] {
        assert_eq!(refusal(rename(&mut db, org, team, "Theirs").await), TeamRefusal::Unknown);
        assert_eq!(refusal(delete(&mut db, org, team).await), TeamRefusal::Unknown);
        assert_eq!(refusal(require(&mut db, org, Some(team)).await), TeamRefusal::Unknown);
    }
    assert_eq!(list(&mut db, acme.org).await.unwrap()[0].name, "Sales");
}
