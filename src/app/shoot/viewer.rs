//! One headshot as large as the window, and the way to the others by keys, buttons or a swipe; or two of
//! them side by side. H4, N5

use leptos::{
    ev::{self, KeyboardEvent, MouseEvent, PointerEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};
use serde::{Deserialize, Serialize};

use super::headshot::{Choose, HeadshotView, Shapes};
use crate::{
    app::components::Icon,
    domain::{headshot::Background, moment::Moment},
    words,
};

/// A finger that moved so many pixels sideways has turned the page.
const SWIPE: i32 = 40;

/// A headshot, and when it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Print {
    pub headshot: HeadshotView,
    pub made_at: Moment,
}

/// All headshots of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Prints {
    pub all: Vec<Print>,
    /// The addresses to which a headshot's id is added: of its file, and where choosing it is posted.
    pub pictures: String,
    pub choose: String,
}

impl Print {
    fn title(&self) -> String {
        words::shoot::viewer(self.headshot.numbered(), self.made_at.long_date())
    }
}

/// Shows a print instead of following the link to its file.
#[component]
pub fn Viewer(prints: Prints) -> impl IntoView {
    let place = RwSignal::new(None);
    Effect::new(move || {
        let clicks = window_event_listener(ev::click, move |event| {
            if let Some(clicked) = place_of(&event) {
                event.prevent_default();
                place.set(Some(clicked));
            }
        });
        on_cleanup(move || clicks.remove());
    });
    let all = StoredValue::new(prints.all);
    let (pictures, choose) = (StoredValue::new(prints.pictures), StoredValue::new(prints.choose));
    view! {
        <Show when=move || place.with(Option::is_some)>
            <Open all place pictures choose />
        </Show>
    }
}

/// The place of the headshot whose link was clicked, unless a new tab or a download was asked for.
fn place_of(event: &MouseEvent) -> Option<usize> {
    let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    let clicked = event.target()?.dyn_into::<Element>().ok()?;
    let link = clicked.closest("a[data-place]").ok().flatten().filter(|_| plain && event.button() == 0)?;
    link.get_attribute("data-place")?.parse().ok()
}

#[component]
fn Open(
    all: StoredValue<Vec<Print>>,
    place: RwSignal<Option<usize>>,
    pictures: StoredValue<String>,
    choose: StoredValue<String>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(|dialog| {
        dialog.show_modal().ok();
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        place.set(None);
    };
    let count = all.with_value(Vec::len);
    let at = move || place.get().unwrap_or_default().min(count.saturating_sub(1));
    let print = move |place: usize| all.with_value(|all| all[place].clone());
    let shown = Memo::new(move |_| print(at()));
    // The one that stays on the left while one looks at others beside it.
    let kept = RwSignal::new(None::<usize>);
    let go = move |to: Option<usize>| {
        if let Some(to) = to.filter(|to| *to < count) {
            place.set(Some(to));
        }
    };
    let back = move || go(at().checked_sub(1));
    let on = move || go(Some(at() + 1));
    let on_key = move |event: KeyboardEvent| {
        // The browser's own: back, forward.
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowLeft" => back(),
            "ArrowRight" => on(),
            "Home" => go(Some(0)),
            "End" => go(count.checked_sub(1)),
            _ => return,
        }
        event.prevent_default();
    };
    let background = RwSignal::new(Background::default());
    let begun = StoredValue::new(None::<i32>);
    let on_up = move |event: PointerEvent| {
        let from = begun.try_update_value(Option::take).flatten();
        let moved = from.map_or(0, |from| event.client_x() - from);
        if moved >= SWIPE {
            back();
        } else if moved <= -SWIPE {
            on();
        }
    };
    let file = move |print: &Print| format!("{}/{}", pictures.get_value(), print.headshot.id);
    let picture = move |print: &Print| match background.get() {
        Background::Original => file(print),
        other => format!("{}?background={}", file(print), other.as_str()),
    };
    let compare = move |_| kept.update(|kept| *kept = if kept.is_some() { None } else { Some(at()) });
    view! {
        <dialog
            class="viewer"
            node_ref=dialog
            aria-labelledby="viewer-title"
            on:keydown=on_key
            on:cancel=move |event: ev::Event| {
                event.prevent_default();
                close();
            }
        >
            <header>
                <h2 id="viewer-title">{move || shown.with(Print::title)}</h2>
                <span class="visually-hidden" role="status">
                    {move || shown.with(Print::title)}
                </span>
                <small>{move || words::shoot::viewer_counter(at() + 1, count as i64)}</small>
                <button
                    type="button"
                    class="icon"
                    aria-label=words::shoot::viewer_close()
                    on:click=move |_| close()
                >
                    <Icon name="x" />
                </button>
            </header>
            <div
                class="prints"
                class:two=move || kept.with(Option::is_some)
                on:pointerdown=move |event: PointerEvent| begun.set_value(Some(event.client_x()))
                on:pointerup=on_up
                on:pointercancel=move |_| begun.set_value(None)
            >
                {move || {
                    kept.get()
                        .map(|kept| {
                            let kept = print(kept);
                            let src = picture(&kept);
                            view! { <OnePrint print=Signal::stored(kept) src=Signal::stored(src) /> }
                        })
                }}
                <OnePrint print=shown src=Signal::derive(move || shown.with(picture)) />
            </div>
            <footer>
                <div class="row">
                    <button
                        type="button"
                        class="btn sm"
                        aria-disabled=move || (at() == 0).then_some("true")
                        on:click=move |_| back()
                    >
                        <Icon name="back" />
                        {words::shoot::viewer_previous()}
                    </button>
                    <button
                        type="button"
                        class="btn sm"
                        autofocus
                        aria-disabled=move || (at() + 1 >= count).then_some("true")
                        on:click=move |_| on()
                    >
                        {words::shoot::viewer_next()}
                        <Icon name="forward" />
                    </button>
                    <button
                        type="button"
                        class="btn sm"
                        hidden=count < 2
                        aria-pressed=move || if kept.with(Option::is_some) { "true" } else { "false" }
                        on:click=compare
                    >
                        {words::shoot::viewer_compare()}
                    </button>
                    {move || {
                        let HeadshotView { id, favorite, .. } = shown.get().headshot;
                        let number = shown.with(|print| print.headshot.numbered());
                        let action = format!("{}/{id}/choose", choose.get_value());
                        view! { <Choose favorite action number /> }
                    }}
                </div>
                <Backgrounds chosen=background />
                {move || {
                    let (file, number) = shown.with(|print| (file(print), print.headshot.numbered()));
                    view! { <Shapes file number background=background.get() /> }
                }}
                <p class="hint" role="status">
                    {move || {
                        kept.get()
                            .map(|kept| words::shoot::viewer_compare_hint(print(kept).headshot.numbered()))
                    }}
                </p>
                <p class="hint" role="status">
                    {move || {
                        (background.get() != Background::Original).then(words::shoot::viewer_background_hint)
                    }}
                </p>
            </footer>
        </dialog>
    }
}

/// What is to stand behind the person. H4
#[component]
fn Backgrounds(chosen: RwSignal<Background>) -> impl IntoView {
    view! {
        <div class="row" role="group" aria-labelledby="viewer-background">
            <span id="viewer-background">{words::shoot::viewer_background()}</span>
            {Background::ALL
                .iter()
                .map(|background| {
                    let background = *background;
                    let name = match background {
                        Background::Original => words::shoot::viewer_background_original(),
                        Background::Soft => words::shoot::viewer_background_soft(),
                        Background::Plain => words::shoot::viewer_background_plain(),
                    };
                    view! {
                        <button
                            type="button"
                            class="btn sm"
                            aria-pressed=move || if chosen.get() == background { "true" } else { "false" }
                            on:click=move |_| chosen.set(background)
                        >
                            {name}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// A print with its number below.
#[component]
fn OnePrint(#[prop(into)] print: Signal<Print>, src: Signal<String>) -> impl IntoView {
    let number = move || print.with(|print| print.headshot.numbered());
    view! {
        <figure>
            <img
                src=move || src.get()
                width=move || print.with(|print| print.headshot.width.to_string())
                height=move || print.with(|print| print.headshot.height.to_string())
                alt=move || words::shoot::headshot(number())
                draggable="false"
            />
            <figcaption>
                {number}
                {move || {
                    print
                        .with(|print| print.headshot.favorite)
                        .then(|| {
                            view! {
                                " "
                                <Icon name="check" />
                                {words::shoot::headshot_chosen()}
                            }
                        })
                }}
            </figcaption>
        </figure>
    }
}
