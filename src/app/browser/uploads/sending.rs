//! One file on its way: in one piece, or, where it is large, part by part by the protocol tus. Whatever breaks off, that
//! goes on at the end of what is with the server. H1

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

use super::{
    answer,
    exchange::{Body, Reply, Sent, ask},
    kept,
    state::{Listener, Uploads},
    wire::Event,
};
use crate::{
    domain::upload::{PART, PART_TYPE, SPOKEN, header, metadata, percent},
    words,
};

/// A file that is sent now.
pub struct Sending<'a> {
    pub uploads: Uploads,
    pub key: u32,
    pub file: &'a File,
    pub request: &'a XmlHttpRequest,
    pub listener: &'a Listener,
}

impl Sending<'_> {
    /// Sends it, and gives what became of it.
    pub async fn deliver(&self) -> Event {
        let file = self.file;
        let broken = || Event::Broken(words::shoot::upload_not_sent().into());
        if file.size() <= f64::from(PART) {
            let Some(form) = self.form() else { return broken() };
            if form.append_with_blob_and_filename("photo", file, &file.name()).is_err() {
                return broken();
            }
            return outcome(&self.post(&form, Some(self.progress(0, file.size() as u32))).await);
        }
        // Where the server does not know any more what it had of it, all of it goes once more.
        for _ in 0..2 {
            let reply = match self.in_parts().await {
                Err(reply) => reply,
                Ok(_) if !self.uploads.has(self.key) => break,
                Ok(path) => {
                    let folder = format!("{}/uploads/", self.uploads.target().base);
                    let id = path.strip_prefix(&folder).unwrap_or(&path);
                    let Some(form) = self.form() else { return broken() };
                    if form.append_with_str("upload", id).is_err() {
                        return broken();
                    }
                    self.post(&form, None).await
                }
            };
            let is_unknown = matches!(reply.status, 404 | 409 | 410);
            if !is_unknown || !self.uploads.forget_path(self.key) {
                return outcome(&reply);
            }
        }
        Event::Waits
    }

    /// The form of a file, without the file.
    fn form(&self) -> Option<FormData> {
        let form = FormData::new().ok()?;
        form.append_with_str("draft", &self.uploads.target().draft.to_string()).ok()?;
        // The answer to it may have been lost, and browsers send some requests once more by themselves.
        let again = self.uploads.find(self.key, |item| item.digest.clone());
        if let Some(digest) = again {
            form.append_with_str("again", &digest).ok()?;
        }
        Some(form)
    }

    fn post(&self, form: &FormData, sent: Option<Sent>) -> impl Future<Output = Reply> + use<> {
        let url = format!("{}/photos", self.uploads.target().base);
        ask(self.request, ("POST", &url), &[], Body::Form(form), sent)
    }

    /// Tells how much of the file is with the server when so many bytes are that come behind `offset`.
    fn progress(&self, offset: u32, size: u32) -> Sent {
        let (listener, key) = (self.listener.clone(), self.key);
        Closure::new(move |event: ProgressEvent| {
            let sent = event.loaded();
            // While it is tried again what is said of it stays until something gets through.
            if sent * 100.0 >= f64::from(size.min(PART)) {
                listener(key, Event::Progress(percent(offset.saturating_add(sent as u32), size)));
            }
        })
    }

    /// Sends what is missing; the path under which all of it is, or what the server said instead.
    async fn in_parts(&self) -> Result<String, Reply> {
        let (path, mut offset) = match self.uploads.find(self.key, |item| item.path.clone()) {
            Some(path) => {
                let offset = self.offset(&path).await?;
                (path, offset)
            }
            None => (self.begin().await?, 0),
        };
        let size = self.file.size() as u32;
        // What was cancelled meanwhile has no path any more.
        while offset < size && self.uploads.has(self.key) {
            let reply = self.append(&path, offset, size).await;
            offset = match reply.status {
                204 => match there(&reply) {
                    Some(now) if now > offset => now,
                    _ => return Err(reply),
                },
                409 => {
                    // The server had more of it than was known here, or will never take it.
                    let now = self.offset(&path).await?;
                    if now == offset {
                        return Err(reply);
                    }
                    now
                }
                _ => return Err(reply),
            };
        }
        Ok(path)
    }

    /// Tells the server of the file, and the browser to keep it.
    async fn begin(&self) -> Result<String, Reply> {
        let target = self.uploads.target();
        let digest = self.uploads.find(self.key, |item| item.digest.clone());
        let text = |key: &str, value: &str| {
            // The browser encodes bytes that are written as characters.
            let bytes: String = value.bytes().map(char::from).collect();
            window().btoa(&bytes).ok().map(|value| format!("{key} {value}"))
        };
        let about = [
            text(metadata::FILE_NAME, &self.file.name()),
            text(metadata::DRAFT, &target.draft.to_string()),
            digest.and_then(|digest| text(metadata::DIGEST, &digest)),
        ];
        let about = about.into_iter().flatten().collect::<Vec<_>>().join(",");
        let size = (self.file.size() as u32).to_string();
        let headers = [SPOKEN, (header::LENGTH, &size), (header::METADATA, &about)];
        let url = format!("{}/uploads", target.base);
        let reply = ask(self.request, ("POST", &url), &headers, Body::Nothing, None).await;
        let Some(path) = reply.header("location").filter(|_| reply.status == 201) else { return Err(reply) };
        self.uploads.find(self.key, |item| item.path.replace(path.clone()));
        leptos::task::spawn_local({
            let (uploads, key, path, file) = (self.uploads, self.key, path.clone(), self.file.clone());
            async move {
                kept::keep(target.viewer, &path, &file).await;
                // It came in, or was cancelled, before it was kept.
                if !uploads.has(key) {
                    kept::forget(target.viewer, &path);
                }
            }
        });
        Ok(path)
    }

    async fn offset(&self, path: &str) -> Result<u32, Reply> {
        let reply = ask(self.request, ("HEAD", path), &[SPOKEN], Body::Nothing, None).await;
        there(&reply).filter(|_| reply.status == 200).ok_or(reply)
    }

    fn append(&self, path: &str, offset: u32, size: u32) -> impl Future<Output = Reply> + use<> {
        let at = offset.to_string();
        let headers = [SPOKEN, (header::OFFSET, &at), (header::TYPE, PART_TYPE)];
        let part = self.file.slice_with_f64_and_f64(offset.into(), size.min(offset + PART).into());
        // What cannot be read is a part with nothing in it, which the server does not take for more.
        let body = part.as_ref().map_or(Body::Nothing, Body::Part);
        ask(self.request, ("PATCH", path), &headers, body, Some(self.progress(offset, size)))
    }
}

/// How much of the file is with the server.
fn there(reply: &Reply) -> Option<u32> {
    reply.header(header::OFFSET)?.parse().ok()
}

fn outcome(reply: &Reply) -> Event {
    match (reply.status, answer::read(&reply.text)) {
        (_, Some(answer)) if answer.busy && answer.taken.is_empty() => Event::Waits,
        // It says nothing of the file.
        (_, Some(answer)) if answer.taken.is_empty() && answer.refused.is_empty() && !answer.submitted => {
            Event::Broken(words::shoot::upload_broken().into())
        }
        (_, Some(answer)) => Event::Answer(answer),
        // No answer, one of a server on its way to ours, or the file broke off.
        (0 | 400 | 408 | 502..=504, _) => Event::Waits,
        (401, _) => Event::Broken(words::shoot::upload_signed_out().into()),
        (403 | 404, _) => Event::Broken(words::shoot::upload_not_yours().into()),
        _ => Event::Broken(words::shoot::upload_broken().into()),
    }
}
