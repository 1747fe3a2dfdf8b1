//! What uploads say to the server and hear from it, by the one kind of request that tells how much of its body has
//! gone out.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FormData, ProgressEvent, XmlHttpRequest};

/// What is sent.
pub enum Body<'a> {
    Nothing,
    Form(&'a FormData),
    Part(&'a Blob),
}

/// What the server said; nothing, where it was not reached.
pub struct Reply {
    pub status: u16,
    pub text: String,
    request: XmlHttpRequest,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<String> {
        self.request.get_response_header(name).ok().flatten()
    }
}

/// Asks, and waits for the answer. Of a large body `sent` hears how many bytes have gone out.
pub async fn ask(
    request: &XmlHttpRequest,
    (method, url): (&str, &str),
    headers: &[(&str, &str)],
    body: Body<'_>,
    sent: impl Fn(f64) + 'static,
) -> Reply {
    let sent = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| sent(event.loaded()));
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(sent.as_ref().unchecked_ref()));
    }
    let ended = js_sys::Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    let begun = (|| {
        request.open(method, url).ok()?;
        request.set_request_header("Accept", "application/json").ok()?;
        for (name, value) in headers {
            request.set_request_header(name, value).ok()?;
        }
        match body {
            Body::Nothing => request.send(),
            Body::Form(form) => request.send_with_opt_form_data(Some(form)),
            Body::Part(part) => request.send_with_opt_blob(Some(part)),
        }
        .ok()
    })();
    if begun.is_some() {
        JsFuture::from(ended).await.ok();
    }
    Reply {
        status: request.status().unwrap_or(0),
        text: request.response_text().ok().flatten().unwrap_or_default(),
        request: request.clone(),
    }
}

/// Asks without looking at how much has gone out.
async fn ask_briefly(method: &'static str, url: String, headers: &[(&str, &str)]) -> Option<Reply> {
    let request = XmlHttpRequest::new().ok()?;
    Some(ask(&request, (method, &url), headers, Body::Nothing, |_| {}).await)
}

/// Asks and does not wait; whatever the answer is, nothing can be done about it here.
pub fn tell(method: &'static str, url: String, headers: &'static [(&'static str, &'static str)]) {
    leptos::task::spawn_local(async move {
        ask_briefly(method, url, headers).await;
    });
}

/// Posts nothing to `url` and says whether that worked.
pub fn post(url: &str, then: impl Fn(bool) + 'static) {
    let url = url.to_owned();
    leptos::task::spawn_local(async move {
        if let Some(reply) = ask_briefly("POST", url, &[]).await {
            then((200..400).contains(&reply.status));
        }
    });
}

/// Looks at `url` every two seconds; when its answer changes, the page is loaded again.
pub fn follow(url: String) {
    Effect::new(move |_| {
        let url = url.clone();
        let first = StoredValue::new(None::<String>);
        let handle = set_interval_with_handle(
            move || {
                let url = url.clone();
                leptos::task::spawn_local(async move {
                    let Some(reply) = ask_briefly("GET", url, &[]).await else { return };
                    if reply.status != 200 {
                        return;
                    }
                    match first.try_get_value().flatten() {
                        None => _ = first.try_set_value(Some(reply.text)),
                        Some(before) if before != reply.text => _ = window().location().reload(),
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
