//! What the members pages ask of the server. M1, M2, T2, P1, P2, P3

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::error::AppError,
    domain::{
        ids::{InviteId, LinkId, MemberId, OrgId, TeamId},
        invite::InviteState,
        member::Removal,
        moment::Moment,
        people::{Cursor, PeopleQuery, Person, PersonId, StageCounts},
    },
};

/// One page of members and pending invites. P1
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeoplePage {
    /// What was asked.
    pub query: PeopleQuery,
    /// Whom it shows.
    pub order: Vec<PersonId>,
    /// Those of them whom the page did not have.
    pub rows: Vec<Person>,
    pub before: Option<Cursor>,
    pub after: Option<Cursor>,
    pub counts: StageCounts,
    pub teams: Vec<Choice<TeamId>>,
    pub links: Vec<Choice<LinkId>>,
    /// Declined or revoked, newest first. I11
    pub ended: Vec<EndedRow>,
    pub balance: i64,
    /// For how many days nothing has happened at least, where those who are stuck are asked for. I15
    pub stuck_days: Option<i64>,
}

impl PeoplePage {
    /// With the rows that were not read again, from the page as it was before. N7
    #[must_use]
    pub fn completed(mut self, before: Option<&Self>) -> Self {
        let kept = before.map(|before| before.rows.as_slice()).unwrap_or_default();
        let row = |id: &PersonId| self.rows.iter().chain(kept).find(|row| row.id == *id).cloned();
        self.rows = self.order.iter().filter_map(row).collect();
        self.order = self.rows.iter().map(|row| row.id).collect();
        self
    }

    #[must_use]
    pub fn team(&self, team: Option<TeamId>) -> Option<&str> {
        self.teams.iter().find(|choice| Some(choice.id) == team).map(|choice| choice.name.as_str())
    }
}

/// Something that people are in or came by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice<T> {
    pub id: T,
    /// A link may have none.
    pub name: String,
}

/// An invite that ended. I11
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EndedRow {
    pub id: InviteId,
    pub address: String,
    pub state: InviteState,
    pub ended_at: Moment,
    /// The address wants no more email from the organization. I10
    pub opted_out: bool,
}

#[cfg(feature = "ssr")]
impl From<crate::store::invites::EndedInvite> for EndedRow {
    fn from(invite: crate::store::invites::EndedInvite) -> Self {
        let crate::store::invites::EndedInvite { id, address, state, ended_at, opted_out, .. } = invite;
        Self { id, address, state, ended_at, opted_out }
    }
}

/// What becomes of something that is done to several people. P2
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkReport {
    pub done: i64,
    pub named: Vec<String>,
    pub left_out: Vec<LeftOut>,
}

impl BulkReport {
    /// Of both, each reason once.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.done += other.done;
        self.named.extend(other.named);
        for LeftOut { reason, count, named } in other.left_out {
            if let Some(known) = self.left_out.iter_mut().find(|known| known.reason == reason) {
                known.count += count;
                known.named.extend(named);
            } else {
                self.left_out.push(LeftOut { reason, count, named });
            }
        }
        self
    }
}

/// People to whom something is not done, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub reason: String,
    pub count: i64,
    /// Nobody is named who is gone.
    pub named: Vec<String>,
}

#[cfg(feature = "ssr")]
impl From<crate::store::people::Plan> for BulkReport {
    fn from(plan: crate::store::people::Plan) -> Self {
        let mut left_out = std::collections::BTreeMap::<_, LeftOut>::new();
        for (person, reason) in plan.left_out {
            let text = reason.to_string();
            let group = left_out.entry(reason).or_insert(LeftOut { reason: text, count: 0, named: vec![] });
            group.count += 1;
            if !person.called.is_empty() {
                group.named.push(person.called);
            }
        }
        Self {
            done: plan.done.len() as i64,
            named: plan.done.into_iter().map(|person| person.called).collect(),
            left_out: left_out.into_values().collect(),
        }
    }
}

/// The people who are asked for by `query`, which is that of the URL. Of those in `have`, ids with commas
/// between, only the place is said: their rows are on the page. P1, N7
#[server(prefix = "/fn", endpoint = "members/list")]
pub async fn list_people(org: OrgId, query: String, have: String) -> Result<PeoplePage, AppError> {
    use crate::{
        domain::{people, role::Action},
        server::ctx,
        store::{self, invites},
    };
    ctx::require(org, Action::SeeOrganization)?;
    let balance = ctx::viewer()?.membership.map_or(0, |membership| membership.balance.into());
    let query = read_query(&query);
    let have = &people::read_ids(&have).unwrap_or_default();
    let state = ctx::state();
    // Counting takes as long as reading the page, so it goes on beside it. Neither waits for the other's
    // connection: a pool that is used up makes both slow, and stops neither.
    let asked = &query;
    let read = |lists: store::Lists| async move {
        let around = async {
            let mut db = lists.acquire().await?;
            let counts = store::people::counts(&mut db, org, asked).await?;
            let choices = store::people::choices(&mut db, org).await?;
            store::Result::Ok((counts, choices))
        };
        let page = async {
            let mut db = lists.acquire().await?;
            let page = store::people::page(&mut db, org, asked).await?;
            let missing: Vec<PersonId> =
                page.people.iter().filter(|id| !have.contains(id)).copied().collect();
            let rows = store::people::rows(&mut db, org, &missing).await?;
            let stuck_days = if asked.stuck {
                Some(i64::from(store::people::photo_reminders(&mut db, org).await?.days))
            } else {
                None
            };
            // Counting takes longer than the page.
            let ended = invites::ended(&mut db, org).await?;
            store::Result::Ok((page, rows, stuck_days, ended))
        };
        tokio::try_join!(around, page)
    };
    let ((counts, choices), (page, rows, stuck_days, ended)) = state.pool.list(read).await?;
    Ok(PeoplePage {
        rows,
        counts,
        order: page.people,
        before: page.before,
        after: page.after,
        teams: choices.teams.into_iter().map(|(id, name)| Choice { id, name }).collect(),
        links: choices
            .links
            .into_iter()
            .map(|(id, name)| Choice { id, name: name.unwrap_or_default() })
            .collect(),
        ended: ended.into_iter().map(EndedRow::from).collect(),
        query,
        balance,
        stuck_days,
    })
}

#[cfg(feature = "ssr")]
fn read_query(query: &str) -> PeopleQuery {
    let pairs: std::collections::HashMap<_, _> =
        url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).into_owned().collect();
    PeopleQuery::read(|name| pairs.get(name).cloned())
}

/// All who match `query`, which is that of the URL: as many as can be selected at once, by name. P2
#[server(prefix = "/fn", endpoint = "members/matching")]
pub async fn matching_people(org: OrgId, query: String) -> Result<Vec<PersonId>, AppError> {
    use crate::{
        domain::{people::SELECTED_MAX, role::Action},
        server::ctx,
        store,
    };
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    Ok(store::people::matching(&mut tx, org, &read_query(&query), SELECTED_MAX).await?)
}

/// What would become of `act` done to `people`: ids with commas between. P2
#[server(prefix = "/fn", endpoint = "members/preview")]
pub async fn preview_bulk(org: OrgId, act: String, people: String) -> Result<BulkReport, AppError> {
    use crate::{server::ctx, store};
    let (act, actor) = allowed(org, &act)?;
    let people = selected(act, &people)?;
    let mut tx = ctx::begin().await?;
    let plan = store::people::plan(&mut tx, &actor, act, &people).await?;
    some_of(plan)
}

/// Does it, and says what became of each. `team` is whereto people move; none is no team. P2, T2
#[server(prefix = "/fn", endpoint = "members/act")]
pub async fn act_in_bulk(
    org: OrgId,
    act: String,
    people: String,
    team: String,
) -> Result<BulkReport, AppError> {
    use crate::{app::console::teams::api::team_choice, domain::people::BulkAct, server::ctx, store};
    let (act, actor) = allowed(org, &act)?;
    let team = team_choice(&team).map_err(|problem| AppError::invalid("team", problem))?;
    let limits = ctx::state().mail_limits;
    let people = selected(act, &people)?;
    let plan = match act {
        BulkAct::Move => {
            store::retry(|| async {
                let mut tx = ctx::begin().await?;
                let plan = store::people::assign(&mut tx, &actor, &people, team).await?;
                ctx::commit_about(tx, org, people.iter().copied()).await?;
                Ok::<_, AppError>(plan)
            })
            .await?
        }
        BulkAct::Revoke => {
            store::retry(|| async {
                let mut tx = ctx::begin().await?;
                let plan = store::people::revoke(&mut tx, &actor, &people).await?;
                ctx::commit_about(tx, org, people.iter().copied()).await?;
                Ok::<_, AppError>(plan)
            })
            .await?
        }
        BulkAct::Remind => remind_in_bulk(&actor, &people, limits).await?,
        BulkAct::Remove => remove_in_bulk(&actor, &people).await?,
    };
    some_of(plan)
}

#[cfg(feature = "ssr")]
async fn remind_in_bulk(
    actor: &crate::domain::actor::Actor,
    people: &[PersonId],
    limits: crate::domain::invite::MailLimits,
) -> Result<crate::store::people::Plan, AppError> {
    use crate::{
        domain::people::BulkAct,
        server::ctx,
        store::{self, people::Plan},
    };
    let mut plan = {
        let mut tx = ctx::begin().await?;
        store::people::plan(&mut tx, actor, BulkAct::Remind, people).await?
    };
    let asked = std::mem::take(&mut plan.done);
    let touched = || asked.iter().map(|selected| selected.id);
    let invited: Plan = store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let plan = store::people::remind_invited(&mut tx, actor, &asked, limits).await?;
        ctx::commit_about(tx, actor.org, touched()).await?;
        Ok::<_, AppError>(plan)
    })
    .await?;
    let members: Plan = store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let plan = store::people::remind_members(&mut tx, actor, &asked).await?;
        ctx::commit_about(tx, actor.org, touched()).await?;
        Ok::<_, AppError>(plan)
    })
    .await?;
    Ok(plan.and(invited).and(members))
}

/// Each by itself: who may not be removed stops nobody else. P3
#[cfg(feature = "ssr")]
async fn remove_in_bulk(
    actor: &crate::domain::actor::Actor,
    people: &[PersonId],
) -> Result<crate::store::people::Plan, AppError> {
    use crate::{
        domain::people::{BulkAct, NotDone},
        server::ctx,
        store::{self, Error, members},
    };
    let mut plan = {
        let mut tx = ctx::begin().await?;
        store::people::plan(&mut tx, actor, BulkAct::Remove, people).await?
    };
    for selected in std::mem::take(&mut plan.done) {
        let removed = store::retry(|| async {
            let mut tx = ctx::begin().await?;
            members::remove(&mut tx, actor, MemberId(selected.id.0)).await?;
            Ok(ctx::commit_about(tx, actor.org, [selected.id]).await?)
        });
        match removed.await {
            Ok(()) => plan.done.push(selected),
            Err(Error::Refused(members::NotRemoved::Unknown(_))) => {
                plan.left_out.push((selected, NotDone::Gone))
            }
            Err(Error::Refused(refusal)) => {
                plan.left_out.push((selected, NotDone::Refused(refusal.to_string())));
            }
            Err(Error::Broken(error)) => return Err(error.into()),
        }
    }
    Ok(plan)
}

/// The act of this word, and who does it.
#[cfg(feature = "ssr")]
fn allowed(
    org: OrgId,
    act: &str,
) -> Result<(crate::domain::people::BulkAct, crate::domain::actor::Actor), AppError> {
    use crate::{
        domain::{people::BulkAct, role::Action},
        server::ctx,
    };
    let known = act.parse::<BulkAct>();
    let needs = match known {
        Ok(BulkAct::Remind | BulkAct::Revoke) => Action::Invite,
        Ok(BulkAct::Move | BulkAct::Remove) | Err(_) => Action::ManageMembers,
    };
    let actor = ctx::require(org, needs)?;
    Ok((known.map_err(|_| AppError::Unreadable)?, actor))
}

/// Who was selected, each once, and not more than `act` is done to at once.
#[cfg(feature = "ssr")]
fn selected(act: crate::domain::people::BulkAct, people: &str) -> Result<Vec<PersonId>, AppError> {
    use crate::{
        domain::people::{BulkAct, REMOVED_AT_ONCE, SELECTED_MAX, read_ids},
        words,
    };
    let wrong = |message: String| AppError::invalid("people", message);
    let mut ids = read_ids(people).map_err(|_| wrong(words::console::bulk_unreadable().into()))?;
    ids.sort_unstable();
    ids.dedup();
    match (act, ids.len()) {
        (_, 0) => Err(wrong(words::console::bulk_nobody().into())),
        (BulkAct::Remove, n) if n > REMOVED_AT_ONCE => {
            Err(wrong(words::console::bulk_remove_too_many(n as i64, REMOVED_AT_ONCE)))
        }
        (_, n) if n > SELECTED_MAX => Err(wrong(words::console::bulk_too_many(SELECTED_MAX as i64))),
        _ => Ok(ids),
    }
}

/// The report, where it is about anybody who is there. N2
#[cfg(feature = "ssr")]
fn some_of(plan: crate::store::people::Plan) -> Result<BulkReport, AppError> {
    use crate::{domain::people::NotDone, store::members::UnknownMember};
    let nobody = plan.done.is_empty() && plan.left_out.iter().all(|(_, reason)| *reason == NotDone::Gone);
    if nobody { Err(UnknownMember.into()) } else { Ok(plan.into()) }
}

/// Adds a member on their behalf; the page then goes to their photos. `take_over` is `on` where an invite that
/// the address has is to become this member. M1, M2, M4
#[server(prefix = "/fn", endpoint = "members/add")]
pub async fn add_managed(
    org: OrgId,
    name: String,
    email: String,
    title: String,
    team: String,
    #[server(default)] take_over: String,
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
        let member = match take_over.as_str() {
            "on" => members::take_over_invite(&mut tx, &actor, &new).await?,
            _ => members::add_managed(&mut tx, &actor, &new).await?,
        };
        ctx::commit_about(tx, org, [member]).await?;
        Ok(member)
    })
    .await
}

/// Corrects a member's name and job title, which may be empty; says their name as it is now. The address of one who was
/// added on their behalf as well, which may be empty, where `has_email` is `on`; `take_over` is as in [`add_managed`]. P4, M5
#[server(prefix = "/fn", endpoint = "members/correct")]
pub async fn correct_member(
    org: OrgId,
    member: MemberId,
    name: String,
    title: String,
    #[server(default)] email: String,
    #[server(default)] has_email: String,
    #[server(default)] take_over: String,
) -> Result<String, AppError> {
    use crate::{
        app::{browser::idna, error::Problems},
        domain::{
            email::EmailAddress,
            member::{NAME_MAX, TITLE_MAX},
            role::Action,
            text,
        },
        server::ctx,
        store::{self, members},
    };
    let actor = ctx::require(org, Action::ManageMembers)?;
    let mut problems = Problems::default();
    let name = problems.keep("name", text::line("Name", &name, NAME_MAX));
    let title = problems.keep("title", text::optional_line("Job title", &title, TITLE_MAX));
    let address = match email.trim() {
        "" => Ok(None),
        typed => EmailAddress::parse(typed, idna::to_ascii).map(Some),
    };
    let address = problems.keep("email", address);
    problems.none()?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        // Before the member is locked.
        if has_email == "on" {
            members::readdress(&mut tx, &actor, member, address.as_ref(), take_over == "on").await?;
        }
        members::correct(&mut tx, &actor, member, &name, title.as_deref()).await?;
        ctx::commit_about(tx, org, [member]).await?;
        Ok(name.clone())
    })
    .await
}

/// What goes when a member is removed. P3
#[server(prefix = "/fn", endpoint = "members/removal")]
pub async fn removal_of(org: OrgId, member: MemberId) -> Result<Removal, AppError> {
    use crate::{domain::role::Action, server::ctx, store::members};
    ctx::require(org, Action::ManageMembers)?;
    let mut tx = ctx::begin().await?;
    Ok(members::removal(&mut tx, org, member).await?)
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
        ctx::commit_about(tx, org, [member]).await?;
        Ok(name)
    })
    .await
}

/// Makes a member a Team Lead, or a Team Lead a member. P5
#[server(prefix = "/fn", endpoint = "members/set-role")]
pub async fn set_role(org: OrgId, member: MemberId, role: String) -> Result<(), AppError> {
    use crate::{
        domain::role::{Action, Role},
        server::ctx,
        store::{self, roles},
    };
    let actor = ctx::require(org, Action::ManageRoles)?;
    let role = role.parse::<Role>().map_err(|_| AppError::Unreadable)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        roles::set_role(&mut tx, &actor, member, role).await?;
        ctx::commit_about(tx, org, [member]).await?;
        Ok(())
    })
    .await
}

/// Offers the organization to a member, who accepts or declines. P5
#[server(prefix = "/fn", endpoint = "members/offer-ownership")]
pub async fn offer_ownership(org: OrgId, member: MemberId) -> Result<(), AppError> {
    use crate::{
        domain::role::Action,
        server::ctx,
        store::{self, roles},
    };
    let actor = ctx::require(org, Action::HandOver)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        roles::offer_ownership(&mut tx, &actor, member).await?;
        // Another one's offer may have ended.
        ctx::commit(tx, org).await?;
        Ok(())
    })
    .await
}

/// Takes the offer back. P5
#[server(prefix = "/fn", endpoint = "members/withdraw-ownership")]
pub async fn withdraw_ownership(org: OrgId) -> Result<(), AppError> {
    use crate::{domain::role::Action, server::ctx, store::roles};
    let actor = ctx::require(org, Action::HandOver)?;
    let mut tx = ctx::begin().await?;
    roles::withdraw_ownership(&mut tx, &actor).await?;
    ctx::commit(tx, org).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P2
    #[test]
    fn of_two_steps_each_reason_is_said_once() {
        let left_out = |reason: &str, named: &[&str]| LeftOut {
            reason: reason.into(),
            count: named.len() as i64,
            named: named.iter().map(ToString::to_string).collect(),
        };
        let report = |done: &[&str], left_out| BulkReport {
            done: done.len() as i64,
            named: done.iter().map(ToString::to_string).collect(),
            left_out,
        };
        let both = report(&["Ada"], vec![left_out("Ready", &["Bob"])])
            .and(report(&["Eve"], vec![left_out("Too soon", &["Fay"]), left_out("Ready", &["Gus"])]));
        let expected = vec![left_out("Ready", &["Bob", "Gus"]), left_out("Too soon", &["Fay"])];
        assert_eq!(both, report(&["Ada", "Eve"], expected));
    }
}
