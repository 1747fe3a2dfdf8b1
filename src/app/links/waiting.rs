//! Who waits for a place at a full link, and what a lead can do for them. L7

use leptos::prelude::*;

use super::copy::CopyButton;

#[component]
pub fn Waiting(people: Vec<String>, name: String, places: Callback<()>) -> impl IntoView {
    let all = people.join("\n");
    view! {
        <div class="note wide">
            <div class="stack tight">
                <b>"Waiting for a place"</b>
                <p class="hint">"They left these addresses at the link; nobody has checked them. Add places and the link works for them again, or copy the addresses into an invite."</p>
                <ul role="list" class="waiters">
                    {people.into_iter().map(|person| view! { <li>{person}</li> }).collect_view()}
                </ul>
                <div class="row">
                    <CopyButton text=all what=format!("the addresses waiting for link {name}") copied="Addresses copied."/>
                    <a class="btn sm" href="?add=invite" data-noscroll="true">"Invite them"</a>
                    <button type="button" class="btn sm" on:click=move |_| places.run(())>"Add places"</button>
                </div>
            </div>
        </div>
    }
}
