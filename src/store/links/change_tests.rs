//! Links that are changed, paused and joined in groups while others join. L2, L4, L5

use futures_util::future::{join, join_all};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::{
        joining::{JoinRefusal, Joined},
        link::{LinkRefusal, LinkState},
    },
    store::{
        members,
        proof::Joiner,
        testing::{self, Acme, found, nobody, refusal},
    },
};

async fn edit_in(acme: &Acme, link: LinkId, new: NewLink<'_>) -> Result<(), Error<EditRefusal>> {
    let mut db = acme.pool.acquire().await.unwrap();
    edit(&mut db, &acme.owner, link, &new).await
}

fn limited_to(people: i32) -> NewLink<'static> {
    NewLink { usage_limit: Some(people), ..NewLink::default() }
}

async fn policy_of(acme: &Acme, link: LinkId) -> LinkPolicy {
    let mut db = acme.pool.acquire().await.unwrap();
    find(&mut db, acme.org, link).await.unwrap().unwrap().policy
}

async fn joiner(acme: &Acme, who: &str) -> Joiner {
    let mut db = acme.pool.acquire().await.unwrap();
    testing::joiner(&mut db, who).await
}

/// L2
#[sqlx::test]
async fn an_edit_changes_everything_that_a_link_asks(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(limited_to(1)).await;
    acme.join(link, "ada@acme.com").await.unwrap();
    assert_eq!(policy_of(&acme, link).await.state(), LinkState::Full);
    let domains = vec![DomainRule::parse("*.acme.com", |_| None).unwrap()];
    let expires_at = Some(Moment::parse("2999-01-01T12:00").unwrap());
    let new = NewLink { label: Some("Poster"), domains, usage_limit: Some(3), expires_at, team: None };
    edit_in(&acme, link, new).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let changed = find(&mut db, acme.org, link).await.unwrap().unwrap();
    assert_eq!((changed.label.as_deref(), changed.expires_at), (Some("Poster"), expires_at));
    assert_eq!((changed.policy.used, changed.policy.usage_limit), (1, Some(3)));
    assert_eq!(changed.policy.state(), LinkState::Live);
    refusal(acme.join(link, "bob@acme.com").await);
    acme.join(link, "bob@eu.acme.com").await.unwrap();
    edit_in(&acme, link, NewLink::default()).await.unwrap();
    assert_eq!(policy_of(&acme, link).await, LinkPolicy { used: 2, ..LinkPolicy::OPEN });
}

/// L2, L4, N1
#[sqlx::test]
async fn a_limit_below_the_use_is_refused_and_changes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(limited_to(5)).await;
    for n in 0..3 {
        acme.join(link, &format!("p{n}@acme.com")).await.unwrap();
    }
    let low = NewLink { label: Some("Low"), usage_limit: Some(2), ..NewLink::default() };
    assert_eq!(refusal(edit_in(&acme, link, low).await), EditRefusal::BelowUsed { used: 3 });
    assert_eq!(
        policy_of(&acme, link).await,
        LinkPolicy { used: 3, usage_limit: Some(5), ..LinkPolicy::OPEN }
    );
    edit_in(&acme, link, limited_to(3)).await.unwrap();
    assert_eq!(refusal(acme.join(link, "late@acme.com").await), JoinRefusal::Link(LinkRefusal::Full));
}

/// L2, L5
#[sqlx::test]
async fn an_expiry_may_stay_passed_or_become_later(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    acme.execute("update invite_links set expires_at = now() - interval '1 hour'").await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let passed = find(&mut db, acme.org, link).await.unwrap().unwrap().expires_at.unwrap();
    // As it comes back from a form, which knows whole seconds.
    let passed = Moment::parse(&passed.iso()).unwrap();
    let same = NewLink { label: Some("Old"), expires_at: Some(passed), ..NewLink::default() };
    edit_in(&acme, link, same).await.unwrap();
    let earlier = Some(Moment::from_unix_millis(passed.unix_millis() + 60_000));
    let earlier = NewLink { expires_at: earlier, ..NewLink::default() };
    assert_eq!(refusal(edit_in(&acme, link, earlier).await), EditRefusal::ExpiryPassed);
    refusal(acme.join(link, "ada@acme.com").await);
    let later = NewLink { expires_at: Moment::parse("2999-01-01T12:00"), ..NewLink::default() };
    edit_in(&acme, link, later).await.unwrap();
    acme.join(link, "ada@acme.com").await.unwrap();
}

/// L2, N2
#[sqlx::test]
async fn what_is_revoked_or_anothers_cannot_be_changed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    for foreign in [other, nobody()] {
        let refused = refusal(edit(&mut db, &foreign, link, &NewLink::default()).await);
        assert_eq!(refused, EditRefusal::NotLive(NotLive));
        assert_eq!(refusal(pause(&mut db, &foreign, link).await), NotLive);
        assert_eq!(refusal(resume(&mut db, &foreign, link).await), NotLive);
    }
    revoke(&mut db, &acme.owner, link).await.unwrap();
    let refused = refusal(edit(&mut db, &acme.owner, link, &NewLink::default()).await);
    assert_eq!(refused, EditRefusal::NotLive(NotLive));
    assert_eq!(refusal(pause(&mut db, &acme.owner, link).await), NotLive);
    assert_eq!(refusal(resume(&mut db, &acme.owner, link).await), NotLive);
}

/// L2, L4: whoever comes at the same moment, a limit that was taken holds and one that was refused
/// was too low.
#[sqlx::test]
async fn an_edit_of_the_limit_and_joins_at_once_are_exact(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 12, 1).await;
    let (mut taken, mut refused) = (0, 0);
    for round in 0..60 {
        let link = acme.link(limited_to(10)).await;
        let lowering = async {
            acme.dawdle(round % 8).await;
            edit_in(&acme, link, limited_to(4)).await
        };
        let people: Vec<String> = (0..8).map(|n| format!("p{n}-{round}@acme.com")).collect();
        let joining = join_all(people.iter().map(|person| acme.join(link, person)));
        let (lowered, answers) = join(lowering, joining).await;
        let joined = answers.iter().filter(|answer| answer.is_ok()).count();
        let policy = policy_of(&acme, link).await;
        assert_eq!(policy.used, i32::try_from(joined).unwrap(), "round {round}");
        match lowered {
            Ok(()) => {
                taken += 1;
                assert_eq!((policy.usage_limit, joined), (Some(4), 4), "round {round}");
            }
            Err(Error::Refused(EditRefusal::BelowUsed { used })) => {
                refused += 1;
                assert!(used > 4 && joined == 8, "round {round}: refused at {used}, {joined} joined");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(taken > 0 && refused > 0, "the race always went the same way: {taken} to {refused}");
}

/// L2, L5
#[sqlx::test]
async fn a_paused_link_lets_nobody_new_in_until_it_is_resumed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    acme.join(link, "ada@acme.com").await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    pause(&mut db, &acme.owner, link).await.unwrap();
    pause(&mut db, &acme.owner, link).await.unwrap();
    assert_eq!(refusal(acme.join(link, "bob@acme.com").await), JoinRefusal::Link(LinkRefusal::Paused));
    assert!(matches!(acme.join(link, "ada@acme.com").await, Ok(Joined::Before(_))));
    resume(&mut db, &acme.owner, link).await.unwrap();
    acme.join(link, "bob@acme.com").await.unwrap();
}

/// L5: nobody gets in by a rule that ended while they waited for the link's row.
#[sqlx::test]
async fn a_domain_rule_that_is_set_meanwhile_holds(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let eve = joiner(&acme, "eve@evil.com").await;
    let mut tx = acme.pool.begin().await.unwrap();
    let domains = vec![DomainRule::parse("acme.com", |_| None).unwrap()];
    edit(&mut tx, &acme.owner, link, &NewLink { domains, ..NewLink::default() }).await.unwrap();
    let joining = async {
        let mut db = acme.pool.acquire().await.unwrap();
        let_in(&mut db, acme.org, &[(link, eve)]).await
    };
    let setting = async {
        acme.until_somebody_waits().await;
        tx.commit().await.unwrap();
    };
    let (joined, ()) = join(joining, setting).await;
    assert_eq!(joined.unwrap(), [None]);
    assert_eq!(policy_of(&acme, link).await.used, 0);
}

/// L4: through several links at once, each link lets in all of its own or nobody.
#[sqlx::test]
async fn groups_of_several_links_do_not_stand_in_each_others_way(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let [wide, full, gone] = [
        acme.link(NewLink::default()).await,
        acme.link(limited_to(1)).await,
        acme.link(NewLink::default()).await,
    ];
    let mut db = acme.pool.acquire().await.unwrap();
    revoke(&mut db, &acme.owner, gone).await.unwrap();
    let mut group = Vec::new();
    for (n, link) in [wide, full, gone, wide, full].into_iter().enumerate() {
        group.push((link, joiner(&acme, &format!("p{n}@acme.com")).await));
    }
    let joined = let_in(&mut db, acme.org, &group).await.unwrap();
    let is_in: Vec<bool> = joined.iter().map(Option::is_some).collect();
    assert_eq!(is_in, [true, false, false, true, false]);
    let used = [policy_of(&acme, wide).await.used, policy_of(&acme, full).await.used];
    assert_eq!(used, [2, 0]);
    let alone = let_in(&mut db, acme.org, &group[1..3]).await.unwrap();
    assert!(alone[0].is_some() && alone[1].is_none());
    assert_eq!(acme.number("select count(*) from members where kind = 'link'").await, 3);
}

/// L4: together all get in or nobody, and nobody is counted who is not in.
#[sqlx::test]
async fn a_group_gets_in_together_or_not_at_all(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let domains = vec![DomainRule::parse("acme.com", |_| None).unwrap()];
    let link = acme.link(NewLink { domains, usage_limit: Some(5), ..NewLink::default() }).await;
    let three = [
        joiner(&acme, "c@acme.com").await,
        joiner(&acme, "a@acme.com").await,
        joiner(&acme, "b@acme.com").await,
    ];
    let mut db = acme.pool.acquire().await.unwrap();
    let through = |group: &[Joiner]| group.iter().map(|one| (link, one.clone())).collect::<Vec<_>>();
    let members = let_in(&mut db, acme.org, &through(&three)).await.unwrap();
    for (member, joiner) in members.iter().zip(&three) {
        let email = members::find(&mut db, acme.org, member.unwrap()).await.unwrap().address.unwrap();
        assert_eq!(email, joiner.proof.address().to_string(), "each is told of their own membership");
    }
    let [d, e, f] = [
        joiner(&acme, "d@acme.com").await,
        joiner(&acme, "e@acme.com").await,
        joiner(&acme, "f@acme.com").await,
    ];
    let stranger = joiner(&acme, "eve@evil.com").await;
    for group in [
        vec![d.clone(), e.clone(), f],     // one place too few
        vec![d.clone(), stranger],         // one of another domain
        vec![d.clone(), three[0].clone()], // one who is in already
    ] {
        assert!(let_in(&mut db, acme.org, &through(&group)).await.unwrap().iter().all(Option::is_none));
        assert_eq!(policy_of(&acme, link).await.used, 3);
    }
    assert_eq!(refusal(let_in(&mut db, acme.org, &through(&[d.clone(), d.clone()])).await), Raced);
    assert!(let_in(&mut db, acme.org, &through(&[d, e])).await.unwrap().iter().all(Option::is_some));
    assert_eq!(acme.number("select count(*) from members where kind = 'link'").await, 5);
    assert_eq!(policy_of(&acme, link).await.used, 5);
}

/// L6, P3: a removed person's old links are invalid for them; what is made after lets them in.
#[sqlx::test]
async fn who_was_removed_needs_a_link_that_was_made_after(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let old = acme.link(NewLink::default()).await;
    let member = acme.join(old, "ada@acme.com").await.unwrap().member();
    let mut tx = acme.pool.begin().await.unwrap();
    members::remove(&mut tx, &acme.owner, member).await.unwrap();
    tx.commit().await.unwrap();
    for who in ["ada@acme.com", "ADA@ACME.com"] {
        assert_eq!(refusal(acme.join(old, who).await), JoinRefusal::Link(LinkRefusal::Removed), "{who}");
    }
    acme.join(old, "bob@acme.com").await.unwrap();
    let new = acme.link(NewLink::default()).await;
    assert!(matches!(acme.join(new, "ada@acme.com").await, Ok(Joined::Now(_))));
    assert!(matches!(acme.join(old, "ada@acme.com").await, Ok(Joined::Before(_))));
    assert_eq!(acme.number("select sum(used)::bigint from invite_links").await, 3);
}
