//! Links under real concurrency: exactly as many get in as the link says. L3 to L6, M5, QUALITY 1, 6

use futures_util::future::{join, join_all};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::{
        ids::MemberId,
        invite::InviteRefusal,
        joining::{JoinRefusal, Joined},
        link::LinkRefusal,
    },
    store::testing::{Acme, found, joiner, nobody, refusal},
};

fn limited_to(people: i32) -> NewLink<'static> {
    NewLink { usage_limit: Some(people), ..NewLink::default() }
}

fn only(domain: &str) -> NewLink<'static> {
    NewLink { domains: vec![DomainRule::parse(domain, |_| None).unwrap()], ..NewLink::default() }
}

async fn count_joined(acme: &Acme) -> i64 {
    acme.number("select count(*) from members where kind = 'link'").await
}

async fn count_used(acme: &Acme) -> i64 {
    acme.number("select sum(used) from invite_links").await
}

/// L4, QUALITY 1
#[sqlx::test]
async fn of_five_hundred_at_once_exactly_the_fifty_that_fit_get_in(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 24, 1).await;
    let link = acme.link(limited_to(50)).await;
    let people: Vec<String> = (0..500).map(|n| format!("p{n}@acme.com")).collect();
    let answers = join_all(people.iter().map(|person| acme.join(link, person))).await;
    let (joined, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((joined.len(), refused.len()), (50, 450));
    for answer in refused {
        assert_eq!(refusal(answer), JoinRefusal::Link(LinkRefusal::Full));
    }
    assert_eq!(count_joined(&acme).await, 50);
    assert_eq!(count_used(&acme).await, 50);
}

/// L4, QUALITY 1
#[sqlx::test]
async fn the_same_person_twenty_times_at_once_takes_one_place(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 1).await;
    let link = acme.link(limited_to(50)).await;
    let answers = join_all((0..20).map(|_| acme.join(link, "ada@acme.com"))).await;
    let members: Vec<MemberId> = answers.into_iter().map(|answer| answer.unwrap().member()).collect();
    assert!(members.iter().all(|member| *member == members[0]), "one person, one member");
    assert_eq!(count_joined(&acme).await, 1);
    assert_eq!(count_used(&acme).await, 1);
}

/// L4
#[sqlx::test]
async fn whoever_took_the_last_place_still_gets_in_when_they_retry(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 20, 1).await;
    let link = acme.link(limited_to(1)).await;
    let answers = join_all((0..20).map(|_| acme.join(link, "ada@acme.com"))).await;
    let members: Vec<MemberId> = answers.into_iter().map(|answer| answer.unwrap().member()).collect();
    assert!(members.iter().all(|member| *member == members[0]));
    assert_eq!(count_used(&acme).await, 1);
}

/// L4
#[sqlx::test]
async fn the_last_place_goes_to_one_of_twenty(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 1).await;
    for round in 0..10 {
        let link = acme.link(limited_to(1)).await;
        let people: Vec<String> = (0..20).map(|n| format!("p{n}-{round}@acme.com")).collect();
        let answers = join_all(people.iter().map(|person| acme.join(link, person))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    }
    assert_eq!(count_joined(&acme).await, 10);
}

/// L5, QUALITY 6: what the revocation counted is what there is, whatever came at the same moment.
#[sqlx::test]
async fn nobody_gets_in_after_a_revocation(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let (mut early, mut late) = (0, 0);
    for round in 0..500 {
        let link = acme.link(NewLink::default()).await;
        let revoking = async {
            acme.dawdle(round % 6).await;
            let mut db = acme.pool.acquire().await.unwrap();
            revoke(&mut db, &acme.owner, link).await.unwrap()
        };
        let people: Vec<String> = (0..3).map(|n| format!("p{n}-{round}@acme.com")).collect();
        let joining = join_all(people.iter().map(|person| acme.join(link, person)));
        let (used, answers) = join(revoking, joining).await;
        let joined = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(joined, usize::try_from(used).unwrap(), "round {round}: somebody came in late");
        (early, late) = (early + joined, late + 3 - joined);
        for answer in answers.into_iter().filter(Result::is_err) {
            assert_eq!(refusal(answer), JoinRefusal::Link(LinkRefusal::Revoked));
        }
    }
    assert_eq!(count_joined(&acme).await, count_used(&acme).await);
    assert!(early > 0 && late > 0, "the race always went the same way: {early} to {late}");
}

/// L5: a transaction that began in time and comes to the link too late is too late.
#[sqlx::test]
async fn a_join_that_was_held_up_beyond_the_expiry_is_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let mut tx = acme.pool.begin().await.unwrap();
    let ada = joiner(&mut tx, "ada@acme.com").await;
    acme.execute("update invite_links set expires_at = clock_timestamp() + interval '20 ms'").await.unwrap();
    acme.execute("select pg_sleep(0.05)").await.unwrap();
    let late = redeem(&mut tx, acme.org, link, &ada).await;
    assert_eq!(refusal(late), JoinRefusal::Link(LinkRefusal::Expired));
}

/// L5, QUALITY 6
#[sqlx::test]
async fn nobody_gets_in_after_the_expiry(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 1).await;
    let link = acme.link(NewLink::default()).await;
    acme.execute("update invite_links set expires_at = clock_timestamp() + interval '150 ms'").await.unwrap();
    let crowd = (0..16).map(|worker| {
        let acme = &acme;
        async move {
            let mut joined = 0;
            for n in 0.. {
                match acme.join(link, &format!("p{worker}-{n}@acme.com")).await {
                    Ok(_) => joined += 1,
                    Err(Error::Refused(JoinRefusal::Link(LinkRefusal::Expired))) => break,
                    Err(error) => panic!("{error:?}"),
                }
            }
            joined
        }
    });
    let joined: i64 = join_all(crowd).await.into_iter().sum();
    assert!(joined > 0, "the race was never won, so nothing was tried");
    assert_eq!((count_joined(&acme).await, count_used(&acme).await), (joined, joined));
    let late = "select count(*) from members m join invite_links l on l.id = m.link_id
                where m.joined_at >= l.expires_at";
    assert_eq!(acme.number(late).await, 0);
}

/// L5, QUALITY 6: an expiry that comes while people join, five hundred times over.
#[sqlx::test]
async fn whoever_races_the_expiry_gets_in_before_it_or_not_at_all(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 8, 1).await;
    let (mut early, mut late) = (0, 0);
    for round in 0..500_u32 {
        let link = acme.link(NewLink::default()).await;
        let wait = f64::from(round % 8) * 0.4;
        let soon = format!(
            "update invite_links set expires_at = clock_timestamp() + interval '{wait} ms' where id = '{link}'"
        );
        acme.execute(&soon).await.unwrap();
        let people: Vec<String> = (0..3).map(|n| format!("p{n}-{round}@acme.com")).collect();
        for answer in join_all(people.iter().map(|person| acme.join(link, person))).await {
            match answer {
                Ok(_) => early += 1,
                Err(Error::Refused(JoinRefusal::Link(LinkRefusal::Expired))) => late += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    assert!(early > 0 && late > 0, "the race always went the same way: {early} to {late}");
    assert_eq!((count_joined(&acme).await, count_used(&acme).await), (early, early));
    // A member's row is begun before the guard is judged, so none is as late as the expiry.
    let too_late = "select count(*) from members m join invite_links l on l.id = m.link_id
                    where m.joined_at >= l.expires_at";
    assert_eq!(acme.number(too_late).await, 0);
}

/// L3
#[sqlx::test]
async fn the_domain_rule_judges_the_proven_address(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let exact = acme.link(only("acme.com")).await;
    let below = acme.link(only("*.acme.com")).await;
    for stranger in ["ada@acme.com.evil.com", "ada@notacme.com", "ada@sub.acme.com"] {
        assert!(
            matches!(
                refusal(acme.join(exact, stranger).await),
                JoinRefusal::Link(LinkRefusal::WrongDomain { .. })
            ),
            "{stranger}"
        );
    }
    acme.join(exact, "ada@ACME.com").await.unwrap();
    acme.join(below, "bob@sub.acme.com").await.unwrap();
    refusal(acme.join(below, "eve@acme.com").await);
    assert_eq!(count_joined(&acme).await, 2);
}

/// M5, L4
#[sqlx::test]
async fn a_managed_member_who_joins_takes_no_place_and_stays_one_row(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 16, 1).await;
    let managed = acme.managed("Ada", Some("ada@acme.com")).await;
    let link = acme.link(limited_to(1)).await;
    let answers = join_all((0..16).map(|_| acme.join(link, "Ada@Acme.com"))).await;
    for answer in answers {
        assert_eq!(answer.unwrap(), Joined::Before(managed));
    }
    assert_eq!(acme.number("select count(*) from members where email = 'ada@acme.com'").await, 1);
    assert_eq!(count_used(&acme).await, 0);
}

/// M5: the link and the invite of one person, pressed at the same moment.
#[sqlx::test]
async fn an_invite_and_a_link_at_once_make_one_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let link = acme.link(NewLink::default()).await;
    for round in 0..50 {
        let who = format!("p{round}@acme.com");
        let invite = acme.invite(&who).await;
        let (by_link, by_invite) = join(acme.join(link, &who), acme.accept(invite)).await;
        let member = by_link.unwrap().member();
        match by_invite {
            Ok(by_invite) => assert_eq!(by_invite, member),
            // The link was faster, and closed the invite. J7
            Err(error) => assert_eq!(refusal(Err::<(), _>(error)), InviteRefusal::Joined),
        }
    }
    assert_eq!(acme.number("select count(*) from members").await, 51);
    assert_eq!(count_joined(&acme).await, count_used(&acme).await);
}

/// L6
#[sqlx::test]
async fn revoking_removes_nobody_and_is_done_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    acme.join(link, "ada@acme.com").await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(revoke(&mut db, &acme.owner, link).await.unwrap(), 1);
    assert_eq!(refusal(revoke(&mut db, &acme.owner, link).await), NotLive);
    assert_eq!(count_joined(&acme).await, 1);
}

/// N2
#[sqlx::test]
async fn another_organization_finds_no_link_of_ours(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    for foreign in [other, nobody()] {
        assert!(find(&mut db, foreign.org, link).await.unwrap().is_none());
        assert_eq!(refusal(revoke(&mut db, &foreign, link).await), NotLive);
    }
}

/// C1, L1
#[sqlx::test]
async fn a_link_needs_a_credit_and_a_later_time(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let refused = refusal(create(&mut db, &acme.owner, &NewLink::default()).await);
    assert_eq!(refused, CreateRefusal::OutOfCredits(OutOfCredits));
    acme.grant(1).await;
    let past = NewLink { expires_at: Some(Moment::from_unix_millis(0)), ..NewLink::default() };
    assert_eq!(refusal(create(&mut db, &acme.owner, &past).await), CreateRefusal::ExpiryPassed);
    assert!(list(&mut db, acme.org).await.unwrap().is_empty());
}

/// L2: a list that is full says so, and does not grow with what was revoked long ago
#[sqlx::test]
async fn links_that_are_revoked_make_room(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    sqlx::query(
        "insert into invite_links (org_id, id, created_by_name, created_at)
         select $1, gen_random_uuid(), 'Lena', now() - interval '1 day' from generate_series(1, $2)",
    )
    .bind(acme.org.0)
    .bind(LINKS_MAX)
    .execute(&mut *db)
    .await
    .unwrap();
    let refused = refusal(create(&mut db, &acme.owner, &NewLink::default()).await);
    assert_eq!(refused, CreateRefusal::TooMany);
    let all = list(&mut db, acme.org).await.unwrap();
    let revoked = REVOKED_SHOWN + 10;
    for link in &all[..usize::try_from(revoked).unwrap()] {
        revoke(&mut db, &acme.owner, link.id).await.unwrap();
    }
    create(&mut db, &acme.owner, &NewLink::default()).await.unwrap();
    let shown = list(&mut db, acme.org).await.unwrap();
    assert_eq!(i64::try_from(shown.len()).unwrap(), LINKS_MAX - revoked + 1 + REVOKED_SHOWN);
    assert!(shown.iter().all(|link| link.id != all[0].id), "the one that was revoked first is left out");
    assert!(
        find(&mut db, acme.org, all[0].id).await.unwrap().is_some(),
        "its page still says that it is revoked"
    );
}
