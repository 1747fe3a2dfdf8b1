//! Postgres' own programs, which write and read the dump.

use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use anyhow::{Context, ensure};
use url::Url;

/// What libpq understands of a URL; sqlx understands more, which it would refuse.
const PARAMETERS: [&str; 10] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "application_name",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
];

/// What sqlx takes under other names as well.
const ALIASES: [(&str, &str); 5] = [
    ("ssl-mode", "sslmode"),
    ("ssl-root-cert", "sslrootcert"),
    ("ssl-ca", "sslrootcert"),
    ("ssl-cert", "sslcert"),
    ("ssl-key", "sslkey"),
];

/// `pg_dump` of the database as a snapshot has it, to its standard output.
pub fn dump(programs: Option<&Path>, database: &str, snapshot: &str) -> anyhow::Result<Child> {
    let mut command = program(programs, "pg_dump", database)?;
    // What is unlogged is the parts of files on their way in, which are sent again.
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data"]);
    command.arg(format!("--snapshot={snapshot}"));
    start(command.stdin(Stdio::null()).stdout(Stdio::piped()), "pg_dump")
}

/// `pg_restore` of a dump from its standard input, all of it or nothing.
pub fn restore(programs: Option<&Path>, database: &str) -> anyhow::Result<Child> {
    let mut command = program(programs, "pg_restore", database)?;
    command.args([
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        "--single-transaction",
        "--exit-on-error",
    ]);
    start(command.stdin(Stdio::piped()).stdout(Stdio::null()), "pg_restore")
}

/// The version of `pg_dump`, such as 17.
///
/// # Errors
/// It cannot be started, or says something else.
pub fn version_of_dump(programs: Option<&Path>) -> anyhow::Result<u32> {
    let mut command = Command::new(path(programs, "pg_dump"));
    let said = start(command.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()), "pg_dump")?
        .wait_with_output()?;
    well(said.status, "pg_dump")?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    version(&said).with_context(|| format!("pg_dump says that it is {:?}, which is no version", said.trim()))
}

/// The first number of `pg_dump (PostgreSQL) 15.4 (Debian 15.4-1)`.
fn version(said: &str) -> Option<u32> {
    let number = said.split_once("(PostgreSQL) ")?.1;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Copies what the program writes; nothing counts before it has ended well.
pub fn read_all(mut child: Child, to: &mut impl Write) -> anyhow::Result<u64> {
    let copied = child.stdout.take().map_or(Ok(0), |mut from| io::copy(&mut from, to));
    let ended = child.wait()?;
    let bytes = copied.context("what pg_dump writes could not be kept")?;
    well(ended, "pg_dump")?;
    Ok(bytes)
}

/// Copies to the program, and waits for its end.
pub fn write_all(mut child: Child, from: &mut impl Read) -> anyhow::Result<()> {
    let mut to = child.stdin.take().context("pg_restore does not listen")?;
    let copied = io::copy(from, &mut to);
    if copied.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe) {
        // Before it sees an end: what came so far must not look like all of it.
        child.kill()?;
        child.wait()?;
        return copied.map(drop).context("the dump could not be read");
    }
    drop(to);
    well(child.wait()?, "pg_restore")
}

fn start(command: &mut Command, name: &str) -> anyhow::Result<Child> {
    command.spawn().with_context(|| {
        format!(
            "{name} cannot be started: install the client programs of Postgres, or set PG_BIN to their folder"
        )
    })
}

fn well(ended: ExitStatus, name: &str) -> anyhow::Result<()> {
    ensure!(ended.success(), "{name} failed; what it said stands above");
    Ok(())
}

/// The program with the database. All on the machine can read its arguments, so the password is not among them.
fn program(programs: Option<&Path>, name: &str, database: &str) -> anyhow::Result<Command> {
    let (url, password) = split(database)?;
    let mut command = Command::new(path(programs, name));
    command.arg(format!("--dbname={url}"));
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    Ok(command)
}

fn path(programs: Option<&Path>, name: &str) -> PathBuf {
    programs.map_or_else(|| name.into(), |folder| folder.join(name))
}

fn split(database: &str) -> anyhow::Result<(Url, Option<String>)> {
    let mut url = Url::parse(database).context("DATABASE_URL")?;
    let pairs: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| name != "password").collect();
    let in_query =
        url.query_pairs().find(|(name, _)| name == "password").map(|(_, value)| value.into_owned());
    let in_place = url
        .password()
        .map(|password| percent_encoding::percent_decode_str(password).decode_utf8_lossy().into_owned());
    if in_place.is_some() && url.set_password(None).is_err() {
        anyhow::bail!("DATABASE_URL has a password and no host");
    }
    url.set_query(None);
    let known: Vec<(&str, String)> = pairs
        .into_iter()
        .filter_map(|(name, value)| {
            let alias = ALIASES.iter().find(|(other, _)| *other == name).map(|(_, own)| *own);
            let own = PARAMETERS.iter().find(|own| **own == name).copied();
            Some((own.or(alias)?, value))
        })
        .collect();
    if !known.is_empty() {
        // Not as a form has it: libpq takes a plus sign for one.
        let encoded: Vec<String> = known
            .iter()
            .map(|(name, value)| {
                let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
                format!("{name}={value}")
            })
            .collect();
        url.set_query(Some(&encoded.join("&")));
    }
    // sqlx takes the one in the query.
    Ok((url, in_query.or(in_place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_each_system_says_it() {
        for (said, number) in [
            ("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15)),
            ("pg_dump (PostgreSQL) 18beta1", Some(18)),
            ("pg_dump 9", None),
            ("", None),
        ] {
            assert_eq!(version(said), number, "{said}");
        }
    }

    /// N8
    #[test]
    fn no_password_is_among_the_arguments() {
        for (given, url, password) in [
            ("postgres://u:p%40ss@db.example/app", "postgres://u@db.example/app", Some("p@ss")),
            (
                "postgres://u:other@db/app?password=p&ssl-mode=require",
                "postgres://u@db/app?sslmode=require",
                Some("p"),
            ),
            (
                "postgres://u@localhost/app?host=%2Frun%2Fa+b&statement-cache-capacity=0",
                "postgres://u@localhost/app?host=%2Frun%2Fa%20b",
                None,
            ),
        ] {
            let (own, secret) = split(given).unwrap();
            assert_eq!((own.as_str(), secret.as_deref()), (url, password));
        }
    }
}
