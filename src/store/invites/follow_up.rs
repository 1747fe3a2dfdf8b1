//! What becomes of an invite that was sent: mended, moved, revoked, declined. Reminding has a file of
//! its own. I9 to I11, T2

use uuid::Uuid;

use super::sending::{self, MailAttempt};
use crate::{
    domain::{
        actor::Actor,
        audit::Act,
        email::EmailAddress,
        ids::{InviteId, OrgId},
        invite::{AddressStatus, MailLimits, OverLimit, TooManyMails},
        moment::Moment,
        verdict::Verdict,
    },
    store::{
        Error, PgConnection, Result, address_locks,
        audit::{self, Object},
        fresh_id, mail_counts, refused, violates,
    },
};

/// An invite that was named is not pending any more, or is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This invite is no longer pending. Reload the page to see what became of it.")]
pub struct NotPending;

/// Whether any of these is an invite of that organization. N2
///
/// # Errors
/// None is.
pub async fn require_some(
    db: &mut PgConnection,
    org: OrgId,
    invites: &[InviteId],
) -> Result<(), Error<NotPending>> {
    let ids: Vec<Uuid> = invites.iter().map(|id| id.0).collect();
    let found = sqlx::query_scalar!(
        r#"select exists (select from invites where org_id = $1 and id = any($2)) as "found!""#,
        org.0,
        &ids,
    )
    .fetch_one(db)
    .await?;
    if found { Ok(()) } else { Err(Error::Refused(NotPending)) }
}

/// Why an invite's address was not mended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMended {
    #[error(transparent)]
    NotPending(#[from] NotPending),
    /// The address cannot be invited.
    #[error("{0}")]
    Address(Verdict),
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
}

/// Gives a pending invite another address and sends it there; name, team and note stay. Links that
/// went to the old address are invalid from the commit on. I11
///
/// # Errors
/// The invite is not pending, or the address cannot be invited; the caller must not commit then.
pub async fn mend(
    db: &mut PgConnection,
    actor: &Actor,
    invite: InviteId,
    address: &EmailAddress,
    limits: MailLimits,
) -> Result<(), Error<NotMended>> {
    let org = actor.org;
    let key = address.key();
    let keys = [key.clone()];
    let its_own = AddressStatus::Invited { invite };
    let allowed = mail_counts::take_for_recipients(db, &keys, limits.recipient_per_day).await?;
    address_locks::hold_to_invite(db, org, &keys).await?;
    match sending::statuses(db, org, &keys).await?.remove(&key) {
        Some(status) if !status.will_be_invited() && status != its_own => {
            return Err(Error::Refused(NotMended::Address(Verdict::Known(status))));
        }
        _ => {}
    }
    if allowed.is_empty() {
        let again = mail_counts::again(db, &keys).await?;
        let again = again.into_values().next().unwrap_or(Moment::from_unix_millis(0));
        return Err(Error::Refused(NotMended::Address(Verdict::HeldBack(TooManyMails { again }))));
    }
    let former = sqlx::query!(
        "select email, generation from invites
         where org_id = $1 and id = $2 and invite_is_pending(state)
         for update",
        org.0,
        invite.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(NotMended::NotPending(NotPending)))?;
    let batch = fresh_id();
    let round = sqlx::query_scalar!(
        "update invites i
         set email = $3, address = $4, state = 'queued', failure = null, sent_at = null, settled_at = null,
             mailed_at = now(), batch_id = $5, round = round + 1, generation = generation + 1,
             reminders = 0, reminded_at = null, auto_reminded = 0,
             expires_at = case when expires_at > now() then expires_at
                               else now() + make_interval(days => o.invite_days) end
         from organizations o
         where i.org_id = $1 and i.id = $2 and o.id = $1
         returning round",
        org.0,
        invite.0,
        key,
        address.to_string(),
        batch,
    )
    .fetch_one(&mut *db)
    .await
    .map_err(|error| match violates(&error, "invites_one_pending") {
        // By which invite cannot be asked any more in this transaction; the sentence is the same.
        true => Error::Refused(NotMended::Address(Verdict::Known(its_own))),
        false => error.into(),
    })?;
    sqlx::query!(
        "insert into invite_former_addresses (org_id, invite_id, generation, email) values ($1, $2, $3, $4)",
        org.0,
        invite.0,
        former.generation,
        former.email,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, actor, Act::InviteMended, Object::one(invite.0, &address.to_string())).await?;
    let round = MailAttempt { id: invite.0, email: key, round, batch };
    sending::queue(db, org, &[round]).await?;
    mail_counts::take_for_org(db, org, 1, limits.org_per_day).await.map_err(refused)
}

/// Takes invites back; their links are invalid from the commit on. Gives those that were pending. I9
pub async fn revoke(db: &mut PgConnection, actor: &Actor, invites: &[InviteId]) -> Result<Vec<InviteId>> {
    let ids: Vec<Uuid> = invites.iter().map(|id| id.0).collect();
    let revoked = sqlx::query!(
        "update invites i
         set state = 'revoked', failure = null, ended_at = now(), settled_at = coalesce(settled_at, now())
         from (
             select id from invites
             where org_id = $1 and id = any($2) and invite_is_pending(state)
             order by id
             for update
         ) x
         where i.org_id = $1 and i.id = x.id
         returning i.id, i.address",
        actor.org.0,
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let objects: Vec<(Uuid, String)> = revoked.into_iter().map(|row| (row.id, row.address)).collect();
    audit::record_each(db, actor, Act::InvitesRevoked, &objects, None).await?;
    Ok(objects.into_iter().map(|(id, _)| InviteId(id)).collect())
}

/// Notes that the invited person does not want to join. As often as they like. I10
///
/// # Errors
/// It is not pending: they have joined, or it was revoked.
pub async fn decline(
    db: &mut PgConnection,
    actor: &Actor,
    invite: InviteId,
) -> Result<(), Error<NotPending>> {
    let declined = sqlx::query_scalar!(
        "update invites
         set state = 'declined', failure = null, ended_at = coalesce(ended_at, now()),
             settled_at = coalesce(settled_at, now())
         where org_id = $1 and id = $2 and state in ('queued', 'sent', 'failed', 'managed', 'declined')
         returning address",
        actor.org.0,
        invite.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Refused(NotPending))?;
    Ok(audit::record(db, actor, Act::InviteDeclined, Object::one(invite.0, &declined)).await?)
}

/// Takes a declining back: the invite is pending as before, with its expiry. What had been queued before is
/// not sent again; its link is in the mail that they have. As often as they like. I10
///
/// # Errors
/// It was not declined, or the address has another invite by now.
pub async fn reconsider(
    db: &mut PgConnection,
    actor: &Actor,
    invite: InviteId,
) -> Result<(), Error<NotPending>> {
    let emails =
        sqlx::query_scalar!("select email from invites where org_id = $1 and id = $2", actor.org.0, invite.0)
            .fetch_all(&mut *db)
            .await?;
    address_locks::hold_to_invite(db, actor.org, &emails).await?;
    let back = sqlx::query!(
        "update invites i
         set state = case when exists (select from members m where m.org_id = i.org_id and m.email = i.email)
                          then 'managed' else 'sent' end,
             ended_at = null, sent_at = coalesce(i.sent_at, now())
         where org_id = $1 and id = $2 and state = 'declined'
           and not exists (
               select from invites j
               where j.org_id = i.org_id and j.email = i.email and invite_is_pending(j.state)
           )",
        actor.org.0,
        invite.0,
    )
    .execute(&mut *db)
    .await
    .map_err(|error| match violates(&error, "invites_one_pending") {
        true => Error::Refused(NotPending),
        false => error.into(),
    })?;
    if back.rows_affected() == 0 {
        return Err(Error::Refused(NotPending));
    }
    Ok(audit::record(db, actor, Act::InviteReconsidered, Object::one(invite.0, actor.name())).await?)
}

/// Closes a pending invite of somebody who is a member by now, however they came in. J7
pub async fn close(db: &mut PgConnection, actor: &Actor, invite: InviteId) -> Result<()> {
    sqlx::query!(
        "update invites
         set state = 'joined', failure = null, settled_at = coalesce(settled_at, now())
         where org_id = $1 and id = $2 and state in ('queued', 'sent', 'failed', 'managed')",
        actor.org.0,
        invite.0,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
