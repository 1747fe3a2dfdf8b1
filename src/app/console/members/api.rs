//! What the members pages ask of the server. M1, M2, T2, P1, P3

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{console::teams::api::TeamView, error::AppError},
    domain::{
        ids::{HeadshotId, InviteId, MemberId, OrgId, TeamId},
        member::MemberKind,
        moment::Moment,
        role::Role,
        shoot::Stage,
    },
};

/// Members and pending invites together. P1
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct People {
    pub members: Vec<MemberRow>,
    /// Pending invites: those that need attention first, then the newest.
    pub invites: Vec<InviteRow>,
    /// How many are pending, listed or not.
    pub pending_invites: i64,
    /// Declined or revoked, newest first. I11
    pub ended_invites: Vec<InviteRow>,
    pub teams: Vec<TeamView>,
    pub balance: i64,
    pub support_address: String,
}

/// A member in the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MemberRow {
    pub id: MemberId,
    pub name: String,
    pub address: Option<String>,
    pub title: Option<String>,
    pub team: Option<TeamId>,
    pub role: Role,
    pub kind: MemberKind,
    pub stage: Stage,
    pub shoots: i64,
    pub joined_at: Moment,
    pub face: Option<HeadshotId>,
}

/// An invite in the list: pending, or ended. I11
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InviteRow {
    pub id: InviteId,
    pub address: String,
    pub team: Option<TeamId>,
    pub state: crate::domain::invite::InviteState,
    pub failure: Option<String>,
    pub expired: bool,
    pub created_at: Moment,
    pub sent_at: Option<Moment>,
    pub reminded_at: Option<Moment>,
    pub reminders: i32,
    /// When it was declined or revoked.
    pub ended_at: Option<Moment>,
    /// The address wants no more email from the organization. I10
    pub opted_out: bool,
}

#[cfg(feature = "ssr")]
impl From<crate::store::members::Member> for MemberRow {
    fn from(member: crate::store::members::Member) -> Self {
        Self {
            id: member.id,
            name: member.name,
            address: member.address,
            title: member.title,
            team: member.team,
            role: member.role,
            kind: member.kind,
            stage: member.stage,
            shoots: member.shoots,
            joined_at: member.joined_at,
            face: member.face,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<crate::store::invites::PendingInvite> for InviteRow {
    fn from(invite: crate::store::invites::PendingInvite) -> Self {
        Self {
            id: invite.id,
            address: invite.address,
            team: invite.team,
            state: invite.state,
            failure: invite.failure,
            expired: invite.expired,
            created_at: invite.created_at,
            sent_at: invite.sent_at,
            reminded_at: invite.reminded_at,
            reminders: invite.reminders,
            ended_at: None,
            opted_out: false,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<crate::store::invites::EndedInvite> for InviteRow {
    fn from(invite: crate::store::invites::EndedInvite) -> Self {
        Self {
            id: invite.id,
            address: invite.address,
            team: invite.team,
            state: invite.state,
            failure: None,
            expired: false,
            created_at: invite.created_at,
            sent_at: invite.sent_at,
            reminded_at: None,
            reminders: 0,
            ended_at: Some(invite.ended_at),
            opted_out: invite.opted_out,
        }
    }
}

/// Everybody in the organization, and so many of those invited to it. P1
#[server(prefix = "/fn", endpoint = "members/list")]
pub async fn list_people(org: OrgId, invites: u32) -> Result<People, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{credits, invites, members, teams},
    };
    ctx::require(org, Action::SeeOrganization)?;
    let support_address = ctx::state().support_address.to_string();
    let mut tx = ctx::begin().await?;
    let pending = invites::pending(&mut tx, org, invites).await?;
    Ok(People {
        pending_invites: pending.total,
        invites: pending.invites.into_iter().map(InviteRow::from).collect(),
        members: members::list(&mut tx, org).await?.into_iter().map(MemberRow::from).collect(),
        ended_invites: invites::ended(&mut tx, org).await?.into_iter().map(InviteRow::from).collect(),
        teams: teams::list(&mut tx, org).await?.into_iter().map(TeamView::from).collect(),
        balance: credits::outlook(&mut tx, org).await?.balance,
        support_address,
    })
}

/// Adds a member on their behalf; the page then goes to their photos. M1, M2, M4
#[server(prefix = "/fn", endpoint = "members/add")]
pub async fn add_managed(
    org: OrgId,
    name: String,
    email: String,
    title: String,
    team: String,
) -> Result<MemberId, AppError> {
    use crate::{
        app::{browser::idna, console::teams::api::team_choice, error::Problems},
        domain::{
            email::EmailAddress,
            member::{NAME_MAX, TITLE_MAX},
            role::Action,
            text,
        },
        server::ctx,
        store::{
            self,
            members::{self, NewManaged},
        },
    };
    let actor = ctx::require(org, Action::Invite)?;
    let mut problems = Problems::default();
    let address = match email.trim() {
        "" => Ok(None),
        typed => EmailAddress::parse(typed, idna::to_ascii).map(Some),
    };
    let name = problems.keep("name", text::line("Name", &name, NAME_MAX));
    let address = problems.keep("email", address);
    let title = problems.keep("title", text::optional_line("Job title", &title, TITLE_MAX));
    let team = problems.keep("team", team_choice(&team));
    problems.none()?;
    let new = NewManaged { name: &name, address: address.as_ref(), title: title.as_deref(), team };
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let member = members::add_managed(&mut tx, &actor, &new).await?;
        ctx::commit(tx, org).await?;
        Ok(member)
    })
    .await
}

/// Puts a member into a sub-team; an empty choice is no team. T2
#[server(prefix = "/fn", endpoint = "members/move")]
pub async fn move_member(org: OrgId, member: MemberId, team: String) -> Result<(), AppError> {
    use crate::{
        app::console::teams::api::team_choice,
        domain::role::Action,
        server::ctx,
        store::{self, members},
    };
    let actor = ctx::require(org, Action::ManageMembers)?;
    let team = team_choice(&team).map_err(|problem| AppError::invalid("team", problem))?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        members::assign(&mut tx, &actor, member, team).await?;
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Removes a member for good. P3
#[server(prefix = "/fn", endpoint = "members/remove")]
pub async fn remove_member(org: OrgId, member: MemberId) -> Result<String, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, members},
    };
    let actor = ctx::require(org, Action::ManageMembers)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let name = members::remove(&mut tx, &actor, member).await?;
        ctx::commit(tx, org).await?;
        Ok(name)
    })
    .await
}
