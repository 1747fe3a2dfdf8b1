//! How inviting works, in our own words; linked from the dialog. D3

use leptos::prelude::*;

use crate::{
    app::{
        components::{Sentence, mailto},
        console::context::lead,
    },
    words,
};

#[component]
pub fn Help() -> impl IntoView {
    let helped = RwSignal::new(None::<bool>);
    let support = StoredValue::new(lead().support_address);
    view! {
        <main class="page" id="main">
            <article class="prose">
                <h1>{words::console::help()}</h1>
                <p>
                    <Sentence words=words::console::help_intro()>
                        <b>{words::console::add_member()}</b>
                    </Sentence>
                </p>
                <h2>{words::console::add_member_invite()}</h2>
                <p>{words::console::help_invite()}</p>
                <ol>
                    <li>{words::console::help_invite_1()}</li>
                    <li>{words::console::help_invite_2()}</li>
                    <li>{words::console::help_invite_3()}</li>
                    <li>{words::console::help_invite_4()}</li>
                    <li>{words::console::help_invite_5()}</li>
                </ol>
                <h2>{words::console::add_member_link()}</h2>
                <p>{words::console::help_link()}</p>
                <ol>
                    <li>{words::console::help_link_1()}</li>
                    <li>{words::console::help_link_2()}</li>
                    <li>{words::console::help_link_3()}</li>
                </ol>
                <h2>{words::console::add_member_managed()}</h2>
                <p>{words::console::help_managed()}</p>
                <ol>
                    <li>{words::console::help_managed_1()}</li>
                    <li>{words::console::help_managed_2()}</li>
                    <li>{words::console::help_managed_3()}</li>
                </ol>
                <h2>{words::console::help_more()}</h2>
                <ul>
                    <li>{words::console::help_more_1()}</li>
                    <li>{words::console::help_more_2()}</li>
                    <li>{words::console::help_more_3()}</li>
                    <li>{words::console::help_more_4()}</li>
                </ul>
                <section class="stack tight" aria-live="polite">
                    {move || match helped.get() {
                        None => {
                            view! {
                                <p>
                                    <b>{words::console::did_it_help()}</b>
                                </p>
                                <div class="row">
                                    <button class="btn sm" on:click=move |_| helped.set(Some(true))>
                                        {words::console::did_it_help_yes()}
                                    </button>
                                    <button class="btn sm" on:click=move |_| helped.set(Some(false))>
                                        {words::console::did_it_help_no()}
                                    </button>
                                </div>
                            }
                                .into_any()
                        }
                        Some(true) => view! { <p>{words::console::did_it_help_thanks()}</p> }.into_any(),
                        Some(false) => {
                            let address = support.get_value();
                            let href = mailto(&address, words::console::did_it_help_subject(), None);
                            view! {
                                <p>
                                    <Sentence words=words::console::did_it_help_support()>
                                        <a href=href>{address}</a>
                                    </Sentence>
                                </p>
                            }
                                .into_any()
                        }
                    }}
                </section>
            </article>
        </main>
    }
}
