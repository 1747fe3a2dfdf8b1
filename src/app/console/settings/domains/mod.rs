//! The domains of the organization: claimed, proved by a DNS record, given up. S1

pub mod api;

use leptos::prelude::*;

use self::api::{ClaimDomain, DomainView, LookAtDomain, WithdrawDomain};
use crate::{
    app::{
        components::{Confirm, Empty, FieldError, Icon, LoadLive, Precision, Sentence, Timestamp},
        console::{
            context::{Changes, lead},
            copy::CopyButton,
            toasts::Toast,
        },
    },
    domain::sso::claim::{ClaimState, Finding, GRACE_DAYS},
    words,
};

#[component]
pub fn DomainsSection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::domains(org));
    view! {
        <section class="section" id="domains" aria-labelledby="h-domains">
            <header>
                <h2 id="h-domains">{words::console::domains()}</h2>
                <small>{words::console::domains_hint()}</small>
            </header>
            <LoadLive data show={move |domains: Signal<Vec<DomainView>>| view! { <Domains domains /> }} />
            <AddDomain />
        </section>
    }
}

#[component]
fn Domains(domains: Signal<Vec<DomainView>>) -> impl IntoView {
    let none = Memo::new(move |_| domains.with(Vec::is_empty));
    view! {
        <Show when=move || none.get()>
            <Empty title=words::console::domains_none() text=words::console::domains_none_text() />
        </Show>
        <ul role="list" class="lines" hidden=none>
            <For each=move || domains.get() key=|domain| domain.domain.clone() let:domain>
                <Domain first=domain domains />
            </For>
        </ul>
    }
}

/// One domain. Its line stays while the list is loaded again, and with it the focus. N7
#[component]
fn Domain(first: DomainView, domains: Signal<Vec<DomainView>>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let look = ServerAction::<LookAtDomain>::new();
    let withdraw = ServerAction::<WithdrawDomain>::new();
    let removing = RwSignal::new(false);
    Effect::new(move || {
        match look.value().get() {
            Some(Ok(ClaimState::Verified)) => toast.show(words::console::domain_look_found()),
            Some(Ok(_)) => toast.show(words::console::domain_look_not_found()),
            Some(Err(error)) => toast.show(error.to_string()),
            None => return,
        }
        changes.note();
    });
    let name = first.domain.to_string();
    let domain = Memo::new(move |last: Option<&DomainView>| {
        let now = domains.with(|all| all.iter().find(|domain| domain.domain == first.domain).cloned());
        now.or_else(|| last.cloned()).unwrap_or_else(|| first.clone())
    });
    let state = Memo::new(move |_| domain.with(|domain| domain.state));
    let is_proved = Memo::new(move |_| state.get() == ClaimState::Verified);
    let removed = StoredValue::new(name.clone());
    Effect::new(move || match withdraw.value().get() {
        Some(Ok(())) => {
            toast.show(words::console::domain_remove_done(removed.get_value()));
            changes.note();
        }
        Some(Err(error)) => toast.show(error.to_string()),
        None => {}
    });
    let sent = name.clone();
    let ask_again = move |_| {
        look.dispatch(LookAtDomain { org, domain: sent.clone() });
    };
    let yes = Callback::new(move |()| {
        withdraw.dispatch(WithdrawDomain { org, domain: removed.get_value() });
    });
    view! {
        <li class="stack tight">
            <div class="row">
                <b>{name.clone()}</b>
                {move || view! { <StateTag domain=domain.get() /> }}
                <span class="push"></span>
                <button
                    type="button"
                    class="btn sm"
                    hidden=is_proved
                    aria-label=words::console::domain_look_label(&name)
                    aria-busy=move || look.pending().get().then_some("true")
                    on:click=ask_again
                >
                    <Icon name="redo" />
                    {words::console::domain_look()}
                </button>
                <button
                    type="button"
                    class="btn sm bare danger"
                    aria-label=words::console::domain_remove_label(&name)
                    on:click=move |_| removing.set(true)
                >
                    {words::console::domain_remove()}
                </button>
            </div>
            <Show when=move || removing.get()>
                <Confirm
                    id="q-domain"
                    title=words::console::domain_remove_title()
                    text=if state.get_untracked().counts() {
                        words::console::domain_remove_text()
                    } else {
                        words::console::domain_remove_text_waiting()
                    }
                    act=words::console::domain_remove_button()
                    busy=withdraw.pending()
                    yes
                    no=Callback::new(move |()| removing.set(false))
                />
            </Show>
            {move || (!is_proved.get()).then(|| view! { <Record domain=domain.get() /> })}
        </li>
    }
}

#[component]
fn StateTag(domain: DomainView) -> impl IntoView {
    let (class, icon) = match domain.state {
        ClaimState::Verified => ("tag ok", "check"),
        ClaimState::Waiting => ("tag warn", "clock"),
        ClaimState::Missing | ClaimState::Lost => ("tag bad", "alert"),
    };
    let text = match (domain.state, domain.verified_at) {
        (ClaimState::Verified, Some(at)) => view! {
            <span>
                <Sentence words=words::console::domain_verified_on()>
                    <Timestamp at precision=Precision::Day />
                </Sentence>
            </span>
        }
        .into_any(),
        (ClaimState::Verified, None) => words::console::domain_verified().into_any(),
        (ClaimState::Waiting, _) => words::console::domain_waiting().into_any(),
        (ClaimState::Missing, _) => words::console::domain_missing().into_any(),
        (ClaimState::Lost, _) => words::console::domain_lost().into_any(),
    };
    view! {
        <span class=class>
            <Icon name=icon />
            {text}
        </span>
    }
}

/// The record to publish, and what the last look found.
#[component]
fn Record(domain: DomainView) -> impl IntoView {
    let name = domain.domain.to_string();
    let intro = match domain.state {
        ClaimState::Missing => words::console::domain_record_missing(GRACE_DAYS),
        ClaimState::Lost => words::console::domain_record_lost(&name),
        _ => words::console::domain_record(&name),
    };
    let found = match domain.finding {
        None | Some(Finding::Found) => words::console::domain_found_nothing_yet(),
        Some(Finding::NoName | Finding::NoText) => words::console::domain_found_none(),
        Some(Finding::OtherText) => words::console::domain_found_other(),
        Some(Finding::NoAnswer) => words::console::domain_found_no_answer(),
        Some(Finding::Taken) => words::console::domain_found_taken(),
    };
    view! {
        <p>{intro}</p>
        <dl class="note dns">
            <dt>{words::console::domain_record_type()}</dt>
            <dd>
                <code>"TXT"</code>
            </dd>
            <dd></dd>
            <dt>{words::console::domain_record_name()}</dt>
            <dd>
                <code>{domain.record_name.clone()}</code>
            </dd>
            <dd>
                <CopyButton
                    text=domain.record_name
                    what=words::console::domain_record_name()
                    copied=words::console::domain_record_name_copied()
                />
            </dd>
            <dt>{words::console::domain_record_value()}</dt>
            <dd>
                <code>{domain.record_text.clone()}</code>
            </dd>
            <dd>
                <CopyButton
                    text=domain.record_text
                    what=words::console::domain_record_value()
                    copied=words::console::domain_record_value_copied()
                />
            </dd>
        </dl>
        <p class="hint" role="status">
            {domain
                .looked_at
                .map(|at| {
                    view! {
                        <Sentence words=words::console::domain_looked()>
                            <Timestamp at precision=Precision::Minute />
                        </Sentence>
                        " "
                    }
                })}
            {found}
        </p>
    }
}

#[component]
fn AddDomain() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let claim = ServerAction::<ClaimDomain>::new();
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new(move || {
        if let Some(Ok(())) = claim.value().get() {
            changes.note();
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
        }
    });
    let error =
        Signal::derive(move || claim.value().get().and_then(Result::err).map(|error| error.to_string()));
    view! {
        <ActionForm action=claim attr:class="stack tight">
            <input type="hidden" name="org" value=org.to_string() />
            <div class="row">
                <div class="field grow">
                    <label for="f-domain">{words::console::domain_add()}</label>
                    <input
                        node_ref=input
                        id="f-domain"
                        name="domain"
                        placeholder=words::console::domain_add_example()
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        aria-invalid=move || error.get().is_some().then_some("true")
                        aria-describedby="f-domain-e"
                    />
                </div>
                <button class="btn">
                    <Icon name="plus" />
                    {words::console::domain_add_button()}
                </button>
            </div>
            <FieldError id="f-domain-e" message=error />
        </ActionForm>
    }
}
