//! What a good photo is, before anything else. H8

use leptos::prelude::*;

use crate::{app::components::Icon, words};

#[component]
pub fn Tips() -> impl IntoView {
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
