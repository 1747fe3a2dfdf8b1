//! What uploads say to the server and hear from it, by the one kind of request that tells how much of its body has
//! gone out.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FormData, ProgressEvent, XmlHttpRequest};

use crate::domain::shoot::ShootState;

/// Within what a question is answered, or not at all. Milliseconds.
const LATEST: u32 = 60_000;

/// Files on the page that are not in.
const UNSENT: &str = "[data-unsent]";

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

/// Hears how many bytes of a large body have gone out.
pub type Sent = Closure<dyn Fn(ProgressEvent)>;

/// Asks; the answer comes later.
pub fn ask(
    request: &XmlHttpRequest,
    (method, url): (&str, &str),
    headers: &[(&str, &str)],
    body: Body<'_>,
    sent: Option<Sent>,
) -> impl Future<Output = Reply> + 'static + use<> {
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(sent.as_ref().map(|sent| sent.as_ref().unchecked_ref()));
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
    let request = request.clone();
    async move {
        if begun.is_some() {
            JsFuture::from(ended).await.ok();
        }
        // Heard to its end.
        drop(sent);
        Reply {
            status: request.status().unwrap_or(0),
            text: request.response_text().ok().flatten().unwrap_or_default(),
            request,
        }
    }
}

/// Asks, and does not wait.
pub fn tell(method: &str, url: &str, headers: &[(&str, &str)], then: impl FnOnce(Reply) + 'static) {
    let Ok(request) = XmlHttpRequest::new() else { return };
    // The network may forget it without a word.
    request.set_timeout(LATEST);
    let asked = ask(&request, (method, url), headers, Body::Nothing, None);
    // Leptos' own is there only on a page with something that is hydrated.
    wasm_bindgen_futures::spawn_local(async move { then(asked.await) });
}

/// Posts nothing to `url` and says what the server answered; 0 where it was not reached.
pub fn post(url: &str, then: impl Fn(u16) + 'static) {
    tell("POST", url, &[], move |reply| then(reply.status));
}

/// Looks at `url` now and then, while the page is looked at. The page is loaded again when it is not the viewer's any
/// more (they were signed out or removed, their link ended), and says so then; and when the shoot is at another state
/// than the one `shown`. N6, P3
pub fn follow(url: String, shown: Option<String>) {
    let pause = Duration::from_secs(if shown.is_some() { 2 } else { 5 });
    set_timeout(move || look(url, shown), pause);
}

fn look(url: String, shown: Option<String>) {
    if document().hidden() {
        follow(url, shown);
        return;
    }
    tell("GET", &url.clone(), &[], move |reply| {
        // Of a server on its way to ours, such an answer says nothing of the viewer.
        let is_ours = reply.header("x-request-id").is_some();
        let is_over = match reply.status {
            // Files that are still here can be sent once somebody has signed in again, in another tab.
            401 => !matches!(document().query_selector(UNSENT), Ok(Some(_))),
            status => matches!(status, 403 | 404 | 410),
        };
        let state = reply.text.trim_matches('"').parse::<ShootState>().ok().filter(|_| reply.status == 200);
        let has_moved = state.zip(shown.as_deref()).is_some_and(|(now, shown)| now.as_str() != shown);
        if is_ours && is_over || has_moved {
            // Where it came from a form, `reload` would post that once more.
            window().location().set_href("").ok();
            // Another look would begin the page that comes anew.
            return;
        }
        follow(url, shown);
    });
}
