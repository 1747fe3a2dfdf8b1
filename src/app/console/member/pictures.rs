//! What was made of a member's photos, and the photos that are not submitted yet. P4, H7

use leptos::prelude::*;

use super::api::{MemberView, ShootLine};
use crate::{
    app::components::{Empty, Precision, Ring, Timestamp, deferred},
    domain::shoot::ShootState,
    words,
};

/// Every headshot session, the newest first.
#[component]
pub fn Shoots(view: Memo<MemberView>) -> impl IntoView {
    let none = move || view.with(|view| view.shoots.is_empty());
    view! {
        <section class="section" aria-labelledby="h-shoots">
            <header>
                <h2 id="h-shoots">{words::console::member_shoots()}</h2>
            </header>
            <Show when=none>
                <Empty
                    title=words::console::member_shoots_none()
                    text=words::console::member_shoots_none_text()
                />
            </Show>
            <ul role="list" class="lines" hidden=none>
                <For each=move || view.with(|view| view.shoots.clone()) key=Clone::clone let:shoot>
                    {deferred(move || view! { <OneShoot shoot /> })}
                </For>
            </ul>
        </section>
    }
}

#[component]
fn OneShoot(shoot: ShootLine) -> impl IntoView {
    let state = match shoot.state {
        ShootState::Queued => words::console::member_shoots_state_queued().to_owned(),
        ShootState::Generating => words::console::member_shoots_state_generating().to_owned(),
        ShootState::Ready => words::console::member_shoots_pictures(shoot.headshots.len() as i64),
        ShootState::Failed => words::console::member_shoots_state_failed().to_owned(),
    };
    // The photos of a failed one are in the draft again.
    let photos =
        (shoot.state != ShootState::Failed).then(|| words::console::member_shoots_photos(shoot.photos));
    view! {
        <li class="stack tight">
            <div class="row">
                <h3>
                    <Timestamp at=shoot.submitted_at precision=Precision::Day />
                </h3>
                <small>{state} {photos.map(|photos| format!(". {photos}"))}</small>
            </div>
            {shoot.failure.map(|failure| view! { <p class="bad">{failure}</p> })}
            {(!shoot.headshots.is_empty())
                .then(|| {
                    view! {
                        <ul role="list" class="frames small">
                            {shoot
                                .headshots
                                .into_iter()
                                .map(|headshot| {
                                    let number = format!("{:02}", headshot.number);
                                    let alt = if headshot.favorite {
                                        words::console::member_shoots_favorite(number)
                                    } else {
                                        words::console::member_shoots_picture(number)
                                    };
                                    let picture = format!("/headshots/{}?size=small", headshot.id);
                                    view! {
                                        <Picture picture alt>
                                            {headshot.favorite.then(|| view! { <Ring /> })}
                                        </Picture>
                                    }
                                })
                                .collect_view()}
                        </ul>
                    }
                })}
        </li>
    }
}

/// The photos that are not submitted yet, where there are any.
#[component]
pub fn Draft(view: Memo<MemberView>) -> impl IntoView {
    let draft = Memo::new(move |_| view.with(|view| view.draft.clone()));
    let some = move || !draft.with(Vec::is_empty);
    view! {
        <Show when=some>
            <section class="section" aria-labelledby="h-draft">
                <header>
                    <h2 id="h-draft">{words::console::member_draft()}</h2>
                    <small>
                        {move || words::console::member_draft_count(draft.with(Vec::len) as i64)} ". "
                        <a
                            href=move || view.with(|view| format!("/members/{}/shoot", view.person.id))
                            rel="external"
                        >
                            {words::console::member_draft_manage()}
                        </a>
                    </small>
                </header>
                <ul role="list" class="frames small">
                    {move || {
                        draft
                            .get()
                            .into_iter()
                            .enumerate()
                            .map(|(n, photo)| {
                                let alt = words::console::member_draft_photo(n + 1);
                                view! { <Picture picture=format!("/photos/{photo}?size=small") alt /> }
                            })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Picture(picture: String, alt: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <li class="frame">
            <span class="pic">
                <img class="print" src=picture width="320" height="400" loading="lazy" alt=alt />
                {children.map(|children| children())}
            </span>
        </li>
    }
}
