//! The development mailbox: mails that were kept instead of sent, to be read in the browser. Only
//! in development builds, and only without a mail server.

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use uuid::Uuid;

use crate::{http::extract::Path, mail::mailer::Kept, server::state::AppState};

/// `/dev/mail` and what it links to.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/dev/mail", get(list))
        .route("/dev/mail/{id}", get(show))
        .route("/dev/mail/{id}/body", get(body))
}

async fn list(State(state): State<AppState>) -> Response {
    let Some(folder) = state.mailer.folder_path() else { return no_mailbox() };
    let mut mails: Vec<Kept> = Vec::new();
    if let Ok(mut entries) = tokio::fs::read_dir(folder).await {
        while let Ok(Some(entry)) = entries.next_entry().await {
            if let Some(mail) = read(&entry.path()).await {
                mails.push(mail);
            }
        }
    }
    // Ids are made in the order of time.
    mails.sort_by_key(|mail| std::cmp::Reverse(mail.id));
    let rows: String = mails
        .iter()
        .map(|mail| {
            format!(
                "<li class=\"row\"><span><a href=\"/dev/mail/{}\"><b>{}</b></a><br><small>to {}</small></span></li>",
                mail.id,
                escape(&mail.subject),
                escape(&mail.to)
            )
        })
        .collect();
    let content = if rows.is_empty() {
        "<p>No mail yet. What Headcount sends appears here; load the page again.</p>".to_owned()
    } else {
        format!("<ul role=\"list\" class=\"lines\">{rows}</ul>")
    };
    page(&state, "Development mailbox", &content)
}

async fn show(State(state): State<AppState>, Path(id): Path<Uuid>) -> Response {
    let Some(mail) = find(&state, id).await else { return no_mailbox() };
    let content = format!(
        "<p>To <b>{}</b></p><p><a href=\"/dev/mail\">All mails</a> · <a href=\"/dev/mail/{id}/body\">As HTML</a></p><pre class=\"prose\">{}</pre>",
        escape(&mail.to),
        with_links(&escape(&mail.text)),
    );
    page(&state, &escape(&mail.subject), &content)
}

/// The HTML part by itself, under a policy of its own: no scripts, its own inline styles.
async fn body(State(state): State<AppState>, Path(id): Path<Uuid>) -> Response {
    let Some(mail) = find(&state, id).await else { return no_mailbox() };
    let mut response = Html(mail.html).into_response();
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

async fn find(state: &AppState, id: Uuid) -> Option<Kept> {
    read(&state.mailer.folder_path()?.join(format!("{id}.json"))).await
}

async fn read(path: &std::path::Path) -> Option<Kept> {
    serde_json::from_slice(&tokio::fs::read(path).await.ok()?).ok()
}

fn page(state: &AppState, title: &str, content: &str) -> Response {
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"{}\"></head>\
         <body><main class=\"page\"><h1>{title}</h1>{content}</main></body></html>",
        state.assets.guest.style
    ))
    .into_response()
}

fn no_mailbox() -> Response {
    (StatusCode::NOT_FOUND, "There is no such mail here. With SMTP_URL set, mails go to the mail server.")
        .into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Makes links of the lines that are nothing but an address of ours.
fn with_links(text: &str) -> String {
    text.lines()
        .map(|line| match line.trim() {
            url if url.starts_with("http") && !url.contains(' ') => format!("<a href=\"{url}\">{url}</a>"),
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
}
