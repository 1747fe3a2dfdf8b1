//! Files on their way in: looked at, sent two at a time, sent again when the network failed, until each is in, refused
//! or not wanted any more. H1

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::{File, XmlHttpRequest};

use super::{
    files::{Files, digest, read},
    kept,
    sending::Sending,
    state::{Item, Listener, Uploads},
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
    /// Goes on with files that broke off before the page was loaded; to be called when it is hydrated. One that this
    /// browser did not keep goes on when it is chosen again.
    pub fn resume(self, unfinished: Vec<Unfinished>, listener: impl Fn(u32, Event) + Send + Sync + 'static) {
        let listener: Listener = Arc::new(listener);
        leptos::task::spawn_local(async move { self.go_on(unfinished, &listener).await });
    }

    async fn go_on(self, unfinished: Vec<Unfinished>, listener: &Listener) {
        let target = self.target();
        let (viewer, folder) = (target.viewer, format!("{}/uploads/", target.base));
        let path_of = |upload: &Unfinished| format!("{folder}{}", upload.id);
        kept::forget_others(viewer, &folder, &unfinished.iter().map(path_of).collect::<Vec<_>>()).await;
        for upload in unfinished {
            let (key, path) = (self.next_key(), path_of(&upload));
            let file = kept::find(&path, &upload.file_name).await;
            listener(key, Event::Begun { file_name: upload.file_name });
            let is_kept = file.is_some();
            let item = Item { key, file, digest: upload.digest, path: Some(path), ..Item::default() };
            self.0.update_value(|state| {
                state.items.push(item);
                if is_kept {
                    state.waiting.push(key);
                }
            });
            let percent = upload.percent;
            listener(key, if is_kept { Event::Progress(percent) } else { Event::Unfinished(percent) });
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
            let item = Item { key, file: Some(file.clone()), ..Item::default() };
            self.0.update_value(|state| state.items.push(item));
            chosen.push((key, file));
        }
        leptos::task::spawn_local(async move {
            for (key, file) in chosen {
                let found = self.look_at(key, &file, &has_place).await;
                match found {
                    _ if !self.has(key) => {}
                    Ok(()) => {
                        self.continue_with(key, &listener);
                        self.0.update_value(|state| state.waiting.push(key));
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
        self.target().limits.admit(file.size() as u64, &beginning)?;
        let digest = digest(file).await;
        has_place(digest.as_deref())?;
        let Some(digest) = digest else { return Ok(()) };
        let is_new = self.0.try_update_value(|state| {
            let is_same = |item: &Item| item.file.is_some() && item.digest.as_deref() == Some(&digest);
            let is_new = !state.items.iter().any(is_same);
            if let Some(item) = state.item(key) {
                item.digest = Some(digest);
            }
            is_new
        });
        if is_new == Some(false) { Err(PhotoRefusal::ChosenTwice) } else { Ok(()) }
    }

    /// Where the server has a part of the file that was chosen, goes on with that.
    fn continue_with(self, key: u32, listener: &Listener) {
        let unfinished = self.0.try_update_value(|state| {
            let digest = state.item(key)?.digest.clone()?;
            let is_it = |item: &Item| item.file.is_none() && item.digest.as_ref() == Some(&digest);
            let at = state.items.iter().position(is_it)?;
            let unfinished = state.items.swap_remove(at);
            state.item(key)?.path = unfinished.path;
            Some(unfinished.key)
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
            let viewer = state.target.viewer;
            if let Some(item) = state.item(key) {
                item.give_up(viewer);
                if let Some(request) = item.request.take() {
                    request.abort().ok();
                }
            }
            state.forget(key);
        });
    }

    pub fn retry(self, key: u32, listener: impl Fn(u32, Event) + Send + Sync + 'static) {
        self.0.update_value(|state| {
            let waits = state.waiting.contains(&key);
            if let Some(item) = state.item(key) {
                item.is_broken |= item.request.is_none() && !waits;
            }
        });
        self.send_again(key, &(Arc::new(listener) as Listener));
    }

    /// Sends a file once more, unless that has happened or it is not wanted any more.
    fn send_again(self, key: u32, listener: &Listener) {
        self.0.try_update_value(|state| {
            if state.item(key).is_some_and(|item| std::mem::take(&mut item.is_broken)) {
                state.waiting.push(key);
            }
        });
        self.pump(listener);
    }

    /// Sends a file again by itself: after a while, or as soon as the browser is online again.
    fn keep_trying(self, key: u32, listener: &Listener) {
        let failures = self.find(key, |item| {
            item.is_broken = true;
            item.failures += 1;
            Some(item.failures)
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
            let broken = self.0.try_with_value(|state| {
                let broken = state.items.iter().filter(|item| item.is_broken);
                broken.map(|item| item.key).collect::<Vec<_>>()
            });
            for key in broken.unwrap_or_default() {
                self.send_again(key, &listener);
            }
        });
        on_cleanup(move || online.remove());
    }

    fn pump(self, listener: &Listener) {
        loop {
            let next = self.0.try_update_value(|state| {
                let running = state.items.iter().filter(|item| item.request.is_some()).count();
                if running >= AT_ONCE || state.waiting.is_empty() {
                    return None;
                }
                let key = state.waiting.remove(0);
                let item = state.item(key)?;
                let request = XmlHttpRequest::new().ok()?;
                item.request = Some(request.clone());
                Some((key, item.file.clone()?, request))
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
            let viewer = state.target.viewer;
            let Some(item) = state.item(key) else { return };
            item.request = None;
            match &event {
                Event::Answer(answer) if !answer.taken.is_empty() => state.forget(key),
                Event::Answer(_) => {
                    // Whoever chooses it once more is not told that it is here already.
                    item.digest = None;
                    item.give_up(viewer);
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
