//! What the dashboard asks of the server.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{
        console::{members::api::MemberRow, teams::api::TeamView},
        error::AppError,
    },
    domain::{credit::CreditOutlook, ids::OrgId},
};

/// The roll-out at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DashboardView {
    pub outlook: CreditOutlook,
    /// How many have come at least so far: invited, joined, adding photos, generating, ready.
    pub reached: [i64; 5],
    /// People and invites that need attention, each with the reason.
    pub attention: Vec<Attention>,
    pub teams: Vec<TeamView>,
    /// Who joined last, newest first.
    pub recent: Vec<MemberRow>,
    /// Whose headshots are ready.
    pub ready: Vec<MemberRow>,
}

/// Something that waits for a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    pub what: String,
    pub why: String,
    pub href: String,
    pub button: String,
}

/// How many mails that did not arrive are named one by one.
#[cfg(feature = "ssr")]
const FAILED_MAILS: usize = 3;

/// The roll-out at a glance.
#[server(prefix = "/fn", endpoint = "dashboard/show")]
pub async fn dashboard(org: OrgId) -> Result<DashboardView, AppError> {
    use crate::{
        domain::{invite::InviteState, member::MemberKind, role::Action, shoot::Stage},
        server::ctx,
        store::{credits, invites, members, teams},
        words,
    };
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    let outlook = credits::outlook(&mut tx, org).await?;
    let everybody: Vec<MemberRow> =
        members::list(&mut tx, org).await?.into_iter().map(MemberRow::from).collect();
    let pending = invites::pending(&mut tx, org, FAILED_MAILS as u32).await?;
    let teams = teams::list(&mut tx, org).await?.into_iter().map(TeamView::from).collect();

    // The founder counts from their first photo on: nobody invited them.
    let rolled: Vec<&MemberRow> = everybody
        .iter()
        .filter(|member| member.kind != MemberKind::Founder || member.stage != Stage::Joined)
        .collect();
    let at_least = |stage: Stage| {
        rolled.iter().filter(|member| progress(member.stage) >= progress(stage)).count() as i64
    };
    let reached = Stage::ROLL_OUT.map(|stage| match stage {
        Stage::Invited => rolled.len() as i64 + pending.total,
        stage => at_least(stage),
    });
    let failed_mail = |what, why| Attention {
        what,
        why,
        href: "/members#pending".into(),
        button: words::console::invite_failed_button().into(),
    };
    let named = pending.invites.iter().filter(|invite| invite.state == InviteState::Failed).map(|invite| {
        let what = words::console::invite_failed(&invite.address);
        failed_mail(what, invite.failure.clone().unwrap_or_default())
    });
    let unnamed = pending.failed - FAILED_MAILS as i64;
    let unnamed = (unnamed > 0).then(|| {
        let what = words::console::invites_failed_too(unnamed);
        failed_mail(what, words::console::invites_failed_too_text().into())
    });
    let failed_shoots =
        everybody.iter().filter(|member| member.stage == Stage::NeedsAttention).map(|member| Attention {
            what: words::console::shoot_failed(&member.name),
            why: words::console::shoot_failed_text().into(),
            href: format!("/members/{}/shoot", member.id),
            button: words::console::shoot_failed_button().into(),
        });
    let attention = named.chain(unnamed).chain(failed_shoots).collect();
    let mut recent = everybody.clone();
    recent.sort_by_key(|member| std::cmp::Reverse(member.joined_at));
    recent.truncate(5);
    let ready = everybody.into_iter().filter(|member| member.face.is_some()).take(8).collect();
    Ok(DashboardView { outlook, reached, attention, teams, recent, ready })
}

/// How many steps of the roll-out lie behind somebody; trouble comes after submitting.
#[cfg(feature = "ssr")]
const fn progress(stage: crate::domain::shoot::Stage) -> u8 {
    use crate::domain::shoot::Stage;
    match stage {
        Stage::Invited => 0,
        Stage::Joined => 1,
        Stage::AddingPhotos | Stage::NeedsAttention => 2,
        Stage::Generating => 3,
        Stage::Ready => 4,
    }
}
