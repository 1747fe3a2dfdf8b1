//! What a member's page asks of the server. P4, H7

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{console::members::api::Choice, error::AppError},
    domain::{
        audit::AuditEntry,
        ids::{HeadshotId, MemberId, OrgId, PhotoId, ShootId, TeamId},
        moment::Moment,
        people::Person,
        shoot::ShootState,
    },
};

/// Everything about one member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberView {
    pub person: Person,
    /// Who invited or added them, or what their link is called.
    pub through: Option<String>,
    /// The teams they may be moved to.
    pub teams: Vec<Choice<TeamId>>,
    /// The photos that are not submitted yet.
    pub draft: Vec<PhotoId>,
    /// The newest first. H7
    pub shoots: Vec<ShootLine>,
    /// The newest entries about them.
    pub history: Vec<AuditEntry>,
}

/// A headshot session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ShootLine {
    pub id: ShootId,
    pub state: ShootState,
    pub failure: Option<String>,
    /// The photos that it was made from, as far as they are kept.
    pub photos: i64,
    pub submitted_at: Moment,
    pub headshots: Vec<Portrait>,
}

/// A headshot in small.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Portrait {
    pub id: HeadshotId,
    pub number: i16,
    pub favorite: bool,
}

/// So many entries of the history are on the page.
#[cfg(feature = "ssr")]
const ENTRIES: i64 = 20;

/// A member, for their leads. P4
#[server(prefix = "/fn", endpoint = "members/show")]
pub async fn show_member(org: OrgId, member: MemberId) -> Result<MemberView, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{
            audit, drafts,
            members::{self, UnknownMember},
            people, results, shoots,
        },
    };
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    let person = people::rows(&mut tx, org, &[member.into()]).await?.pop();
    // An id of an invite is nobody's here.
    let person = person.filter(|person| !person.is_invite()).ok_or(UnknownMember)?;
    let mut sessions = results::sessions(&mut tx, org, member).await?;
    let mut headshots_of = |shoot: ShootId| {
        let found = sessions.iter_mut().find(|session| session.shoot == shoot);
        let headshots = found.map(|session| std::mem::take(&mut session.headshots)).unwrap_or_default();
        let portrait =
            |one: results::Headshot| Portrait { id: one.id, number: one.number, favorite: one.favorite };
        headshots.into_iter().map(portrait).collect()
    };
    let shoots = shoots::all(&mut tx, org, member).await?.into_iter().map(|shoot| ShootLine {
        id: shoot.id,
        state: shoot.state,
        failure: shoot.failure,
        photos: shoot.photos,
        submitted_at: shoot.created_at,
        headshots: headshots_of(shoot.id),
    });
    let shoots = shoots.collect();
    let teams = people::choices(&mut tx, org).await?.teams;
    Ok(MemberView {
        person,
        shoots,
        through: members::came_through(&mut tx, org, member).await?,
        teams: teams.into_iter().map(|(id, name)| Choice { id, name }).collect(),
        draft: drafts::photos(&mut tx, org, member).await?.into_iter().map(|photo| photo.id).collect(),
        history: audit::about_member(&mut tx, org, member, ENTRIES).await?,
    })
}
