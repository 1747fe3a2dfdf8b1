//! How people come in through the provider, and for whom it is the only way. S3, S4

use leptos::prelude::*;

use super::api::{Provision, RequireSso, SsoDomain, SsoView};
use crate::{
    app::{
        components::{FieldError, TextField, escaped_text},
        console::{
            context::{Changes, lead},
            sending::saving,
        },
    },
    words,
};

#[component]
pub fn ProvisioningForm(sso: Signal<SsoView>) -> impl IntoView {
    let org = lead().org;
    let first = sso.get_untracked();
    let Some(connection) = first.connection else { return ().into_any() };
    let save = ServerAction::<Provision>::new();
    let table_error = saving(*save)("team_table");
    let chosen = connection.team;
    view! {
        <ActionForm action=save attr:class="stack">
            <input type="hidden" name="org" value=org.to_string() />
            <div class="opt">
                <input
                    id="f-jit"
                    type="checkbox"
                    name="jit"
                    value="on"
                    checked=connection.jit
                    aria-describedby="f-jit-h"
                />
                <label for="f-jit">
                    <b>{words::console::jit()}</b>
                    <br />
                    <small id="f-jit-h">{words::console::jit_hint()}</small>
                </label>
            </div>
            <div class="field">
                <label for="f-jit-team">{words::console::jit_team()}</label>
                <span class="pick">
                    <select id="f-jit-team" name="team">
                        <option value="" selected=chosen.is_none()>
                            {words::console::no_team()}
                        </option>
                        {first
                            .teams
                            .into_iter()
                            .map(|(id, name)| {
                                view! {
                                    <option value=id.to_string() selected=chosen == Some(id)>
                                        {name}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </span>
            </div>
            <details class="fold">
                <summary>{words::console::team_table()}</summary>
                <div class="stack">
                    <TextField
                        name="team_claim"
                        label=words::console::team_claim()
                        value=connection.team_claim
                        hint=words::console::team_claim_hint()
                        placeholder=words::console::team_claim_example()
                    />
                    <div class="field">
                        <label for="f-team_table">{words::console::team_table_field()}</label>
                        <textarea
                            id="f-team_table"
                            name="team_table"
                            rows="4"
                            aria-invalid=move || table_error.get().is_some().then_some("true")
                            aria-describedby="f-team_table-h f-team_table-e"
                            inner_html=escaped_text(&connection.team_table)
                        ></textarea>
                        <p class="hint" id="f-team_table-h">
                            {words::console::team_table_hint()}
                        </p>
                        <FieldError id="f-team_table-e" message=table_error />
                    </div>
                </div>
            </details>
            <div class="row">
                <button class="btn">{words::console::save()}</button>
            </div>
        </ActionForm>
        <Domains sso />
    }
    .into_any()
}

/// For each verified domain, whether its people sign in through the provider only. S4
#[component]
fn Domains(sso: Signal<SsoView>) -> impl IntoView {
    let domains = Memo::new(move |_| sso.with(|sso| sso.domains.clone()));
    view! {
        <ul role="list" class="lines" hidden=move || domains.with(Vec::is_empty)>
            <For each=move || domains.get() key=|domain| (domain.domain.clone(), domain.required) let:domain>
                <Domain domain />
            </For>
        </ul>
    }
}

#[component]
fn Domain(domain: SsoDomain) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let require = ServerAction::<RequireSso>::new();
    Effect::new(move || {
        if let Some(Ok(())) = require.value().get() {
            changes.note();
        }
    });
    let error =
        Signal::derive(move || require.value().get().and_then(Result::err).map(|error| error.to_string()));
    let name = domain.domain.to_string();
    let button = if domain.required {
        words::console::sso_require_stop(&name)
    } else {
        words::console::sso_require(&name)
    };
    let hint = if domain.required {
        words::console::sso_required_hint(&name)
    } else {
        words::console::sso_optional_hint(&name)
    };
    view! {
        <li>
            <ActionForm action=require attr:class="stack tight">
                <input type="hidden" name="org" value=org.to_string() />
                <input type="hidden" name="domain" value=name />
                {(!domain.required).then(|| view! { <input type="hidden" name="required" value="on" /> })}
                <p>{hint}</p>
                <div class="row">
                    <button class="btn sm">{button}</button>
                </div>
                <FieldError id=format!("f-require-{}-e", domain.domain) message=error />
            </ActionForm>
        </li>
    }
}
