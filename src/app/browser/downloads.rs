//! Archives that are fetched by the page, which shows how far they are and saves none that broke off. On the
//! server all of it is nothing.

#[cfg(feature = "hydrate")]
pub use in_browser::Downloads;
#[cfg(not(feature = "hydrate"))]
pub use on_server::Downloads;

/// What happens to a download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Progress {
        files: i64,
        /// So many are to come.
        of: i64,
        bytes: u64,
    },
    /// The browser has it, under this name.
    Saved(String),
    /// It came to no end. Nothing was saved.
    Broken,
}

#[cfg(not(feature = "hydrate"))]
mod on_server {
    use super::Event;

    #[derive(Clone, Copy, Debug)]
    pub struct Downloads;

    impl Downloads {
        #[must_use]
        pub fn idle() -> Self {
            Self
        }

        pub fn begin(self, _: String, _: String, _: impl Fn(Event)) {}

        pub fn cancel(self) {}
    }
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use std::time::Duration;

    use js_sys::{Array, Reflect, Uint8Array};
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{
        AbortController, Blob, HtmlAnchorElement, ReadableStreamDefaultReader, RequestInit, Response, Url,
    };

    use super::Event;

    /// Bytes that are handed to the browser at once, which puts them on its disk.
    const PART: u64 = 8_000_000;
    /// How long the browser may take to begin saving.
    const SAVING: Duration = Duration::from_secs(120);

    /// One download at a time.
    #[derive(Clone, Copy)]
    pub struct Downloads(StoredValue<Option<AbortController>, LocalStorage>);

    impl Downloads {
        /// None under way; one that is when the page goes is cancelled.
        #[must_use]
        pub fn idle() -> Self {
            let downloads = Self(StoredValue::new_local(None));
            on_cleanup(move || downloads.cancel());
            downloads
        }

        /// Fetches `url` and saves it as `name`; nothing more is heard of one that is cancelled.
        pub fn begin(self, url: String, name: String, on_event: impl Fn(Event) + 'static) {
            let Ok(controller) = AbortController::new() else {
                on_event(Event::Broken);
                return;
            };
            self.0.set_value(Some(controller.clone()));
            leptos::task::spawn_local(async move {
                let fetched = fetch(&url, &controller, &on_event).await;
                if controller.signal().aborted() {
                    return;
                }
                let saved = fetched.ok().flatten().and_then(|blob| save(&blob, &name));
                on_event(if saved.is_some() { Event::Saved(name) } else { Event::Broken });
            });
        }

        pub fn cancel(self) {
            if let Some(Some(controller)) = self.0.try_update_value(Option::take) {
                controller.abort();
            }
        }
    }

    /// The whole archive; `None` where it is none, or has no end.
    async fn fetch(
        url: &str,
        controller: &AbortController,
        on_event: &impl Fn(Event),
    ) -> Result<Option<Blob>, JsValue> {
        let init = RequestInit::new();
        init.set_signal(Some(&controller.signal()));
        let response = JsFuture::from(window().fetch_with_str_and_init(url, &init)).await?;
        let response: Response = response.dyn_into()?;
        // Who is signed out is led to a page.
        let kind = response.headers().get("content-type")?.unwrap_or_default();
        let Some(body) = response.body().filter(|_| response.ok() && kind == "application/zip") else {
            return Ok(None);
        };
        let of = response.headers().get("headcount-files")?.and_then(|count| count.parse().ok());
        let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;
        let (kept, part) = (Array::new(), Array::new());
        let (mut seen, mut in_part) = (Seen::default(), 0);
        loop {
            let chunk = JsFuture::from(reader.read()).await?;
            if Reflect::get(&chunk, &"done".into())?.is_truthy() {
                break;
            }
            let bytes: Uint8Array = Reflect::get(&chunk, &"value".into())?.dyn_into()?;
            seen.look_at(&bytes.to_vec());
            in_part += u64::from(bytes.length());
            part.push(&bytes);
            if in_part >= PART {
                kept.push(&Blob::new_with_u8_array_sequence(&part)?.into());
                part.set_length(0);
                in_part = 0;
            }
            on_event(Event::Progress { files: seen.files, of: of.unwrap_or(seen.files), bytes: seen.bytes });
        }
        kept.push(&Blob::new_with_u8_array_sequence(&part)?.into());
        if !seen.has_end() {
            return Ok(None);
        }
        Blob::new_with_blob_sequence(&kept).map(Some)
    }

    /// What has come of an archive.
    #[derive(Default)]
    struct Seen {
        bytes: u64,
        files: i64,
        /// The last bytes, as many as the end of an archive has.
        last: Vec<u8>,
    }

    /// A file begins, and the archive ends, with these. APPNOTE.TXT, 4.3
    const FILE: &[u8] = b"PK\x03\x04";
    const END: &[u8] = b"PK\x05\x06";
    const END_BYTES: usize = 22;

    impl Seen {
        fn look_at(&mut self, bytes: &[u8]) {
            let before = self.last.len().min(FILE.len() - 1);
            let mut seam = self.last[self.last.len() - before..].to_vec();
            seam.extend_from_slice(&bytes[..bytes.len().min(FILE.len() - 1)]);
            let begun = |bytes: &[u8]| bytes.windows(FILE.len()).filter(|four| *four == FILE).count();
            self.files += (begun(&seam) + begun(bytes)) as i64;
            self.bytes += bytes.len() as u64;
            self.last.extend_from_slice(&bytes[bytes.len().saturating_sub(END_BYTES)..]);
            let too_many = self.last.len().saturating_sub(END_BYTES);
            self.last.drain(..too_many);
        }

        fn has_end(&self) -> bool {
            self.last.starts_with(END)
        }
    }

    /// Lets the browser save it as it saves every download.
    fn save(blob: &Blob, name: &str) -> Option<()> {
        let url = Url::create_object_url_with_blob(blob).ok()?;
        let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        set_timeout(
            move || {
                Url::revoke_object_url(&url).ok();
            },
            SAVING,
        );
        Some(())
    }
}
