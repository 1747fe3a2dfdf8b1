use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{
    PgPool,
    testing::{Acme, found},
};

fn domain() -> CompanyDomain {
    CompanyDomain::stored("company.com".into())
}

async fn claims(pool: &PgPool, actor: &Actor) {
    let mut tx = pool.begin().await.unwrap();
    claim(&mut tx, actor, &domain()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn looks(pool: &PgPool, actor: &Actor, finding: Finding) -> ClaimState {
    let mut tx = pool.begin().await.unwrap();
    let state = settle(&mut tx, actor, &domain(), finding).await.unwrap();
    tx.commit().await.unwrap();
    state
}

async fn news(pool: &PgPool, actor: &Actor) -> Vec<String> {
    sqlx::query_scalar(
        "select payload #>> '{mail,domain,news}' from jobs
         where payload #>> '{mail,domain,org}' = $1 order by created_at, id",
    )
    .bind(actor.org.to_string())
    .fetch_all(pool)
    .await
    .unwrap()
}

/// S1: any number may claim a domain; whoever proves it has it, whoever was first to claim.
#[sqlx::test]
async fn an_unproven_claim_blocks_nobody(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let squatter = found(&acme.pool, "Squatter", "sue@squat.example").await;
    claims(&acme.pool, &squatter).await;
    assert_eq!(looks(&acme.pool, &squatter, Finding::OtherText).await, ClaimState::Waiting);
    claims(&acme.pool, &acme.owner).await;
    assert_eq!(looks(&acme.pool, &acme.owner, Finding::Found).await, ClaimState::Verified);
    assert_eq!(looks(&acme.pool, &squatter, Finding::OtherText).await, ClaimState::Waiting);
    assert_eq!(news(&acme.pool, &acme.owner).await, ["verified"]);
    assert!(news(&acme.pool, &squatter).await.is_empty());
    let mut tx = acme.pool.begin().await.unwrap();
    let again = claim(&mut tx, &acme.owner, &domain()).await;
    assert!(matches!(again, Err(Error::Refused(NotClaimed::Already))));
}

/// S1: one organization has a domain; it goes to another only when the first one's record is gone.
#[sqlx::test]
async fn a_verified_domain_belongs_to_one_organization(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    for actor in [&acme.owner, &other] {
        claims(&acme.pool, actor).await;
    }
    looks(&acme.pool, &acme.owner, Finding::Found).await;
    assert_eq!(looks(&acme.pool, &other, Finding::Found).await, ClaimState::Waiting, "taken");
    let soon: bool = sqlx::query_scalar("select next_look_at <= now() from domains where org_id = $1")
        .bind(acme.org.0)
        .fetch_one(&acme.pool)
        .await
        .unwrap();
    assert!(soon, "whoever has it is looked at again");
    assert_eq!(looks(&acme.pool, &acme.owner, Finding::NoName).await, ClaimState::Missing);
    assert_eq!(looks(&acme.pool, &other, Finding::Found).await, ClaimState::Verified);
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(list(&mut db, acme.org).await.unwrap()[0].state, ClaimState::Lost);
    assert_eq!(news(&acme.pool, &acme.owner).await, ["verified", "missing", "lost"]);
}

/// S1, N8: two that prove it at the same moment do not both have it.
#[sqlx::test]
async fn two_who_prove_a_domain_at_once_get_it_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    for actor in [&acme.owner, &other] {
        claims(&acme.pool, actor).await;
    }
    let (one, two) = futures_util::future::join(
        looks(&acme.pool, &acme.owner, Finding::Found),
        looks(&acme.pool, &other, Finding::Found),
    )
    .await;
    assert_eq!([one, two].iter().filter(|state| state.counts()).count(), 1, "{one:?} {two:?}");
}

/// S1: the record goes, a week passes, and the domain with it; the leads hear of both.
#[sqlx::test]
async fn a_domain_whose_record_is_gone_has_a_week(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 0).await;
    claims(&acme.pool, &acme.owner).await;
    looks(&acme.pool, &acme.owner, Finding::Found).await;
    assert_eq!(looks(&acme.pool, &acme.owner, Finding::NoAnswer).await, ClaimState::Verified);
    assert_eq!(looks(&acme.pool, &acme.owner, Finding::NoName).await, ClaimState::Missing);
    for (days, becomes) in [(6, ClaimState::Missing), (7, ClaimState::Lost)] {
        sqlx::query("update domains set missing_since = now() - make_interval(days => $1)")
            .bind(days)
            .execute(&acme.pool)
            .await
            .unwrap();
        assert_eq!(looks(&acme.pool, &acme.owner, Finding::NoText).await, becomes);
    }
    assert_eq!(news(&acme.pool, &acme.owner).await, ["verified", "missing", "lost"]);
    assert_eq!(looks(&acme.pool, &acme.owner, Finding::Found).await, ClaimState::Verified);
}

/// S1, N9: each look is one server's.
#[sqlx::test]
async fn a_due_look_is_taken_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 0).await;
    claims(&acme.pool, &acme.owner).await;
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(due(&mut db, 10).await.unwrap().len(), 1);
    assert_eq!(due(&mut db, 10).await.unwrap().len(), 0);
    looks(&acme.pool, &acme.owner, Finding::NoName).await;
    assert_eq!(due(&mut db, 10).await.unwrap().len(), 0, "not before a minute has passed");
}
