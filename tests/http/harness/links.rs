//! Open links, and the way through their forms.

use axum::http::StatusCode;
use headcount::{
    domain::{domain_rule::DomainRule, ids::LinkId},
    store::links::{self, NewLink},
};

use super::{Acme, Answer, Browser};

/// A link for the addresses of one domain.
pub fn only(domain: &str) -> NewLink<'static> {
    NewLink { domains: vec![DomainRule::parse(domain, |_| None).unwrap()], ..NewLink::default() }
}

/// A link for so many people.
pub fn limited_to(people: i32) -> NewLink<'static> {
    NewLink { usage_limit: Some(people), ..NewLink::default() }
}

/// A link for everybody.
pub fn unlimited() -> NewLink<'static> {
    NewLink::default()
}

impl Acme {
    pub async fn link(&self, new: NewLink<'_>) -> LinkId {
        let mut tx = self.server.pool().begin().await.unwrap();
        let link = links::create(&mut tx, &self.lead.actor, &new).await.unwrap();
        tx.commit().await.unwrap();
        link
    }

    /// The path of a link's page.
    pub fn link_path(&self, link: LinkId) -> String {
        format!("/j/{}", self.server.state.keys.link_token(self.org(), link))
    }

    /// How many joined through links, which is what the links have counted.
    pub async fn count_joined(&self) -> i64 {
        let joined = self.server.number("select count(*) from members where kind = 'link'").await;
        let used = self.server.number("select coalesce(sum(used), 0) from invite_links").await;
        assert_eq!(joined, used);
        joined
    }
}

impl Browser {
    /// Asks for a code by the form of a link's page and gives the page that wants it.
    pub async fn ask_to_join(&self, path: &str, address: &str) -> Answer {
        let page = self.get(path).await.with(StatusCode::OK);
        let asked = self.fill(&page, path, &[("name", "Ada"), ("email", address)]).await;
        self.follow(asked.to(&format!("{path}/code"))).await.with(StatusCode::OK)
    }

    /// Types a code into the form of its page.
    pub async fn enter_code(&self, page: &Answer, path: &str, code: &str) -> Answer {
        self.fill(page, &format!("{path}/code"), &[("code", code)]).await
    }

    /// Joins as whoever is signed in here.
    pub async fn join_as_viewer(&self, path: &str) -> Answer {
        self.post(path, &[("name", "Somebody"), ("viewer", "me")]).await
    }
}
