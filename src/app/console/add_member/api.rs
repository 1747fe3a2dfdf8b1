//! What the Add-member dialog asks of the server about personal invites. C1, C8, I3 to I5

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{console::teams::api::TeamView, error::AppError},
    domain::{credit::CreditOutlook, ids::OrgId, invite::Standing},
};

/// What the dialog has to know when it opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adding {
    pub outlook: CreditOutlook,
    pub teams: Vec<TeamView>,
    /// Where the lead's own mail goes: a domain that is likely meant when one is misspelled.
    pub own_domain: Option<String>,
}

/// What the organization knows of one address; addresses that it does not know are not named.
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

/// An address or a piece of the list that was not invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The address as it is compared, or what was written where it is none.
    pub key: String,
    pub reason: String,
}

/// Credits and teams, for all three tabs. C1: at zero the dialog is not shown.
#[server(prefix = "/fn", endpoint = "invites/begin")]
pub async fn begin_adding(org: OrgId) -> Result<Adding, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{credits, teams},
    };
    ctx::require(org, Action::Invite)?;
    let own_domain = ctx::viewer()?.address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let mut tx = ctx::begin().await?;
    credits::require(&mut tx, org).await?;
    Ok(Adding {
        own_domain,
        outlook: credits::outlook(&mut tx, org).await?,
        teams: teams::list(&mut tx, org).await?.into_iter().map(TeamView::from).collect(),
    })
}

/// Says of each address what the organization knows of it, before anything is sent. I3
#[server(prefix = "/fn", endpoint = "invites/check")]
pub async fn check_addresses(org: OrgId, addresses: String) -> Result<Vec<Checked>, AppError> {
    use crate::{
        app::browser::idna,
        domain::{address_list::AddressList, role::Action},
        server::ctx,
        store::invites,
    };
    ctx::require(org, Action::Invite)?;
    let keys = AddressList::parse(&addresses, idna::to_ascii)
        .fresh()
        .map(|address| address.key())
        .collect::<Vec<_>>();
    require_few_enough(keys.len())?;
    let mut tx = ctx::begin().await?;
    let standings = invites::standings(&mut tx, org, &keys).await?;
    Ok(standings
        .into_iter()
        .filter(|(_, standing)| !standing.will_be_invited())
        .map(|(key, standing)| Checked { key, standing })
        .collect())
}

/// Invites each address that is valid and new, and queues one mail for each. What cannot be invited
/// never stops the others. I1, I3, I5, I12
///
/// `addresses` is whatever people paste, or a table as the page makes it.
#[server(prefix = "/fn", endpoint = "invites/send")]
pub async fn send_invites(
    org: OrgId,
    addresses: String,
    team: String,
    note: String,
) -> Result<InviteReport, AppError> {
    use crate::{
        app::{browser::idna, console::teams::api::team_choice},
        domain::{address_list::AddressList, invite::NOTE_MAX, role::Action, text},
        server::ctx,
        store::{
            self,
            invites::{self, Wording},
            teams,
        },
    };
    let actor = ctx::require(org, Action::Invite)?;
    let note = text::optional_paragraphs("The note", &note, NOTE_MAX)
        .map_err(|problem| AppError::invalid("note", problem))?;
    let list = AddressList::parse(&addresses, idna::to_ascii);
    let wording = Wording { team: team_choice(&team)?, note: note.as_deref() };
    let limits = ctx::state().mail_limits;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let teams = teams::list(&mut tx, org).await?;
        let plan = plan::Plan::of(&list, &teams);
        require_few_enough(plan.invitees.len())?;
        plan.require_somebody()?;
        let keys = list.fresh().map(|address| address.key()).collect::<Vec<_>>();
        let standings = invites::standings(&mut tx, org, &keys).await?;
        let sent = invites::send(&mut tx, &actor, &plan.invitees, wording, limits).await?;
        ctx::commit(tx, org).await?;
        Ok(InviteReport {
            invited: sent.invited.len() as u32,
            left_out: plan.left_out_after(&sent, &standings),
        })
    })
    .await
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

#[cfg(feature = "ssr")]
mod plan {
    //! Who of a list is to be invited, and who is not and why.

    use std::collections::{HashMap, HashSet};

    use super::{AppError, LeftOut, Standing};
    use crate::{
        domain::{
            address_list::{AddressList, Entry},
            email::EmailAddress,
            ids::TeamId,
            member::{NAME_MAX, TITLE_MAX},
            moment::Moment,
            text,
        },
        store::{
            invites::{Invitee, Sent},
            teams::Team,
        },
    };

    pub struct Plan {
        pub invitees: Vec<Invitee>,
        left_out: Vec<LeftOut>,
    }

    impl Plan {
        /// The valid addresses, each once, with name and title where these can be printed.
        pub fn of(list: &AddressList, teams: &[Team]) -> Self {
            let teams: HashMap<String, _> =
                teams.iter().map(|team| (team.name.to_lowercase(), team.id)).collect();
            let mut plan = Self { invitees: Vec::new(), left_out: Vec::new() };
            for entry in list.entries.iter().filter(|entry| !entry.duplicate) {
                let address = match &entry.address {
                    Ok(address) => address,
                    Err(problem) => {
                        plan.leave_out(entry.raw.clone(), problem.to_string());
                        continue;
                    }
                };
                let team = entry.team.as_ref().map(|name| (name, teams.get(&name.to_lowercase())));
                match team {
                    Some((name, None)) => {
                        plan.leave_out(address.key(), format!("There is no team “{name}”."))
                    }
                    Some((_, Some(team))) => plan.invite(entry, address, Some(*team)),
                    None => plan.invite(entry, address, None),
                }
            }
            plan
        }

        fn invite(&mut self, entry: &Entry, address: &EmailAddress, team: Option<TeamId>) {
            let printable = |what, text: &Option<String>, max| {
                text.as_deref().and_then(|text| text::line(what, text, max).ok())
            };
            self.invitees.push(Invitee {
                address: address.clone(),
                name: printable("Name", &entry.name, NAME_MAX),
                title: printable("Job title", &entry.title, TITLE_MAX),
                team,
            });
        }

        fn leave_out(&mut self, key: String, reason: String) {
            self.left_out.push(LeftOut { key, reason });
        }

        /// # Errors
        /// Nobody is to be invited; says what is wrong with the first.
        pub fn require_somebody(&self) -> Result<(), AppError> {
            if !self.invitees.is_empty() {
                return Ok(());
            }
            let first = self.left_out.first().map(|left| left.reason.clone());
            Err(AppError::invalid(
                "addresses",
                first.unwrap_or_else(|| "Type at least one email address.".into()),
            ))
        }

        /// Everybody who was not invited, with the reason, when the others have been.
        pub fn left_out_after(self, sent: &Sent, standings: &HashMap<String, Standing>) -> Vec<LeftOut> {
            let invited: HashSet<&String> = sent.invited.iter().collect();
            let held_back: HashMap<&String, Moment> =
                sent.held_back.iter().map(|held| (&held.key, held.again)).collect();
            let mut left_out = self.left_out;
            for key in self.invitees.iter().map(|invitee| invitee.address.key()) {
                if invited.contains(&key) {
                    continue;
                }
                let reason = match (standings.get(&key), held_back.get(&key)) {
                    (Some(Standing::Member { name, .. }), _) => format!("{name} is already a member."),
                    (Some(Standing::OptedOut), _) => "They want no more email from your organization.".into(),
                    (_, Some(again)) => format!(
                        "This address has got its invite emails of today. Invite it after {}.",
                        again.date_and_time()
                    ),
                    (_, None) => "Already invited.".into(),
                };
                left_out.push(LeftOut { key, reason });
            }
            left_out
        }
    }
}
