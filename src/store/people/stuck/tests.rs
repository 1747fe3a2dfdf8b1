//! Who is stuck, and how often they are reminded by themselves. I15, I10, N9

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::people::PeopleQuery,
    store::{opt_outs, testing::Acme},
};

impl Acme {
    /// A member with an account who joined so many days ago.
    async fn joined_ago(&self, who: &str, days: i32) -> MemberId {
        let member = self.accept(self.invite(who).await).await.unwrap();
        self.execute(&format!(
            "update members set joined_at = now() - interval '{days} days' where id = '{member}'"
        ))
        .await
        .unwrap();
        member
    }

    async fn due(&self) -> Vec<MemberId> {
        let due = due_photo_reminders(&mut self.pool.acquire().await.unwrap()).await.unwrap();
        due.into_iter().map(|(_, member)| member).collect()
    }

    async fn remind_the_stuck(&self, due: &[MemberId]) -> usize {
        let mut tx = self.pool.begin().await.unwrap();
        let reminded = remind_of_photos(&mut tx, &Actor::system(self.org), due).await.unwrap();
        tx.commit().await.unwrap();
        reminded
    }
}

/// I15: who joined or added a photo lately is not stuck, nor who has no account or has submitted.
#[sqlx::test]
async fn who_gets_no_further_for_days_is_stuck(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 9).await;
    let ada = acme.joined_ago("ada@acme.com", 4).await;
    acme.joined_ago("bob@acme.com", 2).await;
    let cleo = acme.joined_ago("cleo@acme.com", 9).await;
    let adding = acme.fill_draft(cleo, 2).await;
    let dora = acme.joined_ago("dora@acme.com", 9).await;
    acme.fill_draft(dora, 8).await;
    acme.submit(dora).await.unwrap();
    acme.managed("Eva", None).await;
    acme.execute("update members set joined_at = now() - interval '9 days' where account_id is null or kind = 'founder'")
        .await
        .unwrap();
    assert_eq!(acme.due().await, [ada], "somebody added a photo just now");
    acme.execute(&format!(
        "update photos set created_at = now() - interval '5 days' where id in ('{}', '{}')",
        adding[0], adding[1]
    ))
    .await
    .unwrap();
    assert_eq!(acme.due().await, [cleo, ada], "those first who have been stuck for the longest");
    let mut db = acme.pool.acquire().await.unwrap();
    let mut counted = count_stuck(&mut db, acme.org).await.unwrap();
    counted.sort_by_key(|(stage, _)| stage.as_str());
    assert_eq!(counted, [(Stage::AddingPhotos, 1), (Stage::Joined, 1)]);
    let joined = stuck(&mut db, acme.org, Stage::Joined, 10).await.unwrap();
    assert_eq!(joined.iter().map(|selected| selected.id).collect::<Vec<_>>(), [ada.into()]);
}

/// I15, P1: the list of those who are stuck has the people whom the dashboard counts, and nobody else.
#[sqlx::test]
async fn the_list_of_those_who_are_stuck_agrees_with_their_number(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 9).await;
    let ada = acme.joined_ago("ada@acme.com", 4).await;
    acme.joined_ago("bob@acme.com", 2).await;
    let cleo = acme.joined_ago("cleo@acme.com", 9).await;
    acme.fill_draft(cleo, 2).await;
    let dora = acme.joined_ago("dora@acme.com", 9).await;
    acme.execute("update photos set created_at = now() - interval '5 days'").await.unwrap();
    acme.managed("Eva", None).await;
    acme.invite("fay@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    let counted = count_stuck(&mut db, acme.org).await.unwrap();
    for (stage, people) in [(Stage::Joined, vec![ada, dora]), (Stage::AddingPhotos, vec![cleo])] {
        let people: Vec<PersonId> = people.into_iter().map(PersonId::from).collect();
        let query = PeopleQuery { stage: Some(stage), stuck: true, ..PeopleQuery::default() };
        let numbers = super::super::counts(&mut db, acme.org, &query).await.unwrap();
        assert!(counted.contains(&(stage, numbers.matching(&query))), "{counted:?} {numbers:?}");
        assert_eq!((numbers.all(), numbers.invites), (3, 0));
        let mut listed = super::super::page(&mut db, acme.org, &query).await.unwrap().people;
        assert_eq!(super::super::matching(&mut db, acme.org, &query, 9).await.unwrap(), listed);
        listed.sort();
        let mut expected = people;
        expected.sort();
        assert_eq!(listed, expected);
    }
}

/// I15: twice, a few days apart, and not where it is switched off.
#[sqlx::test]
async fn the_stuck_are_reminded_as_often_as_the_organization_says(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 9).await;
    let ada = acme.joined_ago("ada@acme.com", 20).await;
    acme.execute("delete from jobs").await.unwrap();
    for round in 1..=2 {
        assert_eq!(acme.due().await, [ada]);
        assert_eq!(acme.remind_the_stuck(&[ada]).await, 1);
        assert_eq!(acme.number("select count(*) from jobs").await, round);
        assert!(acme.due().await.is_empty(), "not twice on one day");
        assert_eq!(acme.remind_the_stuck(&[ada]).await, 0);
        acme.execute(
            "update members set reminded_at = now() - interval '4 days' where reminded_at is not null",
        )
        .await
        .unwrap();
    }
    assert!(acme.due().await.is_empty(), "twice is enough");
    let mut db = acme.pool.acquire().await.unwrap();
    let mut reminders = photo_reminders(&mut db, acme.org).await.unwrap();
    assert_eq!((reminders.by_itself, reminders.days, reminders.times), (true, 3, 2));
    reminders.times = 3;
    set_photo_reminders(&mut db, &acme.owner, reminders).await.unwrap();
    assert_eq!(acme.due().await, [ada]);
    reminders.by_itself = false;
    set_photo_reminders(&mut db, &acme.owner, reminders).await.unwrap();
    assert!(acme.due().await.is_empty());
    assert_eq!(acme.remind_the_stuck(&[ada]).await, 0);
}

/// I10, I15: who unsubscribed is left in peace, by whoever reminds.
#[sqlx::test]
async fn who_unsubscribed_is_not_reminded(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 9).await;
    let ada = acme.joined_ago("ada@acme.com", 20).await;
    let mut db = acme.pool.acquire().await.unwrap();
    opt_outs::opt_out(&mut db, &acme.owner, "ada@acme.com").await.unwrap();
    assert!(acme.due().await.is_empty());
    assert!(count_stuck(&mut db, acme.org).await.unwrap().is_empty());
    let selected = [Selected { id: ada.into(), called: "Ada".into(), is_invite: false }];
    let plan = super::super::remind_members(&mut db, &acme.owner, &selected).await.unwrap();
    assert!(plan.done.is_empty(), "{plan:?}");
}

/// I15, N9
#[sqlx::test]
async fn of_several_servers_at_once_one_reminds(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 9).await;
    let ada = acme.joined_ago("ada@acme.com", 20).await;
    let bob = acme.joined_ago("bob@acme.com", 20).await;
    acme.execute("delete from jobs").await.unwrap();
    let due = [bob, ada];
    let reminded = join_all((0..6).map(|_| acme.remind_the_stuck(&due))).await;
    assert_eq!(reminded.into_iter().sum::<usize>(), 2);
    assert_eq!(acme.number("select count(*) from jobs").await, 2);
}
