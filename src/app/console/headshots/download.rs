//! Everybody who is listed as one file: a form that works by itself; with scripts it shows how far the
//! download is, can be cancelled, and saves nothing that broke off. H4, N6

use leptos::{ev::SubmitEvent, prelude::*};

use super::api::HeadshotPage;
use crate::{
    app::{
        browser::downloads::{Downloads, Event},
        components::{Icon, Note, Tone, background_name, shape_name},
        console::{context::lead, listing::query_string},
    },
    domain::{
        headshot::{Background, Format, Shape, archive_name},
        headshot_list::{Contents, HeadshotQuery},
        people::TeamFilter,
    },
    words,
};

/// How far it is.
#[derive(Clone, PartialEq)]
enum Status {
    Idle,
    Running { done: i64, count: i64, bytes: u64 },
    Cancelled,
    Saved(String),
    Broken,
}

#[component]
pub fn Download(page: Signal<HeadshotPage>) -> impl IntoView {
    let contents = RwSignal::new(Contents::One);
    let format = RwSignal::new(Format::default());
    let status = RwSignal::new(Status::Idle);
    let downloads = Downloads::idle();
    let running = Memo::new(move |_| status.with(|status| matches!(status, Status::Running { .. })));
    let count = move || {
        page.with(|page| match contents.get() {
            // That of everything is counted for all who match.
            Contents::Everything => page.counts.headshots,
            Contents::One => page.counts.matching(page.query.choice),
        })
    };
    let begin = move |event: SubmitEvent| {
        event.prevent_default();
        if running.get_untracked() {
            return;
        }
        let (url, name) = page.with_untracked(|page| {
            (url(&page.query, contents.get_untracked(), format.get_untracked()), whose(page))
        });
        status.set(Status::Running { done: 0, count: 0, bytes: 0 });
        downloads.begin(url, archive_name(&name), move |event| {
            status.try_set(match event {
                Event::Progress { files, of, bytes } => Status::Running { done: files, count: of, bytes },
                Event::Saved(file) => Status::Saved(file),
                Event::Broken => Status::Broken,
            });
        });
    };
    let cancel = move |_| {
        downloads.cancel();
        status.set(Status::Cancelled);
    };
    view! {
        <form class="tools" method="get" action="/headshots.zip" on:submit=begin>
            {move || {
                page.with(|page| page.query.clone().from_first().pairs())
                    .into_iter()
                    .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
                    .collect_view()
            }}
            {pick(
                "what",
                words::console::headshots_download_contents(),
                vec![
                    (Contents::One.as_str(), words::console::headshots_download_contents_one()),
                    (Contents::Everything.as_str(), words::console::headshots_download_contents_all()),
                ],
                move |what| contents.set(what.parse().unwrap_or_default()),
            )}
            {pick(
                "size",
                words::console::headshots_download_shape(),
                Shape::ALL.iter().map(|shape| (shape.as_str(), shape_name(*shape))).collect(),
                move |shape| format.update(|format| format.shape = shape.parse().unwrap_or_default()),
            )}
            {pick(
                "background",
                words::console::headshots_download_background(),
                Background::ALL
                    .iter()
                    .map(|background| (background.as_str(), background_name(*background)))
                    .collect(),
                move |background| {
                    format.update(|format| format.background = background.parse().unwrap_or_default());
                },
            )}
            <button
                class="btn primary"
                disabled=move || count() == 0
                aria-busy=move || running.get().then_some("true")
            >
                <Icon name="down" />
                {move || words::console::headshots_download(count())}
            </button>
            <Show when=move || running.get()>
                <button type="button" class="btn" on:click=cancel>
                    {words::console::headshots_download_cancel()}
                </button>
            </Show>
        </form>
        <Show when=move || running.get()>
            <Meter status />
        </Show>
        <p class="hint" hidden=move || format.get().background == Background::Original>
            {words::console::headshots_download_background_hint()}
        </p>
        <p role="status" class="hint">
            {move || said(&status.get())}
        </p>
        <Show when=move || status.with(|status| *status == Status::Broken)>
            <Note tone=Tone::Bad>
                <p>{words::console::headshots_download_broken()}</p>
            </Note>
        </Show>
    }
}

/// A choice of the form: its field, what it is called, the values with their words.
fn pick(
    field: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    chosen: impl Fn(String) + 'static,
) -> impl IntoView {
    let options = options.into_iter().map(|(value, text)| view! { <option value=value>{text}</option> });
    view! {
        <label class="pick">
            <span class="visually-hidden">{label}</span>
            <select name=field on:change=move |event| chosen(event_target_value(&event))>
                {options.collect_view()}
            </select>
        </label>
    }
}

#[component]
fn Meter(status: RwSignal<Status>) -> impl IntoView {
    let figures = move || match status.get() {
        Status::Running { done, count, bytes } => (done, count.max(1), bytes),
        _ => (0, 1, 0),
    };
    view! {
        <progress
            class="meter ok"
            max=move || figures().1.to_string()
            value=move || figures().0.to_string()
            aria-label=words::console::headshots_download_meter()
        ></progress>
        <p class="hint" translate="no">
            {move || {
                let (done, count, bytes) = figures();
                if bytes == 0 {
                    words::console::headshots_download_begun().to_owned()
                } else {
                    let megabytes = format!("{}.{}", bytes / 1_000_000, bytes / 100_000 % 10);
                    words::console::headshots_download_progress(done, count, megabytes)
                }
            }}
        </p>
    }
}

/// What is announced; while it runs the meter says the rest.
fn said(status: &Status) -> String {
    match status {
        Status::Idle | Status::Running { .. } | Status::Broken => String::new(),
        Status::Cancelled => words::console::headshots_download_cancelled().to_owned(),
        Status::Saved(file) => words::console::headshots_download_saved(file),
    }
}

/// Whose headshots they are: a team's, or the organization's.
fn whose(page: &HeadshotPage) -> String {
    let team = page.query.team.and_then(TeamFilter::team);
    let team = team.and_then(|team| page.teams.iter().find(|(id, _)| *id == team));
    team.map_or_else(|| lead().org_name, |(_, name)| name.clone())
}

fn url(query: &HeadshotQuery, contents: Contents, format: Format) -> String {
    let mut pairs = query.clone().from_first().pairs();
    pairs.push(("what", contents.as_str().to_owned()));
    pairs.push(("size", format.shape.as_str().to_owned()));
    pairs.push(("background", format.background.as_str().to_owned()));
    format!("/headshots.zip{}", query_string(&pairs))
}
