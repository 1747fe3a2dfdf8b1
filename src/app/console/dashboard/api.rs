//! What the dashboard asks of the server.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::{console::teams::api::TeamView, error::AppError},
    domain::{credit::CreditOutlook, ids::OrgId, people::Person},
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
        domain::{people::PeopleQuery, role::Action, shoot::Stage},
        server::ctx,
        store::{credits, people, teams, waitlist},
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
    let mut attention: Vec<Attention> =
        credits_short(&outlook, threshold).into_iter().chain(of_waiting(waiting)).collect();
    attention.extend(troubled.into_iter().map(of_somebody));
    if trouble && unnamed > 0 {
        attention.push(of_more(unnamed));
    }
    let recent = people::recent(&mut tx, org, RECENT).await?;
    Ok(DashboardView {
        outlook,
        reached: reached(&counts, people::founder_is_only_joined(&mut tx, org).await?),
        attention,
        teams: teams::list(&mut tx, org).await?.into_iter().map(TeamView::from).collect(),
        recent: people::rows(&mut tx, org, &recent).await?,
        ready: first(&mut tx, org, &ready, SHOWN).await?.0,
    })
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
fn reached(counts: &crate::domain::people::StageCounts, founder_is_only_joined: bool) -> [i64; 5] {
    use crate::domain::shoot::Stage;
    let founder = i64::from(founder_is_only_joined);
    let ready = counts.of(Stage::Ready);
    let generating = ready + counts.of(Stage::Generating);
    let failed_shoots = counts.of(Stage::NeedsAttention) + counts.of(Stage::Invited) - counts.invites;
    let adding = generating + counts.of(Stage::AddingPhotos) + failed_shoots;
    [counts.all() - founder, counts.members() - founder, adding, generating, ready]
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
        (_, people) => words::console::credits_few_reserved(people),
    };
    let button = words::console::credits_gone_button().into();
    Some(Attention { what, why, href: "/credits".into(), button })
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
        },
        Standing::Member { .. } => Attention {
            what: words::console::shoot_failed(person.name.unwrap_or_default()),
            why: words::console::shoot_failed_text().into(),
            href: format!("/members/{}/shoot", person.id),
            button: words::console::shoot_failed_button().into(),
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
    }
}

/// Everybody who needs attention.
#[cfg(feature = "ssr")]
const ATTENTION: &str = "/members?stage=needs_attention";
