//! One Owner, whoever does what at once. P5

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::{actor::By, invite::MailLimits, member::RoleRefusal},
    store::{
        MayConflict,
        invites::{self, InviteOptions},
        links::NewLink,
        members::{self, NewManaged, NotRemoved},
        testing::{Acme, address, found, invitee, nobody, refusal},
    },
};

/// A member with an account, as who acts in the role that they have.
async fn joined(acme: &Acme, address: &str) -> (MemberId, Actor) {
    let member = acme.accept(acme.invite(address).await).await.unwrap();
    (member, acting(acme, member).await)
}

async fn acting(acme: &Acme, member: MemberId) -> Actor {
    let (account, role): (uuid::Uuid, String) =
        sqlx::query_as("select account_id, role from members where id = $1")
            .bind(member.0)
            .fetch_one(&acme.pool)
            .await
            .unwrap();
    let account = crate::domain::ids::AccountId(account);
    let by = By::Member { id: member, account, role: role.parse().unwrap(), name: "Ada".into() };
    Actor { org: acme.org, by, network: None }
}

async fn owners(acme: &Acme) -> i64 {
    acme.number("select count(*) from members where role = 'owner'").await
}

/// P5
#[sqlx::test]
async fn a_member_becomes_a_lead_and_a_member_again(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let (ada, _) = joined(&acme, "ada@acme.com").await;
    let bob = acme.managed("Bob", None).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let leads = "select count(*) from members where role = 'team_lead'";
    set_role(&mut db, &acme, ada, Role::TeamLead).await.unwrap();
    assert_eq!(acme.number(leads).await, 1);
    set_role(&mut db, &acme, ada, Role::Member).await.unwrap();
    assert_eq!(acme.number(leads).await, 0);
    assert_eq!(refusal(set_role(&mut db, &acme, bob, Role::TeamLead).await), RoleRefusal::NoAccount.into());
    let owner = acme.member().unwrap();
    for role in Role::ALL {
        assert_eq!(refusal(set_role(&mut db, &acme, owner, *role).await), RoleRefusal::Owner.into());
    }
    assert_eq!(refusal(set_role(&mut db, &acme, ada, Role::Owner).await), RoleRefusal::Owner.into());
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    for foreign in [other, nobody()] {
        assert_eq!(refusal(set_role(&mut db, &foreign, ada, Role::TeamLead).await), UnknownMember.into());
    }
}

/// P5
#[sqlx::test]
async fn ownership_is_offered_and_accepted(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let (ada, as_ada) = joined(&acme, "ada@acme.com").await;
    let (bob, as_bob) = joined(&acme, "bob@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(refusal(accept_ownership(&mut db, &as_ada).await), RoleRefusal::NoOffer.into());
    offer_ownership(&mut db, &acme, ada).await.unwrap();
    offer_ownership(&mut db, &acme, bob).await.unwrap();
    assert_eq!(
        refusal(accept_ownership(&mut db, &as_ada).await),
        RoleRefusal::NoOffer.into(),
        "it went to Bob"
    );
    assert!(is_offered(&mut db, acme.org, bob).await.unwrap());
    withdraw_ownership(&mut db, &acme).await.unwrap();
    assert_eq!(refusal(accept_ownership(&mut db, &as_bob).await), RoleRefusal::NoOffer.into());
    offer_ownership(&mut db, &acme, ada).await.unwrap();
    decline_ownership(&mut db, &as_ada).await.unwrap();
    assert_eq!(refusal(accept_ownership(&mut db, &as_ada).await), RoleRefusal::NoOffer.into());
    offer_ownership(&mut db, &acme, ada).await.unwrap();
    accept_ownership(&mut db, &as_ada).await.unwrap();
    assert_eq!(owners(&acme).await, 1);
    assert_eq!(
        acme.number("select count(*) from members where role = 'team_lead' and email = 'olga@acme.com'")
            .await,
        1
    );
    // Their request began when they were the Owner.
    assert_eq!(refusal(offer_ownership(&mut db, &acme, bob).await), RoleRefusal::OnlyTheOwner.into());
}

/// P5, P3, QUALITY 20: whatever is done at once, there is one Owner before, between and afterwards.
#[sqlx::test]
async fn there_is_one_owner_whatever_is_done_at_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let (mut accepted, mut removed) = (0, 0);
    for round in 0..30 {
        let (ada, as_ada) = joined(&acme, &format!("ada{round}@acme.com")).await;
        let (bob, as_bob) = joined(&acme, &format!("bob{round}@acme.com")).await;
        let owner: uuid::Uuid = sqlx::query_scalar("select id from members where role = 'owner'")
            .fetch_one(&acme.pool)
            .await
            .unwrap();
        let as_owner = acting(&acme, MemberId(owner)).await;
        let mut tx = acme.pool.begin().await.unwrap();
        offer_ownership(&mut tx, &as_owner, ada).await.unwrap();
        tx.commit().await.unwrap();
        let gone = |removed: Result<String, Error<NotRemoved>>| match removed {
            Ok(_) => true,
            Err(Error::Refused(_)) => false,
            // Two are removed at once, each with what they did to the other: the caller tries it again.
            Err(error) if error.is_conflict() => false,
            Err(error) => panic!("{error}"),
        };
        let run = async |n: u32| {
            acme.dawdle((n + round) % 4).await;
            let mut tx = acme.pool.begin().await.unwrap();
            let done = match n {
                0 | 1 => accept_ownership(&mut tx, &as_ada).await.is_ok(),
                2 => offer_ownership(&mut tx, &as_owner, bob).await.is_ok(),
                3 => accept_ownership(&mut tx, &as_bob).await.is_ok(),
                4 => gone(members::remove(&mut tx, &as_owner, ada).await),
                5 => set_role(&mut tx, &as_owner, bob, Role::TeamLead).await.is_ok(),
                6 => set_role(&mut tx, &as_ada, MemberId(owner), Role::Member).await.is_ok(),
                _ => gone(members::remove(&mut tx, &as_ada, MemberId(owner)).await),
            };
            if done {
                tx.commit().await.unwrap();
            }
            done
        };
        let done = join_all((0..8).map(run)).await;
        accepted += usize::from(done[0]) + usize::from(done[1]) + usize::from(done[3]);
        removed += usize::from(done[4]) + usize::from(done[7]);
        assert_eq!(owners(&acme).await, 1, "round {round}: {done:?}");
    }
    assert!(accepted > 0 && removed > 0, "{accepted} accepted, {removed} removed: nothing was raced");
}

/// P5: an invite as a Team Lead makes one of whoever joins, by whatever way their address comes in; an invite
/// that has expired does not, and an Owner stays what they are.
#[sqlx::test]
async fn an_invite_carries_the_role(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let as_lead = |who: &'static str| {
        let acme = &acme;
        async move {
            let mut tx = acme.pool.begin().await.unwrap();
            let options = InviteOptions { role: Role::TeamLead, ..InviteOptions::default() };
            let to = [invitee(who)];
            invites::send(&mut tx, &acme.owner, &to, options, MailLimits::default()).await.unwrap();
            let pending = invites::pending(&mut tx, acme.org, 99).await.unwrap();
            tx.commit().await.unwrap();
            pending.invites.into_iter().find(|invite| invite.address == who).unwrap().id
        }
    };
    let role = |who: &'static str| {
        let acme = &acme;
        async move {
            let leads = format!("select count(*) from members where email = '{who}' and role = 'team_lead'");
            acme.number(&leads).await == 1
        }
    };
    acme.accept(as_lead("ada@acme.com").await).await.unwrap();
    assert!(role("ada@acme.com").await, "by the invite");
    as_lead("bob@acme.com").await;
    acme.join(link, "bob@acme.com").await.unwrap();
    assert!(role("bob@acme.com").await, "by a link");
    as_lead("cleo@acme.com").await;
    acme.execute("update invites set expires_at = now() where email = 'cleo@acme.com'").await.unwrap();
    acme.join(link, "cleo@acme.com").await.unwrap();
    assert!(!role("cleo@acme.com").await, "an expired invite makes nobody a lead");
    // Turned into a managed member, and claimed: by the invite, and by a link.
    for (who, by_link) in [("dora@acme.com", false), ("eve@acme.com", true)] {
        let invite = as_lead(who).await;
        let to = address(who);
        let new = NewManaged { name: "Dora", address: Some(&to), title: None, team: None };
        let mut tx = acme.pool.begin().await.unwrap();
        members::take_over_invite(&mut tx, &acme.owner, &new).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!role(who).await, "who has no account leads nobody");
        if by_link {
            acme.join(link, who).await.unwrap();
        } else {
            acme.accept(invite).await.unwrap();
        }
        assert!(role(who).await, "{who}");
    }
    acme.accept(acme.invite("fay@acme.com").await).await.unwrap();
    assert!(!role("fay@acme.com").await);
    assert_eq!(acme.number("select count(*) from members where role = 'owner'").await, 1);
}

/// P5: whoever leads no more makes no lead by an invite that was sent before.
#[sqlx::test]
async fn an_invite_of_somebody_who_leads_no_more_makes_a_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let (kim, _) = joined(&acme, "kim@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    set_role(&mut db, &acme, kim, Role::TeamLead).await.unwrap();
    let as_kim = acting(&acme, kim).await;
    let options = InviteOptions { role: Role::TeamLead, ..InviteOptions::default() };
    let people = ["ada@acme.com", "bob@acme.com", "cleo@acme.com"].map(invitee);
    invites::send(&mut db, &as_kim, &people, options, MailLimits::default()).await.unwrap();
    let pending = invites::pending(&mut db, acme.org, 99).await.unwrap().invites;
    let [ada, bob, cleo] = ["ada", "bob", "cleo"]
        .map(|who| pending.iter().find(|invite| invite.address.starts_with(who)).unwrap().id);
    acme.accept(ada).await.unwrap();
    set_role(&mut db, &acme, kim, Role::Member).await.unwrap();
    acme.accept(bob).await.unwrap();
    members::remove(&mut db, &acme, kim).await.unwrap();
    acme.accept(cleo).await.unwrap();
    let leads: Vec<String> = sqlx::query_scalar("select email from members where role = 'team_lead'")
        .fetch_all(&acme.pool)
        .await
        .unwrap();
    assert_eq!(leads, ["ada@acme.com"]);
}
