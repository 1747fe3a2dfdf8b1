//! Acme with an identity provider that is connected, and people who sign in through it.

use headcount::{
    domain::sso::claim::CompanyDomain,
    server::{oidc::Providers, reach::Reach},
    store::sso::{
        connections::{self, NewConnection, Provisioning},
        domains,
    },
};
use serde_json::Value;

use crate::harness::*;

pub struct World {
    pub acme: Acme,
    pub provider: IdentityProvider,
}

impl World {
    /// Acme has acme.com, its provider is connected, and new people come in by themselves.
    pub async fn new(connect: PgConnectOptions) -> Self {
        let world = Self::unconnected(connect).await;
        connect_to(&world.acme.server, &world.acme.lead, "acme.com", &world.provider).await;
        world
    }

    /// Acme has a provider and no connection to it.
    pub async fn unconnected(connect: PgConnectOptions) -> Self {
        let provider = IdentityProvider::start().await;
        let mut acme = Acme::found_on(Server::start_with(connect, 8).await, 1).await;
        acme.server.state.providers = Providers::new(Reach::Everywhere);
        acme.server.reroute();
        // Browsers made before ask the router of before.
        acme.lead.browser = acme.lead.browser.at(&acme.server);
        Self { acme, provider }
    }

    /// Lets new people in by themselves, or not.
    pub async fn set_jit(&self, jit: bool) {
        self.provision(Provisioning { jit, ..Provisioning::default() }).await;
    }

    pub async fn provision(&self, how: Provisioning) {
        let mut tx = self.acme.server.pool().begin().await.unwrap();
        connections::provision(&mut tx, &self.acme.lead.actor, &how).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Asks to sign in, and is led to the provider.
    pub async fn begin(&self, browser: &Browser, address: &str) -> Asked {
        let page = browser.post("/sign-in", &[("email", address)]).await.with(StatusCode::OK);
        asked(&page)
    }

    /// Signs in as somebody whom the provider knows under this subject.
    pub async fn sign_in(&self, browser: &Browser, subject: &str, email: &str) -> Answer {
        let asked = self.begin(browser, email).await;
        self.come_back(browser, &asked, &self.provider.claims(&asked, subject, email), Signing::Es256).await
    }

    /// Comes back from the provider with a token of these claims.
    pub async fn come_back(
        &self,
        browser: &Browser,
        asked: &Asked,
        claims: &Value,
        signing: Signing,
    ) -> Answer {
        let code = self.provider.hand_out(asked, claims, signing);
        self.answer(browser, asked, &[("code", &code)]).await
    }

    /// Comes back from the provider with this answer.
    pub async fn answer(&self, browser: &Browser, asked: &Asked, answer: &[(&str, &str)]) -> Answer {
        let path = asked.query["redirect_uri"].strip_prefix(ORIGIN).unwrap();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("state", &asked.query["state"])
            .extend_pairs(answer)
            .finish();
        browser.get(&format!("{path}?{query}")).await
    }

    pub async fn members(&self) -> i64 {
        self.acme.server.number("select count(*) from members").await
    }

    pub async fn logins(&self) -> i64 {
        self.acme.server.number("select count(*) from logins").await
    }

    pub async fn accounts(&self) -> i64 {
        self.acme.server.number("select count(*) from accounts").await
    }

    pub async fn close(self) {
        self.acme.close().await;
    }
}

/// Where a page leads to by itself, and by its button.
pub fn asked(page: &Answer) -> Asked {
    let url = page.header("refresh").strip_prefix("0;url=").unwrap_or_else(|| panic!("{page}"));
    let link = url.replace('&', "&amp;");
    assert!(page.text().contains(&link), "the button leads elsewhere: {page}");
    Asked::read(url)
}

/// Proves a domain for an organization and connects its provider, tested and with new people welcome.
pub async fn connect_to(server: &Server, lead: &Lead, domain: &str, provider: &IdentityProvider) {
    let mut tx = server.pool().begin().await.unwrap();
    domains::claim(&mut tx, &lead.actor, &CompanyDomain::stored(domain.into())).await.unwrap();
    let sealed = server.state.keys.seal(lead.actor.org, IdentityProvider::SECRET.as_bytes());
    let new = NewConnection {
        preset: headcount::domain::sso::provider::Preset::Other,
        issuer: &provider.issuer,
        client_id: IdentityProvider::CLIENT,
        sealed_secret: Some(&sealed),
    };
    connections::connect(&mut tx, &lead.actor, &new).await.unwrap();
    let revision = connections::find(&mut tx, lead.actor.org).await.unwrap().unwrap().revision;
    connections::tested(&mut tx, &lead.actor, revision).await.unwrap();
    let jit = Provisioning { jit: true, ..Provisioning::default() };
    connections::provision(&mut tx, &lead.actor, &jit).await.unwrap();
    tx.commit().await.unwrap();
    server.execute(&format!("update domains set state = 'verified', verified_at = now(), next_look_at = now() + interval '1 day' where domain = '{domain}'")).await;
}
