//! What the Add-member dialog asks of the server about personal invites. C1, C8, I3 to I5

use std::fmt;

use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, SeqAccess, Visitor, value::SeqAccessDeserializer},
};

use crate::{
    app::{browser::json_or_form::JsonOrForm, console::teams::api::TeamView, error::AppError},
    domain::{
        address_list::Person,
        credit::CreditOutlook,
        ids::OrgId,
        invite::{ADDRESSES_MAX, AddressStatus},
        list_problem::LIST_BYTES_MAX,
        member::{NAME_MAX, ORG_NAME_MAX, TITLE_MAX},
        verdict::Verdict,
    },
    words,
};

/// What the dialog has to know when it opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adding {
    pub outlook: CreditOutlook,
    pub teams: Vec<TeamView>,
    /// Where the lead's own mail goes: a domain that is likely meant when one is misspelled.
    pub own_domain: Option<String>,
    /// Domains whose people sign in without an invite or a link. S5
    pub covered: Vec<String>,
}

/// Whom to invite or to ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Addressees {
    /// A list as people paste it.
    Text(String),
    /// A list that the page has read.
    People(Vec<Person>),
}

/// By hand: what serde derives would keep each list twice while it reads it.
impl<'de> Deserialize<'de> for Addressees {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Addressees;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of people")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Addressees, E> {
                Ok(Addressees::Text(text.to_owned()))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Addressees, E> {
                Ok(Addressees::Text(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, people: A) -> Result<Addressees, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(people)).map(Addressees::People)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// Bytes that a call with a list may have: 5,000 people with the longest address, name, team and title
/// that are taken, in letters of four bytes each; or the longest text that is read, as a plain form
/// writes it, three bytes for one.
pub const LIST_CALL_BYTES_MAX: usize = 8 * 1024 * 1024;

const _: () =
    assert!(ADDRESSES_MAX * (254 + 4 * (NAME_MAX + ORG_NAME_MAX + TITLE_MAX) + 64) < LIST_CALL_BYTES_MAX);
const _: () = assert!(3 * LIST_BYTES_MAX < LIST_CALL_BYTES_MAX);

/// Whether the server function of this path takes a list, so that a call of it may be long.
#[must_use]
pub fn takes_list(path: &str) -> bool {
    [SendInvites::PATH, CheckAddresses::PATH].contains(&path)
}

/// What is said of a call that is longer. Nothing was read of it, and nothing is lost on the page.
#[must_use]
pub fn list_too_large() -> AppError {
    AppError::invalid("addresses", words::console::list_too_large(ADDRESSES_MAX))
}

/// What the organization knows of one address; addresses that it does not know are not named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The address as it is compared.
    pub key: String,
    pub status: AddressStatus,
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
    pub verdict: Verdict,
    /// The verdict's sentence.
    pub reason: String,
}

/// Credits and teams, for all three tabs. C1: at zero the dialog is not shown.
#[server(prefix = "/fn", endpoint = "invites/begin")]
pub async fn begin_adding(org: OrgId) -> Result<Adding, AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{credits, sso::connections, teams},
    };
    ctx::require(org, Action::Invite)?;
    let own_domain = ctx::viewer()?.address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let mut tx = ctx::begin().await?;
    credits::require(&mut tx, org).await?;
    let covered = connections::covered_domains(&mut tx, org).await?;
    Ok(Adding {
        own_domain,
        covered: covered.iter().map(ToString::to_string).collect(),
        outlook: credits::outlook(&mut tx, org).await?,
        teams: teams::list(&mut tx, org).await?.into_iter().map(TeamView::from).collect(),
    })
}

/// Says of each address what the organization knows of it, before anything is sent. I3
#[server(prefix = "/fn", endpoint = "invites/check", input = Post<JsonOrForm>)]
pub async fn check_addresses(org: OrgId, addresses: Addressees) -> Result<Vec<Checked>, AppError> {
    use crate::{domain::role::Action, server::ctx, store::invites};
    ctx::require(org, Action::Invite)?;
    let list = list::read(addresses).await?.map_err(|problem| AppError::invalid("addresses", problem))?;
    let keys: Vec<String> = list.fresh().map(|address| address.key()).collect();
    let mut tx = ctx::begin().await?;
    let mut statuses = invites::statuses(&mut tx, org, &keys).await?;
    note_covered(&mut tx, org, &list, &mut statuses).await?;
    let known = statuses.into_iter().filter(|(_, status)| !status.will_be_invited());
    Ok(known.map(|(key, status)| Checked { key, status }).collect())
}

/// Marks who can sign in without an invite. S5
#[cfg(feature = "ssr")]
async fn note_covered(
    db: &mut crate::store::PgConnection,
    org: OrgId,
    list: &crate::domain::address_list::AddressList,
    statuses: &mut std::collections::HashMap<String, AddressStatus>,
) -> crate::store::Result<()> {
    use crate::{domain::sso::claim::CompanyDomain, store::sso::connections};
    let covered = connections::covered_domains(db, org).await?;
    for address in list.fresh().filter(|address| covered.contains(&CompanyDomain::of(address))) {
        if let Some(status) = statuses.get_mut(&address.key())
            && *status == AddressStatus::New
        {
            *status = AddressStatus::Covered;
        }
    }
    Ok(())
}

/// Invites each address that is valid and new, and queues one mail for each. What cannot be invited
/// never stops the others. I1, I3, I5, I12
#[server(prefix = "/fn", endpoint = "invites/send", input = Post<JsonOrForm>)]
pub async fn send_invites(
    org: OrgId,
    addresses: Addressees,
    team: String,
    note: String,
    #[server(default)] role: String,
) -> Result<InviteReport, AppError> {
    use crate::{
        app::{console::teams::api::team_choice, error::Problems},
        domain::{invite::NOTE_MAX, role::Action, text},
        server::{ctx, send_queue::OwnSending},
        store::{invites, teams},
    };
    let actor = ctx::require(org, Action::Invite)?;
    let is_text = matches!(addresses, Addressees::Text(_));
    let mut problems = Problems::default();
    let list = problems.keep("addresses", list::read(addresses).await?);
    let note = problems.keep("note", text::optional_paragraphs("The note", &note, NOTE_MAX));
    let team = problems.keep("team", team_choice(&team));
    let role = problems.keep("role", invited_as(&role));
    problems.none()?;
    ctx::require(org, role.to_invite_as())?;
    let state = ctx::state();
    let keys: Vec<String> = list.fresh().map(|address| address.key()).collect();
    let mut db = state.pool.acquire().await?;
    let teams = if list.entries.iter().any(|entry| entry.team.is_some()) {
        teams::names(&mut db, org).await?
    } else {
        Vec::new()
    };
    let mut statuses = invites::statuses(&mut db, org, &keys).await?;
    if is_text {
        // Nobody has looked at it, so nobody has said that those are to be invited who need no invite.
        note_covered(&mut db, org, &list, &mut statuses).await?;
    }
    drop(db);
    let (invitees, mut left_out) = list::judge(&list, &statuses, &teams);
    if invitees.is_empty() && left_out.iter().all(|left| left.verdict.can_be_fixed()) {
        // Nothing is left that could be sent; what is wrong with the first belongs to the field.
        let first = left_out.into_iter().next().map(|left| left.reason);
        let none = || words::console::addresses_missing().to_owned();
        return Err(AppError::invalid("addresses", first.unwrap_or_else(none)));
    }
    let sending = OwnSending { actor, invitees, team, note, role, limits: state.mail_limits };
    let sent = send(&state, org, sending).await?;
    left_out.extend(sent.left_out.into_iter().map(|left| LeftOut::new(left.key, left.verdict)));
    Ok(InviteReport { invited: sent.invited.len() as u32, left_out })
}

/// With what others of the organization send at this moment, or else alone.
#[cfg(feature = "ssr")]
async fn send(
    state: &crate::server::state::AppState,
    org: OrgId,
    sending: crate::server::send_queue::OwnSending,
) -> Result<crate::store::invites::Sent, AppError> {
    use crate::store::{self, invites};
    if sending.is_small()
        && let Some(sent) = state.send_queue.write(&state.pool, org, sending.clone()).await
    {
        return Ok(sent);
    }
    let one = sending.as_sending();
    store::retry(|| async {
        let mut tx = state.begin().await?;
        let sent = invites::send(&mut tx, one.actor, one.invitees, one.options, sending.limits).await?;
        state.commit(tx, org).await?;
        Ok(sent)
    })
    .await
}

/// The role of an invite, by its word; none is a member's. P5
#[cfg(feature = "ssr")]
fn invited_as(word: &str) -> Result<crate::domain::role::Role, &'static str> {
    use crate::domain::role::Role;
    if word.is_empty() {
        return Ok(Role::Member);
    }
    let role = word.parse().ok().filter(|role| Role::INVITED.contains(role));
    role.ok_or(words::console::send_role_wrong())
}

impl LeftOut {
    /// Somebody who was not invited, with the sentence that says why.
    #[must_use]
    pub fn new(key: String, verdict: Verdict) -> Self {
        Self { key, reason: verdict.to_string(), verdict }
    }
}

#[cfg(feature = "ssr")]
mod list {
    //! A list on the server: read, and judged by what the organization knows.

    use std::collections::HashMap;

    use super::{Addressees, AppError, LeftOut};
    use crate::{
        app::browser::{idna, names},
        domain::{
            address_list::{AddressList, Entry},
            email::EmailAddress,
            ids::TeamId,
            invite::{ADDRESSES_MAX, AddressStatus},
            member::{NAME_MAX, TITLE_MAX},
            text::{self, TextRefusal},
            verdict::Verdict,
        },
        store::invites::Invitee,
        words,
    };

    /// Reads a list, where it holds up nobody: a long one takes a while. Inside is why it cannot be taken:
    /// it cannot be read, or has too many addresses for one call.
    ///
    /// # Errors
    /// The machinery broke.
    pub async fn read(addressees: Addressees) -> Result<Result<AddressList, String>, AppError> {
        let parse = move || match addressees {
            Addressees::Text(text) => AddressList::parse(&text, idna::to_ascii),
            Addressees::People(people) => AddressList::of_people(people, idna::to_ascii),
        };
        let list = tokio::task::spawn_blocking(parse).await.map_err(|error| AppError::internal(&error))?;
        if let Some(problem) = list.problem {
            return Ok(Err(problem.to_string()));
        }
        Ok(match list.fresh().count() {
            0..=ADDRESSES_MAX => Ok(list),
            many => Err(words::console::addresses_too_many(many as i64, ADDRESSES_MAX)),
        })
    }

    /// Who is to be invited, and who is not and why. What is listed twice is judged once.
    pub fn judge(
        list: &AddressList,
        statuses: &HashMap<String, AddressStatus>,
        teams: &[(TeamId, String)],
    ) -> (Vec<Invitee>, Vec<LeftOut>) {
        let teams: HashMap<String, TeamId> =
            teams.iter().map(|(id, name)| (names::name_key(name), *id)).collect();
        let team_of = |name: &str| teams.get(&names::name_key(name)).copied();
        let (mut invitees, mut left_out) = (Vec::new(), Vec::new());
        for entry in list.entries.iter().filter(|entry| !entry.duplicate) {
            let key = entry.address.as_ref().ok().map(EmailAddress::key);
            let status = key.as_ref().and_then(|key| statuses.get(key));
            let verdict = Verdict::of(entry, status, |team| team_of(team).is_some());
            let verdict = match (&entry.address, verdict) {
                (Ok(address), Verdict::Fine) => {
                    match invitee(entry, address, entry.team.as_deref().and_then(team_of)) {
                        Ok(invitee) => {
                            invitees.push(invitee);
                            continue;
                        }
                        Err(refusal) => Verdict::BadText(refusal),
                    }
                }
                (_, verdict) => verdict,
            };
            left_out.push(LeftOut::new(key.unwrap_or_else(|| entry.raw.clone()), verdict));
        }
        (invitees, left_out)
    }

    fn invitee(entry: &Entry, address: &EmailAddress, team: Option<TeamId>) -> Result<Invitee, TextRefusal> {
        let line = |what, text: &Option<String>, max| {
            text::optional_line(what, text.as_deref().unwrap_or_default(), max)
        };
        Ok(Invitee {
            address: address.clone(),
            name: line("The name", &entry.name, NAME_MAX)?,
            title: line("The job title", &entry.title, TITLE_MAX)?,
            team,
        })
    }
}
