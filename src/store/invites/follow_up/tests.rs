//! Following up under real concurrency: an hour between mails, one reminder of many, limits that
//! hold, old links that die. I7 to I11, N9

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::domain::invite::{InviteState, NoReminder};
use crate::store::{
    invites::{
        InviteOptions, Invitee, Reminded, due_reminders, find, pending, remind, remind_by_itself, send,
    },
    opt_outs, outbox,
    testing::{Acme, address, found, invitee, joiner, nobody, refusal, refused, taken},
};

const LIMITS: MailLimits = MailLimits { org_per_day: 10_000, recipient_per_day: 5 };

impl Acme {
    /// An invite whose mail was taken, some time ago.
    async fn sent(&self, who: &str, ago: &str) -> InviteId {
        let invite = self.invite(who).await;
        let mut db = self.pool.acquire().await.unwrap();
        outbox::settle(&mut db, &[taken(self, invite, 0)]).await.unwrap();
        self.execute("delete from jobs").await.unwrap();
        self.pass(ago).await;
        invite
    }

    /// Lets so much time pass for the invites.
    async fn pass(&self, ago: &str) {
        let sql = format!(
            "update invites set sent_at = sent_at - interval '{ago}', mailed_at = mailed_at - interval '{ago}',
                                expires_at = expires_at - interval '{ago}'"
        );
        self.execute(&sql).await.unwrap();
        let sql = format!("update recipient_mail_counts set began_at = began_at - interval '{ago}'");
        self.execute(&sql).await.unwrap();
    }

    async fn remind(&self, invites: &[InviteId]) -> Reminded {
        let mut tx = self.pool.begin().await.unwrap();
        let reminded = remind(&mut tx, &self.owner, invites, LIMITS).await.unwrap();
        tx.commit().await.unwrap();
        reminded
    }

    async fn remind_who_is_due(&self) -> usize {
        let mut db = self.pool.acquire().await.unwrap();
        let due = due_reminders(&mut db).await.unwrap();
        drop(db);
        let mut tx = self.pool.begin().await.unwrap();
        let reminded = remind_by_itself(&mut tx, &Actor::system(self.org), &due, LIMITS).await.unwrap();
        tx.commit().await.unwrap();
        reminded
    }

    async fn mend(&self, invite: InviteId, to: &str) -> Result<(), Error<NotMended>> {
        let mut tx = self.pool.begin().await?;
        mend(&mut tx, &self.owner, invite, &address(to), LIMITS).await?;
        Ok(tx.commit().await?)
    }

    async fn count_mails(&self, kind: &str) -> i64 {
        self.number(&format!("select count(*) from jobs where payload -> 'mail' ? '{kind}'")).await
    }
}

/// I8: two leads at once send one mail.
#[sqlx::test]
async fn reminded_ten_times_at_once_is_reminded_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 1).await;
    let mut invites = Vec::new();
    for n in 0..5 {
        invites.push(acme.sent(&format!("p{n}@acme.com"), "61 minutes").await);
    }
    let backwards: Vec<InviteId> = invites.iter().rev().copied().collect();
    let answers = join_all(
        (0..10).map(|n| acme.remind(if n % 2 == 0 { invites.as_slice() } else { backwards.as_slice() })),
    )
    .await;
    assert_eq!(answers.iter().map(|answer| answer.sent).sum::<usize>(), 5);
    for left in answers.iter().flat_map(|answer| &answer.left_out) {
        assert!(matches!(left.reason, NoReminder::TooSoon { .. }), "{left:?}");
    }
    assert_eq!(acme.count_mails("reminder").await, 5);
    assert_eq!(acme.number("select sum(mails) from recipient_mail_counts").await, 10, "unused ones are back");
    acme.pass("59 minutes").await;
    assert_eq!(acme.remind(&invites).await.sent, 0);
    acme.pass("1 minute").await;
    assert_eq!(acme.remind(&invites).await.sent, 5);
    let shown = pending(&mut acme.pool.acquire().await.unwrap(), acme.org, 100).await.unwrap().invites;
    assert!(shown.iter().all(|invite| invite.reminders == 2 && invite.reminded_at.is_some()));
}

/// I8, P7: who was reminded is in the log, each under their address.
#[sqlx::test]
async fn the_log_says_who_was_reminded(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let ada = acme.sent("ada@acme.com", "2 hours").await;
    let bob = acme.sent("bob@acme.com", "2 hours").await;
    assert_eq!(acme.remind(&[ada, bob]).await.sent, 2);
    assert_eq!(acme.remind(&[ada, bob]).await.sent, 0, "and of nobody else");
    let member = acme.accept(ada).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let log = audit::about_member(&mut db, acme.org, member, 9).await.unwrap();
    let said: Vec<_> = log.iter().map(|entry| (entry.act, entry.object_name.as_deref())).collect();
    let ada = Some("ada@acme.com");
    assert_eq!(said, [(Act::InvitesReminded, ada), (Act::InvitesSent, ada)]);
}

/// I8: nobody who has answered is reminded, and each is told apart.
#[sqlx::test]
async fn who_has_answered_is_not_reminded(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut invites = Vec::new();
    for who in ["joined", "declined", "revoked", "opted-out", "queued"] {
        invites.push(acme.sent(&format!("{who}@acme.com"), "2 hours").await);
    }
    let mut db = acme.pool.acquire().await.unwrap();
    acme.accept(invites[0]).await.unwrap();
    decline(&mut db, &acme.owner, invites[1]).await.unwrap();
    revoke(&mut db, &acme.owner, &invites[2..3]).await.unwrap();
    opt_outs::opt_out(&mut db, &acme.owner, "opted-out@acme.com").await.unwrap();
    acme.execute("update invites set state = 'queued' where email = 'queued@acme.com'").await.unwrap();
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    invites.push(InviteId(fresh_id()));
    let reminded = acme.remind(&invites).await;
    assert_eq!(reminded.sent, 0);
    let reason = |invite| reminded.left_out.iter().find(|left| left.invite == invite).unwrap().reason;
    let expected = [
        NoReminder::Joined,
        NoReminder::Declined,
        NoReminder::Revoked,
        NoReminder::OptedOut,
        NoReminder::Queued,
        NoReminder::Unknown,
    ];
    for (invite, why) in invites.iter().zip(expected) {
        assert_eq!(reason(*invite), why);
    }
    assert_eq!(acme.number("select count(*) from jobs").await, 0);
    for foreign in [other, nobody()] {
        let reminded = remind(&mut db, &foreign, &invites, LIMITS).await.unwrap();
        assert!(reminded.left_out.iter().all(|left| left.reason == NoReminder::Unknown));
        assert_eq!(refusal(require_some(&mut db, foreign.org, &invites).await), NotPending);
    }
}

/// I7, I8: an expired invite lives again, under the links that are out.
#[sqlx::test]
async fn reminding_sends_anew_what_expired_or_failed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let expired = acme.sent("ada@acme.com", "31 days").await;
    let failed = acme.sent("bob@acme.com", "1 minute").await;
    let mut db = acme.pool.acquire().await.unwrap();
    outbox::settle(&mut db, &[refused(&acme, failed, 0, "550 full")]).await.unwrap();
    assert!(acme.accept(expired).await.is_err());
    assert_eq!(acme.remind(&[expired, failed]).await.sent, 2);
    assert_eq!(acme.count_mails("invite").await, 2);
    for invite in [expired, failed] {
        let now = find(&mut db, acme.org, invite).await.unwrap().unwrap();
        assert_eq!((now.state, now.expired, now.generation, now.round), (InviteState::Queued, false, 0, 1));
    }
    let lived = "select count(*) from invites where expires_at > now() + interval '29 days 23 hours'";
    assert_eq!(acme.number(lived).await, 2);
    let again = acme.remind(&[expired, failed]).await;
    assert!(again.left_out.iter().all(|left| left.reason == NoReminder::Queued), "{again:?}");
    // What the mail server says of the mail before is of no interest any more.
    outbox::settle(&mut db, &[refused(&acme, failed, 0, "550 late")]).await.unwrap();
    assert_eq!(find(&mut db, acme.org, failed).await.unwrap().unwrap().state, InviteState::Queued);
    acme.accept(expired).await.unwrap();
}

/// I8
#[sqlx::test]
async fn automatic_reminders_go_out_on_day_three_and_seven(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    acme.sent("ada@acme.com", "2 days 23 hours").await;
    assert_eq!(acme.remind_who_is_due().await, 0);
    acme.pass("1 hour").await;
    assert_eq!(acme.remind_who_is_due().await, 1);
    assert_eq!(acme.remind_who_is_due().await, 0, "once for day 3");
    acme.pass("3 days 23 hours").await;
    assert_eq!(acme.remind_who_is_due().await, 0);
    acme.pass("1 hour").await;
    assert_eq!(acme.remind_who_is_due().await, 1);
    acme.pass("20 days").await;
    assert_eq!(acme.remind_who_is_due().await, 0, "twice in all");
    assert_eq!(acme.count_mails("reminder").await, 2);
}

/// I8: a server that slept through both days.
#[sqlx::test]
async fn of_two_missed_reminders_one_is_sent(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    acme.sent("ada@acme.com", "8 days").await;
    assert_eq!(acme.remind_who_is_due().await, 1);
    acme.pass("1 day").await;
    assert_eq!(acme.remind_who_is_due().await, 0);
}

/// I8, N9
#[sqlx::test]
async fn of_several_servers_one_reminds(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 12, 1).await;
    for n in 0..20 {
        acme.invite(&format!("p{n}@acme.com")).await;
    }
    acme.execute("delete from jobs").await.unwrap();
    acme.execute("update invites set state = 'sent', sent_at = now()").await.unwrap();
    acme.pass("4 days").await;
    let reminded: usize = join_all((0..6).map(|_| acme.remind_who_is_due())).await.into_iter().sum();
    assert_eq!((reminded, acme.count_mails("reminder").await), (20, 20));
}

/// I8, I10: each of these ends reminders.
#[sqlx::test]
async fn nobody_is_reminded_who_should_not_be(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut invites = Vec::new();
    for who in ["joined", "declined", "revoked", "out", "link", "failed", "expiring", "mailed"] {
        invites.push(acme.sent(&format!("{who}@acme.com"), "0 days").await);
    }
    acme.pass("4 days").await;
    let mut db = acme.pool.acquire().await.unwrap();
    acme.accept(invites[0]).await.unwrap();
    decline(&mut db, &acme.owner, invites[1]).await.unwrap();
    revoke(&mut db, &acme.owner, &invites[2..3]).await.unwrap();
    opt_outs::opt_out(&mut db, &acme.owner, "out@acme.com").await.unwrap();
    let link = acme.link(crate::store::links::NewLink::default()).await;
    acme.join(link, "link@acme.com").await.unwrap();
    outbox::settle(&mut db, &[refused(&acme, invites[5], 0, "550")]).await.unwrap();
    acme.execute("update invites set expires_at = now() where email = 'expiring@acme.com'").await.unwrap();
    acme.execute("update invites set mailed_at = now() where email = 'mailed@acme.com'").await.unwrap();
    assert_eq!(acme.remind_who_is_due().await, 0);
    acme.sent("ada@acme.com", "4 days").await;
    acme.execute("update organizations set auto_reminders = false").await.unwrap();
    assert_eq!(acme.remind_who_is_due().await, 0);
    acme.execute("update organizations set auto_reminders = true").await.unwrap();
    assert_eq!(acme.remind_who_is_due().await, 2, "ada, and the mailed one, more than an hour ago by now");
}

/// I11: a mended address keeps the invite, and what went to the old one is void.
#[sqlx::test]
async fn a_mended_invite_goes_to_the_new_address_alone(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut tx = acme.pool.begin().await.unwrap();
    let ada = Invitee { name: Some("Ada".into()), title: Some("Chair".into()), ..invitee("adda@acme.com") };
    send(
        &mut tx,
        &acme.owner,
        &[ada],
        InviteOptions { team: None, note: Some("Hi"), ..Default::default() },
        LIMITS,
    )
    .await
    .unwrap();
    let invite = pending(&mut tx, acme.org, 100).await.unwrap().invites[0].id;
    outbox::settle(&mut tx, &[refused(&acme, invite, 0, "550 who?")]).await.unwrap();
    tx.commit().await.unwrap();
    acme.mend(invite, "ada@acme.com").await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let now = find(&mut db, acme.org, invite).await.unwrap().unwrap();
    assert_eq!((now.address.to_string().as_str(), now.name.as_deref()), ("ada@acme.com", Some("Ada")));
    assert_eq!((now.state, now.note.as_deref(), now.generation), (InviteState::Queued, Some("Hi"), 1));
    assert_eq!(acme.count_mails("invite").await, 2);
    let emails = opt_outs::addressees(&mut db, acme.org, invite.into()).await.unwrap().unwrap().emails;
    assert!(emails.contains(&(0, "adda@acme.com".into())) && emails.contains(&(1, "ada@acme.com".into())));

    let mut tx = acme.pool.begin().await.unwrap();
    let (eve, ada) = (joiner(&mut tx, "adda@acme.com").await, joiner(&mut tx, "ada@acme.com").await);
    let late = super::super::accept(&mut tx, acme.org, invite, 0, &eve).await;
    assert_eq!(refusal(late), crate::domain::invite::InviteRefusal::Revoked, "the link of the old address");
    super::super::accept(&mut tx, acme.org, invite, 1, &ada).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(refusal(acme.mend(invite, "eve@acme.com").await), NotMended::NotPending(NotPending));
}

/// I11
#[sqlx::test]
async fn an_invite_is_not_mended_to_an_address_that_cannot_be_invited(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 8, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let bob = acme.invite("bob@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    opt_outs::opt_out(&mut db, &acme.owner, "out@acme.com").await.unwrap();
    let known = |status| NotMended::Address(Verdict::Known(status));
    let member = AddressStatus::Member { id: acme.member().unwrap(), name: "Olga".into() };
    assert_eq!(refusal(acme.mend(invite, "olga@acme.com").await), known(member));
    let invited = AddressStatus::Invited { invite: bob };
    assert_eq!(refusal(acme.mend(invite, "bob@acme.com").await), known(invited));
    assert_eq!(refusal(acme.mend(invite, "out@acme.com").await), known(AddressStatus::OptedOut));
    let other = acme.invite("carl@acme.com").await;
    let (one, two) = (acme.mend(invite, "new@acme.com"), acme.mend(other, "new@acme.com"));
    let (one, two) = futures_util::future::join(one, two).await;
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert_eq!(acme.number("select count(*) from invites where email = 'new@acme.com'").await, 1);
}

/// I10: who opted out is not invited again by this organization; others may.
#[sqlx::test]
async fn an_opt_out_ends_the_invite_and_prevents_the_next(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    for _ in 0..2 {
        opt_outs::opt_out(&mut db, &acme.owner, "ada@acme.com").await.unwrap();
    }
    assert_eq!(find(&mut db, acme.org, invite).await.unwrap().unwrap().state, InviteState::Declined);
    let ada = [invitee("ada@acme.com")];
    let sent = send(&mut db, &acme.owner, &ada, InviteOptions::default(), LIMITS).await.unwrap();
    assert!(sent.invited.is_empty() && sent.batch.is_none());
    assert_eq!(sent.left_out[0].verdict, Verdict::Known(AddressStatus::OptedOut));
    let statuses = super::super::statuses(&mut db, acme.org, &["ada@acme.com".into()]).await.unwrap();
    assert_eq!(statuses["ada@acme.com"], AddressStatus::OptedOut);
    let ended = super::super::ended(&mut db, acme.org).await.unwrap();
    assert!(ended.len() == 1 && ended[0].opted_out && ended[0].state == InviteState::Declined);

    let other = found(&acme.pool, "Other", "otto@other.com").await;
    acme.execute("update organizations set credit_balance = 1").await.unwrap();
    let sent = send(&mut db, &other, &ada, InviteOptions::default(), LIMITS).await.unwrap();
    assert_eq!(sent.invited, ["ada@acme.com"]);
}

/// I10: who only declined can be invited again.
#[sqlx::test]
async fn who_declined_can_be_invited_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let declined = acme.invite("ada@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    decline(&mut db, &acme.owner, declined).await.unwrap();
    assert_eq!(super::super::ended(&mut db, acme.org).await.unwrap().len(), 1);
    let again = acme.invite("ada@acme.com").await;
    assert_ne!(again, declined);
    assert!(super::super::ended(&mut db, acme.org).await.unwrap().is_empty());
    acme.accept(again).await.unwrap();
}

/// QUALITY 6: of a decline and a join at the same moment, one happens.
#[sqlx::test]
async fn a_decline_and_a_join_exclude_each_other(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    for round in 0..50 {
        let invite = acme.invite(&format!("p{round}@acme.com")).await;
        let declining = async {
            acme.dawdle(round % 5).await;
            let mut db = acme.pool.acquire().await.unwrap();
            decline(&mut db, &acme.owner, invite).await
        };
        let (declined, joined) = futures_util::future::join(declining, acme.accept(invite)).await;
        assert!(declined.is_ok() != joined.is_ok(), "{declined:?} {joined:?}");
    }
}
