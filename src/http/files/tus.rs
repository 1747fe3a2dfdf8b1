//! Photos in, part by part, so that one that broke off goes on where it ended: the protocol tus 1.0.0 with creation,
//! termination and expiration, <https://tus.io/protocols/resumable-upload>. What is all there becomes a photo by the
//! form of photos, which names it (`src/http/files/upload.rs`). H1

use axum::{
    Json,
    body::{Body, BodyDataStream},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use httpdate::fmt_http_date;

use super::{
    intake::Pace,
    upload::{Received, answer, forget, refuses_more, sender, tidy_file_name},
};
use crate::{
    domain::{
        ids::{MemberId, OrgId, UploadId},
        photo::{DraftNumber, PhotoRefusal},
        upload::{self, PART, PART_TYPE, TUS, metadata},
    },
    http::{
        error::PageError,
        extract::{MemberShoot, Path},
    },
    server::state::AppState,
    store::{
        DatabaseError, members,
        uploads::{self, NewUpload, Upload},
    },
};

const EXTENSIONS: &str = "creation,termination,expiration";

const VERSION: HeaderName = HeaderName::from_static(upload::header::VERSION);
const LENGTH: HeaderName = HeaderName::from_static(upload::header::LENGTH);
const OFFSET: HeaderName = HeaderName::from_static(upload::header::OFFSET);
const METADATA: HeaderName = HeaderName::from_static(upload::header::METADATA);
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const VERSIONS: HeaderName = HeaderName::from_static("tus-version");

/// Lets the protocol be spoken in the one version that is known here.
pub async fn speak(request: Request, next: Next) -> Response {
    let said = request.headers().get(VERSION);
    let is_known = said.is_some_and(|version| version == TUS) || request.method() == "OPTIONS";
    let mut answer = if is_known {
        next.run(request).await
    } else {
        (StatusCode::PRECONDITION_FAILED, [(VERSIONS, TUS)]).into_response()
    };
    answer.headers_mut().insert(VERSION, HeaderValue::from_static(TUS));
    answer
}

/// `OPTIONS /members/{member}/uploads`: what can be done here.
pub async fn offer(State(state): State<AppState>, _: MemberShoot) -> Response {
    let headers = [
        (VERSIONS, HeaderValue::from_static(TUS)),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static(EXTENSIONS)),
        (HeaderName::from_static("tus-max-size"), state.photo_limits.max_bytes.into()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// `POST /members/{member}/uploads`: a file is about to come. Where there is no place for it in the draft, that is said
/// before it does, as of one that is all there.
pub async fn begin(
    State(state): State<AppState>,
    shoot: MemberShoot,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let (actor, member, limits) = (&shoot.viewer.actor, shoot.member, state.photo_limits);
    let mut db = state.pool.acquire().await?;
    members::find(&mut db, actor.org, member).await?;
    drop(db);
    let unreadable = || PageError::Unreadable(StatusCode::BAD_REQUEST);
    let size: i64 = number(&headers, &LENGTH).filter(|size| *size > 0).ok_or_else(unreadable)?;
    let about = About::read(&headers).ok_or_else(unreadable)?;
    let refuse = |status: StatusCode, refusal| {
        let refused = Received { file_name: about.file_name.clone(), outcome: Err(refusal) };
        Ok((status, Json(answer([refused]))).into_response())
    };
    let Some(size) =
        i32::try_from(size).ok().filter(|size| u64::from(size.unsigned_abs()) <= limits.max_bytes)
    else {
        let refusal = PhotoRefusal::TooLarge { max_bytes: limits.max_bytes };
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, refusal);
    };
    if let Some(refusal) = refuses_more(&state, actor.org, member, about.draft).await? {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, refusal);
    }
    let new = NewUpload { file_name: &about.file_name, size, digest: about.digest };
    let mut tx = state.begin().await?;
    let begun = uploads::begin(&mut tx, actor, member, new, &limits).await?;
    state.commit_unseen(tx).await?;
    let location = format!("/members/{member}/uploads/{}", begun.id);
    let expires = fmt_http_date(begun.expires_at.into());
    Ok((StatusCode::CREATED, [(header::LOCATION, location), (EXPIRES, expires)]).into_response())
}

/// What is told of a file before it comes.
struct About {
    file_name: String,
    digest: Option<[u8; 32]>,
    draft: Option<DraftNumber>,
}

impl About {
    /// `None` where it is not written as the protocol has it. What is not known here is passed over.
    fn read(headers: &HeaderMap) -> Option<Self> {
        let mut about = Self { file_name: tidy_file_name(""), digest: None, draft: None };
        let Some(line) = headers.get(METADATA) else { return Some(about) };
        for pair in line.to_str().ok()?.split(',') {
            let (key, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
            let value = BASE64_STANDARD.decode(value).ok()?;
            let text = String::from_utf8_lossy(&value);
            match key {
                metadata::FILE_NAME => about.file_name = tidy_file_name(&text),
                metadata::DIGEST => about.digest = digest(&text),
                metadata::DRAFT => about.draft = text.parse().ok().map(DraftNumber),
                _ => {}
            }
        }
        Some(about)
    }
}

/// A digest as browsers write it; see [`digest_text`](crate::domain::photo::digest_text).
fn digest(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let bytes: Vec<u8> = digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    bytes.try_into().ok().filter(|_| text.len() == 64)
}

/// `HEAD /members/{member}/uploads/{upload}`: how much of a file is here.
pub async fn find(
    State(state): State<AppState>,
    shoot: MemberShoot,
    Path((_, id)): Path<(MemberId, UploadId)>,
) -> Result<Response, PageError> {
    let found = expected(&state, &shoot, id).await?;
    Ok((StatusCode::OK, [(LENGTH, HeaderValue::from(found.size))], so_far(found.offset, &found))
        .into_response())
}

/// `PATCH /members/{member}/uploads/{upload}`: more of a file. What has come is kept wherever it breaks off.
pub async fn append(
    State(state): State<AppState>,
    shoot: MemberShoot,
    Path((_, id)): Path<(MemberId, UploadId)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let found = expected(&state, &shoot, id).await?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != PART_TYPE) {
        return Err(PageError::Unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let offset: i32 = number(&headers, &OFFSET).ok_or(PageError::Unreadable(StatusCode::BAD_REQUEST))?;
    if offset != found.offset {
        return Err(Ended::Elsewhere.into());
    }
    let left = (found.size - found.offset).unsigned_abs();
    if number(&headers, &header::CONTENT_LENGTH).is_some_and(|length: u64| length > left.into()) {
        return Err(Ended::TooLong.into());
    }
    let (org, sender) = (shoot.viewer.actor.org, sender(&shoot.viewer.actor, shoot.member));
    let Ok(space) = state.upload_room.take(sender.0, left.min(PART).into()).await else {
        return Err(PageError::Busy);
    };
    let arriving = Arriving { state, org, id, offset, left: left as usize };
    // In a task of its own: it keeps what has come also when the sender, and with them this request, is gone.
    let kept = tokio::spawn(async move {
        let kept = arriving.keep(body.into_data_stream()).await;
        drop(space);
        kept
    });
    let offset = kept.await.map_err(anyhow::Error::from)??;
    Ok((StatusCode::NO_CONTENT, so_far(offset, &found)).into_response())
}

/// `DELETE /members/{member}/uploads/{upload}`: nobody wants it any more.
pub async fn give_up(
    State(state): State<AppState>,
    shoot: MemberShoot,
    Path((_, id)): Path<(MemberId, UploadId)>,
) -> Result<StatusCode, PageError> {
    if forget(&state, &shoot.viewer.actor, shoot.member, id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(PageError::NotFound)
    }
}

async fn expected(state: &AppState, shoot: &MemberShoot, id: UploadId) -> Result<Upload, PageError> {
    let mut db = state.pool.acquire().await?;
    Ok(uploads::find(&mut db, shoot.viewer.actor.org, shoot.member, id).await?)
}

/// How much of a file is here, and until when.
fn so_far(offset: i32, upload: &Upload) -> [(HeaderName, String); 2] {
    [(OFFSET, offset.to_string()), (EXPIRES, fmt_http_date(upload.expires_at.into()))]
}

fn number<T: std::str::FromStr>(headers: &HeaderMap, name: &HeaderName) -> Option<T> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// Why no more is read of a body.
enum Ended {
    /// Nothing more came, or too slowly.
    BrokenOff,
    /// There is more than the file has bytes.
    TooLong,
    /// The file ends elsewhere: another request has added to it, or it is given up.
    Elsewhere,
    Broken(anyhow::Error),
}

impl From<Ended> for PageError {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::BrokenOff => Self::BrokenOff,
            Ended::TooLong => Self::Unreadable(StatusCode::PAYLOAD_TOO_LARGE),
            Ended::Elsewhere => Self::Unreadable(StatusCode::CONFLICT),
            Ended::Broken(error) => error.into(),
        }
    }
}

/// A file of which more is coming.
struct Arriving {
    state: AppState,
    org: OrgId,
    id: UploadId,
    offset: i32,
    /// Bytes that are missing behind it.
    left: usize,
}

impl Arriving {
    /// Keeps what comes, part by part, and says where the file ends then. QUALITY 11
    async fn keep(mut self, mut pieces: BodyDataStream) -> Result<i32, Ended> {
        let (mut pace, mut part) = (Pace::start(), BytesMut::new());
        let ended = loop {
            match pace.next(pieces.next()).await {
                Ok(Some(Ok(piece))) if part.len() + piece.len() > self.left => {
                    // Of which none is kept that would be behind the end.
                    break Err(Ended::TooLong);
                }
                Ok(Some(Ok(piece))) => {
                    pace.count(piece.len());
                    part.extend_from_slice(&piece);
                    while part.len() >= PART as usize {
                        self.add(part.split_to(PART as usize).freeze()).await?;
                    }
                }
                Ok(None) => break Ok(()),
                Ok(Some(Err(_))) | Err(_) => break Err(Ended::BrokenOff),
            }
        };
        if !part.is_empty() {
            self.add(part.freeze()).await?;
        }
        ended.map(|()| self.offset)
    }

    async fn add(&mut self, part: Bytes) -> Result<(), Ended> {
        let broken = |error: DatabaseError| Ended::Broken(error.into());
        let mut db = self.state.pool.autocommit().await.map_err(broken)?;
        if !uploads::add_part(&mut db, self.org, self.id, self.offset, &part).await.map_err(broken)? {
            return Err(Ended::Elsewhere);
        }
        db.finish().await.map_err(broken)?;
        self.offset += i32::try_from(part.len()).unwrap_or(i32::MAX);
        self.left -= part.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(String, bool, Option<DraftNumber>)> {
        let headers = HeaderMap::from_iter([(METADATA, HeaderValue::from_str(line).unwrap())]);
        About::read(&headers).map(|about| (about.file_name, about.digest.is_some(), about.draft))
    }

    /// H1, N1
    #[test]
    fn what_is_told_of_a_file_is_read_or_refused() {
        let encoded = |text: &str| BASE64_STANDARD.encode(text);
        let all = format!(
            "filename {},digest {}, draft {},other",
            encoded("../Zoë.jpg"),
            encoded(&"0f".repeat(32)),
            encoded("2")
        );
        assert_eq!(read(&all), Some(("Zoë.jpg".into(), true, Some(DraftNumber(2)))));
        let odd = format!("digest {},draft {}", encoded(&"0".repeat(63)), encoded("two"));
        assert_eq!(read(&odd), Some(("photo".into(), false, None)));
        assert_eq!(read("filename"), Some(("photo".into(), false, None)));
        assert_eq!(read("filename ?"), None);
        let bytes = digest(&"0f".repeat(32)).unwrap();
        assert_eq!(crate::domain::photo::digest_text(&bytes), "0f".repeat(32));
    }
}
