//! The list of those who wait: each once, within limits, told of at most once an hour. L7, N3

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{
    links::NewLink,
    testing::{Acme, address, refusal},
};

async fn wait(acme: &Acme, link: LinkId, who: &str, network: &str) -> Result<(), Error<NotWaiting>> {
    let mut tx = acme.pool.begin().await?;
    add(&mut tx, &acme.owner, link, &address(who), network).await?;
    tx.commit().await?;
    Ok(())
}

async fn list_of(acme: &Acme, link: LinkId) -> Vec<String> {
    let mut db = acme.pool.acquire().await.unwrap();
    list(&mut db, acme.org).await.unwrap().remove(&link).unwrap_or_default()
}

async fn count_mails(acme: &Acme) -> i64 {
    acme.number("select count(*) from jobs where payload->'mail' ? 'waiting'").await
}

/// L7
#[sqlx::test]
async fn an_address_waits_once_and_no_more_when_it_is_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let link = acme.link(NewLink { usage_limit: Some(1), ..NewLink::default() }).await;
    acme.join(link, "first@acme.com").await.unwrap();
    for answer in join_all((0..6).map(|_| wait(&acme, link, "Ada@acme.com", "10.0.0.1"))).await {
        answer.unwrap();
    }
    wait(&acme, link, "bob@acme.com", "10.0.0.2").await.unwrap();
    assert_eq!(list_of(&acme, link).await, ["Ada@acme.com", "bob@acme.com"]);
    acme.execute("update invite_links set usage_limit = 2").await.unwrap();
    assert_eq!(list_of(&acme, link).await.len(), 2, "who waits is kept when places are added");
    acme.join(link, "ada@acme.com").await.unwrap();
    assert_eq!(list_of(&acme, link).await, ["bob@acme.com"]);
}

/// L7: one mail for the first, one an hour later for all who came meanwhile.
#[sqlx::test]
async fn the_lead_is_told_at_most_once_an_hour(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let link = acme.link(NewLink::default()).await;
    wait(&acme, link, "a@acme.com", "10.0.0.1").await.unwrap();
    assert_eq!(count_mails(&acme).await, 1);
    let people: Vec<String> = (0..8).map(|n| format!("p{n}@acme.com")).collect();
    for answer in join_all(people.iter().map(|person| wait(&acme, link, person, "10.0.0.2"))).await {
        answer.unwrap();
    }
    assert_eq!(count_mails(&acme).await, 2);
    let late = "select count(*) from jobs where run_at >= (select min(run_at) from jobs) + interval '1 hour'";
    assert_eq!(acme.number(late).await, 1);
    // An hour passes.
    acme.execute("update invite_links set waiting_told_at = waiting_told_at - interval '3 hours'")
        .await
        .unwrap();
    wait(&acme, link, "z@acme.com", "10.0.0.3").await.unwrap();
    assert_eq!(count_mails(&acme).await, 3);
}

/// L7, I12: a mail that is tried again tells the same; each address is told of once.
#[sqlx::test]
async fn each_mail_tells_of_those_whom_no_other_has_told_of(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let link = acme.link(NewLink { label: Some("Poster"), ..NewLink::default() }).await;
    let [first, second] = [fresh_id(), fresh_id()];
    let mut db = acme.pool.acquire().await.unwrap();
    assert!(news(&mut db, acme.org, link, first).await.unwrap().is_none());
    wait(&acme, link, "a@acme.com", "10.0.0.1").await.unwrap();
    let told = news(&mut db, acme.org, link, first).await.unwrap().unwrap();
    assert_eq!(told.addresses, ["a@acme.com"]);
    assert_eq!((told.label.as_deref(), told.lead.1.as_str()), (Some("Poster"), "olga@acme.com"));
    wait(&acme, link, "b@acme.com", "10.0.0.1").await.unwrap();
    assert_eq!(news(&mut db, acme.org, link, second).await.unwrap().unwrap().addresses, ["b@acme.com"]);
    let again = news(&mut db, acme.org, link, first).await.unwrap().unwrap();
    assert_eq!(again.addresses, ["a@acme.com"], "tried again, it tells the same");
}

/// N3
#[sqlx::test]
async fn a_network_leaves_so_many_addresses_in_an_hour(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let link = acme.link(NewLink::default()).await;
    acme.execute(&format!(
        "insert into link_waiters (org_id, id, link_id, email, address, network)
         select org_id, gen_random_uuid(), id, n || '@acme.com', n || '@acme.com', '10.0.0.1'
         from invite_links, generate_series(11, {WAITERS_PER_NETWORK}) n"
    ))
    .await
    .unwrap();
    let people: Vec<String> = (0..20).map(|n| format!("p{n}@acme.com")).collect();
    let answers = join_all(people.iter().map(|person| wait(&acme, link, person, "10.0.0.1"))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 10);
    assert_eq!(refusal(wait(&acme, link, "x@acme.com", "10.0.0.1").await), NotWaiting::TooMany);
    wait(&acme, link, "x@acme.com", "10.0.0.2").await.unwrap();
    acme.execute("update link_waiters set created_at = created_at - interval '1 hour'").await.unwrap();
    wait(&acme, link, "y@acme.com", "10.0.0.1").await.unwrap();
    acme.execute(&format!(
        "insert into link_waiters (org_id, id, link_id, email, address, network)
         select org_id, gen_random_uuid(), link_id, n || email, address, 'elsewhere'
         from link_waiters, generate_series(1, {WAITERS_PER_LINK}) n where email = 'y@acme.com'"
    ))
    .await
    .unwrap();
    assert_eq!(refusal(wait(&acme, link, "z@acme.com", "10.0.0.3").await), NotWaiting::ListFull);
}
