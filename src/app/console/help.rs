//! How inviting works, in our own words; linked from the dialog. D3

use leptos::prelude::*;

#[component]
pub fn Help() -> impl IntoView {
    let helped = RwSignal::new(None::<bool>);
    view! {
        <main class="page" id="main">
            <article class="prose">
                <h1>"Inviting members"</h1>
                <p>
                    "There are three ways to add people, all behind the " <b>"Add member"</b>
                    " button on the dashboard and on the Members page. Each needs at least one credit in the balance; none of them uses one."
                </p>
                <h2>"Send invite"</h2>
                <p>"For people who take their own photos, when you have their addresses."</p>
                <ol>
                    <li>"Paste one or more email addresses. Commas, spaces and line breaks all work; a CSV file with the columns email, name, team and job title does too."</li>
                    <li>"Mend what is marked right where it stands. Whoever is a member or invited already is left out."</li>
                    <li>"Choose a team, if your organization has any, and add a note if you like."</li>
                    <li>"Press Invite. Each person gets an email with a link that works only for them."</li>
                    <li>"The Members page shows what became of each email. There you remind people, mend a wrong address, and revoke. Who does not answer is reminded after 3 and after 7 days, unless you switch that off in Settings."</li>
                </ol>
                <h2>"Open invite"</h2>
                <p>"For a group, when one link in a chat or an email is easier than a list."</p>
                <ol>
                    <li>"Set what you need: a domain that addresses must have, how many may join, until when."</li>
                    <li>"Press Create invite link, copy it, and share it."</li>
                    <li>"The same tab lists your links and how often each was used. There you change, pause and revoke them, and see who waits at a full one. Whoever joined before stays."</li>
                </ol>
                <h2>"Add on their behalf"</h2>
                <p>"For somebody whose photos you upload yourself. They need no account."</p>
                <ol>
                    <li>"Type the name; an email address and a job title are optional."</li>
                    <li>"Press Add member, and go on to the photos."</li>
                    <li>"With an address, the person gets a private link when the headshots are ready. Without one, only Team Leads see them."</li>
                </ol>
                <h2>"Good to know"</h2>
                <ul>
                    <li>"One credit is used when photos are submitted, and comes back if the headshots cannot be made."</li>
                    <li>"Revoking an invite or a link removes nobody."</li>
                    <li>"People can be moved to another team on the Members page, and removed there. Members with more than 3 headshot sessions are removed by support."</li>
                </ul>
                <section class="stack tight" aria-live="polite">
                    {move || match helped.get() {
                        None => {
                            view! {
                                <p>
                                    <b>"Did this help?"</b>
                                </p>
                                <div class="row">
                                    <button class="btn sm" on:click=move |_| helped.set(Some(true))>"Yes"</button>
                                    <button class="btn sm" on:click=move |_| helped.set(Some(false))>"No"</button>
                                </div>
                            }
                                .into_any()
                        }
                        Some(true) => view! { <p>"Good. Thank you for saying so."</p> }.into_any(),
                        Some(false) => {
                            view! { <p>"Then write to whoever runs this Headcount for you; they can see what you see."</p> }
                                .into_any()
                        }
                    }}
                </section>
            </article>
        </main>
    }
}
