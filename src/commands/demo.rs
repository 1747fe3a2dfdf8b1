//! `headcount demo`: an organization with people in every stage, so that the screens are alive. Made once; a second
//! call only says who the lead is. Nothing of it is mailed.

use bytes::Bytes;
use uuid::Uuid;

use super::{open, operator::say};
use crate::{
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::{HeadshotId, InviteId, MemberId, TeamId},
        invite::MailLimits,
        photo::PictureKind,
    },
    server::{config::Settings, state::AppState},
    store::{
        self, PgConnection, accounts, credits, demo,
        drafts::{self, NewPhoto},
        files,
        invites::{self, InviteOptions, Invitee},
        links::{self, NewLink},
        members::{self, NewManaged, Through},
        organizations,
        proof::{Joiner, Proof},
        shoots::{self, NewHeadshot},
        teams,
    },
    studio::storage,
};

const ORG: &str = "Northwind Robotics";
const LEAD: (&str, &str) = ("Ingrid Solheim", "ingrid.solheim@northwind.example");
/// Credits that are left when everybody is in their stage.
const LEFT: i32 = 25;

/// How far somebody of the demo is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Far {
    Joined,
    Adding(usize),
    /// Number of the portrait, and whether it was chosen.
    Ready(usize, bool),
    Failed,
}

/// Name, team, how far.
const PEOPLE: [(&str, usize, Far); 12] = [
    ("Amara Okafor", 1, Far::Ready(4, true)),
    ("Björn Halvorsen", 0, Far::Adding(6)),
    ("Carmen Iglesias", 2, Far::Ready(1, true)),
    ("Daniel Whitcombe", 0, Far::Joined),
    ("Elif Demir", 3, Far::Ready(9, true)),
    ("Farid Nasser", 1, Far::Adding(3)),
    ("Grace Lindqvist", 2, Far::Failed),
    ("Hiro Tanabe", 0, Far::Ready(8, true)),
    ("Imani Brooks", 1, Far::Joined),
    ("Nils Ekman", 0, Far::Ready(10, false)),
    ("Noor Haddad", 2, Far::Ready(6, true)),
    ("Yasmin Haidari", 1, Far::Ready(7, true)),
];

const INVITED: [(&str, usize); 4] =
    [("marta.kowalczk", 2), ("oskar.lind", 0), ("priya.nair", 1), ("tomas.herrera", 3)];

const TEAMS: [&str; 4] = ["Engineering", "Field Operations", "Sales", "People"];

const SAMPLES: [&[u8]; 12] = [
    include_bytes!("../studio/samples/person-00.jpg"),
    include_bytes!("../studio/samples/person-01.jpg"),
    include_bytes!("../studio/samples/person-02.jpg"),
    include_bytes!("../studio/samples/person-03.jpg"),
    include_bytes!("../studio/samples/person-04.jpg"),
    include_bytes!("../studio/samples/person-05.jpg"),
    include_bytes!("../studio/samples/person-06.jpg"),
    include_bytes!("../studio/samples/person-07.jpg"),
    include_bytes!("../studio/samples/person-08.jpg"),
    include_bytes!("../studio/samples/person-09.jpg"),
    include_bytes!("../studio/samples/person-10.jpg"),
    include_bytes!("../studio/samples/person-11.jpg"),
];

/// # Errors
/// A setting is missing or names nothing.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let state = open::state(settings).await?;
    say(make(&state).await?)
}

/// Makes the demo organization unless it is there; returns the address of its lead.
///
/// # Errors
/// The storage fails; then nothing of it is in the database.
async fn make(state: &AppState) -> anyhow::Result<&'static str> {
    let mut tx = store::begin(&state.pool).await?;
    let lead = address(LEAD.1)?;
    if accounts::exists(&mut tx, &lead).await? {
        return Ok(LEAD.1);
    }
    let account = accounts::ensure(&mut tx, &lead).await?;
    let actor = organizations::create(&mut tx, account, &lead, ORG, LEAD.0).await?.acting_from(None);
    // The managed member at the end has headshots too.
    let submitted = PEOPLE.iter().filter(|(.., far)| matches!(far, Far::Ready(..))).count() + 1;
    let bought = LEFT + i32::try_from(submitted)?;
    credits::grant(&mut tx, &Actor::operator(actor.org), bought, Some("demo")).await?;
    let mut team_ids = Vec::new();
    for team in TEAMS {
        team_ids.push(refusable(teams::create(&mut tx, &actor, team).await)?);
    }
    let addresses: Vec<String> = PEOPLE.iter().map(|(name, ..)| address_of(name)).collect();
    for ((name, team, far), address) in PEOPLE.iter().zip(&addresses) {
        let member = join(&mut tx, &actor, name, address, team_ids[*team]).await?;
        bring(state, &mut tx, &actor, member, *far).await?;
    }
    let managed = NewManaged {
        name: "Katya Morozova",
        address: None,
        title: Some("Chair of the board"),
        team: Some(team_ids[3]),
    };
    let managed = refusable(members::add_managed(&mut tx, &actor, &managed).await)?;
    bring(state, &mut tx, &actor, managed, Far::Ready(3, false)).await?;
    for (local, team) in INVITED {
        invite(&mut tx, &actor, &format!("{local}@northwind.example"), team_ids[team]).await?;
    }
    let link = NewLink {
        label: Some("Field team"),
        usage_limit: Some(20),
        team: Some(team_ids[1]),
        ..NewLink::default()
    };
    refusable(links::create(&mut tx, &actor, &link).await)?;
    demo::spread_over_time(&mut tx, actor.org).await?;
    demo::silence(&mut tx).await?;
    tx.commit().await?;
    Ok(LEAD.1)
}

fn address(text: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(text, |_| None).map_err(|problem| anyhow::anyhow!("{text}: {problem}"))
}

fn address_of(name: &str) -> String {
    let plain = name.to_lowercase().replace('ö', "o").replace(' ', ".");
    format!("{plain}@northwind.example")
}

/// In the demo a refusal is a mistake of ours.
fn refusable<T, R: std::fmt::Debug>(result: Result<T, crate::store::Error<R>>) -> anyhow::Result<T> {
    result.map_err(|error| anyhow::anyhow!("the demo was refused: {error:?}"))
}

async fn invite(tx: &mut PgConnection, actor: &Actor, to: &str, team: TeamId) -> anyhow::Result<InviteId> {
    let invitee = Invitee { address: address(to)?, name: None, title: None, team: None };
    let options = InviteOptions { team: Some(team), note: None, ..Default::default() };
    refusable(invites::send(tx, actor, &[invitee], options, MailLimits::default()).await)?;
    let pending = invites::pending(tx, actor.org, u32::MAX).await?;
    let invite = pending.invites.into_iter().find(|invite| invite.address == to);
    Ok(invite.ok_or_else(|| anyhow::anyhow!("the invite to {to} is not there"))?.id)
}

async fn join(
    tx: &mut PgConnection,
    actor: &Actor,
    name: &str,
    to: &str,
    team: TeamId,
) -> anyhow::Result<MemberId> {
    let invite = invite(tx, actor, to, team).await?;
    let proof = Proof::by_first_invite(tx, &address(to)?).await?;
    let proof = proof.ok_or_else(|| anyhow::anyhow!("{to} has an account already"))?;
    let joiner = Joiner { proof, name: name.to_owned() };
    let through = Through::Invite { invite, generation: 0 };
    Ok(refusable(members::join(tx, actor.org, through, &joiner).await)?.member())
}

async fn bring(
    state: &AppState,
    tx: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    far: Far,
) -> anyhow::Result<()> {
    match far {
        Far::Joined => Ok(()),
        Far::Adding(photos) => add_photos(state, tx, actor, member, photos).await,
        Far::Failed => {
            add_photos(state, tx, actor, member, usize::from(state.photo_limits.min_photos)).await?;
            let shoot = refusable(shoots::submit(tx, actor, member, &state.photo_limits).await)?;
            shoots::fail(
                tx,
                &Actor::system(actor.org),
                shoot,
                "The photo portrait.jpg could not be turned into a headshot.",
            )
            .await?;
            Ok(())
        }
        Far::Ready(portrait, chosen) => {
            add_photos(state, tx, actor, member, usize::from(state.photo_limits.min_photos)).await?;
            let shoot = refusable(shoots::submit(tx, actor, member, &state.photo_limits).await)?;
            let system = Actor::system(actor.org);
            shoots::begin(tx, &system, shoot).await?;
            let id = HeadshotId(crate::store::fresh_id());
            note(state, actor, PictureKind::Headshot, id.0).await?;
            let picture = Bytes::from_static(SAMPLES[portrait % SAMPLES.len()]);
            state.storage.put(&storage::headshot_key(actor.org.0, id.0), picture.clone()).await?;
            state.storage.put(&storage::headshot_thumb_key(actor.org.0, id.0), picture).await?;
            shoots::finish(tx, &system, shoot, &[NewHeadshot { id, width: 800, height: 1000 }]).await?;
            files::settle(tx, actor.org, &[id.0]).await?;
            if chosen {
                refusable(crate::store::results::choose(tx, actor, member, id).await)?;
            }
            Ok(())
        }
    }
}

/// Sample portraits stand in for photos; the fingerprints only have to differ.
async fn add_photos(
    state: &AppState,
    tx: &mut PgConnection,
    actor: &Actor,
    member: MemberId,
    count: usize,
) -> anyhow::Result<()> {
    for (n, sample) in SAMPLES.iter().enumerate().take(count) {
        let id = drafts::fresh_photo_id();
        note(state, actor, PictureKind::Photo, id.0).await?;
        state.storage.put(&storage::photo_key(actor.org.0, id.0), Bytes::from_static(sample)).await?;
        state.storage.put(&storage::photo_thumb_key(actor.org.0, id.0), Bytes::from_static(sample)).await?;
        let photo = NewPhoto {
            id,
            file_name: "portrait.jpg",
            width: 800,
            height: 1000,
            fingerprint: i64::from_be_bytes([u8::try_from(n * 20)?, 0, 0, 0, 0, 0, 0, 0]),
            digest: None,
            advice: &[],
        };
        refusable(drafts::add_photo(tx, actor, member, photo, &state.photo_limits).await)?;
        files::settle(tx, actor.org, &[id.0]).await?;
    }
    Ok(())
}

/// Writes a picture down before its files are there, in a transaction of its own: should the demo not
/// come to its end, they are swept.
async fn note(state: &AppState, actor: &Actor, kind: PictureKind, id: Uuid) -> anyhow::Result<()> {
    let mut db = state.pool.autocommit().await?;
    files::intend(&mut db, actor.org, kind, &[id]).await?;
    db.finish().await?;
    Ok(())
}
