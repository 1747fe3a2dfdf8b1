//! Many headshots in one file, sent while it is made: however many there are, one is in memory. H4, H7

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    vec,
};

use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::{Stream, stream};
use serde::Deserialize;
use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

use super::attachment::attachment;
use crate::{
    domain::{
        headshot::{archive_name, file_name, portrait_names},
        ids::{HeadshotId, MemberId, OrgId, TeamId},
        role::Action,
    },
    http::{
        error::PageError,
        extract::{CurrentMember, MemberShoot, Query, ResultsHolder},
    },
    server::state::AppState,
    store::{members, results, teams},
    studio::storage::{self, Storage},
};

/// `GET /members/{member}/headshots.zip`: every headshot of every shoot. H4, H7
pub async fn download_all(
    State(state): State<AppState>,
    shoot: Option<MemberShoot>,
) -> Result<Response, PageError> {
    let shoot = shoot.ok_or(PageError::NotFound)?;
    let org = shoot.viewer.membership.org;
    let name = members::find(&mut *state.pool.acquire().await?, org, shoot.member).await?.name;
    all_of(&state, org, shoot.member, &name).await
}

/// `GET /r/{token}/headshots.zip`: the same by private link. M3
pub async fn download_all_by_link(
    State(state): State<AppState>,
    holder: ResultsHolder,
) -> Result<Response, PageError> {
    all_of(&state, holder.person.org, holder.person.id, &holder.person.name).await
}

async fn all_of(state: &AppState, org: OrgId, member: MemberId, name: &str) -> Result<Response, PageError> {
    let sessions = results::sessions(&mut *state.pool.acquire().await?, org, member).await?;
    let entries = sessions
        .iter()
        .flat_map(|session| {
            session.headshots.iter().map(|headshot| Entry {
                name: file_name(name, session.finished_at, headshot.number),
                headshot: headshot.id,
            })
        })
        .collect();
    archive(state, org, name, entries)
}

/// Whose headshots are wanted.
#[derive(Deserialize)]
pub struct Whose {
    team: Option<TeamId>,
}

/// `GET /headshots.zip`: of everybody in the organization, or in a team, the favorite, or the first where
/// none was chosen. H4
pub async fn download_portraits(
    State(state): State<AppState>,
    viewer: CurrentMember,
    Query(whose): Query<Whose>,
) -> Result<Response, PageError> {
    viewer.require(Action::ShootForOthers)?;
    let org = viewer.membership.org;
    let mut db = state.pool.acquire().await?;
    let name = match whose.team {
        None => viewer.membership.org_name.clone(),
        Some(team) => teams::name(&mut db, org, team).await?.ok_or(PageError::NotFound)?,
    };
    let mut shown = results::of_organization(&mut db, org).await?;
    drop(db);
    shown.retain(|one| whose.team.is_none() || one.team_id == whose.team);
    let names = portrait_names(shown.iter().map(|one| one.name.as_str()));
    let entries = shown.iter().zip(names).map(|(one, name)| Entry { name, headshot: one.face }).collect();
    archive(&state, org, &name, entries)
}

/// A file of an archive.
struct Entry {
    name: String,
    headshot: HeadshotId,
}

fn archive(state: &AppState, org: OrgId, whose: &str, entries: Vec<Entry>) -> Result<Response, PageError> {
    if entries.is_empty() {
        return Err(PageError::NotFound);
    }
    let headers = [
        (header::CONTENT_TYPE, header::HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, attachment(&archive_name(whose))),
        (header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store")),
    ];
    let pieces = Packing::new(state.storage.clone(), org, entries).pieces();
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// An archive under way.
struct Packing {
    storage: Storage,
    org: OrgId,
    entries: vec::IntoIter<Entry>,
    written: Written,
    /// `None` once the archive is at its end.
    zip: Option<ZipWriter<StreamWriter<Written>>>,
}

impl Packing {
    fn new(storage: Storage, org: OrgId, entries: Vec<Entry>) -> Self {
        let written = Written::default();
        let zip = Some(ZipWriter::new_stream(written.clone()));
        Self { storage, org, entries: entries.into_iter(), written, zip }
    }

    fn pieces(self) -> impl Stream<Item = anyhow::Result<Bytes>> {
        stream::try_unfold(self, |mut packing| async move {
            let piece = packing.next().await?;
            Ok(piece.map(|piece| (piece, packing)))
        })
    }

    /// The next file, or what ends the archive; `None` after that.
    async fn next(&mut self) -> anyhow::Result<Option<Bytes>> {
        let Some(zip) = &mut self.zip else { return Ok(None) };
        for Entry { name, headshot } in self.entries.by_ref() {
            let key = storage::headshot_key(self.org.0, headshot.0);
            // Of somebody who was removed meanwhile nothing is there any more. P3
            let Some(bytes) = self.storage.get(&key).await? else { continue };
            // Pictures are compressed already: they are stored as they are.
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            zip.start_file(name, options)?;
            zip.write_all(&bytes)?;
            return Ok(Some(self.written.take()));
        }
        if let Some(zip) = self.zip.take() {
            zip.finish()?;
        }
        Ok(Some(self.written.take()))
    }
}

/// What was written and is not sent yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
