//! Pictures go when their time is over, not before it was said, and all of them. H5

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::ids::HeadshotId,
    store::{
        fresh_id,
        shoots::{self, NewHeadshot},
        testing::Acme,
    },
};

impl Acme {
    /// A shoot that became ready so many days ago.
    async fn ready_since(&self, days: i32) -> ShootId {
        let member = self.managed(&format!("Ready {days}"), None).await;
        let shoot = {
            self.fill_draft(member, 8).await;
            self.submit(member).await.unwrap()
        };
        let mut tx = self.pool.begin().await.unwrap();
        shoots::begin(&mut tx, self, shoot).await.unwrap().unwrap();
        let headshot = NewHeadshot { id: HeadshotId(fresh_id()), width: 800, height: 1000 };
        assert!(shoots::finish(&mut tx, self, shoot, &[headshot]).await.unwrap());
        tx.commit().await.unwrap();
        self.execute(&format!(
            "update shoots set finished_at = now() - interval '{days} days',
                    pictures_until = pictures_until - interval '{days} days' where id = '{shoot}'"
        ))
        .await
        .unwrap();
        shoot
    }

    async fn choose(&self, days: Option<i16>) {
        let mut tx = self.pool.begin().await.unwrap();
        choose(&mut tx, self, days).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn due_for_deletion(&self) -> Vec<ShootId> {
        let due = due(&mut self.pool.acquire().await.unwrap(), 10).await.unwrap();
        due.into_iter().map(|(_, shoot)| shoot).collect()
    }

    async fn let_days_pass(&self, days: i32) {
        let passed = format!("update shoots set pictures_until = pictures_until - interval '{days} days'");
        self.execute(&passed).await.unwrap();
    }
}

/// H5: an old shoot has its notice, a later one its days; who changes their mind in time loses nothing.
#[sqlx::test]
async fn nothing_goes_before_its_time(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 5).await;
    let old = acme.ready_since(100).await;
    acme.choose(Some(30)).await;
    assert_eq!(acme.due_for_deletion().await, []);
    let new = acme.ready_since(0).await;
    acme.let_days_pass(8).await;
    assert_eq!(acme.due_for_deletion().await, [old]);
    acme.choose(None).await;
    assert_eq!(acme.due_for_deletion().await, []);
    acme.choose(Some(7)).await;
    acme.let_days_pass(8).await;
    let mut due = acme.due_for_deletion().await;
    due.sort();
    let mut both = [old, new];
    both.sort();
    assert_eq!(due, both);
}

/// H5, N8, N9: photos and headshots, once, with the job that deletes their files; and not where the choice was
/// taken back meanwhile.
#[sqlx::test]
async fn all_pictures_of_a_shoot_go_together(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 5).await;
    let shoot = acme.ready_since(10).await;
    let delete = async || {
        let mut tx = acme.pool.begin().await.unwrap();
        let member = shoots::delete_pictures(&mut tx, &acme, shoot).await.unwrap();
        tx.commit().await.unwrap();
        member
    };
    acme.choose(Some(7)).await;
    assert_eq!(delete().await, None, "it was only just said");
    acme.let_days_pass(8).await;
    acme.choose(None).await;
    assert_eq!(delete().await, None, "taken back in time");
    acme.choose(Some(7)).await;
    acme.let_days_pass(8).await;
    assert!(delete().await.is_some());
    assert_eq!(delete().await, None, "gone already");
    assert_eq!(
        acme.number("select count(*) from photos").await
            + acme.number("select count(*) from headshots").await,
        0
    );
    assert_eq!(acme.number("select count(*) from jobs where kind = 'delete_pictures'").await, 1);
    assert_eq!(acme.number("select count(*) from shoots where pictures_deleted_at is not null").await, 1);
}
