//! What was kept long enough goes, what was not stays, however many servers delete. N3, N9, I11

use std::collections::BTreeSet;

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{
    audit,
    links::NewLink,
    testing::{Acme, found},
};

impl Acme {
    /// Rows of each table that is deleted from, made so long ago. Jobs come in each state.
    async fn rows_of(&self, age: &str) {
        let link = self.link(NewLink::default()).await;
        let org = self.org;
        for statement in [
            format!(
                "insert into login_codes (id, purpose, email, address, browser_hash, network, expires_at)
                 select gen_random_uuid(), 'sign_in', 'a@b.com', 'a@b.com', '', '', now() - interval '{age}'"
            ),
            format!(
                "insert into code_guesses (network, guesses, began_at)
                 values (gen_random_uuid()::text, 1, now() - interval '{age}')"
            ),
            format!(
                "insert into logins (id, account_id, secret_hash, device, network, expires_at)
                 select gen_random_uuid(), (select id from accounts limit 1), gen_random_uuid()::text::bytea,
                        '', '', now() - interval '{age}'"
            ),
            format!(
                "insert into link_waiters (org_id, id, link_id, email, address, network, created_at)
                 select '{org}', gen_random_uuid(), '{link}', 'a@b.com', 'a@b.com', '', now() - interval '{age}'"
            ),
            format!(
                "insert into jobs (id, kind, payload, state, finished_at, created_at)
                 select gen_random_uuid(), 'mail', '{{}}', state,
                        case when state <> 'waiting' then now() - interval '{age}' end, now() - interval '{age}'
                 from unnest('{{done,failed,waiting}}'::text[]) as state"
            ),
            format!(
                "insert into invite_batches (org_id, id, created_at)
                 values ('{org}', gen_random_uuid(), now() - interval '{age}')"
            ),
            format!(
                "insert into recipient_mail_counts (email, mails, began_at)
                 values (gen_random_uuid()::text, 1, now() - interval '{age}')"
            ),
            format!(
                "insert into sign_ins (org_id, id, revision, purpose, browser_hash, network, expires_at)
                 values ('{org}', gen_random_uuid(), gen_random_uuid(), 'sign_in', '', '', now() - interval '{age}')"
            ),
        ] {
            self.execute(&statement).await.unwrap();
        }
    }

    /// How many rows there are in each of the tables.
    async fn counted(&self) -> Vec<i64> {
        let tables = [
            "login_codes",
            "code_guesses",
            "logins",
            "link_waiters",
            "jobs",
            "invite_batches",
            "recipient_mail_counts",
            "sign_ins",
        ];
        let mut counts = Vec::new();
        for table in tables {
            counts.push(self.number(&format!("select count(*) from {table}")).await);
        }
        counts
    }
}

/// N3, I11
#[sqlx::test]
async fn each_thing_goes_when_its_time_is_over(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    for age in ["23 hours", "47 hours", "29 days", "89 days", "91 days"] {
        acme.rows_of(age).await;
    }
    assert_eq!(acme.counted().await, [5, 5, 5, 5, 15, 5, 5, 5]);
    let deleted = delete_old(&acme.pool.clone().into()).await.unwrap();
    // A job that waits stays, however old.
    assert_eq!(acme.counted().await, [1, 2, 1, 4, 13, 3, 2, 1]);
    assert_eq!(deleted, 23);
    assert_eq!(delete_old(&acme.pool.clone().into()).await.unwrap(), 0);
}

/// N9: more than a batch, by several servers at once.
#[sqlx::test]
async fn several_servers_delete_everything_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 6, 0).await;
    let many = 2 * BATCH + 1;
    acme.execute(&format!(
        "insert into recipient_mail_counts (email, mails, began_at)
         select n::text, 1, now() - interval '3 days' from generate_series(1, {many}) n"
    ))
    .await
    .unwrap();
    let pool = acme.pool.clone().into();
    let deleted = join_all((0..4).map(|_| delete_old(&pool))).await;
    assert_eq!(deleted.into_iter().map(Result::unwrap).sum::<u64>(), many.unsigned_abs());
    assert_eq!(acme.number("select count(*) from recipient_mail_counts").await, 0);
}

/// N9: a send goes on while its recipients' old counters are deleted.
#[sqlx::test]
async fn what_somebody_holds_is_left_for_the_next_time(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    acme.rows_of("1 year").await;
    let mut holder = acme.pool.begin().await.unwrap();
    sqlx::query("select from recipient_mail_counts for update").execute(&mut *holder).await.unwrap();
    delete_old(&acme.pool.clone().into()).await.unwrap();
    assert_eq!(acme.counted().await, [0, 0, 0, 0, 1, 0, 1, 0]);
    drop(holder);
    assert_eq!(delete_old(&acme.pool.clone().into()).await.unwrap(), 1);
}

/// P7: each organization keeps its log for as long as it says, in more than a batch.
#[sqlx::test]
async fn each_organization_keeps_its_log_for_as_long_as_it_says(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let many = BATCH + 5;
    for org in [acme.org, other.org] {
        acme.execute(&format!(
            "insert into audit_entries (org_id, id, act, actor_kind, created_at)
             select '{org}', gen_random_uuid(), 'link_paused', 'operator', now() - interval '200 days'
             from generate_series(1, {many})"
        ))
        .await
        .unwrap();
    }
    assert_eq!(delete_old(&acme.pool.clone().into()).await.unwrap(), 0, "two years unless set");
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(audit::days_kept(&mut db, acme.org).await.unwrap(), 730);
    audit::keep_for(&mut db, &acme.owner, 90).await.unwrap();
    assert_eq!(delete_old(&acme.pool.clone().into()).await.unwrap(), many.unsigned_abs());
    let left = format!("select count(*) from audit_entries where org_id = '{}'", acme.org);
    assert_eq!(acme.number(&left).await, 1, "the change itself stays");
    let theirs = format!("select count(*) from audit_entries where org_id = '{}'", other.org);
    assert_eq!(acme.number(&theirs).await, many);
}

/// P7, P8: what is kept of an organization that is deleted goes as well, though it has no row that says when.
#[sqlx::test]
async fn the_log_of_a_deleted_organization_goes_after_two_years(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let gone = uuid::Uuid::from_u128(7);
    acme.execute(&format!("insert into deleted_organizations (org_id) values ('{gone}')")).await.unwrap();
    for days in [729, 731] {
        acme.execute(&format!(
            "insert into audit_entries (org_id, id, act, actor_kind, created_at)
             values ('{gone}', gen_random_uuid(), 'link_paused', 'operator', now() - interval '{days} days')"
        ))
        .await
        .unwrap();
    }
    // One that is being deleted keeps its own time.
    for statement in [
        format!("update organizations set history_days = 3650 where id = '{}'", acme.org),
        format!("insert into deleted_organizations (org_id) values ('{}')", acme.org),
        format!(
            "insert into audit_entries (org_id, id, act, actor_kind, created_at)
             values ('{}', gen_random_uuid(), 'link_paused', 'operator', now() - interval '9 years')",
            acme.org
        ),
    ] {
        acme.execute(&statement).await.unwrap();
    }
    assert_eq!(delete_old(&acme.pool.clone().into()).await.unwrap(), 1);
    let left = format!("select count(*) from audit_entries where org_id = '{gone}'");
    assert_eq!(acme.number(&left).await, 1);
}

/// N9: what grows is known: each table of the schema is in the list of those that are kept and those that are not.
#[sqlx::test]
async fn each_table_has_its_line_in_the_manual(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let manual = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scaling.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let list = manual.split("## What grows").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = list.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let listed: BTreeSet<String> =
        rows.flat_map(|names| names.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect();
    let tables: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' and tablename <> '_sqlx_migrations'",
    )
    .fetch_all(&acme.pool)
    .await
    .unwrap();
    assert!(tables.len() > 30, "{tables:?}");
    assert_eq!(listed, tables.into_iter().collect());
}
