//! Single sign-on of the organization: the connection, its test, how people come in, and the Owner's way
//! back. S2, S3, S4

pub mod api;
mod connection;
mod guide;
mod provisioning;
mod recovery;

use leptos::prelude::*;

use self::{
    api::SsoView, connection::ConnectionForm, provisioning::ProvisioningForm, recovery::RecoveryCodes,
};
use crate::{
    app::{
        components::{Icon, LoadLive, PostForm},
        console::context::{Changes, lead},
    },
    words,
};

#[component]
pub fn SsoSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::show_sso(org));
    view! {
        <section class="section" id="sso" aria-labelledby="h-sso">
            <header>
                <h2 id="h-sso">{words::console::sso()}</h2>
                <small>{words::console::sso_hint()}</small>
            </header>
            <LoadLive data show={move |sso: Signal<SsoView>| view! { <Sso sso /> }} />
        </section>
    }
}

#[component]
fn Sso(sso: Signal<SsoView>) -> impl IntoView {
    let connection = Memo::new(move |_| sso.with(|sso| sso.connection.clone()));
    let connected = Memo::new(move |_| connection.with(Option::is_some));
    let enabled = Memo::new(move |_| connection.with(|c| c.as_ref().is_some_and(|c| c.enabled)));
    let changing = RwSignal::new(false);
    let shows_form = move || changing.get() || !connected.get();
    view! {
        <Show when=move || connected.get()>
            <div class="row">
                <b>{move || connection.with(|c| c.as_ref().map(|c| c.preset.name()).unwrap_or_default())}</b>
                {move || {
                    let (class, icon, text) = if enabled.get() {
                        ("tag ok", "check", words::console::sso_on())
                    } else {
                        ("tag warn", "clock", words::console::sso_untested())
                    };
                    view! {
                        <span class=class>
                            <Icon name=icon />
                            {text}
                        </span>
                    }
                }}
                <span class="push"></span>
                <PostForm action="/sso/test" class="row">
                    <button class="btn sm">{words::console::sso_test()}</button>
                </PostForm>
                <button
                    type="button"
                    class="btn sm bare"
                    aria-expanded=move || changing.get().to_string()
                    on:click=move |_| changing.update(|changing| *changing = !*changing)
                >
                    {words::console::sso_change()}
                </button>
            </div>
        </Show>
        <Show when=shows_form>
            <ConnectionForm sso done=Callback::new(move |()| changing.set(false)) />
        </Show>
        <Show when=move || connected.get()>
            <ProvisioningForm sso />
            <RecoveryCodes sso />
        </Show>
    }
}
