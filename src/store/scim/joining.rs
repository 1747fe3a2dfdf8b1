//! Whom the directory lets in. S6, M5, J7

use crate::{
    domain::{
        ids::{MemberId, OrgId},
        joining::{JoinRefusal, Joined},
    },
    store::{
        Error, PgConnection, address_locks, fresh_id, invites, proof::Joiner, sso::identities, violates,
    },
};

/// The directory's word is as good as an invite that was accepted: members, people who were added on their
/// behalf, invited, removed or deactivated are in. Through
/// [`super::super::members::join`] only. M5, J7
///
/// # Errors
/// [`JoinRefusal::Raced`] asks for another try.
pub(in crate::store) async fn let_in(
    db: &mut PgConnection,
    org: OrgId,
    joiner: &Joiner,
) -> Result<Joined, Error<JoinRefusal>> {
    let (account, email) = (joiner.proof.account(), joiner.proof.address().key());
    address_locks::hold_to_join(db, org, std::slice::from_ref(&email)).await?;
    // Invites before members, as everywhere.
    let invite = sqlx::query!(
        "select team_id, title from invites
         where org_id = $1 and email = $2 and state in ('queued', 'sent', 'failed') and expires_at > now()
         for update",
        org.0,
        email,
    )
    .fetch_optional(&mut *db)
    .await?;
    let role = invites::close_by_joining(db, org, &email).await?;
    let known =
        sqlx::query_scalar!("select id from members where org_id = $1 and account_id = $2", org.0, account.0)
            .fetch_optional(&mut *db)
            .await?;
    if let Some(member) = known {
        return Ok(Joined::Before(MemberId(member)));
    }
    let joined = sqlx::query!(
        r#"insert into members as m (org_id, id, account_id, role, kind, name, email, address, team_id, title)
           values (
               $1, $2, $3, $9, 'sso', $4, $5, $6,
               (select id from teams where org_id = $1 and id = $7 for key share skip locked),
               $8
           )
           on conflict on constraint members_email_key do update
           set account_id = coalesce(m.account_id, excluded.account_id), deactivated_at = null,
               role = case m.role when 'member' then excluded.role else m.role end
           returning id, m.id = $2 as "is_new!""#,
        org.0,
        fresh_id(),
        account.0,
        joiner.name,
        email,
        joiner.proof.address().to_string(),
        invite.as_ref().and_then(|invite| invite.team_id),
        invite.and_then(|invite| invite.title),
        role.as_str(),
    )
    .fetch_one(&mut *db)
    .await
    .map_err(|error| {
        if violates(&error, "members_account_key") {
            Error::Refused(JoinRefusal::Raced)
        } else {
            error.into()
        }
    })?;
    identities::unbar(db, org, account).await?;
    let member = MemberId(joined.id);
    Ok(if joined.is_new { Joined::Now(member) } else { Joined::Before(member) })
}
