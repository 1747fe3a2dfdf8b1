//! A link's QR code, for the leads who may share the link. L2

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    domain::{ids::LinkId, role::Action},
    http::{
        error::PageError,
        extract::{CurrentMember, Path},
    },
    server::state::AppState,
    store::links,
    studio::qr::Squares,
};

/// `GET /links/{link}/qr.svg`
pub async fn show_svg(
    State(state): State<AppState>,
    viewer: Option<CurrentMember>,
    Path(link): Path<LinkId>,
) -> Result<Response, PageError> {
    let squares = draw(&state, viewer, link).await?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], squares.svg()).into_response())
}

/// `GET /links/{link}/qr.png`
pub async fn show_png(
    State(state): State<AppState>,
    viewer: Option<CurrentMember>,
    Path(link): Path<LinkId>,
) -> Result<Response, PageError> {
    let squares = draw(&state, viewer, link).await?;
    let png = squares.png().map_err(|error| PageError::Broken(error.into()))?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
}

/// Of a link of the organization that the viewer leads; another's is like none. N2
async fn draw(state: &AppState, viewer: Option<CurrentMember>, link: LinkId) -> Result<Squares, PageError> {
    let viewer = viewer.ok_or(PageError::NotFound)?;
    viewer.require(Action::Invite)?;
    let org = viewer.membership.org;
    let mut db = state.pool.acquire().await?;
    let link = links::find(&mut db, org, link).await?.ok_or(PageError::NotFound)?;
    drop(db);
    let url = state.base.to(&format!("/j/{}", state.keys.link_token(org, link.id)));
    Squares::encode(&url).map_err(|error| PageError::Broken(error.into()))
}
