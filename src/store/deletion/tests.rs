//! An organization goes a week after its Owner said so, all of it, and no other. P8

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{
    links::NewLink,
    teams,
    testing::{Acme, found},
};

impl Acme {
    async fn ask_deletion(&self, typed: &str) -> Result<(), Error<NotDeleted>> {
        let mut tx = self.pool.begin().await?;
        ask(&mut tx, self, typed).await?;
        Ok(tx.commit().await?)
    }

    /// Deletes all that is due, each batch in a transaction of its own; says how many there were.
    async fn delete_due(&self) -> usize {
        let mut batches = 0;
        while let Some(org) = next_due(&mut self.pool.acquire().await.unwrap()).await.unwrap() {
            let mut tx = self.pool.begin().await.unwrap();
            delete_some(&mut tx, &Actor::system(org)).await.unwrap();
            tx.commit().await.unwrap();
            batches += 1;
        }
        batches
    }
}

/// P8: the name is typed, every lead is told, and a week is a week.
#[sqlx::test]
async fn an_organization_is_due_a_week_after_its_name_was_typed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    assert!(matches!(acme.ask_deletion("acme").await, Err(Error::Refused(NotDeleted::OtherName { .. }))));
    assert_eq!(acme.number("select count(*) from jobs").await, 0);
    acme.ask_deletion(" Acme ").await.unwrap();
    acme.ask_deletion("Acme").await.unwrap();
    assert_eq!(acme.number("select count(*) from jobs where payload::text like '%deletion_asked%'").await, 1);
    assert_eq!(acme.delete_due().await, 0);
    let mut tx = acme.pool.begin().await.unwrap();
    take_back(&mut tx, &acme).await.unwrap();
    assert!(matches!(take_back(&mut tx, &acme).await, Err(Error::Refused(NotDeleted::NotAsked))));
    tx.commit().await.unwrap();
    acme.execute("update organizations set deletion_due_at = deletion_due_at - interval '8 days'")
        .await
        .unwrap();
    assert_eq!(acme.delete_due().await, 0);
}

/// P8: what has begun is not taken back, also by who asked for that at the moment when it began.
#[sqlx::test]
async fn a_deletion_that_begins_meanwhile_is_not_taken_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.ask_deletion("Acme").await.unwrap();
    acme.execute("update organizations set deletion_due_at = now() - interval '1 minute'").await.unwrap();
    let mut beginning = acme.pool.begin().await.unwrap();
    assert!(delete_some(&mut beginning, &Actor::system(acme.org)).await.unwrap());
    let mut taking = acme.pool.begin().await.unwrap();
    let begin = async {
        acme.until_somebody_waits().await;
        beginning.commit().await.unwrap();
    };
    let (taken_back, ()) = tokio::join!(take_back(&mut taking, &acme), begin);
    assert!(matches!(taken_back, Err(Error::Refused(NotDeleted::NotAsked))), "{taken_back:?}");
}

/// P8, C3, P7, N8: nothing is left but the ledger and the log, and nobody's name in either; another
/// organization keeps everything.
#[sqlx::test]
async fn nothing_is_left_but_what_has_to_be(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 5).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    teams::create(&mut acme.pool.acquire().await.unwrap(), &other, "Theirs").await.unwrap();
    let member = acme.managed("Bob", Some("bob@acme.com")).await;
    acme.fill_draft(member, 8).await;
    acme.submit(member).await.unwrap();
    acme.invite("eve@acme.com").await;
    let link = acme.link(NewLink::default()).await;
    acme.join(link, "ada@acme.com").await.unwrap();
    teams::create(&mut acme.pool.acquire().await.unwrap(), &acme, "Sales").await.unwrap();
    acme.ask_deletion("Acme").await.unwrap();
    acme.execute("update organizations set deletion_due_at = deletion_due_at - interval '8 days'")
        .await
        .unwrap();
    assert!(acme.delete_due().await > 4);

    let tables: Vec<String> = sqlx::query_scalar(
        "select c.table_name::text from information_schema.columns c
         join information_schema.tables t using (table_schema, table_name)
         where c.table_schema = 'public' and c.column_name = 'org_id' and t.table_type = 'BASE TABLE'",
    )
    .fetch_all(&acme.pool)
    .await
    .unwrap();
    assert!(tables.len() > 15, "{tables:?}");
    for table in tables {
        let stays = ["credit_entries", "audit_entries", "deleted_organizations"].contains(&&*table);
        let rows = acme.number(&format!("select count(*) from {table} where org_id = '{}'", acme.org)).await;
        assert_eq!(rows > 0, stays, "{table} has {rows} rows");
    }
    let named = "select count(*) from audit_entries
                 where coalesce(actor_name, object_name, network, detail) is not null and org_id = ";
    assert_eq!(acme.number(&format!("{named} '{}'", acme.org)).await, 0);
    let named = "select count(*) from credit_entries where (who <> '' or note is not null) and org_id = ";
    assert_eq!(acme.number(&format!("{named} '{}'", acme.org)).await, 0);
    assert_eq!(acme.number("select count(*) from jobs where kind = 'delete_files'").await, 1);
    assert_eq!(acme.number("select count(*) from members").await, 1);
    assert_eq!(acme.number("select count(*) from teams").await, 1);
    // Not even now does anybody change what was paid.
    for forged in ["set change = 7", "set who = 'Eve'", "set created_at = now()"] {
        assert!(acme.execute(&format!("update credit_entries {forged}")).await.is_err(), "{forged}");
    }
    assert!(acme.execute("delete from credit_entries").await.is_err());
}
