//! What the Add-member dialog asks of the server about personal invites. C1, C8, I3 to I5

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::{error::AppError, teams::api::TeamView};
use crate::domain::{credit::CreditOutlook, ids::OrgId, invite::Standing};

/// What the dialog has to know when it opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adding {
    pub outlook: CreditOutlook,
    pub teams: Vec<TeamView>,
}

/// What the organization knows of one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The address as it is compared.
    pub key: String,
    pub standing: Standing,
}

/// What became of a send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteReport {
    /// How many were invited; each has its mail queued.
    pub invited: u32,
    /// Who was not, and why.
    pub left_out: Vec<LeftOut>,
}

/// An address or a piece of the paste that was not invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub raw: String,
    pub reason: String,
}

/// Credits and teams, for all three tabs. C1: at zero the dialog is not shown.
#[server(endpoint = "invites/begin")]
pub async fn begin_adding(org: OrgId) -> Result<Adding, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{credits, teams},
    };
    let actor = ctx::member_of(org)?;
    actor.role.require(Action::Invite)?;
    let mut tx = ctx::begin().await?;
    credits::require(&mut tx, org).await?;
    Ok(Adding {
        outlook: credits::outlook(&mut tx, org).await?,
        teams: teams::list(&mut tx, org).await?.into_iter().map(TeamView::from).collect(),
    })
}

/// Says of each address what the organization knows of it, before anything is sent. I3
#[server(endpoint = "invites/check")]
pub async fn check_addresses(org: OrgId, addresses: String) -> Result<Vec<Checked>, AppError> {
    use crate::{
        app::idna, domain::address_list::AddressList, domain::role::Action, server::ctx, store::invites,
    };
    let actor = ctx::member_of(org)?;
    actor.role.require(Action::Invite)?;
    let keys = AddressList::parse(&addresses, idna::to_ascii)
        .fresh()
        .map(|address| address.key())
        .collect::<Vec<_>>();
    require_few_enough(keys.len())?;
    let mut tx = ctx::begin().await?;
    let standings = invites::standings(&mut tx, org, &keys).await?;
    Ok(standings.into_iter().map(|(key, standing)| Checked { key, standing }).collect())
}

/// Invites each address that is valid and new, and queues one mail for each. I1, I3, I5, I12
#[server(endpoint = "invites/send")]
pub async fn send_invites(
    org: OrgId,
    addresses: String,
    team: String,
    note: String,
) -> Result<InviteReport, AppError> {
    use crate::{
        app::{idna, parse::team_choice},
        domain::{address_list::AddressList, invite::NOTE_MAX, role::Action, text},
        server::ctx,
        store::invites::{self, Wording},
    };
    let actor = ctx::member_of(org)?;
    actor.role.require(Action::Invite)?;
    let note = text::optional_paragraphs("The note", &note, NOTE_MAX)
        .map_err(|problem| AppError::invalid("note", problem))?;
    let list = AddressList::parse(&addresses, idna::to_ascii);
    let invitees = invitees(&list);
    require_few_enough(invitees.len())?;
    if invitees.is_empty() {
        let problem = list.entries.iter().find_map(|entry| entry.address.as_ref().err());
        let message =
            problem.map_or_else(|| "Type at least one email address.".to_owned(), ToString::to_string);
        return Err(AppError::invalid("addresses", message));
    }
    let keys = list.fresh().map(|address| address.key()).collect::<Vec<_>>();
    let wording = Wording { team: team_choice(&team)?, note: note.as_deref() };
    let limits = ctx::state().mail_limits;
    let mut tx = ctx::begin().await?;
    let standings = invites::standings(&mut tx, org, &keys).await?;
    let sent = invites::send(&mut tx, &actor, &invitees, wording, limits).await?;
    tx.commit().await?;
    Ok(InviteReport { invited: sent.invited.len() as u32, left_out: left_out(&list, &sent, &standings) })
}

#[cfg(feature = "ssr")]
fn require_few_enough(addresses: usize) -> Result<(), AppError> {
    use crate::domain::invite::ADDRESSES_MAX;
    if addresses <= ADDRESSES_MAX {
        return Ok(());
    }
    let message =
        format!("{addresses} addresses are too many at once. Send at most {ADDRESSES_MAX}, then the rest.");
    Err(AppError::invalid("addresses", message))
}

/// The valid addresses, each once, with a name where one stood beside that fits.
#[cfg(feature = "ssr")]
fn invitees(list: &crate::domain::address_list::AddressList) -> Vec<crate::store::invites::Invitee> {
    use crate::{
        domain::{member::NAME_MAX, text},
        store::invites::Invitee,
    };
    let fresh = list.entries.iter().filter_map(|entry| entry.fresh().map(|address| (entry, address)));
    fresh
        .map(|(entry, address)| Invitee {
            address: address.clone(),
            name: entry.name.as_deref().and_then(|name| text::line("Name", name, NAME_MAX).ok()),
            title: None,
            team: None,
        })
        .collect()
}

#[cfg(feature = "ssr")]
fn left_out(
    list: &crate::domain::address_list::AddressList,
    sent: &crate::store::invites::Sent,
    standings: &std::collections::HashMap<String, Standing>,
) -> Vec<LeftOut> {
    let invited: std::collections::HashSet<&String> = sent.invited.iter().collect();
    let held_back = |key: &str| sent.held_back.iter().find(|held| held.key == key);
    let reason = |entry: &crate::domain::address_list::Entry| match &entry.address {
        Err(problem) => Some(problem.to_string()),
        Ok(_) if entry.duplicate => None,
        Ok(address) if invited.contains(&address.key()) => None,
        Ok(address) => Some(match standings.get(&address.key()) {
            Some(Standing::Member { name, .. }) => format!("{name} is already a member."),
            Some(Standing::OptedOut) => "They want no more email from your organization.".into(),
            _ => match held_back(&address.key()) {
                Some(held) => format!(
                    "This address has got its invite emails of today. Invite it after {}.",
                    held.again.date_and_time()
                ),
                None => "Already invited.".into(),
            },
        }),
    };
    list.entries
        .iter()
        .filter_map(|entry| reason(entry).map(|reason| LeftOut { raw: entry.raw.clone(), reason }))
        .collect()
}
