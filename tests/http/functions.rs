//! Every server function: its fields, and who may call it. N1, N2, N4

use std::collections::BTreeSet;

use crate::harness::*;

/// A server function and fields with which a lead of Acme is answered well, beside `org`.
pub struct Function {
    pub path: &'static str,
    pub fields: &'static [(&'static str, &'static str)],
}

const fn function(path: &'static str, fields: &'static [(&'static str, &'static str)]) -> Function {
    Function { path, fields }
}

/// In an order in which each can be called well after those before.
pub const FUNCTIONS: &[Function] = &[
    function("credits/show", &[("pages", "1")]),
    function("credits/request", &[("credits", "20"), ("note", "For the Oslo office")]),
    function("credits/withdraw", &[("request", "{request}")]),
    function("dashboard/show", &[]),
    function("dashboard/remind", &[("stage", "joined")]),
    function("headshots/list", &[("query", "?q=ad&choice=open")]),
    function("teams/list", &[]),
    function("teams/create", &[("name", "People")]),
    function("teams/rename", &[("team", "{team}"), ("name", "Field sales")]),
    function("members/list", &[("query", "?q=ad&stage=joined"), ("have", "")]),
    function("members/matching", &[("query", "?q=ad&stage=joined")]),
    function("members/preview", &[("act", "remind"), ("people", "{member},{invite}")]),
    function(
        "members/add",
        &[("name", "Eva"), ("email", "eva@acme.com"), ("title", "Chair"), ("team", "{team}")],
    ),
    function("members/act", &[("act", "move"), ("people", "{member},{invite}"), ("team", "{team}")]),
    function("invites/begin", &[]),
    function("invites/check", &[("addresses", "new@acme.com")]),
    function(
        "invites/send",
        &[("addresses", "new@acme.com"), ("team", "{team}"), ("note", "Hello"), ("role", "member")],
    ),
    function("invites/progress", &[]),
    function("invites/remind", &[("invites", "{invite}")]),
    function("invites/mend", &[("invite", "{invite}"), ("address", "eva.mended@acme.com")]),
    function("invites/revoke", &[("invites", "{invite}")]),
    function("settings/profile", &[]),
    function(
        "settings/set-profile",
        &[("name", "Acme"), ("website", "acme.com"), ("support", "help@acme.com")],
    ),
    function("settings/inviting", &[]),
    function("settings/set-inviting", &[("days", "14"), ("auto_reminders", "on")]),
    function("settings/pictures", &[]),
    function("settings/set-pictures", &[("days", "90")]),
    function("settings/credits", &[]),
    function("settings/set-credits", &[("threshold", "5")]),
    function("settings/photo-reminders", &[]),
    function("settings/set-photo-reminders", &[("days", "5"), ("times", "2"), ("by_itself", "on")]),
    function("settings/history", &[]),
    function("settings/set-history", &[("days", "365")]),
    function("domains/claim", &[("domain", "company.com")]),
    function("domains/list", &[]),
    function("domains/look", &[("domain", "company.com")]),
    function(
        "sso/connect",
        &[
            ("preset", "okta"),
            ("issuer", "company.okta.com"),
            ("client_id", "headcount"),
            ("client_secret", "correct horse"),
        ],
    ),
    function("sso/show", &[]),
    function(
        "sso/provision",
        &[("jit", "on"), ("team", "{team}"), ("team_claim", "groups"), ("team_table", "")],
    ),
    function("sso/recovery-codes", &[]),
    function("sso/require", &[("domain", "company.com")]),
    function("sso/disconnect", &[]),
    function("directory/renew-token", &[]),
    function("directory/show", &[]),
    function("directory/revoke-token", &[]),
    function("domains/withdraw", &[("domain", "company.com")]),
    function("links/list", &[]),
    function(
        "links/create",
        &[
            ("label", "Field team"),
            ("domains", "acme.com"),
            ("usage_limit", "20"),
            ("expires_at", "2999-01-01T12:00Z"),
            ("team", "{team}"),
        ],
    ),
    function(
        "links/edit",
        &[
            ("link", "{link}"),
            ("label", "Field team"),
            ("domains", "acme.com"),
            ("usage_limit", "20"),
            ("expires_at", "2999-01-01T12:00Z"),
            ("team", "{team}"),
        ],
    ),
    function("members/set-role", &[("member", "{colleague}"), ("role", "member")]),
    function("members/offer-ownership", &[("member", "{colleague}")]),
    function("members/withdraw-ownership", &[]),
    function("members/show", &[("member", "{member}")]),
    function("members/correct", &[("member", "{member}"), ("name", "Bob Hope"), ("title", "")]),
    function(
        "history/list",
        &[("act", ""), ("who", ""), ("about", ""), ("from", ""), ("to", ""), ("before", "")],
    ),
    function("links/pause", &[("link", "{link}")]),
    function("links/resume", &[("link", "{link}")]),
    function("links/revoke", &[("link", "{link}")]),
    function("members/removal", &[("member", "{member}")]),
    function("members/remove", &[("member", "{member}")]),
    function("teams/delete", &[("team", "{team}")]),
    function("settings/delete-organization", &[("name", "Acme")]),
    function("settings/keep-organization", &[]),
];

impl Function {
    /// The fields with everything in its place.
    pub fn fields(&self, org: &str, names: &Names) -> Vec<(&'static str, String)> {
        let mut fields = vec![("org", org.to_owned())];
        fields.extend(self.fields.iter().map(|(name, value)| (*name, spell(value, names))));
        fields
    }

    pub async fn call(&self, browser: &Browser, org: &str, names: &Names) -> Answer {
        let fields = self.fields(org, names);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.call(self.path, &fields).await
    }
}

/// A new function cannot be forgotten in the table, and with it in the tests that go by the table.
#[test]
fn every_function_is_in_the_table() {
    let registered: BTreeSet<String> =
        leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}")).collect();
    let listed: BTreeSet<String> =
        FUNCTIONS.iter().map(|function| format!("POST /fn/{}", function.path)).collect();
    assert_eq!(registered, listed);
}

/// N2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn strangers_foreigners_and_members_are_turned_away_and_leads_are_not(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let cast = Cast::gather(connect).await;
    let org = cast.acme.lead.org();
    let before = cast.acme.server.everything().await;
    for function in FUNCTIONS {
        function.call(&cast.stranger, &org, &cast.names).await.with(StatusCode::UNAUTHORIZED);
        let foreign = function.call(&cast.foreigner.browser, &org, &cast.names).await;
        let unknown = function.call(&cast.foreigner.browser, &nothing()["org"], &cast.names).await;
        assert_eq!(foreign.with(StatusCode::NOT_FOUND).body, unknown.with(StatusCode::NOT_FOUND).body);
        function.call(&cast.member, &org, &cast.names).await.with(StatusCode::FORBIDDEN);
    }
    assert_eq!(cast.acme.server.everything().await, before, "who was turned away changed something");
    for function in FUNCTIONS {
        function.call(&cast.acme.lead.browser, &org, &cast.names).await.with(StatusCode::OK);
    }
    cast.close().await;
}

/// N2: with one's own organization, the things of another are like things that are not there.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_things_of_another_organization_are_unknown(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    cast.acme.server.execute("update organizations set credit_balance = 9").await;
    let (org, names) = (cast.foreigner.org(), nothing());
    let before = cast.acme.server.everything().await;
    let about_things =
        FUNCTIONS.iter().filter(|function| function.fields.iter().any(|(_, value)| value.starts_with('{')));
    for function in about_things {
        let theirs = function.call(&cast.foreigner.browser, &org, &cast.names).await;
        let unknown = function.call(&cast.foreigner.browser, &org, &names).await;
        assert_eq!(theirs.with(StatusCode::NOT_FOUND).body, unknown.with(StatusCode::NOT_FOUND).body);
    }
    assert_eq!(cast.acme.server.everything().await, before);
    cast.close().await;
}

/// What only the Owner may. P5, P8, S4
const OWNERS_ALONE: [&str; 7] = [
    "sso/recovery-codes",
    "directory/renew-token",
    "directory/revoke-token",
    "members/offer-ownership",
    "members/withdraw-ownership",
    "settings/delete-organization",
    "settings/keep-organization",
];

/// N2, P5
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_team_lead_may_all_that_is_not_the_owners_alone(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let org = cast.acme.lead.org();
    let (_, tess) = cast.acme.member("tess@acme.com").await;
    cast.acme.server.execute("update members set role = 'team_lead' where email = 'tess@acme.com'").await;
    for function in FUNCTIONS {
        let answer = function.call(&tess, &org, &cast.names).await;
        if OWNERS_ALONE.contains(&function.path) {
            assert!(answer.with(StatusCode::FORBIDDEN).json()["NotAllowed"].is_string());
            function.call(&cast.acme.lead.browser, &org, &cast.names).await.with(StatusCode::OK);
        } else {
            answer.with(StatusCode::OK);
        }
    }
    cast.close().await;
}

/// N2: whoever has no role there at all, member or lead of another.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_member_of_another_organization_finds_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let (org, server) = (cast.acme.lead.org(), &cast.acme.server);
    let mia = server.signed_in("mia@other.com").await;
    server
        .execute(&format!(
            "insert into members (org_id, id, account_id, role, kind, name, email, address)
             select '{}', gen_random_uuid(), id, 'member', 'invite', 'Mia', email, address
             from accounts where email = 'mia@other.com'",
            cast.foreigner.org()
        ))
        .await;
    let before = server.everything().await;
    for function in FUNCTIONS {
        function.call(&mia, &org, &cast.names).await.with(StatusCode::NOT_FOUND);
    }
    assert_eq!(server.everything().await, before);
    cast.close().await;
}

/// P3, N2: a Team Lead may what an Owner may, and a page opened for one organization never writes
/// into another that the same person belongs to.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_team_lead_may_call_and_looks_at_one_organization_at_a_time(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (_, ada) = acme.member("ada@acme.com").await;
    acme.server.execute("update members set role = 'team_lead' where email = 'ada@acme.com'").await;
    let org = acme.lead.org();
    ada.call("teams/create", &[("org", &org), ("name", "Sales")]).await.with(StatusCode::OK);

    let second = acme.server.found("Second", "ada@acme.com").await;
    ada.post(&format!("/account/organizations/{}/switch", second.org()), &[]).await.to("/");
    ada.call("teams/create", &[("org", &org), ("name", "Late")]).await.with(StatusCode::NOT_FOUND);
    ada.post(&format!("/account/organizations/{org}/switch"), &[]).await.to("/");
    ada.call("teams/create", &[("org", &org), ("name", "Late")]).await.with(StatusCode::OK);
    acme.close().await;
}
