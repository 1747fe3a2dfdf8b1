//! A picture of what to copy from where: the provider's own page with what its fields are called there,
//! beside the fields here. S2

use leptos::prelude::*;

use crate::{app::components::Icon, domain::sso::provider::Preset, words};

/// Something that is copied, and which way.
#[derive(Clone, Copy)]
enum Copied {
    /// From Headcount to the provider.
    There,
    /// From the provider to Headcount.
    Here,
}

/// A field at the provider: its label, the page on which it stands, and the field here.
struct Field {
    there: (&'static str, &'static str),
    copied: Copied,
    here: &'static str,
}

/// Nothing for providers that we do not know.
#[component]
pub fn CopyGuide(preset: Preset) -> impl IntoView {
    let fields = fields(preset);
    (!fields.is_empty()).then(|| {
        view! {
            <figure class="guide">
                <figcaption class="hint">{words::console::sso_guide()}</figcaption>
                <p class="guide-head" aria-hidden="true">
                    <b>{preset.name()}</b>
                    <b>{words::console::sso_guide_ours()}</b>
                </p>
                <ul role="list">{fields.into_iter().map(line).collect_view()}</ul>
            </figure>
        }
    })
}

fn line(field: Field) -> impl IntoView {
    let (label, page) = field.there;
    let (icon, way) = match field.copied {
        Copied::There => ("back", words::console::sso_guide_there()),
        Copied::Here => ("forward", words::console::sso_guide_here()),
    };
    view! {
        <li>
            <span class="guide-field">
                <small>{page}</small>
                {label}
            </span>
            <span class="guide-way">
                <Icon name=icon />
                <span class="visually-hidden">{way}</span>
            </span>
            <span class="guide-field">{field.here}</span>
        </li>
    }
}

/// In the order in which one comes to them.
fn fields(preset: Preset) -> Vec<Field> {
    use words::console as w;

    let mut fields = Vec::new();
    let mut add = |there, copied, here| fields.push(Field { there, copied, here });
    let (callback, issuer) = (w::sso_callback(), w::sso_issuer());
    let (id, secret) = (w::client_id(), w::client_secret());
    match preset {
        Preset::Entra => {
            add((w::entra_authentication_redirect(), w::entra_authentication()), Copied::There, callback);
            add((w::entra_overview_client(), w::entra_overview()), Copied::Here, id);
            add((w::entra_overview_tenant(), w::entra_overview()), Copied::Here, issuer);
            add((w::entra_secrets_value(), w::entra_secrets()), Copied::Here, secret);
        }
        Preset::Google => {
            add((w::google_clients_redirect(), w::google_clients()), Copied::There, callback);
            add((w::google_clients_client(), w::google_clients()), Copied::Here, id);
            add((w::google_clients_secret(), w::google_clients()), Copied::Here, secret);
        }
        Preset::Okta => {
            add((w::okta_general_redirect(), w::okta_general()), Copied::There, callback);
            add((w::okta_general_client(), w::okta_general()), Copied::Here, id);
            add((w::okta_general_secret(), w::okta_general()), Copied::Here, secret);
            add((w::okta_menu_domain(), w::okta_menu()), Copied::Here, issuer);
        }
        Preset::Keycloak => {
            add((w::keycloak_settings_redirect(), w::keycloak_settings()), Copied::There, callback);
            add((w::keycloak_settings_client(), w::keycloak_settings()), Copied::Here, id);
            add((w::keycloak_credentials_secret(), w::keycloak_credentials()), Copied::Here, secret);
            add((w::keycloak_endpoints_issuer(), w::keycloak_endpoints()), Copied::Here, issuer);
        }
        Preset::Other => {}
    }
    fields
}
