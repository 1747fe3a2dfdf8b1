//! The bar for those who are selected: how many, and what can be done with them. P2

use leptos::prelude::*;

use super::{
    api::{PeoplePage, matching_people},
    asking::{Ask, Asking},
    query::string_of,
    selection::{Chosen, Offer, Selection},
};
use crate::{
    app::{
        components::Icon,
        console::{context::lead, toasts::Toast},
    },
    domain::people::{BulkAct, PeopleQuery},
    words,
};

#[component]
pub fn BulkBar(page: Signal<PeoplePage>, selection: Selection, ask: Ask) -> impl IntoView {
    let some = move || selection.get().count() > 0;
    let begin = move |act| ask.set(Some(Asking::Bulk(act, selection.get())));
    // All of a page are selected, and there are more on others.
    let offer = Memo::new(move |_| {
        let chosen = selection.get();
        page.with(|page| chosen.offer(&page.order, page.counts.matching(&page.query)))
    });
    let org = lead().org;
    let toast = expect_context::<Toast>();
    let choose_all = Action::new(move |query: &PeopleQuery| {
        let query = query.clone();
        async move {
            let people = matching_people(org, string_of(&query)).await;
            people.map(|people| (query, people))
        }
    });
    Effect::new(move || match choose_all.value().get() {
        // Unless another list is shown by now.
        Some(Ok((query, people))) if page.with_untracked(|page| page.query.asks_for_same_people(&query)) => {
            selection.choose(Chosen::all_of(query, people));
        }
        Some(Err(error)) => toast.show(error.to_string()),
        _ => {}
    });
    let acts = [
        (BulkAct::Move, "swap", words::console::bulk_move()),
        (BulkAct::Remind, "bell", words::console::bulk_remind()),
        (BulkAct::Revoke, "stop", words::console::bulk_revoke()),
        (BulkAct::Remove, "bin", words::console::bulk_remove()),
    ];
    view! {
        <Show when=some>
            <div class="toast bulk" role="group" aria-label=words::console::bulk()>
                <b role="status">{move || words::console::bulk_count(selection.get().count())}</b>
                {move || {
                    offer
                        .get()
                        .map(|Offer { people, all }| {
                            view! {
                                <button
                                    type="button"
                                    class="btn sm"
                                    aria-busy=move || choose_all.pending().get().then_some("true")
                                    on:click=move |_| {
                                        if !choose_all.pending().get_untracked() {
                                            choose_all
                                                .dispatch(page.with_untracked(|page| page.query.clone()));
                                        }
                                    }
                                >
                                    {if people < all {
                                        words::console::bulk_first(people, all)
                                    } else {
                                        words::console::bulk_all(all)
                                    }}
                                </button>
                            }
                        })
                }}
                {acts
                    .map(|(act, icon, word)| {
                        view! {
                            <button type="button" class="btn sm" on:click=move |_| begin(act)>
                                <Icon name=icon />
                                {word}
                            </button>
                        }
                    })
                    .collect_view()}
                <button
                    type="button"
                    class="icon"
                    aria-label=words::console::bulk_none()
                    on:click=move |_| selection.clear()
                >
                    <Icon name="x" />
                </button>
            </div>
        </Show>
    }
}
