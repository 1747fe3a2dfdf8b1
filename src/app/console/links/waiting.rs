//! Who waits for a place at a full link, and what a lead can do for them. L7

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    app::console::{
        add_member::{
            dialog::Dialog,
            tab::{Tab, query_with},
        },
        copy::CopyButton,
    },
    words,
};

#[component]
pub fn Waiting(people: Vec<String>, name: String, places: Callback<()>) -> impl IntoView {
    let dialog = expect_context::<Dialog>();
    let asked = use_query_map();
    let all = people.join("\n");
    let handed = all.clone();
    view! {
        <div class="note wide">
            <div class="stack tight">
                <b>{words::console::waitlist()}</b>
                <p class="hint">{words::console::waitlist_text()}</p>
                <ul role="list" class="waiters">
                    {people.into_iter().map(|person| view! { <li>{person}</li> }).collect_view()}
                </ul>
                <div class="row">
                    <CopyButton
                        text=all
                        what=words::console::copy_waiting(name)
                        copied=words::console::copy_waiting_copied()
                    />
                    <a
                        class="btn sm"
                        href=move || asked.with(|asked| query_with(asked, Some(Tab::Invite)))
                        data-noscroll="true"
                        on:click=move |_| dialog.invite(handed.clone())
                    >
                        {words::console::waitlist_invite()}
                    </a>
                    <button type="button" class="btn sm" on:click=move |_| places.run(())>
                        {words::console::waitlist_add_places()}
                    </button>
                </div>
            </div>
        </div>
    }
}
