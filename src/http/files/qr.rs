//! A link's QR code, for the leads who may share the link. L2

use axum::{
    Extension,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    domain::{ids::LinkId, role::Action},
    server::{logins::Viewing, state::AppState},
    store::{self, links},
    studio::qr::Squares,
};

/// `GET /links/{link}/qr.svg`
pub async fn show_svg(
    State(state): State<AppState>,
    Path(link): Path<String>,
    Extension(viewing): Extension<Viewing>,
) -> Response {
    show(&state, &link, viewing, "image/svg+xml", |squares| Ok(squares.svg().into_bytes())).await
}

/// `GET /links/{link}/qr.png`
pub async fn show_png(
    State(state): State<AppState>,
    Path(link): Path<String>,
    Extension(viewing): Extension<Viewing>,
) -> Response {
    show(&state, &link, viewing, "image/png", |squares| Ok(squares.png()?)).await
}

async fn show(
    state: &AppState,
    link: &str,
    viewing: Viewing,
    kind: &'static str,
    draw: fn(Squares) -> anyhow::Result<Vec<u8>>,
) -> Response {
    let drawn: anyhow::Result<Option<Vec<u8>>> = async {
        let Some(url) = find_url(state, link, viewing).await? else { return Ok(None) };
        draw(Squares::encode(&url)?).map(Some)
    }
    .await;
    match drawn {
        Ok(Some(bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a QR code could not be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The URL of a link of the organization that the viewer leads; another's is like none. N2
async fn find_url(state: &AppState, link: &str, viewing: Viewing) -> store::Result<Option<String>> {
    let membership = viewing.0.and_then(|viewer| viewer.membership);
    let (Some(membership), Ok(link)) = (membership, link.parse::<LinkId>()) else { return Ok(None) };
    if !membership.role.may(Action::Invite) {
        return Ok(None);
    }
    let mut db = state.pool.acquire().await?;
    let found = links::find(&mut db, membership.org, link).await?;
    Ok(found.map(|link| state.base.to(&format!("/j/{}", state.keys.link_token(membership.org, link.id)))))
}
