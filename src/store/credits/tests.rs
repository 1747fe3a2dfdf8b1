//! The ledger under real concurrency, and what the database itself forbids. C1 to C5, QUALITY 2

use futures_util::future::join_all;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::people::PeopleQuery,
    store::{
        fresh_id, members, people,
        testing::{Acme, nobody, refusal},
    },
};

fn shoot() -> ShootId {
    ShootId(fresh_id())
}

impl Acme {
    async fn spend(&self, shoot: ShootId) -> Result<i32, Error<OutOfCredits>> {
        let mut tx = self.pool.begin().await?;
        let balance = spend(&mut tx, &self.owner, shoot, "Ada").await?;
        tx.commit().await?;
        Ok(balance)
    }

    async fn refund(&self, shoot: ShootId) {
        let mut tx = self.pool.begin().await.unwrap();
        refund(&mut tx, &self.owner, shoot, "Ada").await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn balance(&self) -> i64 {
        self.number("select credit_balance::bigint from organizations").await
    }
}

/// C3, QUALITY 2
#[sqlx::test]
async fn two_thousand_random_movements_leave_the_sum_of_their_entries(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 8, 0).await;
    let workers = (0..8).map(|worker| {
        let acme = &acme;
        async move {
            let mut random = StdRng::seed_from_u64(worker);
            let (mut granted, mut refused, mut spent) = (0, 0, Vec::new());
            for _ in 0..250 {
                match random.random_range(0..10) {
                    0..2 => {
                        let credits = random.random_range(1..4);
                        acme.grant(credits).await;
                        granted += i64::from(credits);
                    }
                    2..8 => {
                        let shoot = shoot();
                        match acme.spend(shoot).await {
                            Ok(_) => spent.push(shoot),
                            Err(Error::Refused(OutOfCredits)) => refused += 1,
                            Err(error) => panic!("{error}"),
                        }
                    }
                    _ => {
                        if let Some(shoot) = spent.pop() {
                            acme.refund(shoot).await;
                        }
                    }
                }
            }
            (granted - spent.len() as i64, refused)
        }
    });
    let done = join_all(workers).await;
    assert_eq!(acme.balance().await, done.iter().map(|(left, _)| left).sum::<i64>());
    assert!(done.iter().any(|(_, refused)| *refused > 0), "the balance never was at zero");
    acme.assert_ledger_balances().await;
}

/// C2, C3
#[sqlx::test]
async fn the_last_credit_is_spent_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 1).await;
    let answers = join_all((0..20).map(|_| acme.spend(shoot()))).await;
    assert_eq!(answers.into_iter().filter(Result::is_ok).count(), 1);
    assert_eq!(acme.balance().await, 0);
    acme.assert_ledger_balances().await;
}

/// C2: one shoot has one entry, ever.
#[sqlx::test]
async fn a_shoot_is_charged_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 5).await;
    let shoot = shoot();
    let answers = join_all((0..10).map(|_| acme.spend(shoot))).await;
    assert_eq!(answers.into_iter().filter(Result::is_ok).count(), 1);
    assert_eq!(acme.balance().await, 4);
    acme.assert_ledger_balances().await;
}

/// C5
#[sqlx::test]
async fn a_credit_is_given_back_once_whoever_asks(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 1).await;
    let shoot = shoot();
    acme.spend(shoot).await.unwrap();
    join_all((0..10).map(|_| acme.refund(shoot))).await;
    acme.refund(shoot).await;
    assert_eq!(acme.balance().await, 1);
    acme.assert_ledger_balances().await;
}

/// C5: the second refund must not undo what its transaction did before.
#[sqlx::test]
async fn a_second_refund_leaves_its_transaction_whole(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let shoot = shoot();
    acme.spend(shoot).await.unwrap();
    let mut tx = acme.pool.begin().await.unwrap();
    refund(&mut tx, &acme.owner, shoot, "Ada").await.unwrap();
    refund(&mut tx, &acme.owner, shoot, "Ada").await.unwrap();
    grant(&mut tx, &Actor::operator(acme.org), 3, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(acme.balance().await, 4);
    acme.assert_ledger_balances().await;
}

/// C3, QUALITY 2
#[sqlx::test]
async fn the_database_refuses_to_change_the_ledger(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 2).await;
    for forbidden in [
        "update credit_entries set change = 100",
        "update credit_entries set note = 'x'",
        "delete from credit_entries",
        "truncate credit_entries",
        "truncate organizations cascade",
        "delete from organizations",
        "update organizations set credit_balance = -1",
    ] {
        assert!(acme.execute(forbidden).await.is_err(), "{forbidden}");
    }
    assert_eq!(acme.balance().await, 2);
    acme.assert_ledger_balances().await;
}

/// C3, P3: of an entry only the name goes, and only with the shoot that it is about.
#[sqlx::test]
async fn the_database_lets_a_name_go_with_its_shoot_and_nothing_else(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 2).await;
    let ada = acme.managed("Ada", None).await;
    acme.fill_draft(ada, 8).await;
    acme.submit(ada).await.unwrap();
    let blank = "update credit_entries set who = '' where kind = 'shoot'";
    assert!(acme.execute(blank).await.is_err(), "the shoot is there");
    acme.execute("delete from shoots").await.unwrap();
    for forbidden in [
        "update credit_entries set who = 'Bob' where kind = 'shoot'",
        "update credit_entries set who = '', change = -2 where kind = 'shoot'",
        "update credit_entries set who = '', created_at = now() - interval '1 day' where kind = 'shoot'",
        "update credit_entries set who = '', shoot_id = gen_random_uuid() where kind = 'shoot'",
        "update credit_entries set who = '', note = 'x' where kind = 'shoot'",
        "update credit_entries set who = '' where kind = 'grant'",
        "delete from credit_entries where kind = 'shoot'",
    ] {
        assert!(acme.execute(forbidden).await.is_err(), "{forbidden}");
    }
    acme.execute(blank).await.unwrap();
    assert!(acme.execute("update credit_entries set who = 'Ada' where kind = 'shoot'").await.is_err());
    acme.assert_ledger_balances().await;
}

/// C6, P3: what a removed member used stays in the ledger, without their name; that of others stays.
#[sqlx::test]
async fn the_ledger_forgets_the_name_of_who_is_removed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 3).await;
    let mut shoots = Vec::new();
    for name in ["Ada", "Bob"] {
        let member = acme.managed(name, None).await;
        acme.fill_draft(member, 8).await;
        shoots.push((member, acme.submit(member).await.unwrap()));
    }
    let mut db = acme.pool.acquire().await.unwrap();
    crate::store::shoots::fail(&mut db, &Actor::system(acme.org), shoots[0].1, "Too dark.").await.unwrap();
    members::remove(&mut db, &acme.owner, shoots[0].0).await.unwrap();
    let newest = entries(&mut db, acme.org, None, 3).await.unwrap();
    let said: Vec<_> = newest.iter().map(|entry| (entry.kind, entry.change, entry.who.as_deref())).collect();
    assert_eq!(
        said,
        [(EntryKind::Refund, 1, None), (EntryKind::Shoot, -1, Some("Bob")), (EntryKind::Shoot, -1, None)]
    );
    acme.assert_ledger_balances().await;
}

/// C1, C4
#[sqlx::test]
async fn at_zero_nothing_is_spent_and_nothing_written(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    assert_eq!(refusal(acme.spend(shoot()).await), OutOfCredits);
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(refusal(require(&mut db, acme.org).await), OutOfCredits);
    assert!(entries(&mut db, acme.org, None, 10).await.unwrap().is_empty());
    assert!(grant(&mut db, &nobody(), 1, None).await.is_err());
}

/// C4
#[sqlx::test]
async fn one_of_twenty_gets_the_turn_to_tell_and_the_next_a_day_later(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 20, 0).await;
    let turns = join_all((0..20).map(|_| async {
        let mut db = acme.pool.acquire().await.unwrap();
        take_turn_to_tell(&mut db, acme.org).await.unwrap()
    }));
    assert_eq!(turns.await.into_iter().filter(|turn| *turn).count(), 1);
    let mut db = acme.pool.acquire().await.unwrap();
    assert!(!take_turn_to_tell(&mut db, acme.org).await.unwrap());
    acme.execute("update organizations set out_of_credits_told_at = now() - interval '25 hours'")
        .await
        .unwrap();
    assert!(take_turn_to_tell(&mut db, acme.org).await.unwrap());
}

/// C6
#[sqlx::test]
async fn the_ledger_is_read_newest_first_and_in_parts(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 5).await;
    let shoot = shoot();
    acme.spend(shoot).await.unwrap();
    acme.refund(shoot).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let newest = entries(&mut db, acme.org, None, 2).await.unwrap();
    let kinds: Vec<EntryKind> = newest.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Refund, EntryKind::Shoot]);
    let rest = entries(&mut db, acme.org, Some(newest[1].number), 2).await.unwrap();
    assert_eq!(rest.iter().map(|entry| (entry.change, entry.balance_after)).collect::<Vec<_>>(), [(5, 5)]);
}

/// C8, P1: as many invites as the list of people has, also where their link has expired.
#[sqlx::test]
async fn what_is_reserved_are_pending_invites_and_members_without_a_shoot(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 3).await;
    let ada = acme.managed("Ada", None).await;
    acme.managed("Bob", None).await;
    acme.invite("eve@acme.com").await;
    acme.execute("update invites set expires_at = now()").await.unwrap();
    acme.invite("fay@acme.com").await;
    acme.fill_draft(ada, 8).await;
    acme.submit(ada).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let outlook = outlook(&mut db, acme.org).await.unwrap();
    assert_eq!((outlook.balance, outlook.pending_invites, outlook.joined_without_shoot), (2, 2, 1));
    let listed = people::counts(&mut db, acme.org, &PeopleQuery::default()).await.unwrap();
    assert_eq!(listed.invites, outlook.pending_invites);
}

/// C9: once on the way down, whatever comes at once, and again after a grant; what comes below is no news.
#[sqlx::test]
async fn leads_are_told_once_each_time_the_balance_falls_below_the_threshold(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 8, 6).await;
    let told =
        async || acme.number("select count(*) from jobs where payload -> 'mail' ? 'few_credits'").await;
    join_all((0..6).map(|_| acme.spend(shoot()))).await;
    assert_eq!((acme.balance().await, told().await), (0, 1));
    acme.grant(5).await;
    assert_eq!(told().await, 1);
    for _ in 0..4 {
        acme.spend(shoot()).await.unwrap();
    }
    assert_eq!((acme.balance().await, told().await), (1, 2));
    let mut db = acme.pool.acquire().await.unwrap();
    set_threshold(&mut db, &acme.owner, 0).await.unwrap();
    acme.grant(9).await;
    for _ in 0..10 {
        acme.spend(shoot()).await.unwrap();
    }
    assert_eq!((acme.balance().await, told().await), (0, 2));
    acme.assert_ledger_balances().await;
}

/// C6: what is reserved is told apart by stage, and adds up.
#[sqlx::test]
async fn what_is_reserved_is_told_for_each_stage(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 3).await;
    let ada = acme.managed("Ada", None).await;
    acme.managed("Bob", None).await;
    acme.invite("eve@acme.com").await;
    acme.fill_draft(ada, 2).await;
    let outlook = outlook(&mut acme.pool.acquire().await.unwrap(), acme.org).await.unwrap();
    assert_eq!((outlook.pending_invites, outlook.joined_without_shoot, outlook.adding_photos), (1, 2, 1));
    assert_eq!(outlook.reserved(), 3);
}
