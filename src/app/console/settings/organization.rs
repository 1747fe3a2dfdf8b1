//! The organization's name, website and support address, and its logo. J1, L8

use leptos::prelude::*;

use crate::{
    app::{
        components::{LoadLive, TextField},
        console::{
            context::{self, Changes, lead},
            sending::sending,
            settings::{
                api::{self, SetProfile},
                logo::{LogoForm, LogoRefused},
            },
            toasts::Toast,
        },
        page_data::page_data,
    },
    domain::{
        member::ORG_NAME_MAX,
        organization::{Profile, WEBSITE_MAX},
    },
    words,
};

#[component]
pub fn OrganizationSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let refused = page_data(use_context::<LogoRefused>);
    let data = Resource::new(move || changes.track(), move |_| api::show_profile(org));
    view! {
        <section class="section" aria-labelledby="h-organization">
            <header>
                <h2 id="h-organization">{words::console::organization()}</h2>
                <small>{words::console::organization_hint()}</small>
            </header>
            <LoadLive
                data
                show={move |profile: Signal<Profile>| {
                    move || {
                        let profile = profile.get();
                        let (name, logo) = (profile.name.clone(), profile.face.logo);
                        view! {
                            <Form profile />
                            <LogoForm org=name logo refused />
                        }
                    }
                }}
            />
        </section>
    }
}

#[component]
fn Form(profile: Profile) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let save = ServerAction::<SetProfile>::new();
    let about = sending(*save, move |name| {
        toast.show(words::console::saved());
        context::rename_organization(name);
        changes.note();
    });
    let website = profile.face.website.map(|website| website.to_string());
    let support = profile.face.support.map(|address| address.to_string());
    view! {
        <ActionForm action=save attr:class="stack" attr:novalidate=true>
            <input type="hidden" name="org" value=org.to_string() />
            <TextField
                name="name"
                prefix="org"
                label=words::console::organization_name()
                value=profile.name
                hint=words::console::organization_name_hint()
                error=about("name")
                max=ORG_NAME_MAX
                autocomplete="organization"
                required=true
            />
            <TextField
                name="website"
                prefix="org"
                label=words::console::organization_website()
                value=website.unwrap_or_default()
                hint=words::console::organization_website_hint()
                error=about("website")
                max=WEBSITE_MAX
                autocomplete="url"
                optional=true
            />
            <TextField
                name="support"
                prefix="org"
                label=words::console::organization_support()
                kind="email"
                value=support.unwrap_or_default()
                hint=words::console::organization_support_hint()
                error=about("support")
                optional=true
            />
            <div class="row">
                <button class="btn">{words::console::save()}</button>
            </div>
        </ActionForm>
    }
}
