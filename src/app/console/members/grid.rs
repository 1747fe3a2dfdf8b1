//! The same people as cards, with their faces large. P1

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    api::PeoplePage,
    asking::Ask,
    pending::delivery::delivery,
    row::called,
    row_menu::RowMenu,
    selection::{SelectPerson, Selection},
};
use crate::{
    app::components::{StageIcon, deferred},
    domain::{
        member::{initials, initials_color},
        people::{Person, Standing},
    },
};

#[component]
pub fn Grid(page: Signal<PeoplePage>, selection: Selection, ask: Ask) -> impl IntoView {
    let people = move || page.with(|page| page.rows.iter().cloned().map(Arc::new).collect::<Vec<_>>());
    view! {
        <ul role="list" class="frames big people">
            <For each=people key=Clone::clone let:person>
                {deferred(move || view! { <Card person selection ask /> })}
            </For>
        </ul>
    }
}

#[component]
fn Card(person: Arc<Person>, selection: Selection, ask: Ask) -> impl IntoView {
    let id = person.id;
    let name = person.called().to_owned();
    let face = match &person.standing {
        Standing::Member { face, .. } => *face,
        Standing::Invite { .. } => None,
    };
    view! {
        <li class="frame">
            <span class="pic">
                {match face {
                    Some(face) => {
                        view! {
                            <img
                                class="print"
                                src=format!("/headshots/{face}?size=small")
                                width="320"
                                height="400"
                                loading="lazy"
                                alt=""
                            />
                        }
                            .into_any()
                    }
                    None => {
                        view! {
                            <span
                                class="print face"
                                data-h=initials_color(&name).to_string()
                                aria-hidden="true"
                            >
                                {initials(&name)}
                            </span>
                        }
                            .into_any()
                    }
                }} <SelectPerson id called=name.clone() selection />
                <RowMenu
                    person={
                        let person = person.clone();
                        move || person.clone()
                    }
                    ask
                />
            </span>
            <span class="cap">{called(&person)}</span>
            <span>
                <StageIcon stage=person.stage />
                {delivery(&person)}
            </span>
        </li>
    }
}
