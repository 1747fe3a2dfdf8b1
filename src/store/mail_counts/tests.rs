//! The limits on invite mails hold at any concurrency, and a new day begins. N9

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::invite::MailLimits,
    store::{
        invites::{self, InviteOptions, Invitee, SendRefusal, Sent},
        testing::{Acme, found, invitee, refusal},
    },
};

impl Acme {
    async fn send(&self, people: &[Invitee], limits: MailLimits) -> Result<Sent, Error<SendRefusal>> {
        let mut tx = self.pool.begin().await?;
        let sent = invites::send(&mut tx, &self.owner, people, InviteOptions::default(), limits).await?;
        tx.commit().await?;
        Ok(sent)
    }
}

fn people(prefix: &str, count: usize) -> Vec<Invitee> {
    (0..count).map(|n| invitee(&format!("{prefix}{n}@acme.com"))).collect()
}

#[sqlx::test]
async fn an_organization_sends_no_more_than_its_limit_however_many_leads_do(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 16, 1).await;
    let limits = MailLimits { org_per_day: 25, recipient_per_day: 5 };
    let lists: Vec<Vec<Invitee>> = (0..16).map(|n| people(&format!("l{n}-"), 3)).collect();
    let answers = join_all(lists.iter().map(|list| acme.send(list, limits))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 8);
    for answer in answers.into_iter().filter(Result::is_err) {
        let SendRefusal::OverLimit(OverLimit::Until { asked, left, again }) = refusal(answer) else {
            panic!()
        };
        assert_eq!((asked, left), (3, 1));
        let tomorrow = acme.number("select (extract(epoch from now() + interval '1 day') * 1000)::bigint");
        assert!((tomorrow.await - again.unix_millis()).abs() < 60_000);
    }
    assert_eq!(acme.number("select count(*) from invites").await, 24, "all of a send or nothing");
    assert_eq!(acme.number("select count(*) from jobs").await, 24);
    assert_eq!(acme.send(&people("one", 1), limits).await.unwrap().invited.len(), 1);
    let refused = acme.send(&people("more", 1), limits).await;
    assert!(matches!(refusal(refused), SendRefusal::OverLimit(OverLimit::Until { left: 0, .. })));
    let refused = acme.send(&people("many", 26), limits).await;
    let too_many = SendRefusal::OverLimit(OverLimit::TooManyAtOnce { limit: 25 });
    assert_eq!(refusal(refused), too_many);
    acme.execute("update org_mail_counts set began_at = began_at - interval '1 day'").await.unwrap();
    assert_eq!(acme.send(&people("next", 25), limits).await.unwrap().invited.len(), 25);
}

#[sqlx::test]
async fn an_address_gets_no_more_than_its_limit_from_all_organizations(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 16, 1).await;
    let limits = MailLimits { org_per_day: 100, recipient_per_day: 3 };
    let mut leads = Vec::new();
    for n in 0..8 {
        leads.push(found(&acme.pool, &format!("Org {n}"), &format!("owner@o{n}.com")).await);
    }
    acme.execute("update organizations set credit_balance = 1").await.unwrap();
    let list = [invitee("bob@acme.com"), invitee("ada@acme.com")];
    let answers = join_all(leads.iter().map(|lead| {
        let (pool, list) = (&acme.pool, &list);
        async move {
            let mut tx = pool.begin().await.unwrap();
            let sent = invites::send(&mut tx, lead, list, InviteOptions::default(), limits).await.unwrap();
            tx.commit().await.unwrap();
            sent
        }
    }))
    .await;
    assert_eq!(answers.iter().filter(|sent| sent.invited.len() == 2).count(), 3);
    assert_eq!(answers.iter().filter(|sent| sent.left_out.len() == 2 && sent.invited.is_empty()).count(), 5);
    assert_eq!(acme.number("select count(*) from jobs").await, 6);
    let held = acme.send(&[invitee("ada@acme.com"), invitee("eve@acme.com")], limits).await.unwrap();
    assert_eq!(held.invited, ["eve@acme.com"], "one held back stops nobody else");
    assert_eq!(held.left_out[0].key, "ada@acme.com");
    acme.execute("update recipient_mail_counts set began_at = began_at - interval '1 day'").await.unwrap();
    assert_eq!(acme.send(&list, limits).await.unwrap().invited.len(), 2);
}

#[sqlx::test]
async fn what_was_not_sent_is_not_counted(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 1).await;
    let list = people("p", 10);
    let limits = MailLimits::default();
    let answers = join_all((0..16).map(|_| acme.send(&list, limits))).await;
    assert_eq!(answers.into_iter().map(|answer| answer.unwrap().invited.len()).sum::<usize>(), 10);
    assert_eq!(acme.number("select sum(mails) from recipient_mail_counts").await, 10);
    assert_eq!(acme.number("select sum(mails) from org_mail_counts").await, 10);
}
