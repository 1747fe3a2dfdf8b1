//! The draft: photos are added one by one, each with its own progress and its own verdict; what is
//! in stays in. Then it is submitted, which is what costs a credit. H1, H2, C4

mod frames;
mod tips;

use leptos::{html, prelude::*};
use serde::{Deserialize, Serialize};

use self::frames::{PhotoFrame, Sending, SendingFrame, Status, advice};
pub use self::tips::Tips;
use crate::{
    app::{
        browser::uploads::{self, PhotoView, Target, Unfinished},
        components::{FieldError, Icon, Note, PostForm, Sentence, Tone},
    },
    words,
};

/// What the draft of a person shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftData {
    /// What files are sent for.
    pub target: Target,
    /// The address of the page that shows it.
    pub page: String,
    pub photos: Vec<PhotoView>,
    pub unfinished: Vec<Unfinished>,
    pub org: String,
    pub submit_error: Option<String>,
}

/// The photos, and beside them what to do with them.
#[component]
pub fn Draft(data: DraftData) -> impl IntoView {
    let DraftData { target, page, photos, unfinished, org, submit_error } = data;
    let Target { base, draft: number, limits, .. } = target.clone();
    let photos = RwSignal::new(photos);
    let sending = RwSignal::new(Vec::<Sending>::new());
    let announcement = RwSignal::new(String::new());
    let over = RwSignal::new(false);
    // Submitted meanwhile, in another tab or by somebody else.
    let over_already = RwSignal::new(false);
    let uploads = uploads::Uploads::new(target);

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
            if answer.submitted {
                over_already.set(true);
            }
            for photo in answer.taken {
                let found = photo.advice.iter().map(|found| advice(*found));
                let added = words::shoot::photo_added(&photo.file_name);
                announcement.set([added.as_str()].into_iter().chain(found).collect::<Vec<_>>().join(" "));
                photos.update(|list| {
                    if list.iter().all(|other| other.id != photo.id) {
                        list.push(photo);
                    }
                });
                sending.update(|list| list.retain(|item| item.key != key));
            }
            for refused in answer.refused {
                set_status(key, Status::Refused(refused.reason));
            }
        }
        uploads::Event::Refused(refusal) => set_status(key, Status::Refused(refusal.to_string())),
        uploads::Event::Broken(why) => set_status(key, Status::Broken(why)),
        uploads::Event::Unfinished(percent) => set_status(key, Status::Unfinished(percent)),
        uploads::Event::Continued => sending.update(|list| list.retain(|item| item.key != key)),
        uploads::Event::Waits => set_status(key, Status::Broken(words::shoot::upload_waits().to_owned())),
    };
    let has_place = move |digest: Option<&str>| {
        photos
            .with_untracked(|list| limits.has_place(digest, list.iter().map(|photo| photo.digest.as_deref())))
    };
    let add = move |files: uploads::Files| uploads.send(files, on_event, has_place);
    uploads.resume_when_online(on_event);
    let add_picked = move |event| add(uploads::picked(&event));
    // Chosen before this page woke up, or broken off before it was loaded.
    let input = NodeRef::<html::Input>::new();
    input.on_load(move |input| {
        add(uploads::chosen(&input));
        uploads.resume(unfinished, on_event);
    });
    uploads::on_drop(move |held| over.set(held), add);
    let enough = move || photos.with(Vec::len) >= usize::from(limits.min_photos);
    let full = move || over_already.get() || photos.with(Vec::len) >= usize::from(limits.max_photos);
    let busy = move || sending.with(|list| list.iter().any(|item| matches!(item.status, Status::Sent(_))));
    let (formats, accepted) = if limits.heic {
        (
            words::shoot::formats_with_heic(),
            "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif",
        )
    } else {
        (words::shoot::formats(), "image/jpeg,image/png,image/webp")
    };
    let shown = move || {
        photos.with(|list| list.iter().map(|photo| photo.id.to_string()).collect::<Vec<_>>().join(","))
    };
    let remove_base = base.clone();
    // Of the draft, not of a frame: it hears of other files when its own is in and its frame is gone.
    let heard = Callback::new(move |(key, event)| on_event(key, event));

    view! {
        <div class="stack">
            <Show when=move || over_already.get()>
                <Late page=page.clone() />
            </Show>
            <PostForm action=format!("{base}/photos") enctype="multipart/form-data">
                <input type="hidden" name="draft" value=number.to_string() />
                <label class="drop" class:over=over>
                    <Icon name="image" />
                    <b>{words::shoot::add_photos()}</b>
                    <span class="hint">
                        {words::shoot::add_photos_hint(
                            formats,
                            limits.max_bytes / (1024 * 1024),
                            limits.min_side,
                        )}
                    </span>
                    <span class="btn awake" aria-hidden="true">
                        {words::shoot::add_photos_choose()}
                    </span>
                    <input
                        node_ref=input
                        type="file"
                        name="photo"
                        multiple
                        accept=accepted
                        aria-label=words::shoot::add_photos()
                        disabled=full
                        on:change=add_picked
                    />
                </label>
                <label class="btn awake camera">
                    <Icon name="camera" />
                    {words::shoot::add_photos_camera()}
                    <input
                        class="visually-hidden"
                        type="file"
                        accept="image/*"
                        capture="user"
                        disabled=full
                        on:change=add_picked
                    />
                </label>
                <button class="btn asleep">{words::shoot::add_photos_upload()}</button>
            </PostForm>
            <p class="visually-hidden" role="status">
                {announcement}
            </p>
            <ol role="list" class="frames">
                <For each=move || photos.get() key=|photo| photo.id let:photo>
                    <PhotoFrame photo base=remove_base.clone() photos />
                </For>
                <For each=move || sending.get() key=|item| item.key let:item>
                    <SendingFrame key=item.key file_name=item.file_name sending uploads on_event=heard />
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
                    <input type="hidden" name="draft" value=number.to_string() />
                    <input type="hidden" name="photos" value=shown />
                    <button
                        class="btn primary wide"
                        aria-describedby="f-submit-e"
                        disabled=move || !enough() || busy() || over_already.get()
                    >
                        {move || words::shoot::submit_button(photos.with(Vec::len) as i64)}
                    </button>
                    <FieldError id="f-submit-e" message=Signal::stored(submit_error) />
                </PostForm>
                <p class="hint">{words::shoot::submit_hint(org)}</p>
            </section>
        </div>
    }
}

/// What is said when photos come after the draft was submitted: nothing is begun by itself. H2, C2
#[component]
fn Late(page: String) -> impl IntoView {
    view! {
        <Note tone=Tone::Warn>
            <p>
                <b>{words::shoot::late()}</b>
                " "
                {words::shoot::late_text()}
            </p>
            <p class="row">
                <a class="btn primary" href=page.clone()>
                    {words::shoot::late_see()}
                </a>
                <a class="btn" href=format!("{page}?another")>
                    {words::shoot::another_begin()}
                </a>
            </p>
        </Note>
    }
}
