//! The Owner's recovery codes: made, shown once. S4

use leptos::prelude::*;

use super::api::{RenewRecoveryCodes, SsoView};
use crate::{
    app::{
        components::FieldError,
        console::{
            context::{Changes, lead},
            copy::CopyButton,
        },
    },
    domain::role::Action,
    words,
};

#[component]
pub fn RecoveryCodes(sso: Signal<SsoView>) -> impl IntoView {
    let lead = lead();
    let (org, is_owner) = (lead.org, lead.role.may(Action::SecureOrganization));
    let changes = expect_context::<Changes>();
    let renew = ServerAction::<RenewRecoveryCodes>::new();
    Effect::new(move || {
        if let Some(Ok(_)) = renew.value().get() {
            changes.note();
        }
    });
    let error =
        Signal::derive(move || renew.value().get().and_then(Result::err).map(|error| error.to_string()));
    let codes = Signal::derive(move || renew.value().get().and_then(Result::ok).unwrap_or_default());
    view! {
        <div class="stack tight">
            <h3>{words::console::recovery()}</h3>
            <p class="hint">{words::console::recovery_hint()}</p>
            <p role="status">{move || words::console::recovery_left(sso.with(|sso| sso.codes_left))}</p>
            <Show when=move || !codes.with(Vec::is_empty)>
                <div class="note">
                    <div class="stack tight">
                        <p>
                            <b>{words::console::recovery_once()}</b>
                        </p>
                        <ul>
                            {move || {
                                codes
                                    .get()
                                    .into_iter()
                                    .map(|code| {
                                        view! {
                                            <li>
                                                <code>{code}</code>
                                            </li>
                                        }
                                    })
                                    .collect_view()
                            }}
                        </ul>
                        <div class="row">
                            {move || {
                                view! {
                                    <CopyButton
                                        text=codes.with(|codes| codes.join("\n"))
                                        what=words::console::recovery()
                                        copied=words::console::recovery_copied()
                                    />
                                }
                            }}
                        </div>
                    </div>
                </div>
            </Show>
            {is_owner
                .then(|| {
                    view! {
                        <ActionForm action=renew attr:class="row">
                            <input type="hidden" name="org" value=org.to_string() />
                            <button class="btn sm">{words::console::recovery_renew()}</button>
                        </ActionForm>
                        <FieldError id="f-recovery-e" message=error />
                    }
                })}
        </div>
    }
}
