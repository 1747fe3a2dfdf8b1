//! Many headshots in one file, sent while it is made: however many there are, one is in memory, and what ZIP
//! keeps of each for the end: its name and place. H4, H7
//!
//! What is broken off has no end, which tells every program that it is not the whole; nor does its HTTP
//! answer have one.

use std::{
    collections::{HashMap, VecDeque},
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, Method, header},
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
        headshot::{ArchiveNames, Background, Format, Shape, archive_name},
        headshot_list::{Contents, HeadshotQuery},
        ids::{HeadshotId, MemberId, OrgId},
        people::{Place, TeamFilter},
        role::Action,
    },
    http::{
        error::PageError,
        extract::{CurrentMember, MemberShoot, Query, ResultsHolder},
    },
    server::state::AppState,
    store::{members, results, teams},
    studio::{image_pool::NotMade, storage},
    words,
};

/// People who are looked up at once.
const PART: usize = 50;

/// So many files an archive has, for a page that shows how far it is.
const FILES: HeaderName = HeaderName::from_static("headcount-files");

/// How the headshots are wanted.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    size: Shape,
    /// Those of whom it is not certain enough who is a person keep theirs.
    #[serde(default)]
    background: Background,
}

impl Wanted {
    const fn format(&self) -> Format {
        Format { shape: self.size, background: self.background }
    }
}

/// `GET /members/{member}/headshots.zip`: every headshot of every shoot. H4, H7
pub async fn download_all(
    State(state): State<AppState>,
    Query(wanted): Query<Wanted>,
    shoot: Option<MemberShoot>,
) -> Result<Response, PageError> {
    let shoot = shoot.ok_or(PageError::NotFound)?;
    let org = shoot.viewer.membership.org;
    let name = members::find(&mut *state.pool.acquire().await?, org, shoot.member).await?.name;
    all_of(&state, org, shoot.member, &name, wanted.format()).await
}

/// `GET /r/{token}/headshots.zip`: the same by private link. M3
pub async fn download_all_by_link(
    State(state): State<AppState>,
    Query(wanted): Query<Wanted>,
    holder: ResultsHolder,
) -> Result<Response, PageError> {
    all_of(&state, holder.person.org, holder.person.id, &holder.person.name, wanted.format()).await
}

async fn all_of(
    state: &AppState,
    org: OrgId,
    member: MemberId,
    name: &str,
    format: Format,
) -> Result<Response, PageError> {
    let sessions = results::sessions(&mut *state.pool.acquire().await?, org, member).await?;
    let mut names = ArchiveNames::default();
    let entries: VecDeque<Entry> = sessions
        .iter()
        .flat_map(|session| session.headshots.iter().map(|headshot| (session.finished_at, headshot)))
        .map(|(finished, headshot)| Entry {
            name: names.headshot(name, finished, headshot.number, format.shape),
            headshot: headshot.id,
        })
        .collect();
    if entries.is_empty() {
        return Err(PageError::NotFound);
    }
    let files = entries.len() as i64;
    let packing = Packing::new(state, org, format, names, Source { entries, more: None });
    Ok(answer(name, files, packing))
}

/// `GET /headshots.zip`: of everybody who is asked for by the list's query, the favorite, or the first where
/// none was chosen; or everything. Who did it is logged. H4, P7
pub async fn download_portraits(
    State(state): State<AppState>,
    viewer: CurrentMember,
    method: Method,
    Query(wanted): Query<Wanted>,
    Query(pairs): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    viewer.require(Action::ShootForOthers)?;
    let org = viewer.membership.org;
    let query = HeadshotQuery::read(|name| pairs.get(name).cloned()).from_first();
    let contents: Contents = pairs.get("what").and_then(|word| word.parse().ok()).unwrap_or_default();
    let mut tx = state.begin().await?;
    let team = match query.team.and_then(TeamFilter::team) {
        Some(team) => Some(teams::name(&mut tx, org, team).await?.ok_or(PageError::NotFound)?),
        None => None,
    };
    let counts = results::counts(&mut tx, org, &query).await?;
    let people = counts.matching(query.choice);
    if people == 0 {
        return Err(PageError::NotFound);
    }
    if method != Method::HEAD {
        results::log_download(&mut tx, &viewer.actor, people, team.as_deref()).await?;
    }
    state.commit_unseen(tx).await?;
    let whose = team.as_deref().unwrap_or(&viewer.membership.org_name);
    let files = counts.files(query.choice, contents);
    let source = Source { entries: VecDeque::new(), more: Some((query, contents)) };
    let packing = Packing::new(&state, org, wanted.format(), ArchiveNames::default(), source);
    Ok(answer(whose, files, packing))
}

fn answer(whose: &str, files: i64, packing: Packing) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, attachment(&archive_name(whose))),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (FILES, HeaderValue::from(files)),
    ];
    (headers, Body::from_stream(packing.pieces())).into_response()
}

/// A file of an archive.
struct Entry {
    name: String,
    headshot: HeadshotId,
}

/// What comes into an archive: what was looked up, and from whom on more is to be.
struct Source {
    entries: VecDeque<Entry>,
    more: Option<(HeadshotQuery, Contents)>,
}

/// An archive under way.
struct Packing {
    state: AppState,
    org: OrgId,
    format: Format,
    names: ArchiveNames,
    source: Source,
    /// Files that have a row and are not in the storage, or cannot be read.
    missing: Vec<String>,
    written: Written,
    /// `None` once the archive is at its end.
    zip: Option<ZipWriter<StreamWriter<Written>>>,
}

impl Packing {
    fn new(state: &AppState, org: OrgId, format: Format, names: ArchiveNames, source: Source) -> Self {
        let written = Written::default();
        let zip = Some(ZipWriter::new_stream(written.clone()));
        Self { state: state.clone(), org, format, names, source, missing: Vec::new(), written, zip }
    }

    fn pieces(self) -> impl Stream<Item = anyhow::Result<Bytes>> {
        stream::try_unfold(self, |mut packing| async move {
            let piece = packing.next().await.inspect_err(|error| {
                tracing::warn!(%error, "an archive could not be made to its end");
            })?;
            Ok(piece.map(|piece| (piece, packing)))
        })
    }

    /// The next file, or what ends the archive; `None` after that.
    async fn next(&mut self) -> anyhow::Result<Option<Bytes>> {
        if self.zip.is_none() {
            return Ok(None);
        }
        while let Some(entry) = self.next_entry().await? {
            if let Some(bytes) = picture(&self.state, self.org, self.format, entry.headshot).await? {
                self.add(entry.name, &bytes)?;
                return Ok(Some(self.written.take()));
            }
            // Of somebody who was removed meanwhile nothing is there any more. P3
            if is_promised(&self.state, self.org, entry.headshot).await? {
                self.missing.push(entry.name);
            }
        }
        if !self.missing.is_empty() {
            let text = words::console::archive_missing_text(self.missing.join("\r\n"));
            let name = self.names.other(words::console::archive_missing(), "txt");
            self.add(name, text.as_bytes())?;
        }
        if let Some(zip) = self.zip.take() {
            zip.finish()?;
        }
        Ok(Some(self.written.take()))
    }

    async fn next_entry(&mut self) -> anyhow::Result<Option<Entry>> {
        while self.source.entries.is_empty() {
            let Some((query, contents)) = self.source.more.take() else { return Ok(None) };
            let mut db = self.state.pool.acquire().await?;
            let page = results::page(&mut db, self.org, &query, PART).await?;
            match contents {
                Contents::One => {
                    for one in &page.people {
                        let name = self.names.portrait(&one.name, self.format.shape);
                        self.source.entries.push_back(Entry { name, headshot: one.face });
                    }
                }
                Contents::Everything => {
                    let members: Vec<MemberId> = page.people.iter().map(|one| one.member).collect();
                    for one in results::of_members(&mut db, self.org, &members).await? {
                        let name =
                            self.names.headshot(&one.name, one.finished_at, one.number, self.format.shape);
                        self.source.entries.push_back(Entry { name, headshot: one.headshot });
                    }
                }
            }
            self.source.more =
                page.after.map(|after| (HeadshotQuery { place: Place::After(after), ..query }, contents));
        }
        Ok(self.source.entries.pop_front())
    }

    fn add(&mut self, name: String, bytes: &[u8]) -> anyhow::Result<()> {
        if let Some(zip) = &mut self.zip {
            // Pictures are compressed already: they are stored as they are.
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            zip.start_file(name, options)?;
            zip.write_all(bytes)?;
        }
        Ok(())
    }
}

/// The file of a headshot; `None` where there is none, or none that can be read.
async fn picture(
    state: &AppState,
    org: OrgId,
    format: Format,
    headshot: HeadshotId,
) -> anyhow::Result<Option<Bytes>> {
    let key = storage::headshot_key(org.0, headshot.0);
    let Some(bytes) = state.storage.get(&key).await? else { return Ok(None) };
    match state.image_pool.cut(bytes, format).await {
        Ok(cut) => Ok(Some(cut.file)),
        Err(NotMade::Photo(_)) => Ok(None),
        Err(stopping @ NotMade::Stopping) => Err(stopping.into()),
    }
}

/// Whether a headshot still has its row.
async fn is_promised(state: &AppState, org: OrgId, headshot: HeadshotId) -> anyhow::Result<bool> {
    let mut db = state.pool.acquire().await?;
    Ok(results::find(&mut db, org, headshot).await?.is_some())
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
