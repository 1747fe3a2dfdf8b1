//! Invites under real concurrency: one invite and one mail for each address, and one outcome for
//! each invite. I3, I5, I7, I9, I11, I12, M5

use futures_util::future::{join, join_all};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::domain::{
    credit::OutOfCredits,
    invite::{AddressStatus, MailLimits},
    people::{NotDone, PersonId},
    verdict::Verdict,
};
use crate::store::{
    opt_outs, outbox, people,
    testing::{Acme, address, first_time, found, invitee, joiner, nobody, refusal, refused, taken},
};

async fn send_to(acme: &Acme, people: &[Invitee]) -> Result<Vec<String>, Error<SendRefusal>> {
    let mut tx = acme.pool.begin().await?;
    let sent = send(&mut tx, &acme.owner, people, InviteOptions::default(), MailLimits::default()).await?;
    tx.commit().await?;
    Ok(sent.invited)
}

/// Invites without a mail job of their own, and mail jobs without an invite. I12
async fn assert_each_invite_has_its_mail(acme: &Acme) {
    let invites = "select count(*) from invites i where (
                       select count(*) from jobs where payload -> 'mail' -> 'invite' ->> 'invite' = i.id::text
                   ) <> 1";
    assert_eq!(acme.number(invites).await, 0, "an invite without its mail, or with two");
    let mails = "select count(*) from jobs where payload -> 'mail' ? 'invite' and not exists (
                     select from invites where id::text = payload -> 'mail' -> 'invite' ->> 'invite')";
    assert_eq!(acme.number(mails).await, 0, "a mail without its invite");
}

/// I3, I12
#[sqlx::test]
async fn one_address_invited_twenty_times_at_once_gets_one_invite_and_one_mail(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 20, 1).await;
    let ada = [invitee("ada@acme.com")];
    let answers = join_all((0..20).map(|_| send_to(&acme, &ada))).await;
    let sent: usize = answers.into_iter().map(|answer| answer.unwrap().len()).sum();
    assert_eq!(sent, 1, "one call says that it invited");
    assert_eq!(acme.number("select count(*) from invites").await, 1);
    assert_eq!(acme.number("select count(*) from jobs").await, 1);
}

/// I12, I13
#[sqlx::test]
async fn each_of_a_thousand_invites_has_its_mail(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let people: Vec<Invitee> = (0..1000).map(|n| invitee(&format!("p{n}@acme.com"))).collect();
    assert_eq!(send_to(&acme, &people).await.unwrap().len(), 1000);
    assert_eq!(send_to(&acme, &people).await.unwrap().len(), 0, "they are invited already");
    assert_eq!(acme.number("select count(*) from jobs").await, 1000);
    assert_each_invite_has_its_mail(&acme).await;
}

/// I12
#[sqlx::test]
async fn a_send_that_is_rolled_back_leaves_neither_invite_nor_mail(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut tx = acme.pool.begin().await.unwrap();
    let (ada, limits) = ([invitee("ada@acme.com")], MailLimits::default());
    let sent = send(&mut tx, &acme.owner, &ada, InviteOptions::default(), limits).await;
    assert_eq!(sent.unwrap().invited.len(), 1);
    tx.rollback().await.unwrap();
    assert_eq!(acme.number("select (select count(*) from invites) + (select count(*) from jobs)").await, 0);
}

/// I12, N8: two leads with the same list, sorted otherwise, do not stop each other.
#[sqlx::test]
async fn two_lists_in_opposite_order_are_both_sent(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    for round in 0..10 {
        let there: Vec<Invitee> = (0..200).map(|n| invitee(&format!("p{n}-{round}@acme.com"))).collect();
        let back: Vec<Invitee> = there.iter().rev().cloned().collect();
        let (there, back) = join(send_to(&acme, &there), send_to(&acme, &back)).await;
        assert_eq!(there.unwrap().len() + back.unwrap().len(), 200);
    }
    assert_each_invite_has_its_mail(&acme).await;
}

/// I3
#[sqlx::test]
async fn an_address_that_stands_twice_in_a_list_is_invited_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let sent = send_to(&acme, &[invitee("ada@acme.com"), invitee("Ada@ACME.com")]).await;
    assert_eq!(sent.unwrap(), ["ada@acme.com"]);
}

/// I9, QUALITY 6: of a revocation and a join at the same moment, one happens.
#[sqlx::test]
async fn nobody_is_a_member_after_a_revocation(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let (mut joined, mut revoked) = (0, 0);
    for round in 0..200 {
        let invite = acme.invite(&format!("p{round}@acme.com")).await;
        let revoking = async {
            acme.dawdle(round % 5).await;
            let mut db = acme.pool.acquire().await.unwrap();
            revoke(&mut db, &acme.owner, &[invite]).await.unwrap()
        };
        match join(revoking, acme.accept(invite)).await {
            (gone, Err(Error::Refused(why))) => {
                assert_eq!((gone, why), (vec![invite], InviteRefusal::Revoked));
                revoked += 1;
            }
            (gone, Ok(_)) => {
                assert_eq!(gone, []);
                joined += 1;
            }
            both => panic!("{both:?}"),
        }
    }
    assert_eq!(acme.number("select count(*) from members where kind = 'invite'").await, joined);
    assert_eq!(acme.number("select count(*) from invites where state = 'revoked'").await, revoked);
    assert!(joined > 0 && revoked > 0, "the race always went the same way: {joined} to {revoked}");
}

/// I5, L4
#[sqlx::test]
async fn join_pressed_twenty_times_at_once_joins_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let answers = join_all((0..20).map(|_| acme.accept(invite))).await;
    let (joined, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(joined.len(), 1);
    for answer in refused {
        assert_eq!(refusal(answer), InviteRefusal::Joined);
    }
    assert_eq!(acme.number("select count(*) from members where email = 'ada@acme.com'").await, 1);
}

/// I4, I5, J6, P5: newcomers who come together are in as what their invites say; of whoever has an account nothing is
/// written.
#[sqlx::test]
async fn newcomers_go_in_together(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let team = crate::store::teams::create(&mut db, &acme.owner, "Design").await.unwrap();
    let people = [Invitee { title: Some("Designer".into()), ..invitee("lead@acme.com") }];
    let options = InviteOptions { team: Some(team), role: Role::TeamLead, ..InviteOptions::default() };
    send(&mut db, &acme.owner, &people, options, MailLimits::default()).await.unwrap();
    let lead = pending(&mut db, acme.org, u32::MAX).await.unwrap().invites[0].id;
    let mut newcomers = vec![first_time(lead, "lead@acme.com")];
    for who in ["known@acme.com", "ada@acme.com"] {
        newcomers.push(first_time(acme.invite(who).await, who));
    }
    joiner(&mut db, "known@acme.com").await;
    let members = let_newcomers_in(&mut db, acme.org, &newcomers).await.unwrap();
    assert_eq!(members.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true]);

    let is_lead = "role = 'team_lead' and title = 'Designer' and team_id is not null and name = 'Somebody'";
    let joined = "select count(*) from members where kind = 'invite' and account_id is not null";
    let id = members[0].unwrap();
    assert_eq!(
        acme.number(&format!("{joined} and {is_lead} and email = 'lead@acme.com' and id = '{id}'")).await,
        1
    );
    assert_eq!(acme.number(&format!("{joined} and role = 'member' and email = 'ada@acme.com'")).await, 1);
    assert_eq!(acme.number(joined).await, 2);
    assert_eq!(acme.number("select count(*) from invites where state = 'joined'").await, 2);
    let logins = "select count(*) from logins l join accounts a on a.id = l.account_id
                  where l.secret_hash = a.email::bytea and l.current_org_id = (select id from organizations)
                    and l.expires_at > now() + interval '29 days'";
    assert_eq!(acme.number(logins).await, 2);
    assert_eq!(let_newcomers_in(&mut db, acme.org, &newcomers).await.unwrap(), [None, None, None]);
}

/// I5, I7, I9, J6: where anything stands against one of them, nobody is in, and each is looked at alone.
#[sqlx::test]
async fn newcomers_whom_something_stands_against_let_nobody_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let ada = first_time(acme.invite("ada@acme.com").await, "ada@acme.com");
    let against = async |who: &str| {
        let who = format!("{who}@acme.com");
        first_time(acme.invite(&who).await, &who)
    };
    let mut others = Vec::new();
    for who in ["revoked", "expired", "older", "managed", "elsewhere"] {
        others.push(against(who).await);
    }
    let mut db = acme.pool.acquire().await.unwrap();
    revoke(&mut db, &acme.owner, &[others[0].invite]).await.unwrap();
    acme.execute("update invites set expires_at = now() where email = 'expired@acme.com'").await.unwrap();
    others[2].generation = 1;
    let mia = acme.managed("Mia", None).await;
    let has_it_too = format!("update members set email = 'managed@acme.com' where id = '{mia}'");
    acme.execute(&has_it_too).await.unwrap();
    others[4].address = address("forwarded@acme.com");
    for other in others {
        let mut tx = acme.pool.begin().await.unwrap();
        let group = [ada.clone(), other];
        refusal(let_newcomers_in(&mut tx, acme.org, &group).await);
        tx.rollback().await.unwrap();
    }
    assert_eq!(acme.number("select count(*) from members where kind = 'invite'").await, 0);
    assert!(let_newcomers_in(&mut db, acme.org, &[ada]).await.unwrap()[0].is_some());
}

/// I7: judged by the database's clock when the person is let in, not when they began.
#[sqlx::test]
async fn an_expired_invite_lets_nobody_in_and_can_be_sent_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let mut held_up = acme.pool.begin().await.unwrap();
    let ada = joiner(&mut held_up, "ada@acme.com").await;
    acme.execute("update invites set expires_at = clock_timestamp()").await.unwrap();
    assert_eq!(refusal(accept(&mut held_up, acme.org, invite, 0, &ada).await), InviteRefusal::Expired);
    held_up.rollback().await.unwrap();
    assert_eq!(refusal(acme.accept(invite).await), InviteRefusal::Expired);
    assert_eq!(send_to(&acme, &[invitee("ada@acme.com")]).await.unwrap().len(), 1);
    acme.accept(invite).await.unwrap();
}

/// M5
#[sqlx::test]
async fn a_managed_member_who_accepts_stays_the_same_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    acme.execute("update invites set expires_at = now()").await.unwrap();
    let managed = acme.managed("Ada", Some("ada@acme.com")).await;
    acme.execute("update invites set expires_at = now() + interval '1 day'").await.unwrap();
    assert_eq!(acme.accept(invite).await.unwrap(), managed);
    assert_eq!(acme.number("select count(*) from members where email = 'ada@acme.com'").await, 1);
    assert_eq!(acme.number("select count(*) from members where account_id is not null").await, 2);
}

/// I3
#[sqlx::test]
async fn members_are_not_invited(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    assert!(send_to(&acme, &[invitee("OLGA@acme.com")]).await.unwrap().is_empty());
    let bob = acme.invite("bob@acme.com").await;
    let keys = ["olga@acme.com", "bob@acme.com", "new@acme.com"].map(str::to_owned);
    let mut db = acme.pool.acquire().await.unwrap();
    let statuses = statuses(&mut db, acme.org, &keys).await.unwrap();
    assert_eq!(
        statuses["olga@acme.com"],
        AddressStatus::Member { id: acme.member().unwrap(), name: "Olga".into() }
    );
    assert_eq!(statuses["bob@acme.com"], AddressStatus::Invited { invite: bob });
    assert_eq!(statuses["new@acme.com"], AddressStatus::New);
}

/// C1
#[sqlx::test]
async fn at_zero_nobody_is_invited(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let refused = refusal(send_to(&acme, &[invitee("ada@acme.com")]).await);
    assert_eq!(refused, SendRefusal::OutOfCredits(OutOfCredits));
}

/// N2
#[sqlx::test]
async fn another_organization_finds_no_invite_of_ours(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    for foreign in [other, nobody()] {
        assert!(find(&mut db, foreign.org, invite).await.unwrap().is_none());
        assert_eq!(revoke(&mut db, &foreign, &[invite]).await.unwrap(), []);
        assert_eq!(refusal(decline(&mut db, &foreign, invite).await), NotPending);
        let plan = people::assign(&mut db, &foreign, &[invite.into()], None).await.unwrap();
        assert_eq!((plan.done.len(), plan.left_out.len()), (0, 1));
    }
}

/// I11: what the mail server said, and that a later success heals it.
#[sqlx::test]
async fn a_failed_mail_is_told_and_a_late_one_changes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    outbox::settle(&mut db, &[refused(&acme, invite, 0, "550 no such mailbox")]).await.unwrap();
    let shown = pending(&mut db, acme.org, 100).await.unwrap().invites.remove(0);
    assert_eq!((shown.state, shown.failure.as_deref()), (InviteState::Failed, Some("550 no such mailbox")));
    outbox::settle(&mut db, &[taken(&acme, invite, 0)]).await.unwrap();
    assert_eq!(pending(&mut db, acme.org, 100).await.unwrap().invites[0].state, InviteState::Sent);
    outbox::settle(&mut db, &[refused(&acme, invite, 1, "550 no such mailbox")]).await.unwrap();
    assert_eq!(
        pending(&mut db, acme.org, 100).await.unwrap().invites[0].state,
        InviteState::Sent,
        "of another round"
    );
    acme.accept(invite).await.unwrap();
    outbox::settle(&mut db, &[taken(&acme, invite, 0)]).await.unwrap();
    outbox::settle(&mut db, &[refused(&acme, invite, 0, "550 no such mailbox")]).await.unwrap();
    assert_eq!(find(&mut db, acme.org, invite).await.unwrap().unwrap().state, InviteState::Joined);
}

/// P1: those that need attention come first, and what is not listed is counted.
#[sqlx::test]
async fn a_part_of_the_pending_invites_begins_with_the_failed_ones(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let failed = acme.invite("failed@acme.com").await;
    let expired = acme.invite("expired@acme.com").await;
    for n in 0..5 {
        acme.invite(&format!("p{n}@acme.com")).await;
    }
    let mut db = acme.pool.acquire().await.unwrap();
    outbox::settle(&mut db, &[refused(&acme, failed, 0, "550 no such mailbox")]).await.unwrap();
    acme.execute("update invites set expires_at = now() where email = 'expired@acme.com'").await.unwrap();
    let part = pending(&mut db, acme.org, 3).await.unwrap();
    let addresses: Vec<&str> = part.invites.iter().map(|invite| invite.address.as_str()).collect();
    assert_eq!(addresses, ["failed@acme.com", "expired@acme.com", "p4@acme.com"]);
    assert_eq!((part.invites[1].id, part.total, part.failed), (expired, 7, 1));
    assert_eq!(pending(&mut db, acme.org, 0).await.unwrap().total, 7);
}

/// T2: many are moved at once, and those that are not pending any more are left where they are.
#[sqlx::test]
async fn many_invites_are_moved_at_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let (ada, bob, eva) = (
        acme.invite("ada@acme.com").await,
        acme.invite("bob@acme.com").await,
        acme.invite("eva@acme.com").await,
    );
    acme.accept(eva).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let team = crate::store::teams::create(&mut db, &acme.owner, "Sales").await.unwrap();
    let all = [ada, bob, eva].map(PersonId::from);
    let plan = people::assign(&mut db, &acme.owner, &all, Some(team)).await.unwrap();
    assert_eq!(plan.done.iter().map(|one| one.id).collect::<Vec<_>>(), all[..2]);
    assert_eq!(
        plan.left_out.iter().map(|(one, why)| (one.id, why)).collect::<Vec<_>>(),
        [(all[2], &NotDone::Gone)]
    );
    assert_eq!(acme.number("select count(*) from invites where team_id is not null").await, 2);
}

/// I3, T2: what stands beside an address comes along, and a row's own team wins.
#[sqlx::test]
async fn title_and_team_of_an_invitee_become_the_members(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut tx = acme.pool.begin().await.unwrap();
    let sales = crate::store::teams::create(&mut tx, &acme.owner, "Sales").await.unwrap();
    let field = crate::store::teams::create(&mut tx, &acme.owner, "Field").await.unwrap();
    let ada = Invitee { title: Some("Analyst".into()), team: Some(field), ..invitee("ada@acme.com") };
    let options = InviteOptions { team: Some(sales), note: None, ..Default::default() };
    let people = [ada, invitee("bob@acme.com")];
    let sent = send(&mut tx, &acme.owner, &people, options, MailLimits::default()).await.unwrap();
    assert!(sent.batch.is_some() && sent.left_out.is_empty());
    let invites = pending(&mut tx, acme.org, 100).await.unwrap().invites;
    tx.commit().await.unwrap();
    for invite in &invites {
        acme.accept(invite.id).await.unwrap();
    }
    let found = format!(
        "select count(*) from members where email = 'ada@acme.com' and title = 'Analyst' and team_id = '{field}'
            or email = 'bob@acme.com' and title is null and team_id = '{sales}'"
    );
    assert_eq!(acme.number(&found).await, 2);
    let nobodys = Invitee { team: Some(crate::domain::ids::TeamId(fresh_id())), ..invitee("eve@acme.com") };
    let mut db = acme.pool.acquire().await.unwrap();
    let refused =
        send(&mut db, &acme.owner, &[nobodys], InviteOptions::default(), MailLimits::default()).await;
    assert!(matches!(refusal(refused), SendRefusal::Team(_)));
}

/// I13
#[sqlx::test]
async fn five_thousand_are_invited_in_one_transaction_and_their_progress_is_told(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(progress(&mut db, acme.org).await.unwrap(), None);
    let people: Vec<Invitee> = (0..5000).map(|n| invitee(&format!("p{n}@acme.com"))).collect();
    assert_eq!(send_to(&acme, &people).await.unwrap().len(), 5000);
    assert_each_invite_has_its_mail(&acme).await;
    acme.execute("update invites set state = 'sent', sent_at = now(), settled_at = now() where email < 'p2'")
        .await
        .unwrap();
    acme.execute(
        "update invites set state = 'failed', failure = '550', settled_at = now() where email = 'p20@acme.com'",
    )
    .await
    .unwrap();
    let told = progress(&mut db, acme.org).await.unwrap().unwrap();
    assert_eq!((told.total, told.sent, told.failed, told.to_go), (5000, 1111 + 1, 1, 5000 - 1113));
    acme.execute(
        "update invites set state = 'sent', sent_at = now(), settled_at = now() where state = 'queued'",
    )
    .await
    .unwrap();
    assert_eq!(progress(&mut db, acme.org).await.unwrap().unwrap().to_go, 0, "it ended just now");
    acme.execute("update invites set settled_at = now() - interval '61 seconds'").await.unwrap();
    assert_eq!(progress(&mut db, acme.org).await.unwrap(), None);
}

/// I3: each address has one outcome, and it is the one that the look before the send would give.
#[sqlx::test]
async fn a_send_says_of_each_address_what_became_of_it(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let bob = acme.invite("bob@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    opt_outs::opt_out(&mut db, &acme.owner, "out@acme.com").await.unwrap();
    acme.execute("insert into recipient_mail_counts (email, mails) values ('full@acme.com', 5)")
        .await
        .unwrap();
    acme.execute("update recipient_mail_counts set mails = 5 where email = 'bob@acme.com'").await.unwrap();
    let names = ["olga", "bob", "out", "full", "ada", "ADA"];
    let people: Vec<Invitee> = names.iter().map(|name| invitee(&format!("{name}@acme.com"))).collect();
    let sent =
        send(&mut db, &acme.owner, &people, InviteOptions::default(), MailLimits::default()).await.unwrap();
    assert_eq!(sent.invited, ["ada@acme.com"]);
    let verdicts: Vec<(&str, &Verdict)> =
        sent.left_out.iter().map(|left| (left.key.as_str(), &left.verdict)).collect();
    let olga = AddressStatus::Member { id: acme.member().unwrap(), name: "Olga".into() };
    let [
        (_, Verdict::Known(one)),
        (_, Verdict::Known(two)),
        (_, Verdict::Known(three)),
        (full, Verdict::HeldBack(_)),
    ] = verdicts.as_slice()
    else {
        panic!("{verdicts:?}")
    };
    assert_eq!([one, two, three], [&olga, &AddressStatus::Invited { invite: bob }, &AddressStatus::OptedOut]);
    assert_eq!(*full, "full@acme.com");
    let mails = "select coalesce(sum(mails), 0) from recipient_mail_counts where email in ('olga@acme.com', 'out@acme.com')";
    assert_eq!(acme.number(mails).await, 0, "what was not sent is not counted");
}

/// I3, I4, P7: what several send with one transaction is each one's own: note, role, batch and line of the log; an
/// address that two of them name is invited by the first.
#[sqlx::test]
async fn what_several_send_together_stays_each_ones_own(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let kim = crate::domain::actor::Actor { network: Some("10.0.0.7".into()), ..acme.owner.clone() };
    let (first, second) = (
        [invitee("ada@acme.com"), invitee("ida@acme.com")],
        [invitee("ada@acme.com"), invitee("eva@acme.com")],
    );
    let lead = InviteOptions { note: Some("Welcome"), role: Role::TeamLead, ..InviteOptions::default() };
    let sendings = [
        Sending { actor: &acme.owner, invitees: &first, options: InviteOptions::default() },
        Sending { actor: &kim, invitees: &second, options: lead },
    ];
    let sent = send_all(&mut db, acme.org, &sendings, MailLimits::default()).await.unwrap();
    let mut invited: Vec<_> = sent.iter().map(|sent| sent.invited.clone()).collect();
    invited[0].sort();
    assert_eq!(invited, [vec!["ada@acme.com", "ida@acme.com"], vec!["eva@acme.com"]]);
    assert!(sent[0].left_out.is_empty());
    let [NotInvited { key, verdict: Verdict::Known(AddressStatus::Invited { .. }) }] =
        sent[1].left_out.as_slice()
    else {
        panic!("{:?}", sent[1].left_out)
    };
    assert_eq!(key, "ada@acme.com");
    let eva = "select count(*) from invites where email = 'eva@acme.com' and note = 'Welcome' and role = 'team_lead'";
    assert_eq!(acme.number(eva).await, 1);
    assert_eq!(acme.number("select count(*) from invites where note is null and role = 'member'").await, 2);
    assert_eq!(acme.number("select count(distinct batch_id) from invites").await, 2);
    assert_eq!(acme.number("select count(*) from invite_batches").await, 2);
    assert_each_invite_has_its_mail(&acme).await;
    let log = "select count(*) from audit_entries where act = 'invites_sent' and ";
    assert_eq!(acme.number(&format!("{log} people = 2 and object_id is null and network is null")).await, 1);
    let own = "people = 1 and object_name = 'eva@acme.com' and detail = 'team_lead' and network = '10.0.0.7'";
    assert_eq!(acme.number(&format!("{log} {own}")).await, 1);
}

/// I3: the words for pending and open stand for their meaning, so that the index of pending invites is used,
/// also in a plan that is made once for all organizations.
#[sqlx::test]
async fn the_index_of_pending_invites_serves_the_words_for_them(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1, 1).await;
    acme.execute(
        "insert into invites (org_id, id, email, address, invited_by_name, state, expires_at)
         select o.id, gen_random_uuid(), 'p' || n || '@acme.com', 'p' || n || '@acme.com', 'Olga',
                case when n % 10 = 0 then 'queued' else 'joined' end, now() + interval '1 day'
         from organizations o, generate_series(1, 20000) n",
    )
    .await
    .unwrap();
    acme.execute("analyze invites").await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    sqlx::raw_sql("set plan_cache_mode = force_generic_plan").execute(&mut *db).await.unwrap();
    for (n, query) in [
        "select id from invites where org_id = $1 and email = $2 and invite_is_open(state, expires_at)",
        "select id from invites where org_id = $1 and email = $2 and invite_is_pending(state)",
        "select id from invites where org_id = $1 and email > $2 and invite_is_pending(state) limit 10",
        "update invites set state = 'revoked' where org_id = $1 and email = $2 and invite_is_pending(state)",
    ]
    .iter()
    .enumerate()
    {
        sqlx::raw_sql(&format!("prepare q{n} (uuid, text) as {query}")).execute(&mut *db).await.unwrap();
        let explain = format!("explain execute q{n} ('{}', 'p10@acme.com')", acme.org);
        let plan: Vec<String> =
            sqlx::query_scalar(&explain).persistent(false).fetch_all(&mut *db).await.unwrap();
        let plan = plan.join("\n");
        assert!(plan.contains("invites_one_pending") && !plan.contains("Seq Scan"), "{query}: {plan}");
        assert!(!plan.contains("invite_is_"), "the planner sees what it means: {plan}");
    }
}
