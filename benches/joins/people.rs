//! People who are signed in and have not joined yet, made in the database by the thousand.

use headcount::{
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::{LinkId, OrgId},
    },
    store::{PgPool, accounts, credits, organizations},
};

use crate::common;

/// People made at once.
const HEAP: i64 = 50_000;

/// An organization with so many links.
pub struct Crowd {
    pool: PgPool,
    pub org: OrgId,
    pub links: Vec<LinkId>,
}

impl Crowd {
    pub async fn gather(pool: &PgPool, links: usize) -> anyhow::Result<Self> {
        let mut tx = pool.begin().await?;
        let address = EmailAddress::parse("owner@bench.example", |_| None)?;
        let account = accounts::ensure(&mut tx, &address).await?;
        let owner = organizations::create(&mut tx, account, &address, "Bench", "Owner").await?;
        credits::grant(&mut tx, &Actor::operator(owner.org), 1, None).await?;
        let mut made = Vec::new();
        for _ in 0..links {
            made.push(common::create_link(&mut tx, &owner).await?);
        }
        for statement in [
            "create table bench_people (n bigint primary key, account uuid, login uuid, email text)",
            "create table bench_links (n int primary key, id uuid)",
            "create sequence bench_next",
            "insert into bench_links select row_number() over (order by id), id from invite_links",
        ] {
            sqlx::query(statement).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(Self { pool: pool.clone(), org: owner.org, links: made })
    }

    /// Makes a heap of people; gives the number of the first who has not joined.
    pub async fn grow(&self) -> anyhow::Result<i64> {
        let next: i64 = sqlx::query_scalar("select nextval('bench_next')").fetch_one(&self.pool).await?;
        let have: i64 =
            sqlx::query_scalar("select coalesce(max(n), 0) from bench_people").fetch_one(&self.pool).await?;
        let upto = next + HEAP;
        sqlx::query(
            "with made as (
                 insert into bench_people
                 select n, gen_random_uuid(), gen_random_uuid(), 'p' || n || '@corp.example'
                 from generate_series($1, $2) n
                 returning n, account, login, email
             ), accounts as (
                 insert into accounts (id, email, address) select account, email, email from made
             )
             insert into logins (id, account_id, secret_hash, device, network, expires_at)
             select login, account, sha256(('secret-' || n)::bytea), 'bench', 'local', now() + interval '1 day'
             from made",
        )
        .bind(have + 1)
        .bind(upto)
        .execute(&self.pool)
        .await?;
        for table in ["accounts", "logins", "bench_people", "members", "invite_links"] {
            sqlx::query(&format!("vacuum analyze {table}")).execute(&self.pool).await?;
        }
        sqlx::query("checkpoint").execute(&self.pool).await?;
        Ok(next + 1)
    }

    /// Those before `n` have joined.
    pub async fn used_up(&self, n: i64) -> anyhow::Result<()> {
        sqlx::query("select setval('bench_next', $1)").bind(n).execute(&self.pool).await?;
        Ok(())
    }

    /// How many members there are, and how many the links have counted.
    pub async fn count(&self) -> anyhow::Result<(i64, i64)> {
        let counts = "select (select count(*) from members where kind = 'link'), (select sum(used)::bigint from invite_links)";
        Ok(sqlx::query_as(counts).fetch_one(&self.pool).await?)
    }
}

/// The cookie of person `n`.
pub fn cookie(n: i64) -> String {
    format!("__Host-headcount=secret-{n}")
}
