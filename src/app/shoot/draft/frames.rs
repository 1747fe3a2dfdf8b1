//! The frames of a draft: a photo that is in, and a file on its way. H1

use leptos::prelude::*;

use crate::{
    app::{
        browser::{
            focus::focus_soon,
            uploads::{self, PhotoView},
        },
        components::Icon,
    },
    domain::photo_advice::PhotoAdvice,
    words,
};

/// The field that takes more photos.
const ADD_FIELD: &str = ".drop input[type=file]";

/// A file on its way in.
#[derive(Clone, PartialEq)]
pub struct Sending {
    pub key: u32,
    pub file_name: String,
    pub status: Status,
}

#[derive(Clone, PartialEq)]
pub enum Status {
    /// Percent of the file that is with the server.
    Sent(u8),
    /// It is not wanted, for this reason.
    Refused(String),
    /// It did not get through; it can be sent again.
    Broken(String),
    /// So many percent are with the server, and the rest is wherever the file is.
    Unfinished(u8),
}

impl Status {
    const fn is_under_way(&self) -> bool {
        matches!(self, Self::Sent(_))
    }
}

/// What is said where another photo would do better. H8
pub const fn advice(advice: PhotoAdvice) -> &'static str {
    match advice {
        PhotoAdvice::Dark => words::shoot::advice_dark(),
        PhotoAdvice::Blurry => words::shoot::advice_blurry(),
        PhotoAdvice::NoFace => words::shoot::advice_no_face(),
        PhotoAdvice::SeveralFaces => words::shoot::advice_several_faces(),
        PhotoAdvice::SmallFace => words::shoot::advice_small_face(),
    }
}

/// A photo that is in, with a way out.
#[component]
pub fn PhotoFrame(photo: PhotoView, base: String, photos: RwSignal<Vec<PhotoView>>) -> impl IntoView {
    let id = photo.id;
    let action = format!("{base}/photos/{id}/remove");
    let number =
        move || photos.with(|list| list.iter().position(|other| other.id == id).map_or(0, |at| at + 1));
    // Why it is still here, though it was to go.
    let left = RwSignal::new(None::<&'static str>);
    let remove = {
        let action = action.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            left.set(None);
            uploads::post(&action, move |status| match status {
                204 => {
                    photos.update(|list| list.retain(|other| other.id != id));
                    // The button goes with the photo.
                    focus_soon(ADD_FIELD.into());
                }
                401 => left.set(Some(words::shoot::upload_signed_out())),
                403 => left.set(Some(words::shoot::upload_not_yours())),
                _ => left.set(Some(words::shoot::photo_left())),
            });
        }
    };
    let fault = photo.fault;
    view! {
        <li class="frame" class:fail=fault.is_some()>
            <span class="pic">
                <img
                    class="print"
                    src=format!("/photos/{id}?size=small")
                    width="320"
                    height="400"
                    alt=move || words::shoot::photo(number())
                />
                <form method="post" action=action on:submit=remove>
                    <button class="icon" aria-label=move || words::shoot::photo_remove(number())>
                        <Icon name="x" />
                    </button>
                </form>
            </span>
            {match fault {
                None => {
                    let good = photo.advice.is_empty();
                    view! {
                        <span class="number">
                            <span class=if good { "ok" } else { "warn" }>
                                <Icon name=if good { "check" } else { "info" } />
                            </span>
                            <span>{number}</span>
                        </span>
                        {photo
                            .advice
                            .into_iter()
                            .map(|found| view! { <span>{advice(found)}</span> })
                            .collect_view()}
                    }
                        .into_any()
                }
                Some(fault) => {
                    view! {
                        <span>{photo.file_name}</span>
                        <span class="bad">{fault.to_string()}</span>
                    }
                        .into_any()
                }
            }}
            <span class="bad" role="alert" hidden=move || left.get().is_none()>
                {left}
            </span>
        </li>
    }
}

/// A file on its way in: progress and cancel, or the reason and a retry.
#[component]
pub fn SendingFrame(
    key: u32,
    file_name: String,
    sending: RwSignal<Vec<Sending>>,
    uploads: uploads::Uploads,
    on_event: Callback<(u32, uploads::Event)>,
) -> impl IntoView {
    let status = Memo::new(move |_| {
        sending.with(|list| list.iter().find(|item| item.key == key).map(|item| item.status.clone()))
    });
    let dismiss = move |_| {
        uploads.cancel(key);
        sending.update(|list| list.retain(|item| item.key != key));
        focus_soon(ADD_FIELD.into());
    };
    let retry = move |_| {
        sending.update(|list| {
            if let Some(item) = list.iter_mut().find(|item| item.key == key) {
                item.status = Status::Sent(0);
            }
        });
        uploads.retry(key, move |key, event| on_event.run((key, event)));
    };
    let name = StoredValue::new(file_name);
    let is_under_way = move || status.with(|status| status.as_ref().is_some_and(Status::is_under_way));
    let is_unfinished = move || status.with(|status| matches!(status, Some(Status::Unfinished(_))));
    let preview = Memo::new(move |_| (!is_under_way()).then(|| uploads.preview(key)).flatten());
    let unseen = RwSignal::new(false);
    view! {
        <li
            class="frame"
            class:wait=is_under_way
            class:fail=move || !is_under_way() && !is_unfinished()
            data-unsent=""
        >
            <span class="pic">
                {move || match preview.get().filter(|_| !unseen.get()) {
                    Some(url) => {
                        view! {
                            <img
                                class="print"
                                src=url
                                alt=""
                                decoding="async"
                                on:error=move |_| unseen.set(true)
                            />
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <span class="print empty" aria-hidden="true">
                                <Icon name="image" />
                            </span>
                        }
                            .into_any()
                    }
                }}
                <button
                    type="button"
                    class="icon"
                    aria-label=move || {
                        let file = name.get_value();
                        match status.get() {
                            Some(Status::Sent(_)) => words::shoot::upload_cancel(file),
                            _ => words::shoot::upload_dismiss(file),
                        }
                    }
                    on:click=dismiss
                >
                    <Icon name="x" />
                </button>
            </span>
            {move || match status.get() {
                Some(Status::Sent(percent)) => {
                    view! {
                        <progress
                            class="meter"
                            max="100"
                            value=percent.to_string()
                            aria-label=name.get_value()
                        ></progress>
                        <span class="number">
                            <span>{name.get_value()}</span>
                            <span>{percent} "%"</span>
                        </span>
                    }
                        .into_any()
                }
                Some(Status::Unfinished(percent)) => {
                    view! {
                        <span>{name.get_value()}</span>
                        <span>{words::shoot::upload_unfinished(percent)}</span>
                    }
                        .into_any()
                }
                Some(Status::Refused(reason)) => failed(name.get_value(), reason).into_any(),
                Some(Status::Broken(reason)) => {
                    view! {
                        {failed(name.get_value(), reason)}
                        <button type="button" class="btn sm" on:click=retry>
                            {words::shared::try_again()}
                        </button>
                    }
                        .into_any()
                }
                None => ().into_any(),
            }}
        </li>
    }
}

/// A file that is not in, and why.
fn failed(file_name: String, reason: String) -> impl IntoView {
    view! {
        <span>{file_name}</span>
        <span class="bad" role="alert">
            {reason}
        </span>
    }
}
