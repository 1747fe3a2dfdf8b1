//! Every way in ends the same: one member, no invite left, no account opened that nobody proved.
//! J6, J7, M5, QUALITY 17

use futures_util::future::{join as both, join_all};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::invite::{InviteState, MailLimits},
    store::{
        invites::{InviteOptions, find, pending, send},
        links::{NewLink, let_in},
        members::{ManagedRefusal, NewManaged, add_managed},
        proof::Proof,
        testing::{Acme, address, invitee, joiner, refusal},
    },
};

async fn state_of(acme: &Acme, invite: InviteId) -> InviteState {
    find(&mut acme.pool.acquire().await.unwrap(), acme.org, invite).await.unwrap().unwrap().state
}

/// J7: through a link, alone and in a group.
#[sqlx::test]
async fn joining_through_a_link_closes_the_invite_of_the_address(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let alone = acme.invite("Ada@acme.com").await;
    let (bob, eve) = (acme.invite("bob@acme.com").await, acme.invite("eve@acme.com").await);
    let waiting = acme.invite("waiting@acme.com").await;
    acme.join(link, "ada@acme.com").await.unwrap();
    assert_eq!(state_of(&acme, alone).await, InviteState::Joined);
    let mut db = acme.pool.acquire().await.unwrap();
    let group =
        [(link, joiner(&mut db, "eve@acme.com").await), (link, joiner(&mut db, "bob@acme.com").await)];
    assert!(let_in(&mut db, acme.org, &group).await.unwrap().iter().all(Option::is_some));
    for invite in [bob, eve] {
        assert_eq!(state_of(&acme, invite).await, InviteState::Joined);
    }
    assert_eq!(state_of(&acme, waiting).await, InviteState::Queued, "of nobody else");
    let left = pending(&mut db, acme.org, 100).await.unwrap();
    assert_eq!((left.total, left.invites[0].id), (1, waiting));
}

/// J7: whoever the link turns away keeps their invite.
#[sqlx::test]
async fn a_link_that_turns_away_closes_no_invite(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let full = acme.link(NewLink { usage_limit: Some(1), ..NewLink::default() }).await;
    acme.join(full, "first@acme.com").await.unwrap();
    let invite = acme.invite("ada@acme.com").await;
    acme.join(full, "ada@acme.com").await.unwrap_err();
    assert_eq!(state_of(&acme, invite).await, InviteState::Queued);
    acme.accept(invite).await.unwrap();
}

/// J7, M5: a managed member who comes by link has no invite left that signs in.
#[sqlx::test]
async fn a_managed_members_invite_is_closed_too(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    acme.execute("update invites set expires_at = now()").await.unwrap();
    let managed = acme.managed("Ada", Some("ada@acme.com")).await;
    acme.execute("update invites set expires_at = now() + interval '1 day'").await.unwrap();
    let link = acme.link(NewLink::default()).await;
    assert_eq!(acme.join(link, "ada@acme.com").await.unwrap(), Joined::Before(managed));
    assert_eq!(state_of(&acme, invite).await, InviteState::Joined);
}

/// J7: an invite that is sent in the very moment of the join is closed as far as its person can tell.
#[sqlx::test]
async fn an_invite_that_was_overtaken_is_not_open(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    acme.join(link, "ada@acme.com").await.unwrap();
    acme.execute(
        "insert into invites (org_id, id, email, address, invited_by_name, expires_at)
         select id, gen_random_uuid(), 'ada@acme.com', 'ada@acme.com', 'Olga', now() + interval '1 day'
         from organizations",
    )
    .await
    .unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let id = InviteId(sqlx::query_scalar("select id from invites").fetch_one(&mut *db).await.unwrap());
    let invite = find(&mut db, acme.org, id).await.unwrap().unwrap();
    assert_eq!(invite.require_open(), Err(crate::domain::invite::InviteRefusal::Joined));
    // Through the link once more, and it is closed for good.
    acme.join(link, "ada@acme.com").await.unwrap();
    assert_eq!(acme.number("select count(*) from invites where state = 'joined'").await, 1);
}

/// J7, M4: an invite that is not committed yet is seen by whoever makes its address a member's.
#[sqlx::test]
async fn who_joins_while_they_are_invited_has_no_invite_left(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let (ada, bob) = (invitee("ada@acme.com"), invitee("bob@acme.com"));
    let mut inviting = acme.pool.begin().await.unwrap();
    let (options, limits) = (InviteOptions::default(), MailLimits::default());
    send(&mut inviting, &acme, &[ada.clone(), bob.clone()], options, limits).await.unwrap();
    let commit = async {
        acme.until_somebody_waits().await;
        inviting.commit().await.unwrap();
    };
    both(acme.join(link, "ada@acme.com"), commit).await.0.unwrap();
    let left = pending(&mut acme.pool.acquire().await.unwrap(), acme.org, 100).await.unwrap();
    assert_eq!((left.total, left.invites[0].address.as_str()), (1, "bob@acme.com"));

    acme.execute("delete from invites").await.unwrap();
    let mut inviting = acme.pool.begin().await.unwrap();
    send(&mut inviting, &acme, std::slice::from_ref(&bob), options, limits).await.unwrap();
    let commit = async {
        acme.until_somebody_waits().await;
        inviting.commit().await.unwrap();
    };
    let mut adding = acme.pool.begin().await.unwrap();
    let new = NewManaged { name: "Bob", address: Some(&bob.address), title: None, team: None };
    let (added, ()) = both(add_managed(&mut adding, &acme, &new), commit).await;
    assert_eq!(refusal(added), ManagedRefusal::Invited);
}

/// J7: an address whose member is not committed yet is not invited, by whatever way they come in.
#[sqlx::test]
async fn who_is_invited_while_they_join_is_a_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    acme.execute(
        "insert into connections (org_id, revision, preset, issuer, client_id, client_secret, enabled, jit, tested_at)
         select id, id, 'other', 'https://idp.example', 'headcount', '', true, true, now() from organizations",
    )
    .await
    .unwrap();
    for (who, through) in [
        ("ada@acme.com", Through::Link(link)),
        ("bob@acme.com", Through::Directory),
        ("eve@acme.com", Through::Sso { team: None }),
    ] {
        let mut joining = acme.pool.begin().await.unwrap();
        let joiner = joiner(&mut joining, who).await;
        join(&mut joining, acme.org, through, &joiner).await.unwrap();
        let commit = async {
            acme.until_somebody_waits().await;
            joining.commit().await.unwrap();
        };
        let mut inviting = acme.pool.begin().await.unwrap();
        let (to, limits) = ([invitee(who)], MailLimits::default());
        let invited = send(&mut inviting, &acme, &to, InviteOptions::default(), limits);
        let (sent, ()) = both(invited, commit).await;
        let sent = sent.unwrap();
        assert_eq!((sent.invited.len(), sent.left_out.len()), (0, 1), "{who}");
    }
}

/// J7, S3: whom the provider knows under another address now has no invite to that one left.
#[sqlx::test]
async fn who_gets_another_address_has_no_invite_to_it_left(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    acme.join(link, "ada@acme.com").await.unwrap();
    let (invite, other) = (acme.invite("ada@new.com").await, acme.invite("bob@new.com").await);
    let mut tx = acme.pool.begin().await.unwrap();
    let account = accounts::ensure(&mut tx, &address("ada@acme.com")).await.unwrap();
    identities::follow(&mut tx, account, &address("ada@new.com")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(acme.number("select count(*) from members where email = 'ada@new.com'").await, 1);
    assert_eq!(state_of(&acme, invite).await, InviteState::Joined);
    assert_eq!(state_of(&acme, other).await, InviteState::Queued, "of nobody else");
}

/// J7, N8: both at once, in groups and alone: neither waits for the other in a circle.
#[sqlx::test]
async fn joining_by_link_and_by_invite_at_once_makes_one_member_and_leaves_no_invite(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 10, 1).await;
    let link = acme.link(NewLink::default()).await;
    for round in 0..60 {
        let people: Vec<String> = (0..4).map(|n| format!("p{n}-{round}@acme.com")).collect();
        let mut invites = Vec::new();
        for person in &people {
            invites.push(acme.invite(person).await);
        }
        let by_link = join_all(people.iter().rev().map(|person| acme.join(link, person)));
        let by_invite = async {
            acme.dawdle(round % 6).await;
            join_all(invites.iter().map(|invite| acme.accept(*invite))).await
        };
        let (by_link, by_invite) = both(by_link, by_invite).await;
        for answer in by_link {
            answer.unwrap();
        }
        for answer in by_invite {
            if let Err(Error::Broken(error)) = answer {
                panic!("{error}");
            }
        }
    }
    assert_eq!(acme.number("select count(*) from members").await, 60 * 4 + 1);
    assert_eq!(acme.number("select count(*) from invites where state <> 'joined'").await, 0);
}

/// J6, QUALITY 17: the link of an invite makes an account, and opens none.
#[sqlx::test]
async fn the_first_invite_proves_an_address_that_has_no_account_and_no_other(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 20, 1).await;
    assert!(
        Proof::by_first_invite(&mut acme.pool.acquire().await.unwrap(), &address("OLGA@acme.com"))
            .await
            .unwrap()
            .is_none()
    );
    let proofs = join_all((0..20).map(|_| async {
        let mut tx = acme.pool.begin().await.unwrap();
        let proof = Proof::by_first_invite(&mut tx, &address("new@acme.com")).await.unwrap();
        tx.commit().await.unwrap();
        proof
    }));
    assert_eq!(proofs.await.into_iter().flatten().count(), 1, "of twenty at once, one");
}

/// J6: whoever proved another address does not join with this invite.
#[sqlx::test]
async fn an_invite_is_for_its_own_address_only(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    let thief = joiner(&mut db, "eve@evil.com").await;
    let through = Through::Invite { invite, generation: 0 };
    let refused = join(&mut db, acme.org, through, &thief).await;
    assert!(matches!(refused, Err(Error::Refused(JoinRefusal::Invite(_)))), "{refused:?}");
    assert_eq!(state_of(&acme, invite).await, InviteState::Queued);
    assert_eq!(acme.number("select count(*) from members").await, 1);
}

/// J7: what was pending when a person joined is not reminded of, and its batch comes to an end.
#[sqlx::test]
async fn mails_of_a_closed_invite_are_not_queued_again(_: PgPoolOptions, connect: PgConnectOptions) {
    use crate::{domain::invite::MailLimits, store::invites};
    let acme = Acme::found(connect, 4, 1).await;
    let mut tx = acme.pool.begin().await.unwrap();
    let people = [invitee("ada@acme.com"), invitee("bob@acme.com")];
    let wording = invites::InviteOptions::default();
    invites::send(&mut tx, &acme.owner, &people, wording, MailLimits::default()).await.unwrap();
    tx.commit().await.unwrap();
    let link = acme.link(NewLink::default()).await;
    acme.join(link, "ada@acme.com").await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let progress = invites::progress(&mut db, acme.org).await.unwrap().unwrap();
    assert_eq!((progress.total, progress.to_go), (1, 1), "nobody waits for a mail to Ada");
}
