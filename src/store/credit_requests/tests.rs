//! Requests for credits: raced between a lead and the operator, limited, answered once. C7

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::testing::{Acme, found, refusal};

impl Acme {
    async fn request_credits(&self, credits: i32) -> Result<CreditRequestId, Error<NotRequested>> {
        let mut tx = self.pool.begin().await?;
        let request = ask(&mut tx, &self.owner, credits, Some("For Oslo")).await?;
        tx.commit().await?;
        Ok(request)
    }

    async fn reply(&self, request: CreditRequestId, reply: Reply) -> Result<(), Error<NotOpen>> {
        let mut tx = self.pool.begin().await?;
        answer(&mut tx, &Actor::operator(self.org), request, reply, Some("Invoice 17")).await?;
        Ok(tx.commit().await?)
    }

    async fn take_back(&self, request: CreditRequestId) -> Result<(), Error<NotOpen>> {
        let mut tx = self.pool.begin().await?;
        withdraw(&mut tx, &self.owner, request).await?;
        Ok(tx.commit().await?)
    }
}

/// C7, C3: two confirm, two decline and a lead takes it back, all at once. One of them counts, the credits
/// are there once or not at all, and the leads are told what the operator said, if anything.
#[sqlx::test]
async fn of_answers_at_once_one_counts(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 0).await;
    let mut outcomes = [0; 3];
    for round in 0..60_u32 {
        let request = acme.request_credits(7).await.unwrap();
        let before = acme.number("select credit_balance::bigint from organizations").await;
        acme.execute("delete from jobs").await.unwrap();
        // However many a day has.
        acme.execute("update credit_requests set created_at = created_at - interval '2 days'").await.unwrap();
        let racers = (0..5_u32).map(|racer| {
            let acme = &acme;
            async move {
                acme.dawdle((racer + round) % 5).await;
                let done = match racer {
                    0 | 1 => acme.reply(request, Reply::Confirm).await,
                    2 | 3 => acme.reply(request, Reply::Decline).await,
                    _ => acme.take_back(request).await,
                };
                match done {
                    Ok(()) => true,
                    Err(Error::Refused(_)) => false,
                    Err(Error::Broken(error)) => panic!("{error}"),
                }
            }
        });
        let done = join_all(racers).await;
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        let mut db = acme.pool.acquire().await.unwrap();
        let state = find(&mut db, request).await.unwrap().unwrap().request.state;
        let (expected, added, mails) = match done.iter().position(|done| *done) {
            Some(0 | 1) => (RequestState::Confirmed, 7, 1),
            Some(2 | 3) => (RequestState::Declined, 0, 1),
            _ => (RequestState::Withdrawn, 0, 0),
        };
        assert_eq!(state, expected);
        outcomes[mails + usize::from(added > 0)] += 1;
        let after = acme.number("select credit_balance::bigint from organizations").await;
        assert_eq!(after - before, added);
        assert_eq!(acme.number("select count(*) from jobs").await, mails as i64);
    }
    assert!(outcomes.iter().all(|outcome| *outcome > 0), "the race always went the same way: {outcomes:?}");
    acme.assert_ledger_balances().await;
}

/// C7: the ledger itself takes a request once, whatever the code does.
#[sqlx::test]
async fn the_database_refuses_to_pay_a_request_in_twice(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 0).await;
    let request = acme.request_credits(7).await.unwrap();
    acme.reply(request, Reply::Confirm).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let operator = Actor::operator(acme.org);
    assert!(credits::pay_in(&mut db, &operator, 7, None, Some(request)).await.is_err());
    acme.assert_ledger_balances().await;
}

/// C7
#[sqlx::test]
async fn three_requests_may_be_open_however_many_ask_at_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 0).await;
    let asked: Vec<_> =
        join_all((1..=10).map(|n| acme.request_credits(n))).await.into_iter().flatten().collect();
    assert_eq!(asked.len(), 3);
    assert_eq!(acme.number("select count(*) from credit_requests").await, 3);
    assert_eq!(refusal(acme.request_credits(1).await), NotRequested::TooManyOpen);
    acme.take_back(asked[0]).await.unwrap();
    acme.request_credits(1).await.unwrap();
}

/// C7: taking back and asking again is no way to fill the operator's mailbox.
#[sqlx::test]
async fn a_day_has_ten_requests(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 0).await;
    for _ in 0..REQUESTS_PER_DAY {
        let request = acme.request_credits(1).await.unwrap();
        acme.take_back(request).await.unwrap();
    }
    assert_eq!(refusal(acme.request_credits(1).await), NotRequested::TooManyToday);
    acme.execute("update credit_requests set created_at = created_at - interval '25 hours'").await.unwrap();
    acme.request_credits(1).await.unwrap();
}

/// C7, N2: each sees their own; the operator sees what is open of all, the oldest first.
#[sqlx::test]
async fn requests_are_listed_for_their_leads_and_for_the_operator(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 0).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let first = acme.request_credits(7).await.unwrap();
    acme.reply(first, Reply::Decline).await.unwrap();
    let second = acme.request_credits(8).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let theirs = ask(&mut db, &other, 9, None).await.unwrap();
    let own = list(&mut db, acme.org, 5).await.unwrap();
    let own: Vec<_> =
        own.iter().map(|request| (request.id, request.state, request.answer.as_deref())).collect();
    let declined = (first, RequestState::Declined, Some("Invoice 17"));
    assert_eq!(own, [(second, RequestState::Open, None), declined]);
    let open: Vec<_> = open(&mut db, 5).await.unwrap().into_iter().map(|asked| asked.request.id).collect();
    assert_eq!(open, [second, theirs]);
    assert_eq!(refusal(withdraw(&mut db, &acme.owner, theirs).await), NotOpen::Unknown);
    let operator = Actor::operator(acme.org);
    assert_eq!(refusal(answer(&mut db, &operator, theirs, Reply::Confirm, None).await), NotOpen::Unknown);
}

/// C7, P7
#[sqlx::test]
async fn what_is_asked_and_answered_is_recorded(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 0).await;
    let declined = acme.request_credits(3).await.unwrap();
    acme.reply(declined, Reply::Decline).await.unwrap();
    let withdrawn = acme.request_credits(4).await.unwrap();
    acme.take_back(withdrawn).await.unwrap();
    let confirmed = acme.request_credits(5).await.unwrap();
    acme.reply(confirmed, Reply::Confirm).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let entries = audit::entries(&mut db, acme.org, &Default::default(), 10).await.unwrap();
    let acts: Vec<_> =
        entries.iter().rev().map(|entry| (entry.act, entry.detail.as_deref().unwrap())).collect();
    assert_eq!(
        acts,
        [
            (Act::CreditsRequested, "3"),
            (Act::CreditRequestDeclined, "3"),
            (Act::CreditsRequested, "4"),
            (Act::CreditRequestWithdrawn, "4"),
            (Act::CreditsRequested, "5"),
            (Act::CreditsGranted, "5"),
        ]
    );
}
