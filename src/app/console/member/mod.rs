//! A member's page, for their leads: who they are, every shoot, their photos, what was done, and what can be
//! done. P4, H7

pub mod api;
pub mod facts;
mod pictures;

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::{
    api::{MemberView, show_member},
    facts::Facts,
    pictures::{Draft, Shoots},
};
use crate::{
    app::{
        components::{Empty, Icon, LoadLive},
        console::{
            context::{Changes, lead},
            history::Entries,
            members::{asking::Ask, dialogs::Dialogs, row::tags, row_menu::RowMenu, selection::Selection},
        },
        error::AppError,
    },
    domain::ids::MemberId,
    words,
};

#[component]
pub fn MemberPage() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let params = use_params_map();
    let member = Memo::new(move |_| params.with(|params| params.get("member")?.parse::<MemberId>().ok()));
    let data = Resource::new(
        move || (member.get(), changes.track()),
        move |(member, _)| async move {
            let Some(member) = member else { return Ok(None) };
            match show_member(org, member).await {
                // They were removed while the page was open, or are nobody's.
                Err(AppError::NotFound(_)) => Ok(None),
                found => found.map(Some),
            }
        },
    );
    view! {
        <main class="page" id="main">
            <LoadLive data show={move |found: Signal<Option<MemberView>>| view! { <Found found /> }} />
        </main>
    }
}

#[component]
fn Found(found: Signal<Option<MemberView>>) -> impl IntoView {
    let is_there = Memo::new(move |_| found.with(Option::is_some));
    view! {
        <Show when=move || is_there.get() fallback=Gone>
            <Member found />
        </Show>
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <h1 class="visually-hidden">{words::console::member()}</h1>
        <Empty title=words::console::member_gone() text=words::console::member_gone_text()>
            <a class="btn" href="/members">
                {words::console::member_gone_button()}
            </a>
        </Empty>
    }
}

#[component]
fn Member(found: Signal<Option<MemberView>>) -> impl IntoView {
    // The last one stays until the page says that they are gone.
    let view = Memo::new(move |last: Option<&MemberView>| {
        found.get().or_else(|| last.cloned()).expect("shown only where somebody was found")
    });
    let person = Memo::new(move |_| Arc::new(view.with(|view| view.person.clone())));
    let history = Memo::new(move |_| view.with(|view| view.history.clone()));
    let teams = Memo::new(move |_| view.with(|view| view.teams.clone()));
    let none = Memo::new(move |_| history.with(Vec::is_empty));
    let (ask, selection) = (Ask::default(), Selection::default());
    let id = move || person.with(|person| person.id);
    view! {
        <div class="head">
            <div>
                <p>
                    <a class="row" href="/members">
                        <Icon name="back" />
                        {words::console::member_back()}
                    </a>
                </p>
                <h1 id="h-member" tabindex="-1">
                    {move || person.with(|person| person.called().to_owned())}
                    {move || person.with(|person| tags(&person.standing))}
                </h1>
            </div>
            <div class="row">
                <a class="btn" href=move || format!("/members/{}/shoot", id()) rel="external">
                    <Icon name="image" />
                    {words::console::member_open()}
                </a>
                <RowMenu person=move || person.get() ask word=words::console::member_actions() />
            </div>
        </div>
        <div class="split flip">
            <div class="stack">
                <Shoots view />
                <Draft view />
                <section class="section" aria-labelledby="h-history">
                    <header>
                        <h2 id="h-history">{words::console::member_history()}</h2>
                        <a href=move || {
                            format!("/history?about={}", id())
                        }>{words::console::member_history_all()}</a>
                    </header>
                    <div class="tbl">
                        <Entries entries=history hidden=none />
                    </div>
                    <p class="hint" hidden=move || !none.get()>
                        {words::console::member_history_none()}
                    </p>
                </section>
            </div>
            <Facts view />
        </div>
        <Dialogs ask teams selection />
    }
}
