//! Photos and headshots out. A picture is served only to whom it belongs and to their leads. H4, H6

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{
    domain::{
        headshot::{Background, Format, Shape, file_name},
        ids::{HeadshotId, MemberId, OrgId, PhotoId},
    },
    http::{
        error::PageError,
        extract::{CurrentMember, Path, Query, ResultsHolder, may_shoot_for},
        files::attachment::attachment,
    },
    server::state::AppState,
    store::results::{self, Single},
    studio::{background, shape, storage},
};

/// Which size of a picture is wanted.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    size: Size,
    /// Of a small headshot the head alone, as large as it is beside a name.
    #[serde(default)]
    face: bool,
    /// Of a headshot that is not small.
    #[serde(default)]
    background: Background,
    /// Offer to save it under its own name.
    #[serde(default)]
    download: bool,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Size {
    #[default]
    Full,
    Small,
    /// Of headshots; of a photo it is the photo.
    Square,
    Round,
    Chat,
}

impl Wanted {
    const fn format(&self) -> Format {
        let background = match self.size {
            Size::Small => Background::Original,
            _ => self.background,
        };
        Format { shape: self.size.shape(), background }
    }
}

impl Size {
    const fn shape(self) -> Shape {
        match self {
            Self::Full | Self::Small => Shape::Portrait,
            Self::Square => Shape::Square,
            Self::Round => Shape::Round,
            Self::Chat => Shape::Chat,
        }
    }
}

/// `GET /photos/{photo}`: a photo of the organization that the viewer is looking at. H6
pub async fn show_photo(
    State(state): State<AppState>,
    Path(photo): Path<PhotoId>,
    Query(wanted): Query<Wanted>,
    viewer: Option<CurrentMember>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let viewer = viewer.ok_or(PageError::NotFound)?;
    let org = viewer.membership.org;
    let mut db = state.pool.acquire().await?;
    let owner = results::photo_owner(&mut db, org, photo).await?;
    drop(db);
    require_may_see(&viewer, owner)?;
    let key = if wanted.size == Size::Small { storage::photo_thumb_key } else { storage::photo_key };
    let key = key(org.0, photo.0);
    serve(&state, &Served { key, format: Format::default(), is_face: false, named: None }, &asked).await
}

/// `GET /headshots/{headshot}`: a headshot of the organization that the viewer is looking at. H6
pub async fn show_headshot(
    State(state): State<AppState>,
    Path(headshot): Path<HeadshotId>,
    Query(wanted): Query<Wanted>,
    viewer: Option<CurrentMember>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let viewer = viewer.ok_or(PageError::NotFound)?;
    let org = viewer.membership.org;
    let found = find(&state, org, headshot).await?;
    require_may_see(&viewer, Some(found.member))?;
    serve_headshot(&state, org, headshot, &found, &wanted, &asked).await
}

fn require_may_see(viewer: &CurrentMember, owner: Option<MemberId>) -> Result<(), PageError> {
    let may = owner.is_some_and(|owner| may_shoot_for(&viewer.membership, owner));
    if may { Ok(()) } else { Err(PageError::NotFound) }
}

/// `GET /r/{token}/headshots/{headshot}`: a headshot of a managed member, by their private link. M3
pub async fn show_by_link(
    State(state): State<AppState>,
    holder: ResultsHolder,
    Path((_, headshot)): Path<(String, HeadshotId)>,
    Query(wanted): Query<Wanted>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let org = holder.person.org;
    let found = find(&state, org, headshot).await?;
    if found.member != holder.person.id {
        return Err(PageError::NotFound);
    }
    serve_headshot(&state, org, headshot, &found, &wanted, &asked).await
}

async fn find(state: &AppState, org: OrgId, headshot: HeadshotId) -> Result<Single, PageError> {
    let mut db = state.pool.acquire().await?;
    results::find(&mut db, org, headshot).await?.ok_or(PageError::NotFound)
}

async fn serve_headshot(
    state: &AppState,
    org: OrgId,
    id: HeadshotId,
    found: &Single,
    wanted: &Wanted,
    asked: &HeaderMap,
) -> Result<Response, PageError> {
    let is_small = wanted.size == Size::Small;
    let key = if is_small { storage::headshot_thumb_key } else { storage::headshot_key };
    let (format, is_face) = (wanted.format(), is_small && wanted.face);
    let named = wanted.download.then_some(found);
    serve(state, &Served { key: key(org.0, id.0), format, is_face, named }, asked).await
}

/// A picture as it is wanted.
struct Served<'a> {
    key: String,
    format: Format,
    /// The head alone, whatever the format.
    is_face: bool,
    /// After whom it is saved; shown where there is nobody.
    named: Option<&'a Single>,
}

impl Served<'_> {
    /// What never changes under its name has its name as tag.
    fn tag(&self) -> String {
        let name = self.key.rsplit('/').next().unwrap_or(&self.key);
        let Format { shape, background } = self.format;
        let shape = match shape {
            _ if self.is_face => format!("-face-{}", shape::VERSION),
            Shape::Portrait => String::new(),
            shape => format!("-{}-{}", shape.as_str(), shape::VERSION),
        };
        let background = match background {
            Background::Original => String::new(),
            background => format!("-{}-{}", background.as_str(), background::VERSION),
        };
        format!("\"{name}{shape}{background}\"")
    }

    /// Whether it is shown or saved, and under which name: that of what it has become.
    fn disposition(&self, background: Background) -> HeaderValue {
        let name = self.named.map(|one| {
            file_name(&one.name, one.finished_at, one.number, Format { background, ..self.format })
        });
        name.as_deref().map_or(HeaderValue::from_static("inline"), attachment)
    }

    const fn kind(&self) -> HeaderValue {
        HeaderValue::from_static(match self.format.shape {
            Shape::Round => "image/png",
            _ => "image/jpeg",
        })
    }
}

/// A picture that never changes under its name. The browser may keep it, and asks each time whether it
/// may still show it: whoever asks here has passed the check of this request. H6, QUALITY 21
async fn serve(state: &AppState, served: &Served<'_>, asked: &HeaderMap) -> Result<Response, PageError> {
    let tag = served.tag();
    let headers = [
        (header::CONTENT_TYPE, served.kind()),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::VARY, HeaderValue::from_static("cookie")),
        (header::ETAG, HeaderValue::try_from(&tag).map_err(anyhow::Error::from)?),
    ];
    if has(asked, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let bytes = state.storage.get(&served.key).await?.ok_or(PageError::NotFound)?;
    if served.is_face {
        let face = state.image_pool.face(bytes).await.map_err(anyhow::Error::from)?;
        return Ok((headers, Body::from(face)).into_response());
    }
    let cut = state.image_pool.cut(bytes, served.format).await.map_err(anyhow::Error::from)?;
    let disposition = [(header::CONTENT_DISPOSITION, served.disposition(cut.background))];
    Ok((headers, disposition, Body::from(cut.file)).into_response())
}

/// Whether the browser has what has this tag. RFC 9110, 13.1.2
pub(super) fn has(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|one| one.trim().trim_start_matches("W/") == tag)
}
