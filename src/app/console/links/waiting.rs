//! Who waits for a place at a full link, and what a lead can do for them. L7

use leptos::prelude::*;

use crate::app::console::{add_member::dialog::Dialog, links::copy::CopyButton};

#[component]
pub fn Waiting(people: Vec<String>, name: String, places: Callback<()>) -> impl IntoView {
    let dialog = expect_context::<Dialog>();
    let all = people.join("\n");
    let handed = all.clone();
    view! {
        <div class="note wide">
            <div class="stack tight">
                <b>"Waiting for a place"</b>
                <p class="hint">"They left these addresses at the link; nobody has checked them. Add places and the link works for them again, or send them an invite."</p>
                <ul role="list" class="waiters">
                    {people.into_iter().map(|person| view! { <li>{person}</li> }).collect_view()}
                </ul>
                <div class="row">
                    <CopyButton text=all what=format!("the addresses waiting for link {name}") copied="Addresses copied."/>
                    <a
                        class="btn sm"
                        href="?add=invite"
                        data-noscroll="true"
                        on:click=move |_| dialog.invite(handed.clone())
                    >
                        "Invite them"
                    </a>
                    <button type="button" class="btn sm" on:click=move |_| places.run(())>"Add places"</button>
                </div>
            </div>
        </div>
    }
}
