//! `headcount demo-sso`: a second demo organization, whose people sign in through an identity provider that
//! runs on this machine; `./x run --sso` starts it. Made once; asked again, it only connects the provider
//! that runs now.

use clap::Args;

use super::{open, operator::say};
use crate::{
    domain::{
        actor::Actor,
        email::EmailAddress,
        sso::{
            claim::{CompanyDomain, Finding},
            provider::Preset,
        },
    },
    server::{config::Settings, state::AppState},
    store::{
        self, accounts, credits, demo, organizations,
        sso::{
            connections::{self, NewConnection, Provisioning},
            domains,
        },
    },
};

const ORG: &str = "Fjordlab";
const DOMAIN: &str = "fjordlab.example";
const LEAD: (&str, &str) = ("Liv Dahl", "liv.dahl@fjordlab.example");
const CREDITS: i32 = 20;

#[derive(Args)]
pub struct DemoSso {
    #[command(flatten)]
    settings: Settings,
    /// The provider's issuer, such as http://127.0.0.1:3001
    #[arg(long)]
    issuer: String,
    #[arg(long)]
    client_id: String,
    #[arg(long)]
    client_secret: String,
}

/// # Errors
/// A setting is missing or names nothing.
pub async fn run(demo: DemoSso) -> anyhow::Result<()> {
    let state = open::state(&demo.settings).await?;
    let callback = make(&state, &demo).await?;
    say(&callback)
}

/// Makes the organization unless it is there, and connects the provider; returns the URL that the provider
/// has to know.
async fn make(state: &AppState, sso: &DemoSso) -> anyhow::Result<String> {
    let mut tx = store::begin(&state.pool).await?;
    let lead = EmailAddress::parse(LEAD.1, |_| None)?;
    let known = accounts::exists(&mut tx, &lead).await?;
    let account = accounts::ensure(&mut tx, &lead).await?;
    let memberships = accounts::memberships(&mut tx, account).await?;
    let org = match memberships.first().filter(|_| known) {
        Some(membership) => membership.org,
        None => organizations::create(&mut tx, account, &lead, ORG, LEAD.0).await?.org,
    };
    let actor = Actor::system(org);
    if !known {
        credits::grant(&mut tx, &Actor::operator(org), CREDITS, Some("demo")).await?;
        let domain = CompanyDomain::stored(DOMAIN.into());
        refusable(domains::claim(&mut tx, &actor, &domain).await)?;
        // No name server knows the demo's domain.
        refusable(domains::settle(&mut tx, &actor, &domain, Finding::Found).await)?;
    }
    demo::keep_domains(&mut tx, org).await?;
    let sealed = state.keys.seal(org, sso.client_secret.as_bytes());
    let new = NewConnection {
        preset: Preset::Other,
        issuer: &sso.issuer,
        client_id: &sso.client_id,
        sealed_secret: Some(&sealed),
    };
    refusable(connections::connect(&mut tx, &actor, &new).await)?;
    let connection = connections::find(&mut tx, org).await?;
    let revision = connection.ok_or_else(|| anyhow::anyhow!("the connection is not there"))?.revision;
    refusable(connections::tested(&mut tx, &actor, revision).await)?;
    let jit = Provisioning { jit: true, ..Provisioning::default() };
    refusable(connections::provision(&mut tx, &actor, &jit).await)?;
    demo::silence(&mut tx).await?;
    tx.commit().await?;
    Ok(state.base.to(&format!("/sso/{org}/callback")))
}

/// In the demo a refusal is a mistake of ours.
fn refusable<T, R: std::fmt::Debug>(result: Result<T, store::Error<R>>) -> anyhow::Result<T> {
    result.map_err(|error| anyhow::anyhow!("the demo was refused: {error:?}"))
}
