//! What the dashboard asks of the server.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{console::teams::api::TeamView, error::AppError},
    domain::{credit::CreditOutlook, ids::OrgId, people::Person, shoot::Stage},
};

/// The roll-out at a glance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DashboardView {
    pub outlook: CreditOutlook,
    /// How many have come at least so far: invited, joined, adding photos, generating, ready.
    pub reached: [i64; 5],
    /// How many the list shows at each stage, so that the captions of the strip agree with it.
    pub at: [i64; 5],
    /// People and invites that need attention, each with the reason.
    pub attention: Vec<Attention>,
    pub teams: Vec<TeamView>,
    /// Who joined last, newest first.
    pub recent: Vec<Person>,
    /// Whose headshots are ready.
    pub ready: Vec<Person>,
}

/// Something that waits for a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    pub what: String,
    pub why: String,
    pub href: String,
    pub button: String,
    /// So many members who are stuck at this stage can be reminded from here. I15
    pub remind: Option<(Stage, i64)>,
}

/// So many of those who need attention are named one by one.
#[cfg(feature = "ssr")]
const NAMED: usize = 6;
/// So many who joined last are listed.
#[cfg(feature = "ssr")]
const RECENT: i64 = 5;
/// So many headshots are shown.
#[cfg(feature = "ssr")]
const SHOWN: usize = 8;

/// The roll-out at a glance.
#[server(prefix = "/fn", endpoint = "dashboard/show")]
pub async fn dashboard(org: OrgId) -> Result<DashboardView, AppError> {
    use crate::{
        domain::{people::PeopleQuery, role::Action},
        server::ctx,
        store::{credits, links, people, teams, waitlist},
    };
    ctx::require(org, Action::SeeOrganization)?;
    let mut tx = ctx::begin().await?;
    let outlook = credits::outlook(&mut tx, org).await?;
    let threshold = credits::threshold(&mut tx, org).await?;
    let everybody = PeopleQuery::default();
    let counts = people::counts(&mut tx, org, &everybody).await?;
    let in_trouble = PeopleQuery { stage: Some(Stage::NeedsAttention), ..everybody.clone() };
    let ready = PeopleQuery { stage: Some(Stage::Ready), ..everybody };
    let (troubled, trouble) = first(&mut tx, org, &in_trouble, NAMED).await?;
    let unnamed = counts.of(Stage::NeedsAttention) - troubled.len() as i64;
    let waiting: usize = waitlist::list(&mut tx, org).await?.values().map(Vec::len).sum();
    let closing = links::count_closing(&mut tx, org).await?;
    let days = people::photo_reminders(&mut tx, org).await?.days;
    let stuck = people::count_stuck(&mut tx, org).await?;
    let mut attention: Vec<Attention> = credits_short(&outlook, threshold)
        .into_iter()
        .chain(of_waiting(waiting))
        .chain(of_closing(closing))
        .chain(stuck.into_iter().filter_map(|(stage, people)| of_stuck(stage, people, days)))
        .collect();
    attention.extend(troubled.into_iter().map(of_somebody));
    if trouble && unnamed > 0 {
        attention.push(of_more(unnamed));
    }
    let recent = people::recent(&mut tx, org, RECENT).await?;
    Ok(DashboardView {
        outlook,
        reached: reached(&counts),
        at: Stage::ROLL_OUT.map(|stage| counts.of(stage)),
        attention,
        teams: teams::list(&mut tx, org).await?.into_iter().map(TeamView::from).collect(),
        recent: people::rows(&mut tx, org, &recent).await?,
        ready: first(&mut tx, org, &ready, SHOWN).await?.0,
    })
}

/// Reminds those who are stuck at a stage, at most 5,000 of them; says how many. I8, I15
#[server(prefix = "/fn", endpoint = "dashboard/remind")]
pub async fn remind_stuck(org: OrgId, stage: String) -> Result<i64, AppError> {
    use crate::{
        domain::{invite::ADDRESSES_MAX, role::Action},
        server::ctx,
        store::{self, people},
    };
    let actor = ctx::require(org, Action::Invite)?;
    let stage: Stage = stage.parse().map_err(|_| AppError::Unreadable)?;
    store::retry(|| async {
        let mut tx = ctx::begin().await?;
        let stuck = people::stuck(&mut tx, org, stage, ADDRESSES_MAX as i64).await?;
        let reminded = people::remind_members(&mut tx, &actor, &stuck).await?.done;
        ctx::commit_about(tx, org, reminded.iter().map(|selected| selected.id)).await?;
        Ok(reminded.len() as i64)
    })
    .await
}

/// The first so many who match, and whether there may be more.
#[cfg(feature = "ssr")]
async fn first(
    db: &mut crate::store::PgConnection,
    org: OrgId,
    query: &crate::domain::people::PeopleQuery,
    many: usize,
) -> crate::store::Result<(Vec<Person>, bool)> {
    use crate::store::people;
    let page = people::page_of(db, org, query, many).await?;
    Ok((people::rows(db, org, &page.people).await?, page.after.is_some()))
}

/// How many have come at least so far. Whoever created the organization counts from the first photo on:
/// nobody invited them. Trouble comes after adding photos, or is an invite that did not arrive.
#[cfg(feature = "ssr")]
fn reached(counts: &crate::domain::people::StageCounts) -> [i64; 5] {
    let ready = counts.of(Stage::Ready);
    let generating = ready + counts.of(Stage::Generating);
    let failed_shoots = counts.of(Stage::NeedsAttention) + counts.of(Stage::Invited) - counts.invites;
    let adding = generating + counts.of(Stage::AddingPhotos) + failed_shoots;
    [counts.all() - counts.founder, counts.members() - counts.founder, adding, generating, ready]
}

/// Nobody can submit photos, or soon nobody can. C9
#[cfg(feature = "ssr")]
fn credits_short(outlook: &CreditOutlook, threshold: i32) -> Option<Attention> {
    use crate::words;
    let what = match outlook.balance {
        0 => words::console::credits_gone().to_owned(),
        few if few < i64::from(threshold) => words::console::credits_few(few),
        _ => return None,
    };
    let why = match (outlook.balance, outlook.reserved()) {
        (0, 0) => words::console::credits_gone_text().to_owned(),
        (0, people) => words::console::credits_gone_reserved(people),
        (few, people) if people > few => words::console::credits_few_missing(people, people - few),
        (_, people) => words::console::credits_few_reserved(people),
    };
    let button = words::console::credits_gone_button().into();
    Some(Attention { what, why, href: "/credits".into(), button, remind: None })
}

/// People who left their address at a full link. L7
#[cfg(feature = "ssr")]
fn of_waiting(people: usize) -> Option<Attention> {
    use crate::words;
    (people > 0).then(|| Attention {
        what: words::console::people_waiting(people as i64),
        why: words::console::people_waiting_text().into(),
        href: "/members?add=link".into(),
        button: words::console::people_waiting_button().into(),
        remind: None,
    })
}

/// Links that let people in and soon do not. L1
#[cfg(feature = "ssr")]
fn of_closing(links: i64) -> Option<Attention> {
    use crate::words;
    (links > 0).then(|| Attention {
        what: words::console::links_closing(links),
        why: words::console::links_closing_text().into(),
        href: "/members?add=link".into(),
        button: words::console::links_closing_button().into(),
        remind: None,
    })
}

/// Members who joined and get no further, for so many days. I15
#[cfg(feature = "ssr")]
fn of_stuck(stage: Stage, people: i64, days: i16) -> Option<Attention> {
    use crate::{domain::people::STUCK, words};
    let what = match stage {
        Stage::Joined => words::console::stuck_joined(people),
        Stage::AddingPhotos => words::console::stuck_adding(people),
        _ => return None,
    };
    Some(Attention {
        what,
        why: words::console::stuck_text(days.into()),
        href: format!("/members?stage={}&stuck={STUCK}", stage.as_str()),
        button: words::console::stuck_text_button().into(),
        remind: Some((stage, people)),
    })
}

/// Somebody who needs a lead: an invite that did not arrive, or a shoot that failed.
#[cfg(feature = "ssr")]
fn of_somebody(person: Person) -> Attention {
    use crate::{domain::people::Standing, words};
    match person.standing {
        Standing::Invite { failure, .. } => Attention {
            what: words::console::invite_failed(person.address.unwrap_or_default()),
            why: failure.unwrap_or_default(),
            href: ATTENTION.into(),
            button: words::console::invite_failed_button().into(),
            remind: None,
        },
        Standing::Member { .. } => Attention {
            what: words::console::shoot_failed(person.name.unwrap_or_default()),
            why: words::console::shoot_failed_text().into(),
            href: format!("/members/{}/shoot", person.id),
            button: words::console::shoot_failed_button().into(),
            remind: None,
        },
    }
}

#[cfg(feature = "ssr")]
fn of_more(people: i64) -> Attention {
    use crate::words;
    Attention {
        what: words::console::more_need_attention(people),
        why: words::console::more_need_attention_text().into(),
        href: ATTENTION.into(),
        button: words::console::more_need_attention_button().into(),
        remind: None,
    }
}

/// Everybody who needs attention.
#[cfg(feature = "ssr")]
const ATTENTION: &str = "/members?stage=needs_attention";
