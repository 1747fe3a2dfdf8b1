//! better-auth: its process, its database, and what its people ask of it.

use std::{
    cell::RefCell,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, ensure};
use headcount::store::{self, PgPool};
use serde_json::{Value, json};
use url::Url;

use super::{CONNECTIONS, INVITES, JOINS, MAIL_CONNECTIONS, Rates, settle_statistics};
use crate::{
    client::{self, Client, JSON},
    common,
};

const DATABASE: &str = "better_auth";

/// Ends when dropped.
pub struct BetterAuth {
    process: Child,
    origin: String,
    pool: PgPool,
}

impl BetterAuth {
    /// Starts it on a fresh database of the same Postgres.
    pub async fn start(mail_port: u16) -> anyhow::Result<Self> {
        let ours = common::database(1).await?;
        for statement in ["drop database if exists", "create database"] {
            sqlx::query(&format!("{statement} {DATABASE}")).execute(&ours).await?;
        }
        let mut url: Url = common::database_url()?.parse()?;
        url.set_path(DATABASE);
        let folder = std::env::var("PEER").context("PEER is missing; run ./x bench peer")?;
        let address = common::vacant_address()?;
        let mut process = Command::new("node")
            .arg(format!("{folder}/server.mjs"))
            .env("NODE_ENV", "production")
            .env("DATABASE_URL", url.as_str())
            .env("DATABASE_CONNECTIONS", CONNECTIONS.to_string())
            .env("PORT", address.port().to_string())
            .env("SMTP_PORT", mail_port.to_string())
            .env("MAIL_CONNECTIONS", MAIL_CONNECTIONS.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .context("node cannot be run")?;
        let lines = BufReader::new(process.stdout.take().context("no output")?).lines();
        let peer = Self {
            process,
            origin: format!("http://{address}"),
            pool: store::connect(url.as_str(), 1).await?,
        };
        for line in lines {
            if line? == "listening" {
                return Ok(peer);
            }
        }
        anyhow::bail!("better-auth does not start")
    }

    pub async fn measure(&self, run: usize) -> anyhow::Result<Rates> {
        let mut client = Client::connect(&self.origin).await?;
        let owner = sign_up(&mut client, &format!("owner@peer{run}.example")).await?;
        let name = format!("peer{run}");
        let org =
            id(ask(&mut client, "organization/create", &owner, &json!({ "name": name, "slug": name }))
                .await?)?;
        let address = |n: usize| format!("peer{run}.{n}@corp.example");

        let before = self.mails().await?;
        let invited = RefCell::new(vec![String::new(); INVITES]);
        let invites = client::rate(&self.origin, client::below(INVITES), async |client, n| {
            let invite = json!({ "email": address(n), "role": "member", "organizationId": org });
            let invite = id(ask(client, "organization/invite-member", &owner, &invite).await?)?;
            invited.borrow_mut()[n] = invite;
            Ok(())
        })
        .await?;
        while self.mails().await? < before + INVITES {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }

        let people = RefCell::new(vec![String::new(); JOINS]);
        client::rate(&self.origin, client::below(JOINS), async |client, n| {
            let person = sign_up(client, &address(n)).await?;
            people.borrow_mut()[n] = person;
            Ok(())
        })
        .await?;
        let (invited, people) = (invited.into_inner(), people.into_inner());
        settle_statistics(&self.pool).await?;
        let joins = client::rate(&self.origin, client::below(JOINS), async |client, n| {
            let invite = json!({ "invitationId": invited[n] });
            ask(client, "organization/accept-invitation", &people[n], &invite).await?;
            Ok(())
        })
        .await?;
        self.require_rows(&org).await?;
        Ok(Rates { invites, joins })
    }

    /// How many mails the sink has taken.
    async fn mails(&self) -> anyhow::Result<usize> {
        let answer = Client::connect(&self.origin).await?.get("/mails", &[]).await?;
        Ok(String::from_utf8(answer.body)?.parse()?)
    }

    /// Everybody was invited, and has joined beside the owner.
    async fn require_rows(&self, org: &str) -> anyhow::Result<()> {
        let (invites, members): (i64, i64) = sqlx::query_as(
            r#"select (select count(*) from invitation where "organizationId" = $1),
                      (select count(*) from member where "organizationId" = $1)"#,
        )
        .bind(org)
        .fetch_one(&self.pool)
        .await?;
        let right = usize::try_from(invites)? == INVITES && usize::try_from(members)? == JOINS + 1;
        ensure!(right, "{invites} invites, {members} members");
        Ok(())
    }
}

impl Drop for BetterAuth {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Returns the header with the cookie of the new login.
async fn sign_up(client: &mut Client, email: &str) -> anyhow::Result<String> {
    let body = json!({ "email": email, "password": "only for measuring", "name": email });
    let answer = client.post("/api/auth/sign-up/email", JSON, &[], &body.to_string()).await?;
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    Ok(format!("Cookie: {}", cookie.with_context(|| format!("not signed up: {}", answer.head))?))
}

async fn ask(client: &mut Client, what: &str, cookie: &str, body: &Value) -> anyhow::Result<Value> {
    let answer = client.post(&format!("/api/auth/{what}"), JSON, &[cookie], &body.to_string()).await?;
    ensure!(answer.status == 200, "{what} gave {}{}", answer.head, String::from_utf8_lossy(&answer.body));
    // In one chunk where it is not of known length.
    let json = answer.body.iter().position(|byte| *byte == b'{').map(|begin| &answer.body[begin..]);
    let mut values = serde_json::Deserializer::from_slice(json.unwrap_or_default()).into_iter();
    Ok(values.next().context("no answer")??)
}

fn id(answer: Value) -> anyhow::Result<String> {
    Ok(answer["id"].as_str().context("no id")?.to_owned())
}
