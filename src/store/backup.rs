//! What a backup reads beside the dump of the database, and what a restored database is asked. N8

use time::OffsetDateTime;
use uuid::Uuid;

use super::{PgConnection, Pool, Postgres, Result, Transaction, begin, decode};
use crate::domain::{ids::OrgId, photo::PictureKind};

/// The advisory lock of whoever makes a backup of this database.
const LOCK: i64 = 0x4261_636b_7570;

/// Held by whoever makes a backup of this database, so that nobody else does, and ends with its connection.
pub struct Hold {
    tx: Transaction<'static, Postgres>,
    /// Tells this database from every other one, its copies included.
    pub origin: String,
}

impl Hold {
    /// None while somebody else makes a backup of this database.
    pub async fn take(pool: &Pool) -> Result<Option<Self>> {
        let mut tx = begin(pool).await?;
        // It lies idle while pictures are copied.
        sqlx::query("set local idle_in_transaction_session_timeout = 0").execute(&mut *tx).await?;
        let row = sqlx::query!(
            r#"select pg_try_advisory_xact_lock($1) as "alone!",
                      (select to_hex(system_identifier) from pg_control_system())
                      || '-' || (select to_hex(oid::bigint) from pg_database where datname = current_database()) as "origin!""#,
            LOCK,
        )
        .fetch_one(&mut *tx)
        .await?;
        Ok(row.alone.then_some(Self { tx, origin: row.origin }))
    }

    /// Fails where the connection is gone, and with it the hold.
    pub async fn check(&mut self) -> Result<()> {
        sqlx::query("select 1").execute(&mut *self.tx).await?;
        Ok(())
    }

    /// Lets the next one make a backup.
    pub async fn release(self) -> Result<()> {
        self.tx.rollback().await
    }
}

/// The database as it is at one moment, for as long as its transaction lives.
pub struct Snapshot {
    tx: Transaction<'static, Postgres>,
    /// By which `pg_dump` finds it.
    pub name: String,
    /// When that is.
    pub at: OffsetDateTime,
    /// The newest migration.
    pub schema: i64,
}

impl Snapshot {
    /// Of a database that has Headcount in it; None where it has not.
    pub async fn take(pool: &Pool) -> Result<Option<Self>> {
        let mut tx = begin(pool).await?;
        sqlx::query("set transaction isolation level repeatable read, read only").execute(&mut *tx).await?;
        // It lies idle while the database is dumped.
        sqlx::query("set local idle_in_transaction_session_timeout = 0").execute(&mut *tx).await?;
        let row = sqlx::query!(
            r#"select pg_export_snapshot() as "name!", now() as "at!",
                      to_regclass('public._sqlx_migrations') is not null as "migrated!""#
        )
        .fetch_one(&mut *tx)
        .await?;
        if !row.migrated {
            return Ok(None);
        }
        // A table of sqlx, which is not there while queries are checked.
        let schema =
            sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(&mut *tx).await?;
        Ok(Some(Self { tx, name: row.name, at: row.at, schema }))
    }

    /// Every picture that has a row, and the end of the snapshot.
    pub async fn pictures(mut self) -> Result<Vec<(OrgId, PictureKind, Uuid)>> {
        let pictures = pictures(&mut self.tx).await?;
        self.tx.rollback().await?;
        Ok(pictures)
    }
}

/// The first number of the server's version, such as 17.
pub async fn server_version(pool: &Pool) -> Result<Option<u32>> {
    let db = pool.acquire().await?;
    Ok(db.server_version_num().map(|number| number / 10_000))
}

/// Every picture that has a row.
pub async fn pictures(db: &mut PgConnection) -> Result<Vec<(OrgId, PictureKind, Uuid)>> {
    sqlx::query!(
        r#"select 'photo' as "kind!", org_id as "org_id!", id as "id!" from photos
           union all
           select 'headshot', org_id, id from headshots
           union all
           select 'headshot', org_id, headshot_id from engine_results
           union all
           select 'logo', id, logo_id from organizations where logo_id is not null"#,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|row| Ok((OrgId(row.org_id), decode(&row.kind)?, row.id)))
    .collect()
}

/// Whether the database has no table yet.
pub async fn is_empty(db: &mut PgConnection) -> Result<bool> {
    let empty = sqlx::query_scalar!(
        r#"select not exists (
               select from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
           ) as "empty!""#,
    )
    .fetch_one(db)
    .await?;
    Ok(empty)
}

/// Deletes the rows of pictures that were deleted while their backup was made: as it was decided then.
pub async fn forget_pictures(
    db: &mut PgConnection,
    org: OrgId,
    kind: PictureKind,
    ids: &[Uuid],
) -> Result<()> {
    match kind {
        PictureKind::Photo => {
            sqlx::query!("delete from photos where org_id = $1 and id = any($2)", org.0, ids)
                .execute(db)
                .await?
        }
        PictureKind::Headshot => {
            sqlx::query!(
                "delete from engine_results where org_id = $1 and headshot_id = any($2)",
                org.0,
                ids
            )
            .execute(&mut *db)
            .await?;
            // As where an organization's time for headshots is over.
            sqlx::query!(
                "with gone as (delete from headshots where org_id = $1 and id = any($2) returning shoot_id)
                 update shoots s
                 set pictures_deleted_at = now(), pictures_until = null
                 where s.org_id = $1 and s.id in (select shoot_id from gone)
                   and not exists (
                       select from headshots h where h.org_id = s.org_id and h.shoot_id = s.id and h.id <> all($2)
                   )",
                org.0,
                ids,
            )
            .execute(db)
            .await?
        }
        PictureKind::Logo => {
            sqlx::query!(
                "update organizations set logo_id = null, logo_at = null where id = $1 and logo_id = any($2)",
                org.0,
                ids
            )
            .execute(db)
            .await?
        }
    };
    Ok(())
}

/// What does not add up, a line for each: nothing, where the database is as it has to be. C4, P5, H3
pub async fn faults(db: &mut PgConnection) -> Result<Vec<String>> {
    let faults = sqlx::query_scalar!(
        r#"select 'the credits of organization ' || o.id || ' are ' || o.credit_balance || ', its history adds up to '
                  || coalesce(e.sum, 0) as "fault!"
           from organizations o
           left join (select org_id, sum(change) as sum from credit_entries group by org_id) e on e.org_id = o.id
           where o.credit_balance <> coalesce(e.sum, 0)
           union all
           select 'organization ' || o.id || ' has ' || count(m.id) || ' Owners'
           from organizations o
           left join members m on m.org_id = o.id and m.role = 'owner'
           group by o.id
           having count(m.id) <> 1
           union all
           select 'shoot ' || s.id || ' of organization ' || s.org_id || ' is ready and has no headshot'
           from shoots s
           where s.state = 'ready' and s.pictures_deleted_at is null
             and not exists (select from headshots h where h.org_id = s.org_id and h.shoot_id = s.id)"#,
    )
    .fetch_all(db)
    .await?;
    Ok(faults)
}
