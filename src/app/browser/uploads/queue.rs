//! Files on their way in: looked at, sent two at a time, sent again when the network failed, until each is in, refused
//! or not wanted any more. H1

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::{File, Url, XmlHttpRequest};

use super::{
    files::{Files, digest, read},
    kept,
    sending::Sending,
    state::{Listener, Uploads},
    wire::{Event, RefusedPhoto, Unfinished, UploadAnswer},
};
use crate::{
    domain::photo::{PhotoFormat, PhotoRefusal},
    words,
};

const AT_ONCE: usize = 2;

/// Seconds until a file that did not get through is sent again: twice as many each time.
const FIRST_WAIT: u32 = 2;
const LONGEST_WAIT: u32 = 32;

impl Uploads {
    /// Goes on with files that broke off before the page was loaded; to be called when it is hydrated. One that this browser did not keep goes on when
    /// it is chosen again.
    pub fn resume(self, unfinished: Vec<Unfinished>, listener: impl Fn(u32, Event) + Send + Sync + 'static) {
        let listener: Listener = Arc::new(listener);
        leptos::task::spawn_local(async move { self.go_on(unfinished, &listener).await });
    }

    async fn go_on(self, unfinished: Vec<Unfinished>, listener: &Listener) {
        let Some((viewer, folder)) =
            self.0.try_with_value(|state| (state.target.viewer, format!("{}/uploads/", state.target.base)))
        else {
            return;
        };
        let path_of = |upload: &Unfinished| format!("{folder}{}", upload.id);
        kept::forget_others(viewer, &folder, &unfinished.iter().map(path_of).collect::<Vec<_>>()).await;
        for upload in unfinished {
            let (key, path) = (self.next_key(), path_of(&upload));
            let file = kept::find(&path, &upload.file_name).await;
            listener(key, Event::Begun { file_name: upload.file_name });
            let is_kept = file.is_some();
            self.0.try_update_value(|state| {
                state.paths.insert(key, path);
                if let Some(file) = file {
                    state.files.insert(key, file);
                    state.digests.extend(upload.digest.map(|digest| (key, digest)));
                    state.waiting.push_back(key);
                } else {
                    state.unfinished.extend(upload.digest.map(|digest| (key, digest)));
                }
            });
            listener(
                key,
                if is_kept { Event::Progress(upload.percent) } else { Event::Unfinished(upload.percent) },
            );
            self.pump(listener);
        }
    }

    /// Looks at each file and sends what may be a photo. `has_place` says whether one with this digest is
    /// wanted; the server looks at all of it again.
    pub fn send(
        self,
        files: Files,
        listener: impl Fn(u32, Event) + Send + Sync + 'static,
        has_place: impl Fn(Option<&str>) -> Result<(), PhotoRefusal> + 'static,
    ) {
        let listener: Listener = Arc::new(listener);
        for file_name in files.0.folders {
            let key = self.next_key();
            listener(key, Event::Begun { file_name: file_name.clone() });
            let reason = words::shoot::folder_refused().to_owned();
            let refused = vec![RefusedPhoto { file_name, reason }];
            listener(key, Event::Answer(UploadAnswer { refused, ..UploadAnswer::default() }));
        }
        let mut chosen = Vec::new();
        for file in files.0.files {
            let key = self.next_key();
            listener(key, Event::Begun { file_name: file.name() });
            self.0.update_value(|state| _ = state.files.insert(key, file.clone()));
            chosen.push((key, file));
        }
        leptos::task::spawn_local(async move {
            for (key, file) in chosen {
                let found = self.look_at(key, &file, &has_place).await;
                match found {
                    _ if !self.has(key) => {}
                    Ok(()) => {
                        self.continue_with(key, &listener);
                        self.0.update_value(|state| state.waiting.push_back(key));
                        self.pump(&listener);
                    }
                    Err(refusal) => listener(key, Event::Refused(refusal)),
                }
            }
        });
    }

    async fn look_at(
        self,
        key: u32,
        file: &File,
        has_place: &impl Fn(Option<&str>) -> Result<(), PhotoRefusal>,
    ) -> Result<(), PhotoRefusal> {
        // What cannot be read cannot be sent either, and that is said where it is tried.
        let Some(beginning) = read(file, PhotoFormat::BEGINNING.into()).await else { return Ok(()) };
        let limits = self.0.try_with_value(|state| state.target.limits).unwrap_or_default();
        limits.admit(file.size() as u64, &beginning)?;
        let digest = digest(file).await;
        has_place(digest.as_deref())?;
        let Some(digest) = digest else { return Ok(()) };
        let is_new = self.0.try_update_value(|state| {
            let is_new = !state.digests.values().any(|other| *other == digest);
            state.digests.insert(key, digest);
            is_new
        });
        if is_new == Some(false) { Err(PhotoRefusal::ChosenTwice) } else { Ok(()) }
    }

    /// Where the server has a part of the file that was chosen, goes on with that.
    fn continue_with(self, key: u32, listener: &Listener) {
        let unfinished = self.0.try_update_value(|state| {
            let digest = state.digests.get(&key)?;
            let unfinished = *state.unfinished.iter().find(|(_, of)| *of == digest)?.0;
            state.unfinished.remove(&unfinished);
            let path = state.paths.remove(&unfinished)?;
            state.paths.insert(key, path);
            Some(unfinished)
        });
        if let Some(unfinished) = unfinished.flatten() {
            listener(unfinished, Event::Continued);
        }
    }

    fn next_key(self) -> u32 {
        let next = self.0.try_update_value(|state| {
            state.next += 1;
            state.next
        });
        next.unwrap_or_default()
    }

    pub fn cancel(self, key: u32) {
        self.0.update_value(|state| {
            state.waiting.retain(|other| *other != key);
            state.give_up(key);
            state.forget(key);
            if let Some(request) = state.running.remove(&key) {
                request.abort().ok();
            }
        });
    }

    pub fn retry(self, key: u32, listener: impl Fn(u32, Event) + Send + Sync + 'static) {
        self.0.update_value(|state| {
            if !state.running.contains_key(&key) && !state.waiting.contains(&key) {
                state.broken.insert(key);
            }
        });
        self.send_again(key, &(Arc::new(listener) as Listener));
    }

    /// Sends a file once more, unless that has happened or it is not wanted any more.
    fn send_again(self, key: u32, listener: &Listener) {
        self.0.try_update_value(|state| {
            if state.broken.remove(&key) {
                state.waiting.push_back(key);
            }
        });
        self.pump(listener);
    }

    /// Sends a file again by itself: after a while, or as soon as the browser is online again.
    fn keep_trying(self, key: u32, listener: &Listener) {
        let failures = self.0.try_update_value(|state| {
            state.broken.insert(key);
            let failures = state.failures.entry(key).or_default();
            *failures += 1;
            *failures
        });
        let Some(failures) = failures else { return };
        let seconds = (FIRST_WAIT << (failures - 1).min(4)).min(LONGEST_WAIT);
        let listener = Arc::clone(listener);
        leptos::task::spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(seconds * 1000).await;
            self.send_again(key, &listener);
        });
    }

    /// From now on everything that waits for the network is sent as soon as that is there.
    pub fn resume_when_online(self, listener: impl Fn(u32, Event) + Send + Sync + 'static) {
        let listener: Listener = Arc::new(listener);
        let online = window_event_listener(leptos::ev::online, move |_| {
            let broken = self.0.try_with_value(|state| state.broken.iter().copied().collect::<Vec<_>>());
            for key in broken.unwrap_or_default() {
                self.send_again(key, &listener);
            }
        });
        on_cleanup(move || online.remove());
    }

    /// A URL that shows a file which is still here, where the browser can show it.
    #[must_use]
    pub fn preview(self, key: u32) -> Option<String> {
        let url = self.0.try_update_value(|state| {
            if !state.previews.contains_key(&key) {
                let url = Url::create_object_url_with_blob(state.files.get(&key)?).ok()?;
                state.previews.insert(key, url);
            }
            state.previews.get(&key).cloned()
        });
        url.flatten()
    }

    fn pump(self, listener: &Listener) {
        loop {
            let next = self.0.try_update_value(|state| {
                if state.running.len() >= AT_ONCE {
                    return None;
                }
                let key = state.waiting.pop_front()?;
                let file = state.files.get(&key)?.clone();
                let request = XmlHttpRequest::new().ok()?;
                state.running.insert(key, request.clone());
                Some((key, file, request))
            });
            let Some((key, file, request)) = next.flatten() else { return };
            let listener = Arc::clone(listener);
            leptos::task::spawn_local(async move {
                let sending =
                    Sending { uploads: self, key, file: &file, request: &request, listener: &listener };
                let event = sending.deliver().await;
                if self.has(key) {
                    self.settle(key, event, &listener);
                }
                self.pump(&listener);
            });
        }
    }

    /// Notes and tells what became of a file.
    fn settle(self, key: u32, event: Event, listener: &Listener) {
        self.0.update_value(|state| {
            state.running.remove(&key);
            match &event {
                Event::Answer(answer) if !answer.taken.is_empty() => state.forget(key),
                Event::Answer(_) => {
                    // Whoever chooses it once more is not told that it is here already.
                    state.digests.remove(&key);
                    state.give_up(key);
                }
                _ => {}
            }
        });
        let waits = matches!(event, Event::Waits);
        listener(key, event);
        if waits {
            self.keep_trying(key, listener);
        }
    }
}
