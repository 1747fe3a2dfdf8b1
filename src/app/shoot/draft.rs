//! The draft: photos are added one by one, each with its own progress and its own verdict; what is
//! in stays in. Then it is submitted, which is what costs a credit. H1, H2, C4

use leptos::{html, prelude::*};

use crate::{
    app::{
        browser::{
            focus::focus_soon,
            uploads::{self, PhotoView, RefusedPhoto},
        },
        components::{FieldError, Icon, Note, PostForm, Sentence, Tone},
    },
    domain::photo::PhotoLimits,
    words,
};

/// The field that takes more photos.
const ADD_FIELD: &str = ".drop input[type=file]";

/// A file on its way in.
#[derive(Clone, PartialEq)]
struct Sending {
    key: u32,
    file_name: String,
    status: Status,
}

#[derive(Clone, PartialEq)]
enum Status {
    /// Percent of the file that is with the server.
    Sent(u8),
    /// The server does not want it, for this reason.
    Refused(String),
    /// It did not get through; it can be sent again.
    Broken(String),
}

/// The draft of a person; `base` is the address of their pages.
#[component]
pub fn Draft(
    base: String,
    photos: Vec<PhotoView>,
    refused: Vec<RefusedPhoto>,
    limits: PhotoLimits,
    org: String,
    submit_error: Option<String>,
) -> impl IntoView {
    let photos = RwSignal::new(photos);
    let sending = RwSignal::new(Vec::<Sending>::new());
    let announcement = RwSignal::new(String::new());
    let over = RwSignal::new(false);
    let uploads = uploads::Uploads::new(format!("{base}/photos"));

    let set_status = move |key: u32, status: Status| {
        sending.update(|list| {
            if let Some(item) = list.iter_mut().find(|item| item.key == key) {
                item.status = status;
            }
        });
    };
    let on_event = move |key: u32, event: uploads::Event| match event {
        uploads::Event::Begun { file_name } => {
            sending.update(|list| list.push(Sending { key, file_name, status: Status::Sent(0) }));
        }
        uploads::Event::Progress(percent) => set_status(key, Status::Sent(percent)),
        uploads::Event::Answer(answer) => {
            for photo in answer.taken {
                announcement.set(words::shoot::photo_added(&photo.file_name));
                photos.update(|list| list.push(photo));
                sending.update(|list| list.retain(|item| item.key != key));
            }
            for refused in answer.refused {
                set_status(key, Status::Refused(refused.reason));
            }
        }
        uploads::Event::Broken(why) => set_status(key, Status::Broken(why)),
    };
    let add = move |files: uploads::Files| uploads.send(files, on_event);
    let add_picked = move |event| add(uploads::picked(&event));
    // Chosen before this page woke up.
    let input = NodeRef::<html::Input>::new();
    input.on_load(move |input| add(uploads::chosen(&input)));
    let add_dropped = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        add(uploads::dropped(&event));
    };
    let enough = move || photos.with(Vec::len) >= usize::from(limits.min_photos);
    let full = move || photos.with(Vec::len) >= usize::from(limits.max_photos);
    let busy = move || sending.with(|list| list.iter().any(|item| matches!(item.status, Status::Sent(_))));
    let remove_base = base.clone();

    view! {
        <Tips />
        <div class="split">
            <div class="stack">
                {(!refused.is_empty())
                    .then(|| {
                        view! {
                            <Note tone=Tone::Bad>
                                <p>
                                    <b>{words::shoot::files_refused()}</b>
                                </p>
                                <ul>
                                    {refused
                                        .into_iter()
                                        .map(|photo| view! { <li>{photo.file_name} ": " {photo.reason}</li> })
                                        .collect_view()}
                                </ul>
                            </Note>
                        }
                    })} <PostForm action=format!("{base}/photos") enctype="multipart/form-data">
                    <label
                        class="drop"
                        class:over=over
                        on:dragover=move |event| {
                            event.prevent_default();
                            over.set(true);
                        }
                        on:dragleave=move |_| over.set(false)
                        on:drop=add_dropped
                    >
                        <Icon name="image" />
                        <b>{words::shoot::add_photos()}</b>
                        <span class="hint">
                            {words::shoot::add_photos_hint(limits.max_bytes / (1024 * 1024), limits.min_side)}
                        </span>
                        <input
                            node_ref=input
                            type="file"
                            name="photo"
                            multiple
                            accept="image/jpeg,image/png,image/webp"
                            aria-label=words::shoot::add_photos()
                            disabled=full
                            on:change=add_picked
                        />
                    </label>
                    <button class="btn asleep">{words::shoot::add_photos_upload()}</button>
                </PostForm> <p class="visually-hidden" role="status">
                    {announcement}
                </p> <ol role="list" class="frames">
                    <For each=move || photos.get() key=|photo| photo.id let:photo>
                        <PhotoFrame photo base=remove_base.clone() photos />
                    </For>
                    <For each=move || sending.get() key=|item| item.key let:item>
                        <SendingFrame
                            key=item.key
                            file_name=item.file_name
                            sending
                            uploads
                            on_event=Callback::new(move |(key, event)| on_event(key, event))
                        />
                    </For>
                </ol>
            </div>
            <div class="stack">
                <section class="section submit" aria-labelledby="h-go">
                    <header>
                        <h2 id="h-go">{words::shoot::submit()}</h2>
                    </header>
                    <p class="stat" role="status">
                        {move || {
                            let added = photos.with(Vec::len);
                            view! {
                                <Sentence words=words::shoot::submit_added(added as i64)>
                                    <b>{added}</b>
                                </Sentence>
                            }
                        }}
                    </p>
                    <progress
                        class="meter ok"
                        max=limits.max_photos.to_string()
                        value=move || photos.with(Vec::len).to_string()
                        aria-label=words::shoot::submit_meter(limits.min_photos, limits.max_photos)
                    ></progress>
                    <p class="hint">
                        {move || {
                            let have = photos.with(Vec::len);
                            let min = usize::from(limits.min_photos);
                            if have < min {
                                words::shoot::submit_to_go((min - have) as i64, min)
                            } else {
                                words::shoot::submit_enough().to_owned()
                            }
                        }}
                    </p>
                    <PostForm action=format!("{base}/submit")>
                        <button
                            class="btn primary wide"
                            aria-describedby="f-submit-e"
                            disabled=move || !enough() || busy()
                        >
                            {move || words::shoot::submit_button(photos.with(Vec::len) as i64)}
                        </button>
                        <FieldError id="f-submit-e" message=Signal::stored(submit_error) />
                    </PostForm>
                    <p class="hint">{words::shoot::submit_hint(org)}</p>
                </section>
            </div>
        </div>
    }
}

/// A photo that is in, with a way out.
#[component]
fn PhotoFrame(photo: PhotoView, base: String, photos: RwSignal<Vec<PhotoView>>) -> impl IntoView {
    let id = photo.id;
    let action = format!("{base}/photos/{id}/remove");
    let number =
        move || photos.with(|list| list.iter().position(|other| other.id == id).map_or(0, |at| at + 1));
    let remove = {
        let action = action.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            uploads::post(&action, move |done| {
                if done {
                    photos.update(|list| list.retain(|other| other.id != id));
                    // The button goes with the photo.
                    focus_soon(ADD_FIELD.into());
                }
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
                    view! {
                        <span class="number">
                            <span class="ok">
                                <Icon name="check" />
                            </span>
                            <span>{number}</span>
                        </span>
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
        </li>
    }
}

/// A file on its way in: progress and cancel, or the reason and a retry.
#[component]
fn SendingFrame(
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
    view! {
        <li
            class="frame"
            class:wait=move || matches!(status.get(), Some(Status::Sent(_)))
            class:fail=move || !matches!(status.get(), Some(Status::Sent(_)))
        >
            <span class="pic">
                <span class="print drop" aria-hidden="true">
                    <Icon name="image" />
                </span>
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
                Some(Status::Refused(reason)) => {
                    view! {
                        <span>{name.get_value()}</span>
                        <span class="bad" role="alert">
                            {reason}
                        </span>
                    }
                        .into_any()
                }
                Some(Status::Broken(reason)) => {
                    view! {
                        <span>{name.get_value()}</span>
                        <span class="bad" role="alert">
                            {reason}
                        </span>
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

#[component]
fn Tips() -> impl IntoView {
    let tip = |good: bool, shot: u8, text: &'static str| {
        view! {
            <li class=if good { "ok" } else { "bad" }>
                <svg class="print" aria-hidden="true">
                    <use href=format!("/shots.svg#shot{shot}")></use>
                </svg>
                <span>
                    <Icon name=if good { "check" } else { "x" } />
                    {text}
                </span>
            </li>
        }
    };
    view! {
        <section class="section" aria-labelledby="h-tips">
            <header>
                <h2 id="h-tips">{words::shoot::tips()}</h2>
            </header>
            <ul role="list" class="tips">
                {tip(true, 24, words::shoot::tips_daylight())}
                {tip(true, 26, words::shoot::tips_shoulders())}
                {tip(true, 29, words::shoot::tips_alone())}
                {tip(false, 30, words::shoot::tips_dark())}
                {tip(false, 32, words::shoot::tips_far())}
                {tip(false, 33, words::shoot::tips_eyes())}
            </ul>
        </section>
    }
}
