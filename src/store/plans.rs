//! How Postgres would do each query of the code in a database that has grown: by an index. A plan is
//! generic, as it is after a query was asked some times, and only looked at.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use sqlx::{
    Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::PgConnection;

/// Makes the large database.
const GENERATED: &str = include_str!("plans/generated.sql");

/// The queries that may read a whole table, by how they begin: which table, and why that is well.
const MAY_READ_ALL: [(&str, &str, &str); 26] = [
    (
        "select id, name from organizations where lower(name) = lower($1) or id::text",
        "organizations",
        "the operator types it, and organizations are few",
    ),
    (
        "select o.id as org_id, i.id, i.email from organizations o",
        "organizations",
        "each is asked, once a minute",
    ),
    ("select o.id as org_id, m.id as", "organizations", "each is asked, once a minute"),
    ("with began as (select since from signing_keys", "signing_keys", "one row for each key there ever was"),
    ("with began as (select since from signing_keys", "invites_one_pending", "the operator types it"),
    ("with began as (select since from signing_keys", "invite_links", "the operator types it"),
    ("with began as (select since from signing_keys", "recovery_codes", "the operator types it"),
    ("select since from signing_keys where", "signing_keys", "one row for each key there ever was"),
    ("insert into signing_keys", "signing_keys", "one row for each key there ever was"),
    ("select org_id, client_secret from connections", "connections", "the operator types it"),
    ("select org_id, domain from domains where state", "domains", "the operator types it"),
    ("select kind as \"kind!\", sum(waiting)", "jobs", "an index of what was given up, which is little"),
    ("delete from audit_entries", "organizations", "each has its own time, once an hour"),
    ("delete from audit_entries", "deleted_organizations", "few are deleted, and once an hour"),
    ("select j.id, j.kind || coalesce(' ' || x.mail, '')", "jobs", "the operator types it"),
    ("delete from jobs where created_at = now()", "jobs", "only when the demo is made"),
    ("select 'photo' as \"kind!\", org_id as", "photos", "a backup has all of them"),
    ("select 'photo' as \"kind!\", org_id as", "headshots", "a backup has all of them"),
    ("select 'photo' as \"kind!\", org_id as", "engine_results", "a backup has all of them"),
    ("select pg_try_advisory_xact_lock($1)", "pg_database", "databases are few"),
    ("select not exists ( select from pg_class", "pg_class", "the operator restores a backup"),
    ("select 'the credits of organization '", "organizations", "all that was restored is looked at"),
    ("select 'the credits of organization '", "credit_entries", "all that was restored is looked at"),
    ("select 'the credits of organization '", "members", "all that was restored is looked at"),
    ("select 'the credits of organization '", "shoots", "all that was restored is looked at"),
    ("select 'the credits of organization '", "headshots", "all that was restored is looked at"),
];

/// Each reading of a whole table or index, as query and table. An index that is read in its order until
/// enough is found counts as well: how much that is, nobody knows.
fn whole_tables(plan: &Value, reads: &mut BTreeSet<String>) {
    let text = |key: &str| plan[key].as_str().unwrap_or_default();
    let condition = plan.get("Index Cond").is_some();
    match text("Node Type") {
        "Seq Scan" | "Sample Scan" => reads.insert(text("Relation Name").to_owned()),
        "Index Scan" | "Index Only Scan" if !condition => reads.insert(text("Relation Name").to_owned()),
        "Bitmap Index Scan" if !condition => reads.insert(text("Index Name").to_owned()),
        _ => false,
    };
    for part in plan["Plans"].as_array().into_iter().flatten() {
        whole_tables(part, reads);
    }
}

/// The queries of the code and how many parameters each has, as `./x prepare` wrote them down.
fn queries() -> Vec<(String, usize)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let described: Value =
            serde_json::from_str(&fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        let parameters = described["describe"]["parameters"]["Left"].as_array().map_or(0, Vec::len);
        (described["query"].as_str().unwrap().to_owned(), parameters)
    };
    fs::read_dir(folder).unwrap().map(read).collect()
}

/// The plan of a query, whatever its parameters are.
async fn plan(db: &mut PgConnection, query: &str, parameters: usize) -> sqlx::Result<Value> {
    let nulls =
        if parameters == 0 { String::new() } else { format!("({})", vec!["null"; parameters].join(", ")) };
    sqlx::raw_sql(&format!("prepare looked_at as {query}")).execute(&mut *db).await?;
    let explain = format!("explain (format json) execute looked_at{nulls}");
    let plans: Value = sqlx::query_scalar(&explain).persistent(false).fetch_one(&mut *db).await?;
    sqlx::raw_sql("deallocate looked_at").execute(db).await?;
    Ok(plans[0]["Plan"].clone())
}

/// What the function that searches members asks, as it is planned with these words in sight. P1
async fn search_plan(db: &mut PgConnection, words: &str) -> Value {
    let body: String = sqlx::query_scalar("select prosrc from pg_proc where proname = 'members_found'")
        .fetch_one(&mut *db)
        .await
        .unwrap();
    let (_, asked) = body.split_once("return query").expect("it asks one query");
    let (asked, _) = asked.split_once(';').expect("which ends");
    let asked = asked
        .replace("like pattern", &format!("like search_pattern('{words}')"))
        .replace("= org", "= generated_id(1, 1)");
    let explain = format!("explain (format json) {asked}");
    let plans: Value = sqlx::query_scalar(&explain).persistent(false).fetch_one(db).await.unwrap();
    plans[0]["Plan"].clone()
}

/// N8, P1, QUALITY 10
#[sqlx::test]
async fn no_query_reads_a_whole_table(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut db = PgConnection::connect_with(&connect).await.unwrap();
    sqlx::raw_sql(GENERATED).execute(&mut db).await.unwrap();
    let rows: f32 = sqlx::query_scalar(
        "select sum(reltuples) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    assert!(rows > 2_000_000.0, "only {rows} rows were generated");
    sqlx::raw_sql("set plan_cache_mode = force_generic_plan").execute(&mut db).await.unwrap();

    let queries = queries();
    assert!(queries.len() > 100, "only {} queries are known", queries.len());
    let (mut wrong, mut needed) = (Vec::new(), BTreeSet::new());
    for (query, parameters) in queries {
        let line = query.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut reads = BTreeSet::new();
        whole_tables(&plan(&mut db, &query, parameters).await.expect(&line), &mut reads);
        for table in reads {
            match MAY_READ_ALL.iter().position(|(begin, may, _)| line.starts_with(begin) && *may == table) {
                Some(exception) => _ = needed.insert(exception),
                None => wrong.push(format!("all of {table}: {line}")),
            }
        }
    }
    assert!(wrong.is_empty(), "these read whole tables or indexes:\n{}", wrong.join("\n"));

    // Few among 5,000 are found by their trigrams.
    let (plan, mut reads) = (search_plan(&mut db, "person 4321").await, BTreeSet::new());
    whole_tables(&plan, &mut reads);
    assert!(reads.is_empty() && plan.to_string().contains("members_search"), "{plan}");
    assert_eq!(needed.len(), MAY_READ_ALL.len(), "an exception is not needed any more");
}

/// The test above sees what it looks for.
#[sqlx::test]
async fn a_missing_index_is_seen(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut db = PgConnection::connect_with(&connect).await.unwrap();
    sqlx::raw_sql("set plan_cache_mode = force_generic_plan").execute(&mut db).await.unwrap();
    for (query, expected) in [
        ("select count(*) from photos where file_name = $1", Some("photos")),
        ("select count(*) from photos where org_id = $1 and id = $2", None),
    ] {
        let mut reads = BTreeSet::new();
        whole_tables(&plan(&mut db, query, query.matches('$').count()).await.unwrap(), &mut reads);
        assert_eq!(reads.into_iter().collect::<Vec<_>>(), Vec::from_iter(expected));
    }
}
