//! Builders for the database tests of this room: organizations, people, drafts, and pools wide
//! enough that races are real.

use std::{ops::Deref, time::Duration};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{
    Error, PgConnection, PgPool, Result,
    accounts::{self, Device, Viewer},
    credits,
    drafts::{self, NewPhoto},
    fresh_id,
    invites::{self, InviteOptions, Invitee, Newcomer},
    links::{self, NewLink},
    members::{self, NewManaged, Through},
    organizations, outbox,
    proof::{Joiner, Proof},
    shoots,
};
use crate::domain::{
    actor::{Actor, By},
    email::EmailAddress,
    ids::{AccountId, InviteId, LinkId, MemberId, OrgId, PhotoId},
    invite::{InviteRefusal, MailLimits},
    joining::{JoinRefusal, Joined},
    photo::PhotoLimits,
};

/// A database with one organization in it, called Acme.
pub struct Acme {
    pub pool: PgPool,
    pub owner: Actor,
}

impl Deref for Acme {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.owner
    }
}

impl Acme {
    /// Founds Acme with so many credits; at most `connections` work on it at once.
    pub async fn found(connect: PgConnectOptions, connections: u32, credits: i32) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(60))
            .connect_with(connect)
            .await
            .unwrap();
        let owner = found(&pool, "Acme", "olga@acme.com").await;
        let acme = Self { pool, owner };
        if credits > 0 {
            acme.grant(credits).await;
        }
        acme
    }

    pub async fn grant(&self, credits: i32) {
        let mut tx = self.pool.begin().await.unwrap();
        credits::grant(&mut tx, &Actor::operator(self.org), credits, None).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn link(&self, new: NewLink<'_>) -> LinkId {
        let mut tx = self.pool.begin().await.unwrap();
        let link = links::create(&mut tx, &self.owner, &new).await.unwrap();
        tx.commit().await.unwrap();
        link
    }

    /// Joins through a link as the routes do: all or nothing, and again after a lost race.
    pub async fn join(&self, link: LinkId, who: &str) -> Result<Joined, Error<JoinRefusal>> {
        loop {
            let mut tx = self.pool.begin().await?;
            let joiner = joiner(&mut tx, who).await;
            match members::join(&mut tx, self.org, Through::Link(link), &joiner).await {
                Ok(redeemed) => {
                    tx.commit().await?;
                    return Ok(redeemed);
                }
                Err(Error::Refused(JoinRefusal::Raced)) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Invites one address and gives the invite.
    pub async fn invite(&self, who: &str) -> InviteId {
        let mut tx = self.pool.begin().await.unwrap();
        let (to, limits) = ([invitee(who)], MailLimits::default());
        let sent = invites::send(&mut tx, &self.owner, &to, InviteOptions::default(), limits).await.unwrap();
        assert_eq!(sent.invited.len(), 1, "{who} could not be invited");
        let pending = invites::pending(&mut tx, self.org, u32::MAX).await.unwrap();
        tx.commit().await.unwrap();
        pending.invites.into_iter().find(|invite| invite.address == who).unwrap().id
    }

    /// Accepts an invite in a transaction of its own, as the owner of its address.
    pub async fn accept(&self, invite: InviteId) -> Result<MemberId, Error<InviteRefusal>> {
        let mut tx = self.pool.begin().await?;
        let who: String = sqlx::query_scalar("select address from invites where id = $1")
            .bind(invite.0)
            .fetch_one(&mut *tx)
            .await?;
        let joiner = joiner(&mut tx, &who).await;
        let through = Through::Invite { invite, generation: 0 };
        match members::join(&mut tx, self.org, through, &joiner).await {
            Ok(joined) => {
                tx.commit().await?;
                Ok(joined.member())
            }
            Err(Error::Refused(JoinRefusal::Invite(refusal))) => Err(Error::Refused(refusal)),
            Err(Error::Broken(error)) => Err(error.into()),
            Err(refused) => panic!("an invite does not refuse so: {refused:?}"),
        }
    }

    pub async fn managed(&self, name: &str, who: Option<&str>) -> MemberId {
        let who = who.map(address);
        let new = NewManaged { name, address: who.as_ref(), title: None, team: None };
        let mut tx = self.pool.begin().await.unwrap();
        let member = members::add_managed(&mut tx, &self.owner, &new).await.unwrap();
        tx.commit().await.unwrap();
        member
    }

    /// Puts so many different photos into a member's draft.
    pub async fn fill_draft(&self, member: MemberId, photos: usize) -> Vec<PhotoId> {
        let mut tx = self.pool.begin().await.unwrap();
        let mut ids = Vec::new();
        for n in 0..photos {
            let photo = photo(n);
            let limits = PhotoLimits::default();
            drafts::add_photo(&mut tx, &self.owner, member, photo, &limits).await.unwrap();
            ids.push(photo.id);
        }
        tx.commit().await.unwrap();
        ids
    }

    /// Submits a member's draft in a transaction of its own.
    pub async fn submit(
        &self,
        member: MemberId,
    ) -> Result<crate::domain::ids::ShootId, Error<shoots::NotSubmitted>> {
        let mut tx = self.pool.begin().await?;
        let shoot = shoots::submit(&mut tx, &self.owner, member, &PhotoLimits::default()).await?;
        tx.commit().await?;
        Ok(shoot)
    }

    /// The single number that a query gives.
    pub async fn number(&self, query: &str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.pool).await.unwrap()
    }

    /// Lets the other of two racers go ahead by so many round trips to the database.
    pub async fn dawdle(&self, round_trips: u32) {
        for _ in 0..round_trips {
            self.number("select 1::bigint").await;
        }
    }

    /// Until some transaction waits for the lock of another.
    pub async fn until_somebody_waits(&self) {
        let waiting = "select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'";
        while self.number(waiting).await == 0 {
            tokio::task::yield_now().await;
        }
    }

    pub async fn execute(&self, statement: &str) -> Result<()> {
        sqlx::query(statement).execute(&self.pool).await.map(|_| ())
    }

    /// C3: the balance is the sum of the entries, is what the last entry says, and no entry ever
    /// fell below zero.
    pub async fn assert_ledger_balances(&self) {
        let wrong = "select count(*) from organizations o
             where credit_balance <> (select coalesce(sum(change), 0) from credit_entries where org_id = o.id)
                or entry_count <> (select count(*) from credit_entries where org_id = o.id)
                or credit_balance <> coalesce((select balance_after from credit_entries
                                               where org_id = o.id order by number desc limit 1), 0)";
        assert_eq!(self.number(wrong).await, 0, "the balance is not what the ledger says");
        let broken = "select count(*) from (
                 select balance_after, sum(change) over (partition by org_id order by number) as sum
                 from credit_entries
             ) x where balance_after <> sum or balance_after < 0";
        assert_eq!(self.number(broken).await, 0, "an entry does not follow from those before");
    }
}

/// An organization with its Owner and no credits.
pub async fn found(pool: &PgPool, org_name: &str, owner: &str) -> Actor {
    let mut tx = pool.begin().await.unwrap();
    let account = accounts::ensure(&mut tx, &address(owner)).await.unwrap();
    let owner = organizations::create(&mut tx, account, &address(owner), org_name, "Olga").await.unwrap();
    tx.commit().await.unwrap();
    owner.acting_from(None)
}

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text, |_| None).unwrap()
}

pub fn invitee(text: &str) -> Invitee {
    Invitee { address: address(text), name: None, title: None, team: None }
}

/// Somebody who comes by their invite and has no account yet.
pub fn first_time(invite: InviteId, who: &str) -> Newcomer {
    let device = Device { secret_hash: who.into(), user_agent: "Firefox".into(), network: "10.0.0.1".into() };
    Newcomer { invite, generation: 0, address: address(who), name: "Somebody".into(), device }
}

/// Somebody who is signed in with this address and calls themselves Ada.
pub async fn joiner(db: &mut PgConnection, who: &str) -> Joiner {
    let address = address(who);
    let account = accounts::ensure(db, &address).await.unwrap();
    let viewer = Viewer {
        login: fresh_id(),
        account,
        address: address.to_string(),
        membership: None,
        was_removed: false,
        seen_long_ago: false,
    };
    Joiner { proof: Proof::by_login(&viewer).unwrap(), name: "Ada".into() }
}

/// The mail server took a mail of an invite.
pub fn taken(acme: &Acme, invite: InviteId, round: i32) -> outbox::Answer {
    outbox::Answer { org: acme.org, invite, round, said: outbox::Said::Taken }
}

/// The mail server refused a mail of an invite for good.
pub fn refused(acme: &Acme, invite: InviteId, round: i32, words: &str) -> outbox::Answer {
    outbox::Answer { org: acme.org, invite, round, said: outbox::Said::Refused(words.into()) }
}

/// A photo that is like no other with another number.
pub fn photo(n: usize) -> NewPhoto<'static> {
    let fingerprint = (n as i64 + 1).wrapping_mul(0x1e37_79b9_7f4a_7c15);
    NewPhoto {
        id: PhotoId(fresh_id()),
        file_name: "a.jpg",
        width: 800,
        height: 1000,
        fingerprint,
        digest: None,
        advice: &[],
    }
}

/// The account of a member who acts.
pub fn account_of(actor: &Actor) -> AccountId {
    match actor.by {
        By::Member { account, .. } => account,
        _ => panic!("{actor:?} is no member"),
    }
}

/// Somebody of an organization that is not there.
pub fn nobody() -> Actor {
    Actor::operator(OrgId(fresh_id()))
}

/// Whether a use case was refused by the business, and why.
pub fn refusal<T: std::fmt::Debug, R>(result: Result<T, Error<R>>) -> R {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        Err(Error::Broken(error)) => panic!("broken instead of refused: {error}"),
        Ok(done) => panic!("done instead of refused: {done:?}"),
    }
}
