//! What the shoot pages ask of the browser: files, uploads with progress, a look at the server now
//! and then. On the server all of it is nothing.

#[cfg(feature = "hydrate")]
pub use in_browser::*;
#[cfg(not(feature = "hydrate"))]
pub use on_server::*;

use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::PhotoId,
    photo::{PhotoFault, PhotoRefusal},
    photo_advice::PhotoAdvice,
};

/// A photo that is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoView {
    pub id: PhotoId,
    pub file_name: String,
    /// Why the last shoot with it failed, where it was to blame. C5
    pub fault: Option<PhotoFault>,
    /// The digest of its file, where it is known.
    pub digest: Option<String>,
    /// What would make another one better. H8
    pub advice: Vec<PhotoAdvice>,
}

/// A photo that was refused, and why. H1
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedPhoto {
    pub file_name: String,
    pub reason: String,
}

/// What the server says to files that were sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UploadAnswer {
    pub taken: Vec<PhotoView>,
    pub refused: Vec<RefusedPhoto>,
    /// Some came after their draft was submitted.
    #[serde(default)]
    pub submitted: bool,
    /// For some there was no room at the moment: they are worth sending again.
    #[serde(default)]
    pub busy: bool,
}

/// What happens to a file on its way.
#[derive(Clone, Debug)]
pub enum Event {
    Begun {
        file_name: String,
    },
    /// Percent that is with the server.
    Progress(u8),
    Answer(UploadAnswer),
    /// It is not sent, for what it is.
    Refused(PhotoRefusal),
    /// It did not get through, in words for the person.
    Broken(String),
    /// It did not get through; it is sent again by itself.
    Waits,
}

#[cfg(not(feature = "hydrate"))]
mod on_server {
    use super::Event;
    use crate::domain::photo::{DraftNumber, PhotoLimits, PhotoRefusal};

    #[derive(Clone, Copy, Debug)]
    pub struct Files;

    #[derive(Clone, Copy, Debug)]
    pub struct Uploads;

    impl Uploads {
        #[must_use]
        pub fn new(_: String, _: DraftNumber, _: PhotoLimits) -> Self {
            Self
        }

        pub fn send(
            self,
            _: Files,
            _: impl Fn(u32, Event),
            _: impl Fn(Option<&str>) -> Result<(), PhotoRefusal>,
        ) {
        }

        pub fn cancel(self, _: u32) {}

        pub fn retry(self, _: u32, _: impl Fn(u32, Event)) {}

        pub fn resume_when_online(self, _: impl Fn(u32, Event)) {}

        #[must_use]
        pub const fn preview(self, _: u32) -> Option<String> {
            None
        }
    }

    #[must_use]
    pub fn picked(_: &leptos::ev::Event) -> Files {
        Files
    }

    #[must_use]
    pub fn chosen<T>(_: &T) -> Files {
        Files
    }

    pub fn on_drop(_: impl Fn(bool), _: impl Fn(Files)) {}

    pub fn post(_: &str, _: impl Fn(bool)) {}

    pub fn follow(_: String) {}
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use std::{
        collections::{HashMap, HashSet, VecDeque},
        sync::Arc,
    };

    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, prelude::Closure};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{File, FormData, HtmlInputElement, ProgressEvent, Url, XmlHttpRequest};

    use super::{Event, RefusedPhoto, UploadAnswer};
    use crate::{
        app::browser::dropped::{Dropped, holds_files},
        domain::photo::{DraftNumber, PhotoFormat, PhotoLimits, PhotoRefusal, digest_text},
        words,
    };

    /// Files that a person chose or dropped.
    pub struct Files(Dropped);

    type Listener = Arc<dyn Fn(u32, Event) + Send + Sync>;

    /// Files sent two at a time, each in a request of its own.
    #[derive(Clone, Copy)]
    pub struct Uploads(StoredValue<State, LocalStorage>);

    struct State {
        url: String,
        draft: DraftNumber,
        limits: PhotoLimits,
        next: u32,
        files: HashMap<u32, File>,
        waiting: VecDeque<u32>,
        running: HashMap<u32, XmlHttpRequest>,
        /// Those that did not get through and are sent again by themselves.
        broken: HashSet<u32>,
        /// How often each did not get through.
        failures: HashMap<u32, u32>,
        /// Of the files that were looked at and are not in.
        digests: HashMap<u32, String>,
        /// By which URL the page shows a file.
        previews: HashMap<u32, String>,
    }

    impl State {
        fn forget(&mut self, key: u32) {
            self.files.remove(&key);
            self.digests.remove(&key);
            self.broken.remove(&key);
            self.failures.remove(&key);
            if let Some(url) = self.previews.remove(&key) {
                Url::revoke_object_url(&url).ok();
            }
        }
    }

    const AT_ONCE: usize = 2;

    /// Seconds until a file that did not get through is sent again: twice as many each time.
    const FIRST_WAIT: u32 = 2;
    const LONGEST_WAIT: u32 = 32;

    impl Uploads {
        #[must_use]
        pub fn new(url: String, draft: DraftNumber, limits: PhotoLimits) -> Self {
            Self(StoredValue::new_local(State {
                url,
                draft,
                limits,
                next: 0,
                files: HashMap::new(),
                waiting: VecDeque::new(),
                running: HashMap::new(),
                broken: HashSet::new(),
                failures: HashMap::new(),
                digests: HashMap::new(),
                previews: HashMap::new(),
            }))
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
                    let is_wanted = self.0.try_update_value(|state| state.files.contains_key(&key));
                    match found {
                        _ if is_wanted != Some(true) => {}
                        Ok(()) => {
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
            let limits = self.0.try_with_value(|state| state.limits).unwrap_or_default();
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
                let next = self
                    .0
                    .try_update_value(|state| {
                        if state.running.len() >= AT_ONCE {
                            return None;
                        }
                        let key = state.waiting.pop_front()?;
                        let file = state.files.get(&key)?.clone();
                        let request = XmlHttpRequest::new().ok()?;
                        state.running.insert(key, request.clone());
                        Some((key, file, request, state.url.clone(), state.draft))
                    })
                    .flatten();
                let Some((key, file, request, url, draft)) = next else { return };
                self.begin(key, &file, draft, &request, &url, listener);
            }
        }

        fn begin(
            self,
            key: u32,
            file: &File,
            draft: DraftNumber,
            request: &XmlHttpRequest,
            url: &str,
            listener: &Listener,
        ) {
            let progress = {
                let listener = Arc::clone(listener);
                Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
                    let percent =
                        if event.total() > 0.0 { event.loaded() / event.total() * 100.0 } else { 0.0 };
                    // While it is tried again what is said of it stays until something gets through.
                    if percent >= 1.0 {
                        listener(key, Event::Progress(percent as u8));
                    }
                })
            };
            if let Ok(upload) = request.upload() {
                upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
            }
            let done = {
                let (listener, request) = (Arc::clone(listener), request.clone());
                Closure::<dyn Fn()>::new(move || {
                    let event = outcome(&request);
                    self.0.update_value(|state| {
                        state.running.remove(&key);
                        match &event {
                            Event::Answer(answer) if !answer.taken.is_empty() => state.forget(key),
                            // Whoever chooses it once more is not told that it is here already.
                            Event::Answer(_) => _ = state.digests.remove(&key),
                            _ => {}
                        }
                    });
                    let waits = matches!(event, Event::Waits);
                    listener(key, event);
                    if waits {
                        self.keep_trying(key, &listener);
                    }
                    self.pump(&listener);
                })
            };
            let aborted = {
                let listener = Arc::clone(listener);
                Closure::<dyn Fn()>::new(move || self.pump(&listener))
            };
            request.set_onload(Some(done.as_ref().unchecked_ref()));
            request.set_onerror(Some(done.as_ref().unchecked_ref()));
            request.set_ontimeout(Some(done.as_ref().unchecked_ref()));
            request.set_onabort(Some(aborted.as_ref().unchecked_ref()));
            // They live as long as the page; an upload is rare enough.
            progress.forget();
            done.forget();
            aborted.forget();
            let again = self
                .0
                .try_with_value(|state| {
                    state.failures.get(&key).and_then(|_| state.digests.get(&key).cloned())
                })
                .flatten();
            let sent = (|| {
                request.open("POST", url).ok()?;
                request.set_request_header("Accept", "application/json").ok()?;
                let form = FormData::new().ok()?;
                form.append_with_str("draft", &draft.to_string()).ok()?;
                if let Some(digest) = again {
                    form.append_with_str("again", &digest).ok()?;
                }
                form.append_with_blob_and_filename("photo", file, &file.name()).ok()?;
                request.send_with_opt_form_data(Some(&form)).ok()
            })();
            if sent.is_none() {
                listener(key, Event::Broken(words::shoot::upload_not_sent().into()));
            }
        }
    }

    fn outcome(request: &XmlHttpRequest) -> Event {
        let text = request.response_text().ok().flatten().unwrap_or_default();
        match (request.status().unwrap_or(0), serde_json::from_str::<UploadAnswer>(&text)) {
            (_, Ok(answer)) if answer.busy && answer.taken.is_empty() => Event::Waits,
            (_, Ok(answer)) => Event::Answer(answer),
            // No answer, one of a server on its way to ours, or the file broke off.
            (0 | 400 | 408 | 502..=504, _) => Event::Waits,
            (401 | 403 | 404, _) => Event::Broken(words::shoot::upload_signed_out().into()),
            _ => Event::Broken(words::shoot::upload_broken().into()),
        }
    }

    #[must_use]
    pub fn picked(event: &leptos::ev::Event) -> Files {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else {
            return Files(Dropped::default());
        };
        chosen(&input)
    }

    /// Takes the files that stand in a field.
    #[must_use]
    pub fn chosen(input: &HtmlInputElement) -> Files {
        Files(Dropped::picked(input))
    }

    /// Takes files that are dropped anywhere on the page, and says while some are held over it.
    pub fn on_drop(over: impl Fn(bool) + Copy + 'static, dropped: impl Fn(Files) + 'static) {
        let of_files = |event: &leptos::ev::DragEvent| {
            event.data_transfer().is_some_and(|transfer| holds_files(&transfer))
        };
        let handles = [
            window_event_listener(leptos::ev::dragover, move |event| {
                if of_files(&event) {
                    event.prevent_default();
                    over(true);
                }
            }),
            window_event_listener(leptos::ev::dragleave, move |event| {
                // From one element of the page to the next.
                if event.related_target().is_none() {
                    over(false);
                }
            }),
            window_event_listener(leptos::ev::drop, move |event| {
                over(false);
                if of_files(&event) {
                    event.prevent_default();
                    dropped(Files(Dropped::of(&event)));
                }
            }),
        ];
        on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    }

    /// The first bytes of a file; `None` where it cannot be read.
    async fn read(file: &File, length: f64) -> Option<Vec<u8>> {
        let beginning = file.slice_with_f64_and_f64(0.0, length).ok()?;
        let bytes = JsFuture::from(beginning.array_buffer()).await.ok()?;
        Some(js_sys::Uint8Array::new(&bytes).to_vec())
    }

    /// The SHA-256 digest of a file, as text; `None` where the browser makes none, as on pages without HTTPS.
    async fn digest(file: &File) -> Option<String> {
        let crypto = window().crypto().ok()?.subtle();
        if crypto.is_undefined() {
            return None;
        }
        let bytes = JsFuture::from(file.array_buffer()).await.ok()?;
        let digest = crypto.digest_with_str_and_buffer_source("SHA-256", bytes.unchecked_ref()).ok()?;
        let digest = JsFuture::from(digest).await.ok()?;
        Some(digest_text(&js_sys::Uint8Array::new(&digest).to_vec()))
    }

    /// Posts nothing to `url` and says whether that worked.
    pub fn post(url: &str, then: impl Fn(bool) + 'static) {
        request("POST", url, move |status, _| then((200..400).contains(&status)));
    }

    /// Looks at `url` every two seconds; when its answer changes, the page is loaded again.
    pub fn follow(url: String) {
        Effect::new(move |_| {
            let url = url.clone();
            let first = StoredValue::new(None::<String>);
            let handle = set_interval_with_handle(
                move || {
                    request("GET", &url, move |status, text| {
                        if status != 200 {
                            return;
                        }
                        match first.try_get_value().flatten() {
                            None => {
                                first.try_set_value(Some(text));
                            }
                            Some(before) if before != text => {
                                window().location().reload().ok();
                            }
                            Some(_) => {}
                        }
                    });
                },
                std::time::Duration::from_secs(2),
            );
            on_cleanup(move || {
                if let Ok(handle) = handle {
                    handle.clear();
                }
            });
        });
    }

    fn request(method: &str, url: &str, then: impl Fn(u16, String) + 'static) {
        let Ok(request) = XmlHttpRequest::new() else { return };
        let done = {
            let request = request.clone();
            Closure::once_into_js(move || {
                then(
                    request.status().unwrap_or(0),
                    request.response_text().ok().flatten().unwrap_or_default(),
                );
            })
        };
        request.set_onloadend(Some(done.unchecked_ref()));
        if request.open(method, url).is_ok() {
            request.set_request_header("Accept", "application/json").ok();
            request.send().ok();
        }
    }
}
