//! Every plain route: who gets what. N2, H6

use std::collections::BTreeSet;

use headcount::app::console::pages::PAGES;

use crate::harness::*;

/// Whom a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Everybody; what they see may depend on who they are.
    Everybody,
    /// Whoever has the token in the path.
    Holder,
    /// Whoever has a token or a secret, also from elsewhere than our pages: programs of others call it.
    Program,
    /// The organization's directory, by its token; answers are in SCIM's form.
    Directory,
    /// Whoever is signed in.
    Viewer,
    /// The member whom it is about, and their leads.
    OwnAndLeads,
    Leads,
}

/// A route; names in braces stand for something.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub whom: For,
}

const fn route(method: &'static str, path: &'static str, whom: For) -> Route {
    Route { method, path, whom }
}

pub const ROUTES: &[Route] = &[
    route("GET", "/healthz", For::Everybody),
    route("GET", "/readyz", For::Everybody),
    route("GET", "/", For::Everybody),
    route("GET", "/sign-in", For::Everybody),
    route("POST", "/sign-in", For::Everybody),
    route("GET", "/sign-up", For::Everybody),
    route("POST", "/sign-up", For::Everybody),
    route("GET", "/sign-in/code", For::Everybody),
    route("POST", "/sign-in/code", For::Everybody),
    route("GET", "/sign-in/recovery", For::Everybody),
    route("POST", "/sign-in/recovery", For::Everybody),
    route("POST", "/sso/test", For::Leads),
    route("GET", "/sso/{org}/callback", For::Everybody),
    route("POST", "/sign-out", For::Everybody),
    route("GET", "/welcome", For::Viewer),
    route("POST", "/welcome", For::Viewer),
    route("GET", "/account", For::Viewer),
    route("POST", "/account/logins/{login}/close", For::Viewer),
    route("POST", "/account/logins/close-others", For::Viewer),
    route("POST", "/account/organizations/{org}/switch", For::Viewer),
    route("POST", "/account/organizations/{org}/ownership/accept", For::Viewer),
    route("POST", "/account/organizations/{org}/ownership/decline", For::Viewer),
    route("GET", "/i/{token}", For::Holder),
    route("POST", "/i/{token}", For::Holder),
    route("GET", "/i/{token}/code", For::Holder),
    route("POST", "/i/{token}/code", For::Holder),
    route("POST", "/i/{token}/decline", For::Holder),
    route("POST", "/i/{token}/reconsider", For::Holder),
    route("POST", "/i/{token}/opt-out", For::Holder),
    route("POST", "/i/{token}/opt-in", For::Holder),
    route("POST", "/i/{token}/fresh", For::Holder),
    route("GET", "/u/{token}", For::Holder),
    route("POST", "/u/{token}", For::Program),
    route("POST", "/u/{token}/opt-in", For::Holder),
    route("POST", "/hooks/bounce", For::Program),
    route("POST", "/hooks/engine", For::Program),
    route("GET", "/engine/{links}/photos/{photo}", For::Program),
    route("PUT", "/engine/{links}/headshots/{number}", For::Program),
    route("GET", "/j/{token}", For::Holder),
    route("POST", "/j/{token}", For::Holder),
    route("GET", "/j/{token}/code", For::Holder),
    route("POST", "/j/{token}/code", For::Holder),
    route("POST", "/settings/logo", For::Leads),
    route("POST", "/settings/logo/remove", For::Leads),
    route("GET", "/logos/{logo}", For::Everybody),
    route("GET", "/logos/{logo}/card", For::Everybody),
    route("GET", "/c/{token}", For::Holder),
    route("POST", "/c/{token}", For::Holder),
    route("GET", "/events", For::Leads),
    route("POST", "/j/{token}/wait", For::Holder),
    route("GET", "/links/{link}/qr.svg", For::Leads),
    route("GET", "/links/{link}/qr.png", For::Leads),
    route("GET", "/members.csv", For::Leads),
    route("GET", "/history.csv", For::Leads),
    route("GET", "/credits.csv", For::Leads),
    route("GET", "/me", For::Viewer),
    route("POST", "/me/name", For::Viewer),
    route("GET", "/members/{member}", For::OwnAndLeads),
    route("GET", "/members/{member}/shoot", For::OwnAndLeads),
    route("GET", "/members/{member}/progress", For::OwnAndLeads),
    route("POST", "/members/{member}/photos", For::OwnAndLeads),
    route("POST", "/members/{member}/photos/{photo}/remove", For::OwnAndLeads),
    route("POST", "/members/{member}/uploads", For::OwnAndLeads),
    route("PATCH", "/members/{member}/uploads/{upload}", For::OwnAndLeads),
    route("DELETE", "/members/{member}/uploads/{upload}", For::OwnAndLeads),
    route("POST", "/members/{member}/submit", For::OwnAndLeads),
    route("POST", "/members/{member}/headshots/{headshot}/choose", For::OwnAndLeads),
    route("GET", "/members/{member}/headshots.zip", For::OwnAndLeads),
    route("GET", "/photos/{photo}", For::OwnAndLeads),
    route("GET", "/headshots.zip", For::Leads),
    route("GET", "/headshots/{headshot}", For::OwnAndLeads),
    route("POST", "/members/{member}/results-link/renew", For::Leads),
    route("POST", "/members/{member}/results-link/revoke", For::Leads),
    route("POST", "/members/{member}/results-link/mail", For::Leads),
    route("GET", "/r/{token}", For::Holder),
    route("GET", "/r/{token}/headshots/{headshot}", For::Holder),
    route("POST", "/r/{token}/headshots/{headshot}/choose", For::Holder),
    route("GET", "/r/{token}/headshots.zip", For::Holder),
    route("GET", "/scim/v2/{org}/ServiceProviderConfig", For::Directory),
    route("GET", "/scim/v2/{org}/ResourceTypes", For::Directory),
    route("GET", "/scim/v2/{org}/ResourceTypes/{id}", For::Directory),
    route("GET", "/scim/v2/{org}/Schemas", For::Directory),
    route("GET", "/scim/v2/{org}/Schemas/{id}", For::Directory),
    route("GET", "/scim/v2/{org}/Users", For::Directory),
    route("POST", "/scim/v2/{org}/Users", For::Directory),
    route("GET", "/scim/v2/{org}/Users/{id}", For::Directory),
    route("PUT", "/scim/v2/{org}/Users/{id}", For::Directory),
    route("PATCH", "/scim/v2/{org}/Users/{id}", For::Directory),
    route("DELETE", "/scim/v2/{org}/Users/{id}", For::Directory),
    route("GET", "/scim/v2/{org}/Groups", For::Directory),
    route("POST", "/scim/v2/{org}/Groups", For::Directory),
    route("GET", "/scim/v2/{org}/Groups/{id}", For::Directory),
    route("PUT", "/scim/v2/{org}/Groups/{id}", For::Directory),
    route("PATCH", "/scim/v2/{org}/Groups/{id}", For::Directory),
    route("DELETE", "/scim/v2/{org}/Groups/{id}", For::Directory),
    route("POST", "/scim/v2/{org}/.search", For::Directory),
    // Server functions have a table of their own.
    route("GET", "/fn/{*function}", For::Leads),
    route("POST", "/fn/{*function}", For::Leads),
    route("GET", "{lead's page}", For::Leads),
];

impl Route {
    /// Asks for it as the pages do.
    pub async fn ask(&self, browser: &Browser, names: &Names) -> Answer {
        let path = self.spelled(names);
        match self.method {
            "GET" => browser.get(&path).await,
            _ if self.path.contains("/uploads") => {
                let method = self.method.parse().unwrap();
                let headers = [("upload-length", "1000"), ("upload-offset", "0"), ("accept", "text/html")];
                browser.tus(method, &path, &headers, "more").await
            }
            _ if self.path.ends_with("/photos") => browser.upload(&path, &[], "text/html").await,
            _ if self.path.ends_with("/logo") => browser.upload(&path, &[photo(1)], "text/html").await,
            _ => browser.post(&path, &[]).await,
        }
    }

    /// Its path about these things.
    pub fn spelled(&self, names: &Names) -> String {
        let token = match self.path.get(..3) {
            Some("/i/") => "{invite-token}",
            Some("/j/") => "{link-token}",
            Some("/r/") => "{results-token}",
            Some("/c/") => "{request-token}",
            _ => "{token}",
        };
        spell(&self.path.replace("{token}", token), names)
    }

    /// Whether it is one route, at a path of its own.
    pub fn is_plain(&self) -> bool {
        self.path.starts_with('/') && !self.path.contains('*')
    }

    /// Whether a page of ours asks for it.
    pub fn is_of_pages(&self) -> bool {
        !matches!(self.whom, For::Program | For::Directory)
    }

    fn is_about_members(&self) -> bool {
        matches!(self.whom, For::OwnAndLeads | For::Leads)
            && self.path.starts_with('/')
            && !self.path.starts_with("/fn")
    }
}

/// A new route cannot be forgotten in the table, and with it in the tests that go by the table.
#[test]
fn every_route_is_in_the_table() {
    let source = include_str!("../../src/http/router.rs");
    let mut declared = BTreeSet::new();
    for line in source.split(".route(").skip(1) {
        let Some((path, rest)) = line.trim_start().strip_prefix('"').and_then(|line| line.split_once('"'))
        else {
            continue;
        };
        // Up to the next call of the chain.
        let call = rest.split("\n        .").next().unwrap();
        for (method, word) in
            [("GET", "get("), ("POST", "post("), ("PUT", "put("), ("DELETE", "delete("), ("PATCH", "patch(")]
        {
            if call.contains(&format!(" {word}")) || call.contains(&format!(".{word}")) {
                declared.insert(format!("{method} {path}"));
            }
        }
    }
    let listed: BTreeSet<String> = ROUTES
        .iter()
        .filter(|route| route.path.starts_with('/'))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(declared, listed);
}

/// N2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn strangers_come_to_the_door_or_to_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let before = cast.acme.server.everything().await;
    for route in ROUTES.iter().filter(|route| route.whom == For::Viewer || route.is_about_members()) {
        let answer = route.ask(&cast.stranger, &cast.names).await;
        match answer.status {
            StatusCode::SEE_OTHER => drop(answer.to("/sign-in")),
            StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND => {}
            _ => panic!("{answer}"),
        }
    }
    for page in PAGES.iter().map(|page| page.path) {
        cast.stranger.get(page).await.to("/sign-in");
    }
    assert_eq!(cast.acme.server.everything().await, before);
    cast.close().await;
}

/// N2, H6: what is another organization's is like what is not there, to its leads and members.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_people_of_another_organization_are_unknown(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let before = cast.acme.server.everything().await;
    let unknown = nothing();
    let neutral = |answer: &Answer, names: &Names| {
        let mut seen = format!("{} {} {}", answer.status, answer.header(header::LOCATION), answer.words());
        // A number of two digits stands in times as well.
        for (name, value) in names.iter().filter(|(_, value)| value.len() > 2) {
            seen = seen.replace(value, name);
        }
        seen
    };
    // What names nothing is about their own organization.
    let names_something = |route: &&Route| route.method == "GET" || route.path.contains('{');
    for route in ROUTES.iter().filter(|route| route.is_about_members()).filter(names_something) {
        let theirs = route.ask(&cast.foreigner.browser, &cast.names).await;
        let nothing = route.ask(&cast.foreigner.browser, &unknown).await;
        assert_eq!(neutral(&theirs, &cast.names), neutral(&nothing, &unknown));
        assert!(!theirs.text().contains("Bob") && !theirs.text().contains("Acme"), "{theirs}");
    }
    assert_eq!(cast.acme.server.everything().await, before);
    cast.close().await;
}

/// N2, H6
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn members_find_nothing_that_is_not_their_own(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let before = cast.acme.server.everything().await;
    for route in ROUTES.iter().filter(|route| route.is_about_members()) {
        route.ask(&cast.member, &cast.names).await.with(StatusCode::NOT_FOUND);
    }
    for page in PAGES.iter().map(|page| page.path) {
        cast.member.get(page).await.to("/me");
    }
    assert_eq!(cast.acme.server.everything().await, before);
    cast.close().await;
}

/// N2, H4, H6
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn leads_reach_everything_of_their_organization(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let mut routes: Vec<&Route> = ROUTES.iter().filter(|route| route.is_about_members()).collect();
    // First what is only looked at: one of the others removes a photo.
    routes.sort_by_key(|route| route.method != "GET");
    for route in routes {
        let answer = route.ask(&cast.acme.lead.browser, &cast.names).await;
        assert!(answer.status.is_success() || answer.status == StatusCode::SEE_OTHER, "{answer}");
    }
    for page in PAGES.iter().map(|page| page.path) {
        cast.acme.lead.browser.get(page).await.with(StatusCode::OK);
    }
    cast.acme.server.leave_the_engine_out().await;
    cast.close().await;
}
