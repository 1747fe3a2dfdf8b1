//! What other programs report: mails that came back after the mail server had taken them. I11

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    http::{error::PageError, extract::Form},
    server::state::AppState,
    store::{
        jobs::{self, Job, Mail},
        outbox::{self, Answer, Said},
    },
};

/// What leads read of a bounce has at most so many characters.
const WORDS_MAX: usize = 500;

#[derive(Deserialize)]
pub struct Bounce {
    /// As in the mail's header, with or without angle brackets.
    #[serde(default)]
    message_id: String,
    /// Why it came back, in the words of the server that sent it back.
    #[serde(default)]
    words: String,
}

/// `POST /hooks/bounce`, with `Authorization: Bearer` and BOUNCE_SECRET: the invite whose mail came
/// back has failed. I11
pub async fn bounce(
    State(state): State<AppState>,
    headers: HeaderMap,
    Form(bounce): Form<Bounce>,
) -> Result<Response, PageError> {
    let secret = state.bounce_secret.as_deref().ok_or(PageError::NotFound)?;
    let given =
        headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    if !given.is_some_and(|given| bool::from(given.ct_eq(secret.as_bytes()))) {
        return Ok((StatusCode::UNAUTHORIZED, "The secret is not BOUNCE_SECRET.").into_response());
    }
    let Some(id) = mail_id(&bounce.message_id) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, "message_id is none of ours.").into_response());
    };
    let mut tx = state.begin().await?;
    let Some(Job::Mail(Mail::Invite { org, invite, round } | Mail::Reminder { org, invite, round })) =
        jobs::find(&mut tx, id).await?
    else {
        return Ok((StatusCode::NOT_FOUND, "There is no such invite mail.").into_response());
    };
    let said = Said::Refused(words(&bounce.words));
    outbox::settle(&mut tx, &[Answer { org, invite, round, said }]).await?;
    state.commit_about(tx, org, [invite]).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The job that a Message-ID was made of.
fn mail_id(message_id: &str) -> Option<Uuid> {
    let bare = message_id.trim().trim_start_matches('<').trim_end_matches('>');
    bare.split('@').next()?.parse().ok()
}

fn words(said: &str) -> String {
    let line = said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line: String = line.collect::<Vec<_>>().join(" ").chars().take(WORDS_MAX).collect();
    if line.is_empty() { "The email came back.".into() } else { line }
}
