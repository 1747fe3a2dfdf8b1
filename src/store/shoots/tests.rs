//! Drafts and submits under real concurrency: one credit, one shoot, one draft. C2 to C5, H1, H2

use futures_util::future::{join, join_all};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::{photo::PhotoRefusal, photo_advice::PhotoAdvice},
    store::{
        drafts::{NewPhoto, NotAdded},
        testing::{Acme, nobody, photo, refusal},
    },
};

const OUT_OF_CREDITS: NotSubmitted = NotSubmitted::Rule(SubmitRefusal::OutOfCredits);

async fn team_of(acme: &Acme, people: usize) -> Vec<MemberId> {
    let mut members = Vec::new();
    for n in 0..people {
        let member = acme.managed(&format!("P{n}"), None).await;
        acme.fill_draft(member, 8).await;
        members.push(member);
    }
    members
}

/// H8: the database knows every kind of advice.
#[sqlx::test]
async fn the_advice_on_a_photo_stays_with_it(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 1).await;
    let person = acme.managed("Ada", None).await;
    let mut db = acme.pool.acquire().await.unwrap();
    for (n, advice) in [&[], PhotoAdvice::ALL].into_iter().enumerate() {
        let photo = NewPhoto { advice, ..photo(n) };
        drafts::add_photo(&mut db, &acme.owner, person, photo, &PhotoLimits::default()).await.unwrap();
    }
    let photos = drafts::photos(&mut db, acme.owner.org, person).await.unwrap();
    assert_eq!(photos.iter().map(|photo| &photo.advice[..]).collect::<Vec<_>>(), [&[], PhotoAdvice::ALL]);
}

/// C2, C3, QUALITY 2
#[sqlx::test]
async fn five_people_and_one_credit_make_one_shoot(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 1).await;
    let people = team_of(&acme, 5).await;
    let answers = join_all(people.iter().map(|person| acme.submit(*person))).await;
    let (submitted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(submitted.len(), 1);
    for answer in refused {
        assert_eq!(refusal(answer), OUT_OF_CREDITS);
    }
    assert_eq!(acme.number("select count(*) from shoots").await, 1);
    assert_eq!(acme.number("select count(*) from jobs where kind = 'generate'").await, 1);
    assert_eq!(acme.number("select count(*) from photos where shoot_id is null").await, 32, "drafts stay");
    assert_eq!(acme.number("select credit_balance::bigint from organizations").await, 0);
    acme.assert_ledger_balances().await;
}

/// C2
#[sqlx::test]
async fn one_draft_submitted_ten_times_at_once_costs_one_credit(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 5).await;
    let person = team_of(&acme, 1).await[0];
    let answers = join_all((0..10).map(|_| acme.submit(person))).await;
    let (submitted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(submitted.len(), 1);
    for answer in refused {
        assert_eq!(refusal(answer), NotSubmitted::Rule(SubmitRefusal::AlreadySubmitted));
    }
    assert_eq!(acme.number("select count(*) from credit_entries where kind = 'shoot'").await, 1);
    assert_eq!(acme.number("select credit_balance::bigint from organizations").await, 4);
    acme.assert_ledger_balances().await;
}

/// C4
#[sqlx::test]
async fn a_draft_that_could_not_be_paid_can_be_submitted_when_credits_come(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 2).await;
    let people = team_of(&acme, 3).await;
    acme.submit(people[0]).await.unwrap();
    acme.submit(people[1]).await.unwrap();
    assert_eq!(refusal(acme.submit(people[2]).await), OUT_OF_CREDITS);
    acme.grant(1).await;
    acme.submit(people[2]).await.unwrap();
    acme.assert_ledger_balances().await;
}

/// H1, H2
#[sqlx::test]
async fn too_few_photos_make_no_shoot(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let person = acme.managed("Ada", None).await;
    acme.fill_draft(person, 7).await;
    let refused = refusal(acme.submit(person).await);
    assert_eq!(refused, NotSubmitted::Rule(SubmitRefusal::TooFewPhotos { have: 7, min: 8 }));
    assert_eq!(acme.number("select credit_balance::bigint from organizations").await, 1);
}

/// H1
#[sqlx::test]
async fn of_thirty_photos_at_once_fifteen_get_in(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 1).await;
    let person = acme.managed("Ada", None).await;
    let adding = (0..30).map(|n| {
        let acme = &acme;
        async move {
            let mut tx = acme.pool.begin().await.unwrap();
            let added =
                drafts::add_photo(&mut tx, &acme.owner, person, photo(n), &PhotoLimits::default()).await;
            tx.commit().await.unwrap();
            added
        }
    });
    let answers = join_all(adding).await;
    let (added, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(added.len(), 15);
    for answer in refused {
        assert_eq!(refusal(answer), NotAdded::Photo(PhotoRefusal::DraftFull { max: 15 }));
    }
}

/// H1
#[sqlx::test]
async fn the_same_picture_sent_twice_at_once_is_in_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let person = acme.managed("Ada", None).await;
    let adding = (0..8).map(|_| async {
        let mut tx = acme.pool.begin().await.unwrap();
        let added = drafts::add_photo(&mut tx, &acme.owner, person, photo(1), &PhotoLimits::default()).await;
        tx.commit().await.unwrap();
        added
    });
    let added = join_all(adding).await.into_iter().filter(Result::is_ok).count();
    assert_eq!(added, 1);
}

/// C5: the photos are a draft again, and one credit is back, however often it fails.
#[sqlx::test]
async fn a_failed_shoot_gives_back_its_photos_and_one_credit(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let person = team_of(&acme, 1).await[0];
    let shoot = acme.submit(person).await.unwrap();
    join_all((0..8).map(|_| async {
        let mut tx = acme.pool.begin().await.unwrap();
        fail(&mut tx, &Actor::system(acme.org), shoot, "No face was found.").await.unwrap();
        tx.commit().await.unwrap();
    }))
    .await;
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(drafts::photos(&mut db, acme.org, person).await.unwrap().len(), 8);
    assert_eq!(latest(&mut db, acme.org, person).await.unwrap().unwrap().state, ShootState::Failed);
    assert!(begin(&mut db, &Actor::system(acme.org), shoot).await.unwrap().is_none());
    assert!(!finish(&mut db, &Actor::system(acme.org), shoot, &[]).await.unwrap());
    assert_eq!(acme.number("select credit_balance::bigint from organizations").await, 1);
    assert_eq!(acme.number("select count(*) from jobs where kind = 'mail'").await, 1);
    acme.submit(person).await.unwrap();
    acme.assert_ledger_balances().await;
}

/// C5, H1, H2: while headshots are made there is no next draft, so that the photos of a failed shoot find
/// room in theirs.
#[sqlx::test]
async fn a_photo_that_comes_after_submitting_is_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let limits = PhotoLimits::default();
    let person = team_of(&acme, 1).await[0];
    let shoot = acme.submit(person).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let late = drafts::add_photo(&mut db, &acme.owner, person, photo(100), &limits).await;
    assert_eq!(refusal(late), NotAdded::Photo(PhotoRefusal::Submitted));
    fail(&mut db, &Actor::system(acme.org), shoot, "No face was found.").await.unwrap();
    drafts::add_photo(&mut db, &acme.owner, person, photo(100), &limits).await.unwrap();
    assert_eq!(drafts::photos(&mut db, acme.org, person).await.unwrap().len(), 9);
}

/// H1, C5: a failed shoot does not count, for its photos are the same draft again.
#[sqlx::test]
async fn a_draft_has_a_number(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 3).await;
    let person = team_of(&acme, 1).await[0];
    let mut db = acme.pool.acquire().await.unwrap();
    let system = Actor::system(acme.org);
    let mut numbers = Vec::new();
    for fails in [true, false] {
        numbers.push(drafts::number(&mut db, acme.org, person).await.unwrap().0);
        let shoot = acme.submit(person).await.unwrap();
        numbers.push(drafts::number(&mut db, acme.org, person).await.unwrap().0);
        begin(&mut db, &system, shoot).await.unwrap();
        if fails {
            fail(&mut db, &system, shoot, "No face was found.").await.unwrap();
        } else {
            assert!(finish(&mut db, &system, shoot, &[]).await.unwrap());
        }
    }
    numbers.push(drafts::lock_number(&mut db, acme.org, person).await.unwrap().0);
    assert_eq!(numbers, [1, 2, 1, 2, 2]);
}

/// H3, N9: of two workers that made the same headshots, one makes the shoot ready.
#[sqlx::test]
async fn a_shoot_becomes_ready_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let person = team_of(&acme, 1).await[0];
    let shoot = acme.submit(person).await.unwrap();
    let headshot = NewHeadshot { id: HeadshotId(fresh_id()), width: 800, height: 1000 };
    let finishing = (0..8).map(|_| async {
        let mut tx = acme.pool.begin().await.unwrap();
        assert!(
            begin(&mut tx, &Actor::system(acme.org), shoot)
                .await
                .unwrap()
                .is_none_or(|task| task.photos.len() == 8)
        );
        let finished = finish(&mut tx, &Actor::system(acme.org), shoot, &[headshot]).await.unwrap();
        tx.commit().await.unwrap();
        finished
    });
    assert_eq!(join_all(finishing).await.into_iter().filter(|finished| *finished).count(), 1);
    assert_eq!(acme.number("select count(*) from headshots").await, 1);
    assert_eq!(acme.number("select count(*) from jobs where kind = 'mail'").await, 1);
}

/// P3, C3: whoever is first, no shoot is left without its member, and the ledger balances.
#[sqlx::test]
async fn removing_somebody_who_submits_leaves_no_half_shoot(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 60).await;
    let (mut first, mut late) = (0, 0);
    for (round, person) in (0..).zip(team_of(&acme, 60).await) {
        let removing = async {
            acme.dawdle(round % 3).await;
            let mut tx = acme.pool.begin().await.unwrap();
            members::remove(&mut tx, &acme.owner, person).await.unwrap();
            tx.commit().await.unwrap();
        };
        let submitting = async {
            acme.dawdle(round / 3 % 3).await;
            acme.submit(person).await
        };
        match join(submitting, removing).await {
            (Ok(_), ()) => first += 1,
            (answer, ()) => {
                assert_eq!(refusal(answer), NotSubmitted::Unknown(UnknownMember));
                late += 1;
            }
        }
    }
    assert!(first > 0 && late > 0, "the race always went the same way: {first} to {late}");
    let left = "select (select count(*) from shoots) + (select count(*) from photos)";
    assert_eq!(acme.number(left).await, 0);
    assert_eq!(acme.number("select count(*) from credit_entries where kind = 'shoot'").await, first);
    let kept = "select count(distinct photo) from jobs, jsonb_array_elements(payload -> 'delete_pictures' -> 'photos') photo";
    assert_eq!(acme.number(kept).await, 60 * 8, "each photo is deleted from the storage by a job");
    acme.assert_ledger_balances().await;
}

/// H1: what is submitted stays submitted.
#[sqlx::test]
async fn only_a_draft_gives_photos_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let person = acme.managed("Ada", None).await;
    let photos = acme.fill_draft(person, 9).await;
    let mut db = acme.pool.acquire().await.unwrap();
    assert!(!drafts::remove_photo(&mut db, &nobody(), person, photos[0]).await.unwrap());
    assert!(drafts::remove_photo(&mut db, &acme.owner, person, photos[0]).await.unwrap());
    assert!(!drafts::remove_photo(&mut db, &acme.owner, person, photos[0]).await.unwrap());
    acme.submit(person).await.unwrap();
    assert!(!drafts::remove_photo(&mut db, &acme.owner, person, photos[1]).await.unwrap());
    assert_eq!(latest(&mut db, acme.org, person).await.unwrap().unwrap().photos, 8);
}

/// C4
#[sqlx::test]
async fn leads_are_told_once_a_day_that_credits_are_gone(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let person = acme.managed("Ada", None).await;
    let telling = || async {
        let mut tx = acme.pool.begin().await.unwrap();
        tell_leads(&mut tx, &acme.owner, person).await.unwrap();
        tx.commit().await.unwrap();
    };
    join_all((0..8).map(|_| telling())).await;
    assert_eq!(acme.number("select count(*) from jobs where kind = 'mail'").await, 1);
    acme.execute("update organizations set out_of_credits_told_at = now() - interval '2 days'")
        .await
        .unwrap();
    telling().await;
    assert_eq!(acme.number("select count(*) from jobs where kind = 'mail'").await, 2);
}
