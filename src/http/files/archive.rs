//! All headshots of a member in one file. H4

use std::io::{Cursor, Write};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::{
    domain::ids::{MemberId, OrgId},
    http::{
        error::PageError,
        extract::{MemberShoot, ResultsHolder},
    },
    server::state::AppState,
    store::results,
    studio::storage,
};

/// `GET /members/{member}/headshots.zip`. H4
pub async fn download_all(
    State(state): State<AppState>,
    shoot: Option<MemberShoot>,
) -> Result<Response, PageError> {
    let shoot = shoot.ok_or(PageError::NotFound)?;
    zip_of(&state, shoot.viewer.membership.org, shoot.member).await
}

/// `GET /r/{token}/headshots.zip`: the same by private link. M3
pub async fn download_all_by_link(
    State(state): State<AppState>,
    holder: ResultsHolder,
) -> Result<Response, PageError> {
    zip_of(&state, holder.person.org, holder.person.id).await
}

async fn zip_of(state: &AppState, org: OrgId, member: MemberId) -> Result<Response, PageError> {
    let mut db = state.pool.acquire().await?;
    let gallery = results::gallery(&mut db, org, member).await?;
    drop(db);
    let mut pictures = Vec::with_capacity(gallery.len());
    for headshot in gallery {
        let key = storage::headshot_key(org.0, headshot.id.0);
        if let Some(bytes) = state.storage.get(&key).await? {
            pictures.push((format!("headshot-{:02}.jpg", headshot.number), bytes));
        }
    }
    if pictures.is_empty() {
        return Err(PageError::NotFound);
    }
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"headshots.zip\""),
    ];
    Ok((headers, zip(&pictures)?).into_response())
}

/// Pictures are compressed already: they are stored as they are.
fn zip(pictures: &[(String, Bytes)]) -> anyhow::Result<Vec<u8>> {
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in pictures {
        writer.start_file(name, options)?;
        writer.write_all(bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}
