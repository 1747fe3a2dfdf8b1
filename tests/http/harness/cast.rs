//! Everybody and everything that a request can be about: an organization with a sub-team, people,
//! an invite, a link, photos and headshots; another organization; and somebody from nowhere.

use std::collections::BTreeMap;

use headcount::store::fresh_id;
use sqlx::postgres::PgConnectOptions;

use super::{Acme, Browser, Lead, unlimited};

/// Names in braces, as they stand in the tables of routes and functions, and what they stand for.
pub type Names = BTreeMap<&'static str, String>;

pub struct Cast {
    pub acme: Acme,
    /// The Owner of another organization.
    pub foreigner: Lead,
    /// A member of Acme, whom none of the names is about.
    pub member: Browser,
    pub stranger: Browser,
    /// Things of Acme.
    pub names: Names,
}

impl Cast {
    pub async fn gather(connect: PgConnectOptions) -> Self {
        Self::around(Acme::found(connect, 9).await).await
    }

    /// Gathers the others around an organization that has at least two credits.
    pub async fn around(acme: Acme) -> Self {
        let foreigner = acme.server.found("Other", "otto@other.com").await;
        let (colleague, member) = acme.member("ada@acme.com").await;
        let team = acme.team("Sales").await;
        let managed = acme.managed("Bob", Some("bob@acme.com")).await;
        let headshot = acme.shoot(managed).await[0];
        let photo = acme.fill_draft(managed, 9).await[0];
        let upload = acme.begin_upload(managed, 1_000).await;
        let invite = acme.invite("eve@acme.com").await;
        let link = acme.link(unlimited()).await;
        let request = acme.request(20).await;
        acme.server.work().await;
        let login = acme.server.text("select l.id::text from logins l join accounts a on a.id = l.account_id where a.email = 'olga@acme.com'").await;
        let names = BTreeMap::from([
            ("org", acme.org().to_string()),
            ("team", team.to_string()),
            ("member", managed.to_string()),
            ("colleague", colleague.to_string()),
            ("invite", invite.to_string()),
            ("link", link.to_string()),
            ("photo", photo.to_string()),
            ("headshot", headshot.to_string()),
            ("upload", upload.to_string()),
            ("links", format!("1.{}", "A".repeat(64))),
            ("number", "57".to_owned()),
            ("login", login),
            ("request", request.to_string()),
            ("request-token", acme.request_path(request)[3..].to_owned()),
            ("invite-token", acme.invite_path(invite)[3..].to_owned()),
            ("link-token", acme.link_path(link)[3..].to_owned()),
            ("results-token", acme.results_path(managed, 0)[3..].to_owned()),
        ]);
        let stranger = acme.server.browser();
        Self { acme, foreigner, member, stranger, names }
    }

    pub async fn close(self) {
        self.acme.close().await;
    }
}

/// Names of nothing: well-formed, and never given to anything.
pub fn nothing() -> Names {
    let ids = [
        "org",
        "team",
        "member",
        "colleague",
        "invite",
        "link",
        "photo",
        "headshot",
        "upload",
        "login",
        "request",
    ];
    let tokens = ["invite-token", "link-token", "results-token", "request-token"];
    let others = [("links", "A".repeat(64)), ("number", "30999".to_owned())];
    ids.into_iter()
        .map(|name| (name, fresh_id().to_string()))
        .chain(tokens.into_iter().map(|name| (name, "A".repeat(64))))
        .chain(others)
        .collect()
}

/// Puts what the names stand for in their place: `/members/{member}` becomes `/members/0192…`.
pub fn spell(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
