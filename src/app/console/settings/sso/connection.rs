//! Which identity provider it is, and what to copy from where. S2

use leptos::prelude::*;

use super::{
    api::{ConnectProvider, DisconnectProvider, SsoView},
    guide::CopyGuide,
};
use crate::{
    app::{
        components::{Confirm, FieldError, TextField},
        console::{
            context::{Changes, lead},
            copy::CopyButton,
            sending::errors_of,
            toasts::Toast,
        },
        error::AppError,
    },
    domain::sso::provider::Preset,
    words,
};

#[component]
pub fn ConnectionForm(sso: Signal<SsoView>, done: Callback<()>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let first = sso.get_untracked();
    let connection = first.connection;
    let preset = RwSignal::new(connection.as_ref().map_or(Preset::Entra, |connection| connection.preset));
    let connect = ServerAction::<ConnectProvider>::new();
    Effect::new(move || {
        if let Some(Ok(())) = connect.value().get() {
            toast.show(words::console::sso_saved());
            changes.note();
            done.run(());
        }
    });
    let about = errors_of(*connect);
    let general = Signal::derive(move || {
        connect.value().get().and_then(Result::err).and_then(|error: AppError| error.general())
    });
    let is_connected = connection.is_some();
    let secret_hint = if is_connected {
        words::console::client_secret_kept()
    } else {
        words::console::client_secret_hint()
    };
    let issuer = connection.as_ref().map(|connection| connection.issuer.clone()).unwrap_or_default();
    let client_id = connection.map(|connection| connection.client_id).unwrap_or_default();
    view! {
        <ActionForm action=connect attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <div class="field">
                <label for="f-preset">{words::console::sso_preset()}</label>
                <span class="pick">
                    <select
                        id="f-preset"
                        name="preset"
                        on:change=move |event| {
                            if let Ok(chosen) = event_target_value(&event).parse() {
                                preset.set(chosen);
                            }
                        }
                    >
                        {Preset::ALL
                            .iter()
                            .map(|one| {
                                view! {
                                    <option value=one.as_str() selected=preset.get_untracked() == *one>
                                        {one.name()}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </span>
            </div>
            <p class="hint">{move || steps(preset.get())}</p>
            {move || view! { <CopyGuide preset=preset.get() /> }}
            <dl class="note dns">
                <dt>{words::console::sso_callback()}</dt>
                <dd>
                    <code>{first.callback.clone()}</code>
                </dd>
                <dd>
                    <CopyButton
                        text=first.callback
                        what=words::console::sso_callback()
                        copied=words::console::sso_callback_copied()
                    />
                </dd>
            </dl>
            <div hidden=move || preset.get() == Preset::Google>
                <TextField
                    name="issuer"
                    label=words::console::sso_issuer()
                    value=issuer
                    hint=words::console::sso_issuer_hint()
                    error=about("issuer")
                />
            </div>
            <TextField
                name="client_id"
                label=words::console::client_id()
                value=client_id
                error=about("client_id")
                required=true
            />
            <TextField
                name="client_secret"
                label=words::console::client_secret()
                kind="password"
                hint=secret_hint
                error=about("client_secret")
                autocomplete="new-password"
                required=!is_connected
            />
            <FieldError id="f-connect-e" message=general />
            <div class="row">
                <button class="btn primary">{words::console::sso_save()}</button>
            </div>
        </ActionForm>
        {is_connected.then(|| view! { <Disconnect /> })}
    }
}

/// What to do at the provider.
fn steps(preset: Preset) -> &'static str {
    match preset {
        Preset::Entra => words::console::sso_steps_entra(),
        Preset::Google => words::console::sso_steps_google(),
        Preset::Okta => words::console::sso_steps_okta(),
        Preset::Keycloak => words::console::sso_steps_keycloak(),
        Preset::Other => words::console::sso_steps_other(),
    }
}

#[component]
fn Disconnect() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let asking = RwSignal::new(false);
    let disconnect = ServerAction::<DisconnectProvider>::new();
    Effect::new(move || match disconnect.value().get() {
        Some(Ok(())) => {
            toast.show(words::console::sso_disconnected());
            changes.note();
        }
        Some(Err(error)) => toast.show(error.to_string()),
        None => {}
    });
    let yes = Callback::new(move |()| {
        disconnect.dispatch(DisconnectProvider { org });
    });
    view! {
        <Show
            when=move || asking.get()
            fallback=move || {
                view! {
                    <div class="row">
                        <button type="button" class="btn sm bare danger" on:click=move |_| asking.set(true)>
                            {words::console::sso_disconnect()}
                        </button>
                    </div>
                }
            }
        >
            <Confirm
                id="q-disconnect"
                title=words::console::sso_disconnect_title()
                text=words::console::sso_disconnect_text()
                act=words::console::sso_disconnect()
                busy=disconnect.pending()
                yes
                no=Callback::new(move |()| asking.set(false))
            />
        </Show>
    }
}
