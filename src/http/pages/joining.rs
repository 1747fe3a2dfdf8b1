//! Joining by a proven address, whatever it is through: the invite or the link has the last word. J3, J6

use axum::http::HeaderValue;

use crate::{
    domain::{
        email::EmailAddress,
        ids::OrgId,
        joining::{JoinRefusal, Joined},
    },
    server::{
        logins::{self, Caller, CurrentUser},
        metrics::JoinWay,
        state::AppState,
    },
    store::{
        self, Error,
        codes::RightCode,
        invites::Newcomer,
        members::{self, Through},
        proof::{Joiner, Proof},
    },
};

/// What somebody joins, and through what.
#[derive(Clone, Copy)]
pub struct JoinTarget {
    pub org: OrgId,
    pub through: Through,
}

/// Who asks to join.
#[derive(Clone, Copy)]
pub struct Visitor<'a> {
    /// The name they gave; a checked line.
    pub name: &'a str,
    /// Who is signed in on the browser until then.
    pub before: Option<&'a CurrentUser>,
    pub caller: &'a Caller,
}

/// Lets somebody in who is signed in with the address that joins.
///
/// # Errors
/// The link or the invite turns them away.
pub async fn join_signed_in(
    state: &AppState,
    target: JoinTarget,
    joiner: &Joiner,
) -> store::Result<(), Error<JoinRefusal>> {
    again_if_raced(|| async {
        let mut tx = state.begin().await?;
        let joined = members::join(&mut tx, target.org, target.through, joiner).await?;
        state.commit_about(tx, target.org, [joined.member()]).await?;
        count(state, target, joined);
        Ok(())
    })
    .await
}

/// Lets somebody in by a code and signs them in, all or nothing; returns the cookie of the new login.
///
/// # Errors
/// The link or the invite turns them away; [`JoinRefusal::Unknown`] where another click has used the code
/// up.
pub async fn join_by_code(
    state: &AppState,
    target: JoinTarget,
    code: &RightCode,
    visitor: Visitor<'_>,
) -> store::Result<HeaderValue, Error<JoinRefusal>> {
    again_if_raced(|| async {
        let mut tx = state.begin().await?;
        let proof = Proof::by_code(&mut tx, code).await.map_err(|error| match error {
            Error::Refused(_) => Error::Refused(JoinRefusal::Unknown),
            Error::Broken(error) => Error::Broken(error),
        })?;
        let (cookie, joined) = enter(&mut tx, target, proof, visitor).await?;
        state.commit_about(tx, target.org, [joined.member()]).await?;
        count(state, target, joined);
        Ok(cookie)
    })
    .await
}

/// Lets somebody in whose address has no account yet, for the link of an invite went there and nowhere
/// else; `None` where it has one, and nothing was changed. J6
///
/// # Errors
/// The invite turns them away.
pub async fn join_as_newcomer(
    state: &AppState,
    target: JoinTarget,
    address: &EmailAddress,
    visitor: Visitor<'_>,
) -> store::Result<Option<HeaderValue>, Error<JoinRefusal>> {
    if let Some(cookie) = join_with_other_newcomers(state, target, address, visitor).await {
        return Ok(Some(cookie));
    }
    again_if_raced(|| async {
        let mut tx = state.begin().await?;
        let Some(proof) = Proof::by_first_invite(&mut tx, address).await? else { return Ok(None) };
        let (cookie, joined) = enter(&mut tx, target, proof, visitor).await?;
        state.commit_about(tx, target.org, [joined.member()]).await?;
        count(state, target, joined);
        Ok(Some(cookie))
    })
    .await
}

/// The short way in, for a newcomer whom nothing stands against; `None` where anything does.
async fn join_with_other_newcomers(
    state: &AppState,
    target: JoinTarget,
    address: &EmailAddress,
    visitor: Visitor<'_>,
) -> Option<HeaderValue> {
    let Through::Invite { invite, generation } = target.through else { return None };
    if visitor.before.is_some() {
        return None;
    }
    let (cookie, device) = logins::fresh(visitor.caller);
    let (address, name) = (address.clone(), visitor.name.to_owned());
    let newcomer = Newcomer { invite, generation, address, name, device };
    let member = state.newcomer_queue.write(&state.pool, target.org, newcomer).await?;
    count(state, target, Joined::Now(member));
    Some(cookie)
}

/// Signs in and joins. A link is held from the join on, so that comes last of what takes time.
async fn enter(
    db: &mut store::PgConnection,
    target: JoinTarget,
    proof: Proof,
    visitor: Visitor<'_>,
) -> store::Result<(HeaderValue, Joined), Error<JoinRefusal>> {
    let cookie = logins::open(db, proof.account(), Some(target.org), visitor.caller).await?;
    let joiner = Joiner { proof, name: visitor.name.to_owned() };
    let joined = members::join(db, target.org, target.through, &joiner).await?;
    logins::replace(db, visitor.before).await?;
    Ok((cookie, joined))
}

fn count(state: &AppState, target: JoinTarget, joined: Joined) {
    let way = if matches!(target.through, Through::Link(_)) { JoinWay::Link } else { JoinWay::Invite };
    state.metrics.joined(way, joined);
}

/// When the same person came twice at once, the second try finds them in. L4
async fn again_if_raced<T, F>(join: impl Fn() -> F) -> store::Result<T, Error<JoinRefusal>>
where
    F: Future<Output = store::Result<T, Error<JoinRefusal>>>,
{
    let mut tries = 0;
    loop {
        tries += 1;
        match store::retry(&join).await {
            Err(Error::Refused(JoinRefusal::Raced)) if tries < 5 => {}
            other => return other,
        }
    }
}
