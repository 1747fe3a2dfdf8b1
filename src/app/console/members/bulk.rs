//! The bar for those who are selected: how many, and what can be done with them. P2

use leptos::prelude::*;

use super::{
    api::PeoplePage,
    asking::{Ask, Asking},
    selection::{Chosen, Selection},
};
use crate::{app::components::Icon, domain::people::BulkAct, words};

#[component]
pub fn BulkBar(page: Signal<PeoplePage>, selection: Selection, ask: Ask) -> impl IntoView {
    let some = move || selection.get().count() > 0;
    let begin = move |act| ask.set(Some(Asking::Bulk(act, selection.get())));
    // All of a page are selected, and there are more on others.
    let more = Memo::new(move |_| {
        let chosen = selection.get();
        page.with(|page| {
            let all = page.counts.matching(&page.query);
            let whole_page = page.order.iter().all(|id| match &chosen {
                Chosen::Some(people) => people.contains(id),
                Chosen::Matching(..) => false,
            });
            (whole_page && !page.order.is_empty() && all > chosen.count()).then_some(all)
        })
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
                    more.get()
                        .map(|all| {
                            view! {
                                <button
                                    type="button"
                                    class="btn sm"
                                    on:click=move |_| {
                                        page.with_untracked(|page| {
                                            selection.set_matching(page.query.clone(), all);
                                        });
                                    }
                                >
                                    {words::console::bulk_all(all)}
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
