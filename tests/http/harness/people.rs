//! People: who signs up and founds, who is invited and joins, who only looks.

use axum::http::StatusCode;
use headcount::{
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::{CreditRequestId, HeadshotId, InviteId, MemberId, OrgId, PhotoId, ShootId, TeamId, UploadId},
    },
    server::logins::{self, Caller},
    store::{
        accounts, credit_requests, credits,
        drafts::{self, NewPhoto},
        fresh_id,
        invites::{self, InviteOptions, Invitee},
        members::{self, NewManaged, Through},
        organizations,
        proof::{Joiner, Proof},
        shoots::{self, NewHeadshot},
        teams,
        uploads::{self, NewUpload},
    },
    studio::storage,
};
use sqlx::postgres::PgConnectOptions;

use super::{Browser, Server};

/// The Owner of an organization, signed in.
pub struct Lead {
    pub browser: Browser,
    pub actor: Actor,
}

impl Lead {
    pub fn org(&self) -> String {
        self.actor.org.to_string()
    }

    /// Calls a server function for the lead's own organization.
    pub async fn call(&self, function: &str, fields: &[(&str, &str)]) -> super::Answer {
        let org = self.org();
        let mut all = vec![("org", org.as_str())];
        all.extend_from_slice(fields);
        self.browser.call(function, &all).await
    }
}

/// A server with one organization, called Acme, whose lead is signed in.
pub struct Acme {
    pub server: Server,
    pub lead: Lead,
}

impl Acme {
    /// Lets the router know of a changed state, and the lead's browser of the router.
    pub fn reroute(&mut self) {
        self.server.reroute();
        self.lead.browser = self.lead.browser.at(&self.server);
    }

    /// Founds Acme with so many credits.
    pub async fn found(connect: PgConnectOptions, credits: i32) -> Self {
        Self::found_on(Server::start(connect).await, credits).await
    }

    pub async fn found_on(server: Server, credits: i32) -> Self {
        let lead = server.found("Acme", "olga@acme.com").await;
        let acme = Self { server, lead };
        if credits > 0 {
            acme.grant(credits).await;
        }
        acme
    }

    pub fn org(&self) -> OrgId {
        self.lead.actor.org
    }

    pub async fn grant(&self, credits: i32) {
        let mut tx = self.server.pool().begin().await.unwrap();
        credits::grant(&mut tx, &Actor::operator(self.org()), credits, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Asks the operator for credits, without the page; nobody is mailed.
    pub async fn request(&self, credits: i32) -> CreditRequestId {
        let mut tx = self.server.pool().begin().await.unwrap();
        let request = credit_requests::ask(&mut tx, &self.lead.actor, credits, None).await.unwrap();
        tx.commit().await.unwrap();
        request
    }

    /// The path of the page at which the operator answers a request.
    pub fn request_path(&self, request: CreditRequestId) -> String {
        format!("/c/{}", self.server.state.keys.credit_request_token(self.org(), request))
    }

    pub async fn balance(&self) -> i64 {
        let query = format!("select credit_balance::bigint from organizations where id = '{}'", self.org());
        self.server.number(&query).await
    }

    pub async fn team(&self, name: &str) -> TeamId {
        let mut tx = self.server.pool().begin().await.unwrap();
        let team = teams::create(&mut tx, &self.lead.actor, name).await.unwrap();
        tx.commit().await.unwrap();
        team
    }

    pub async fn invite(&self, address: &str) -> InviteId {
        let mut tx = self.server.pool().begin().await.unwrap();
        let invitee = Invitee { address: parse(address), name: None, title: None, team: None };
        let limits = self.server.state.mail_limits;
        invites::send(&mut tx, &self.lead.actor, &[invitee], InviteOptions::default(), limits).await.unwrap();
        let pending = invites::pending(&mut tx, self.org(), u32::MAX).await.unwrap();
        tx.commit().await.unwrap();
        pending.invites.into_iter().find(|invite| invite.address == address).unwrap().id
    }

    /// The path of an invite's page.
    pub fn invite_path(&self, invite: InviteId) -> String {
        format!("/i/{}", self.server.state.keys.invite_token(self.org(), invite, 0))
    }

    /// A page of the list of people, by the query of its URL.
    pub async fn people(&self, query: &str) -> serde_json::Value {
        let answer = self.lead.call("members/list", &[("query", query), ("have", "")]).await;
        answer.with(StatusCode::OK).json()
    }

    pub async fn managed(&self, name: &str, address: Option<&str>) -> MemberId {
        let address = address.map(parse);
        let new = NewManaged { name, address: address.as_ref(), title: None, team: None };
        let mut tx = self.server.pool().begin().await.unwrap();
        let member = members::add_managed(&mut tx, &self.lead.actor, &new).await.unwrap();
        tx.commit().await.unwrap();
        member
    }

    /// A member with an account, signed in; without mails.
    pub async fn member(&self, address: &str) -> (MemberId, Browser) {
        let invite = self.invite(address).await;
        self.server.execute("delete from jobs where state = 'waiting'").await;
        let mut tx = self.server.pool().begin().await.unwrap();
        let proof = Proof::by_first_invite(&mut tx, &parse(address)).await.unwrap().expect("a new address");
        let joiner = Joiner { proof, name: "Ada Lovelace".into() };
        let through = Through::Invite { invite, generation: 0 };
        let joined = members::join(&mut tx, self.org(), through, &joiner).await.unwrap();
        tx.commit().await.unwrap();
        (joined.member(), self.server.signed_in(address).await)
    }

    /// Puts so many photos into a member's draft, without looking into them.
    pub async fn fill_draft(&self, member: MemberId, photos: usize) -> Vec<PhotoId> {
        let picture = super::file_of(1, 320, 400).bytes;
        let mut tx = self.server.pool().begin().await.unwrap();
        let mut ids = Vec::new();
        for n in 0..photos {
            let id = drafts::fresh_photo_id();
            for key in [storage::photo_key, storage::photo_thumb_key] {
                self.server.state.storage.put(&key(self.org().0, id.0), picture.clone()).await.unwrap();
            }
            let fingerprint = (n as i64 + 1).wrapping_mul(0x1e37_79b9_7f4a_7c15);
            let photo = NewPhoto {
                id,
                file_name: "photo.jpg",
                width: 320,
                height: 400,
                fingerprint,
                digest: None,
                advice: &[],
            };
            let limits = self.server.state.photo_limits;
            drafts::add_photo(&mut tx, &self.lead.actor, member, photo, &limits).await.unwrap();
            ids.push(id);
        }
        tx.commit().await.unwrap();
        ids
    }

    /// A file of so many bytes is expected for a member's draft.
    pub async fn begin_upload(&self, member: MemberId, size: i32) -> UploadId {
        let new = NewUpload { file_name: "large.jpg", size, digest: None };
        let mut tx = self.server.pool().begin().await.unwrap();
        let limits = self.server.state.photo_limits;
        let begun = uploads::begin(&mut tx, &self.lead.actor, member, new, &limits).await.unwrap();
        tx.commit().await.unwrap();
        begun.id
    }

    /// Submits a member's draft of eight photos as their lead.
    pub async fn submit(&self, member: MemberId) -> ShootId {
        self.fill_draft(member, 8).await;
        let mut tx = self.server.pool().begin().await.unwrap();
        let limits = self.server.state.photo_limits;
        let shoot = shoots::submit(&mut tx, &self.lead.actor, member, &limits).await.unwrap();
        tx.commit().await.unwrap();
        shoot
    }

    /// A whole shoot that ends with two headshots; the engine has no part in it.
    pub async fn shoot(&self, member: MemberId) -> Vec<HeadshotId> {
        let shoot = self.submit(member).await;
        let picture = super::file_of(2, 320, 400).bytes;
        let mut tx = self.server.pool().begin().await.unwrap();
        shoots::begin(&mut tx, &Actor::system(self.org()), shoot).await.unwrap();
        let made = [(); 2].map(|()| NewHeadshot { id: HeadshotId(fresh_id()), width: 320, height: 400 });
        for headshot in &made {
            for key in [storage::headshot_key, storage::headshot_thumb_key] {
                let key = key(self.org().0, headshot.id.0);
                self.server.state.storage.put(&key, picture.clone()).await.unwrap();
            }
        }
        assert!(shoots::finish(&mut tx, &Actor::system(self.org()), shoot, &made).await.unwrap());
        tx.commit().await.unwrap();
        made.map(|headshot| headshot.id).to_vec()
    }

    /// The path of a managed member's private results page.
    pub fn results_path(&self, member: MemberId, generation: i32) -> String {
        format!("/r/{}", self.server.state.keys.results_token(self.org(), member, generation))
    }

    pub async fn close(self) {
        self.server.close().await;
    }
}

impl Server {
    /// Signs up by the pages, as everybody does.
    pub async fn sign_up(&self, address: &str) -> Browser {
        let browser = self.browser();
        let page = browser.get("/sign-up").await.with(StatusCode::OK);
        let asked = browser.fill(&page, "/sign-up", &[("email", address)]).await;
        let page = browser.follow(asked).await.with(StatusCode::OK);
        let code = self.code_for(address).await;
        browser.fill(&page, "/sign-in/code", &[("code", &code)]).await.to("/");
        browser
    }

    /// The six digits that were mailed last.
    pub async fn code_for(&self, address: &str) -> String {
        let subject = self.mail_to(address).await.subject;
        let code = subject.split(' ').next().unwrap().to_owned();
        assert!(code.len() == 6 && code.parse::<u32>().is_ok(), "no code in {subject:?}");
        code
    }

    /// A browser on which this address is signed in, without mails.
    pub async fn signed_in(&self, address: &str) -> Browser {
        let browser = self.browser();
        let caller = Caller { network: "10.0.0.1".into(), user_agent: "Firefox/140.0".into() };
        let mut tx = self.pool().begin().await.unwrap();
        let account = accounts::ensure(&mut tx, &parse(address)).await.unwrap();
        browser.keep(&logins::open(&mut tx, account, None, &caller).await.unwrap());
        tx.commit().await.unwrap();
        browser
    }

    /// An organization and its Owner, signed in.
    pub async fn found(&self, org_name: &str, address: &str) -> Lead {
        let mut tx = self.pool().begin().await.unwrap();
        let account = accounts::ensure(&mut tx, &parse(address)).await.unwrap();
        let owner =
            organizations::create(&mut tx, account, &parse(address), org_name, "Olga Owner").await.unwrap();
        tx.commit().await.unwrap();
        Lead { browser: self.signed_in(address).await, actor: owner.acting_from(None) }
    }
}

fn parse(address: &str) -> EmailAddress {
    EmailAddress::parse(address, |_| None).unwrap()
}
