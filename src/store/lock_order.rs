//! What leads, people and the worker do at once, raced for the order of locks in [`super`]: nobody waits
//! for somebody who waits for them. Nothing is tried again here, so that each deadlock fails its test.
//! QUALITY 20

use futures_util::future::{BoxFuture, join, join_all};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{
    DatabaseError, Error, Postgres, Result, Transaction, fresh_id,
    invites::{self, InviteOptions, Invitee},
    links::{self, NewLink},
    members::{self, NewManaged, Through},
    outbox, people, results,
    shoots::{self, NewHeadshot},
    teams,
    testing::{Acme, address, first_time, found, invitee, joiner, taken},
};
use crate::domain::{
    actor::Actor,
    ids::{HeadshotId, InviteId, MemberId, ShootId, TeamId},
    invite::MailLimits,
    people::PersonId,
    photo::PhotoLimits,
};

const LIMITS: MailLimits = MailLimits { org_per_day: i32::MAX, recipient_per_day: i32::MAX };

/// A use case in a transaction of its own; whether it was done.
macro_rules! alone {
    ($acme:expr, |$tx:ident| $use_case:expr) => {
        async {
            let mut $tx = $acme.pool.begin().await.unwrap();
            let result = $use_case.await;
            end($tx, result).await
        }
    };
}

/// Commits what was done and takes back what was refused. Nothing is undone for the sake of another.
async fn end<T, E: Failure>(tx: Transaction<'static, Postgres>, result: Result<T, E>) -> bool {
    match result.map_err(Failure::broken) {
        Ok(_) => tx.commit().await.map(|()| true).unwrap(),
        Err(None) => false,
        Err(Some(error)) => panic!("{error}"),
    }
}

trait Failure {
    /// What broke; `None` where the business refused.
    fn broken(self) -> Option<DatabaseError>;
}

impl Failure for DatabaseError {
    fn broken(self) -> Option<DatabaseError> {
        Some(self)
    }
}

impl<R> Failure for Error<R> {
    fn broken(self) -> Option<DatabaseError> {
        match self {
            Self::Refused(_) => None,
            Self::Broken(error) => Some(error),
        }
    }
}

impl Acme {
    /// A member whose shoot is being generated.
    async fn being_generated(&self, name: &str) -> (MemberId, ShootId) {
        let member = self.managed(name, None).await;
        self.execute(&format!(
            "insert into photos (org_id, id, member_id, file_name, width, height, fingerprint)
             select '{}', gen_random_uuid(), '{member}', 'a.jpg', 800, 1000, n from generate_series(1, 8) n",
            self.org
        ))
        .await
        .unwrap();
        let mut tx = self.pool.begin().await.unwrap();
        let shoot = shoots::submit(&mut tx, self, member, &PhotoLimits::default()).await.unwrap();
        shoots::begin(&mut tx, &Actor::system(self.org), shoot).await.unwrap();
        tx.commit().await.unwrap();
        (member, shoot)
    }

    async fn team(&self, name: &str) -> TeamId {
        teams::create(&mut self.pool.acquire().await.unwrap(), self, name).await.unwrap()
    }

    /// Invites these people into a team, two hours ago; every other invite has expired since.
    async fn invited_into(&self, team: TeamId, people: &[Invitee]) -> Vec<InviteId> {
        let options = InviteOptions { team: Some(team), note: None, ..Default::default() };
        let mut tx = self.pool.begin().await.unwrap();
        invites::send(&mut tx, self, people, options, LIMITS).await.unwrap();
        tx.commit().await.unwrap();
        let rows = sqlx::query_scalar::<_, uuid::Uuid>(
            "update invites i
             set state = 'sent', sent_at = now() - interval '2 hours', mailed_at = now() - interval '2 hours',
                 expires_at = now() + case when x.n % 2 = 0 then interval '1 day' else interval '-1 minute' end
             from (
                 select id, row_number() over (order by email) as n from invites where team_id = $1
             ) x
             where i.id = x.id
             returning i.id",
        );
        rows.bind(team.0).fetch_all(&self.pool).await.unwrap().into_iter().map(InviteId).collect()
    }
}

fn headshot() -> NewHeadshot {
    NewHeadshot { id: HeadshotId(fresh_id()), width: 800, height: 1000 }
}

/// P3, H4, C5, H5: whatever becomes of a shoot while its member is removed.
#[sqlx::test]
async fn removing_somebody_whose_shoot_ends_stops_neither(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 120).await;
    let system = Actor::system(acme.org);
    let (mut first, mut late) = (0, 0);
    for round in 0..120 {
        let (member, shoot) = acme.being_generated("Ada").await;
        let removed = async {
            // By turns one or the other is a little ahead.
            acme.dawdle(round / 2 % 3).await;
            alone!(acme, |tx| members::remove(&mut tx, &acme, member)).await
        };
        let ended = async {
            acme.dawdle(round / 6 % 3).await;
            match round % 2 {
                0 => alone!(acme, |tx| shoots::finish(&mut tx, &system, shoot, &[headshot()])).await,
                _ => alone!(acme, |tx| shoots::fail(&mut tx, &system, shoot, "No face was found.")).await,
            };
            alone!(acme, |tx| shoots::delete_originals(&mut tx, &system, shoot)).await
        };
        assert!(join(removed, ended).await.0, "the removal was refused");
        match acme.number("select count(*) from jobs where payload -> 'mail' ?| '{ready,shoot_failed}'").await
        {
            0 => first += 1,
            _ => late += 1,
        }
        acme.execute("delete from jobs").await.unwrap();
    }
    assert!(first > 0 && late > 0, "the race always went the same way: {first} to {late}");
    let left = "select (select count(*) from shoots) + (select count(*) from photos)
                     + (select count(*) from headshots)";
    assert_eq!(acme.number(left).await, 0);
    acme.assert_ledger_balances().await;
}

/// T1, I13: a list goes out into a team, renewing what has expired there, while the team is deleted.
#[sqlx::test]
async fn deleting_a_team_during_a_bulk_send_stops_neither(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let (mut sent_first, mut deleted_first) = (0, 0);
    for round in 0..100 {
        let team = acme.team(&format!("Team {round}")).await;
        let people: Vec<Invitee> = (0..20).map(|n| invitee(&format!("p{n}.{round}@acme.com"))).collect();
        acme.invited_into(team, &people[..10]).await;
        let options = InviteOptions { team: Some(team), note: None, ..Default::default() };
        let sent = async {
            acme.dawdle(round / 2 % 3).await;
            alone!(acme, |tx| invites::send(&mut tx, &acme, &people, options, LIMITS)).await
        };
        let deleted = async {
            acme.dawdle(round % 2 * 3).await;
            alone!(acme, |tx| teams::delete(&mut tx, &acme, team)).await
        };
        match join(sent, deleted).await {
            (true, true) => sent_first += 1,
            (false, true) => deleted_first += 1,
            (_, false) => panic!("the team was not deleted"),
        }
    }
    assert!(sent_first > 0 && deleted_first > 0, "always the same way: {sent_first} to {deleted_first}");
    assert_eq!(acme.number("select count(*) from invites where team_id is not null").await, 0);
}

/// Two leads, the worker, an invitee and a joiner, with the same people, invites and team.
#[sqlx::test]
async fn everything_at_once_is_done_or_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 1_000).await;
    let system = Actor::system(acme.org);
    let mut done = [0; 19];
    for round in 0..120 {
        let team = acme.team(&format!("Team {round}")).await;
        let people: Vec<Invitee> = (0..8).map(|n| invitee(&format!("p{n}.{round}@acme.com"))).collect();
        let invites = acme.invited_into(team, &people[..6]).await;
        let backwards: Vec<InviteId> = invites.iter().rev().copied().collect();
        let (one, ones_shoot) = acme.being_generated("Ada").await;
        let (other, others_shoot) = acme.being_generated("Bob").await;
        let known = acme.managed("Cleo", Some(&format!("cleo.{round}@acme.com"))).await;
        let link = acme.link(NewLink { team: Some(team), ..NewLink::default() }).await;
        let newcomer = format!("newcomer.{round}@acme.com");
        found(&acme.pool, "Other", &newcomer).await;
        let mut db = acme.pool.acquire().await.unwrap();
        let newcomer = joiner(&mut db, &newcomer).await;
        let accepting = joiner(&mut db, &people[3].address.to_string()).await;
        drop(db);
        let into = |team| InviteOptions { team, note: None, ..Default::default() };
        let managed = NewManaged { name: "Dora", address: None, title: None, team: Some(team) };
        let changed = NewLink { label: Some("Changed"), team: Some(team), ..NewLink::default() };
        let answers: Vec<_> = backwards.iter().map(|invite| taken(&acme, *invite, 0)).collect();
        let mended = address(&format!("mended.{round}@acme.com"));
        let by_invite = Through::Invite { invite: invites[3], generation: 0 };
        let newcomers = [1, 5].map(|n| first_time(invites[n], &people[n].address.to_string()));
        let everybody: Vec<PersonId> = backwards
            .iter()
            .map(|invite| PersonId::from(*invite))
            .chain([known, other, one].map(PersonId::from))
            .collect();
        let reminded: Vec<people::Selected> = [other, one]
            .map(|member| people::Selected { id: member.into(), called: String::new(), is_invite: false })
            .into();
        let mut at_once: Vec<BoxFuture<'_, bool>> = vec![
            Box::pin(alone!(acme, |tx| members::remove(&mut tx, &acme, one))),
            Box::pin(alone!(acme, |tx| members::remove(&mut tx, &acme, other))),
            Box::pin(alone!(acme, |tx| people::assign(
                &mut tx,
                &acme,
                &[one.into(), known.into()],
                Some(team)
            ))),
            Box::pin(alone!(acme, |tx| people::assign(
                &mut tx,
                &acme,
                &[known.into(), one.into()],
                Some(team)
            ))),
            Box::pin(alone!(acme, |tx| members::add_managed(&mut tx, &acme, &managed))),
            Box::pin(alone!(acme, |tx| shoots::finish(&mut tx, &system, ones_shoot, &[headshot()]))),
            Box::pin(alone!(acme, |tx| shoots::fail(&mut tx, &system, others_shoot, "No face."))),
            Box::pin(alone!(acme, |tx| shoots::delete_originals(&mut tx, &system, ones_shoot))),
            Box::pin(alone!(acme, |tx| results::choose(&mut tx, &acme, one, headshot().id))),
            Box::pin(alone!(acme, |tx| teams::delete(&mut tx, &acme, team))),
            Box::pin(alone!(acme, |tx| invites::send(&mut tx, &acme, &people, into(Some(team)), LIMITS))),
            Box::pin(alone!(acme, |tx| people::assign(&mut tx, &acme, &everybody, Some(team)))),
            Box::pin(alone!(acme, |tx| people::remind_members(&mut tx, &acme, &reminded))),
            Box::pin(alone!(acme, |tx| invites::remind(&mut tx, &acme, &backwards, LIMITS))),
            Box::pin(alone!(acme, |tx| invites::revoke(&mut tx, &acme, &backwards[..2]))),
            Box::pin(alone!(acme, |tx| invites::mend(&mut tx, &acme, invites[2], &mended, LIMITS))),
            Box::pin(alone!(acme, |tx| members::join(&mut tx, acme.org, by_invite, &accepting))),
            Box::pin(alone!(acme, |tx| invites::let_newcomers_in(&mut tx, acme.org, &newcomers))),
            Box::pin(alone!(acme, |tx| members::join(&mut tx, acme.org, Through::Link(link), &newcomer))),
            Box::pin(alone!(acme, |tx| links::edit(&mut tx, &acme, link, &changed))),
        ];
        at_once.push(Box::pin(alone!(acme, |tx| outbox::settle(&mut tx, &answers))));
        // Another one begins each time.
        let count = at_once.len();
        at_once.rotate_left(round % count);
        for (n, was_done) in join_all(at_once).await.into_iter().enumerate() {
            if let Some(done) = done.get_mut((n + round) % count) {
                *done += usize::from(was_done);
            }
        }
        acme.execute("delete from jobs").await.unwrap();
    }
    // Choosing a headshot that is not there is always refused; it locks the member all the same.
    let never: Vec<usize> = (0..done.len()).filter(|n| done[*n] == 0 && *n != 8).collect();
    assert!(never.is_empty(), "these were never done: {never:?}");
    assert_eq!(acme.number("select count(*) from teams").await, 0);
    acme.assert_ledger_balances().await;
}
