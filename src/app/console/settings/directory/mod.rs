//! The organization's directory: where it calls, and the token by which. S6

pub mod api;

use leptos::prelude::*;

use self::api::{DirectoryView, RenewDirectoryToken, RevokeDirectoryToken, TokenView};
use crate::{
    app::{
        components::{Confirm, Icon, LoadLive, Precision, Sentence, Timestamp},
        console::{
            context::{Changes, lead},
            copy::CopyButton,
            toasts::Toast,
        },
    },
    domain::role::Action,
    words,
};

#[component]
pub fn DirectorySection() -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let data = Resource::new(move || changes.track(), move |_| api::show_directory(org));
    view! {
        <section class="section" id="directory" aria-labelledby="h-directory">
            <header>
                <h2 id="h-directory">{words::console::directory()}</h2>
                <small>{words::console::directory_hint()}</small>
            </header>
            <LoadLive data show={move |directory: Signal<DirectoryView>| view! { <Directory directory /> }} />
        </section>
    }
}

#[component]
fn Directory(directory: Signal<DirectoryView>) -> impl IntoView {
    let lead = lead();
    let is_owner = lead.role.may(Action::SecureOrganization);
    let token = Memo::new(move |_| directory.with(|directory| directory.token.clone()));
    let url = directory.with_untracked(|directory| directory.url.clone());
    let made = RwSignal::new(None::<String>);
    let without = move || {
        if directory.with(|directory| directory.has_domain) {
            words::console::directory_none_text()
        } else {
            words::console::directory_none_domain()
        }
    };
    view! {
        <dl class="note dns">
            <dt>{words::console::directory_url()}</dt>
            <dd>
                <code>{url.clone()}</code>
            </dd>
            <dd>
                <CopyButton
                    text=url
                    what=words::console::directory_url()
                    copied=words::console::directory_url_copied()
                />
            </dd>
            {move || made.get().map(|made| view! { <MadeToken made /> })}
        </dl>
        <Show when=move || made.with(Option::is_some)>
            <p role="status">
                <b>{words::console::directory_once()}</b>
            </p>
        </Show>
        {move || match token.get() {
            Some(token) => view! { <TokenState token /> }.into_any(),
            None => {
                view! {
                    <p class="hint">
                        <b>{words::console::directory_none()}</b>
                        " "
                        {without()}
                    </p>
                }
                    .into_any()
            }
        }}
        {is_owner.then(|| view! { <TokenButtons token made /> })}
    }
}

/// The token, right after it was made.
#[component]
fn MadeToken(made: String) -> impl IntoView {
    view! {
        <dt>{words::console::directory_token()}</dt>
        <dd>
            <code>{made.clone()}</code>
        </dd>
        <dd>
            <CopyButton
                text=made
                what=words::console::directory_token()
                copied=words::console::directory_token_copied()
            />
        </dd>
    }
}

#[component]
fn TokenState(token: TokenView) -> impl IntoView {
    view! {
        <div class="row">
            <span class="tag ok">
                <Icon name="check" />
                <span>
                    <Sentence words=words::console::directory_made()>
                        <Timestamp at=token.made_at precision=Precision::Day />
                    </Sentence>
                </span>
            </span>
            <span class="hint">
                {match token.used_at {
                    Some(at) => {
                        view! {
                            <Sentence words=words::console::directory_used()>
                                <Timestamp at precision=Precision::Minute />
                            </Sentence>
                        }
                            .into_any()
                    }
                    None => words::console::directory_unused().into_any(),
                }}
            </span>
            <span class="hint">{words::console::directory_people(token.people)}</span>
            {(token.deactivated > 0)
                .then(|| {
                    view! {
                        <span class="hint">{words::console::directory_deactivated(token.deactivated)}</span>
                    }
                })}
        </div>
    }
}

/// What the Owner may do about the token.
#[component]
fn TokenButtons(token: Memo<Option<TokenView>>, made: RwSignal<Option<String>>) -> impl IntoView {
    let org = lead().org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let renew = ServerAction::<RenewDirectoryToken>::new();
    let revoke = ServerAction::<RevokeDirectoryToken>::new();
    let (renewing, revoking) = (RwSignal::new(false), RwSignal::new(false));
    let is_there = move || token.with(Option::is_some);
    Effect::new(move || match renew.value().get() {
        Some(Ok(token)) => {
            made.set(Some(token));
            changes.note();
        }
        Some(Err(error)) => toast.show(error.to_string()),
        None => {}
    });
    Effect::new(move || match revoke.value().get() {
        Some(Ok(())) => {
            made.set(None);
            toast.show(words::console::directory_revoked());
            changes.note();
        }
        Some(Err(error)) => toast.show(error.to_string()),
        None => {}
    });
    let make = move || {
        renewing.set(false);
        renew.dispatch(RenewDirectoryToken { org });
    };
    let end = move || {
        revoking.set(false);
        revoke.dispatch(RevokeDirectoryToken { org });
    };
    view! {
        <div class="row">
            <button
                type="button"
                class="btn sm"
                aria-busy=move || renew.pending().get().then_some("true")
                on:click=move |_| if is_there() { renewing.set(true) } else { make() }
            >
                {move || {
                    if is_there() {
                        words::console::directory_renew()
                    } else {
                        words::console::directory_make()
                    }
                }}
            </button>
            <Show when=is_there>
                <button type="button" class="btn sm bare danger" on:click=move |_| revoking.set(true)>
                    {words::console::directory_revoke()}
                </button>
            </Show>
        </div>
        <Show when=move || renewing.get()>
            <Confirm
                id="q-directory-renew"
                title=words::console::directory_renew_title()
                text=words::console::directory_renew_text()
                act=words::console::directory_renew()
                busy=renew.pending()
                yes=Callback::new(move |()| make())
                no=Callback::new(move |()| renewing.set(false))
            />
        </Show>
        <Show when=move || revoking.get()>
            <Confirm
                id="q-directory-revoke"
                title=words::console::directory_revoke_title()
                text=words::console::directory_revoke_text()
                act=words::console::directory_revoke()
                busy=revoke.pending()
                yes=Callback::new(move |()| end())
                no=Callback::new(move |()| revoking.set(false))
            />
        </Show>
    }
}
