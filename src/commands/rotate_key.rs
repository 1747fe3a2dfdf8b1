//! `headcount rotate-key`: how the secret key is replaced, and whether the older one can go. It seals again
//! what older keys sealed, and changes nothing else. N8

use anyhow::{Context, bail};
use clap::Args;

use super::{open, operator::say};
use crate::{
    domain::sso::claim::{CompanyDomain, Finding},
    server::{
        config::{Database, Signing},
        dns::Dns,
        domain_looks::expected,
        keys::Keys,
    },
    store::{
        self, Pool,
        signing_keys::{self, Held, HeldKind},
    },
};

/// What is done by whoever runs the servers.
const STEPS: &str = "\
To replace the secret key:
  1. Make a key:  openssl rand -hex 32
  2. Put it behind the one in use on every server, SECRET_KEY=OLD,NEW, and restart each: now all of them
     know it, and none signs with it. With one server this step can be left out.
  3. Put it first on every server, SECRET_KEY=NEW,OLD, and restart each. Now it signs, and both count.
  4. Run headcount rotate-key with that setting. It seals again what is stored, and says what people still
     hold that the old key made.
  5. When nothing of it matters any more, take the old key out: SECRET_KEY=NEW.
If somebody else has the key, go to SECRET_KEY=NEW at once. Links that were sent stop working; people stay
signed in. Send invites and results again, copy invite links again, and make new recovery codes.";

#[derive(Args)]
pub struct RotateKey {
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    signing: Signing,
    /// Name server that is asked which domains still publish what the old key made; that of this machine
    /// unless set
    #[arg(long, env = "DNS_SERVER")]
    dns_server: Option<std::net::SocketAddr>,
}

/// # Errors
/// The database does not answer; or no server has started with the first key yet.
pub async fn run(command: RotateKey) -> anyhow::Result<()> {
    let keys = Keys::new(command.signing.secret_key);
    if !keys.has_older() {
        return say(STEPS);
    }
    let pool = open::database(&command.database).await?;
    let dns = Dns::new(command.dns_server);
    report(&pool, &keys, &dns).await?.iter().try_for_each(|line| say(line))
}

/// Seals again what an older key sealed, and says a line for all that an older key still holds.
///
/// # Errors
/// The database does not answer; or no server has started with the first key yet.
pub async fn report(pool: &Pool, keys: &Keys, dns: &Dns) -> anyhow::Result<Vec<String>> {
    let mut tx = store::begin(pool).await?;
    let fingerprint = keys.fingerprint();
    let Some(since) = signing_keys::since(&mut tx, &fingerprint).await? else {
        bail!(
            "no server has started with the first of these keys yet: start all of them with it, then ask again"
        );
    };
    let mut lines = vec![format!("The first key signs since {}.", since.date_and_time())];
    lines.extend(seal_again(&mut tx, keys).await?);
    let held = signing_keys::held_by_older(&mut tx, &fingerprint).await?;
    let domains = signing_keys::domains(&mut tx).await?;
    tx.commit().await.context("what was sealed again could not be kept")?;
    let mut holds: Vec<String> = held.iter().map(line).collect();
    for (org, domain) in domains {
        let domain = CompanyDomain::stored(domain);
        let texts = expected(keys, org, &domain);
        if dns.look(&domain, &texts[..1]).await != Finding::Found
            && dns.look(&domain, &texts).await == Finding::Found
        {
            holds.push(format!(
                "{domain} of organization {org} publishes the record of an older key; its leads see the new one under Settings, Domains"
            ));
        }
    }
    if holds.is_empty() {
        lines.push("Nobody holds anything that an older key made, and that still counts.".into());
    } else {
        lines.push("What stops working when the older keys are taken out:".into());
        lines.extend(holds.into_iter().map(|held| format!("  - {held}")));
    }
    lines.push(
        "Mails that were sent before have a link to opt out, which stops as well: leave the older keys in for 60 days."
            .into(),
    );
    Ok(lines)
}

async fn seal_again(tx: &mut store::PgConnection, keys: &Keys) -> anyhow::Result<Vec<String>> {
    let (mut again, mut lost) = (0, Vec::new());
    for (org, sealed) in signing_keys::sealed(tx).await? {
        if keys.is_sealed_anew(org, &sealed) {
            continue;
        }
        match keys.unseal(org, &sealed) {
            Some(secret) => {
                signing_keys::reseal(tx, org, &sealed, &keys.seal(org, &secret)).await?;
                again += 1;
            }
            None => lost.push(format!(
                "No key opens the client secret of organization {org}'s identity provider: its leads have to enter it again."
            )),
        }
    }
    let mut lines = vec![match again {
        0 => "All client secrets of identity providers are sealed with it.".to_owned(),
        1 => "The client secret of 1 identity provider was sealed again with it.".to_owned(),
        _ => format!("The client secrets of {again} identity providers were sealed again with it."),
    }];
    lines.extend(lost);
    Ok(lines)
}

fn line(held: &Held) -> String {
    let what = match held.kind {
        HeldKind::Invites => "pending invites, whose links were mailed before; resend them",
        HeldKind::Links => "invite links that are in use; copy and share them again",
        HeldKind::Results => "managed members, whose results links were mailed before; mail them again",
        HeldKind::CreditRequests => "open requests for credits; answer them with headcount credits",
        HeldKind::RecoveryCodes => {
            "unused recovery codes of Owners; they make new ones under Settings, Single sign-on"
        }
    };
    let until = held.until.map(|until| format!(" (the last ends on {})", until.long_date()));
    format!("{} {what}{}", held.count, until.unwrap_or_default())
}
