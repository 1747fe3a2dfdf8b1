//! Asks before a member is removed, and says what goes and what stays. P3

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use crate::{
    app::{
        browser::focus::focus_soon,
        console::{
            context::{Changes, lead},
            members::{
                api::{RemoveMember, removal_of},
                row_menu::removal_request,
            },
            modal::{Failed, Modal, ModalFrame},
            toasts::Toast,
        },
        error::AppError,
    },
    domain::{
        ids::MemberId,
        member::{REMOVABLE_SHOOTS, Removal},
        people::{Person, Standing},
    },
    words,
};

#[component]
pub fn RemoveDialog(person: Person, close: Callback<()>) -> impl IntoView {
    let me = lead();
    let org = me.org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let remove = ServerAction::<RemoveMember>::new();
    let modal = Modal::new(close);
    let (here, navigate) = (use_location().pathname, use_navigate());
    Effect::new(move || {
        if let Some(Ok(name)) = remove.value().get() {
            toast.show(words::console::remove_member_done(name));
            modal.close();
            // Their own page goes with the member, and so does the button that opened this.
            if here.get_untracked() != "/members" {
                navigate("/members", NavigateOptions::default());
            }
            focus_soon("#h-members".into());
            changes.note();
        }
    });
    let id = MemberId(person.id.0);
    let name = person.called().to_owned();
    let (shoots, has_account) = match person.standing {
        Standing::Member { shoots, has_account, .. } => (shoots, has_account),
        Standing::Invite { .. } => (0, false),
    };
    let too_many = shoots > REMOVABLE_SHOOTS;
    let what = if has_account {
        words::console::remove_member_text()
    } else {
        words::console::remove_member_text_managed()
    };
    let asked = Action::new(move |(): &()| removal_of(org, id));
    modal.when_open(move || {
        if !too_many {
            asked.dispatch(());
        }
    });
    let goes = move || match asked.value().get() {
        None => words::shared::loading().to_owned(),
        Some(Ok(removal)) => what_goes(removal),
        // The rest is true all the same.
        Some(Err(_)) => String::new(),
    };
    let mail = removal_request(&person, &me, shoots);
    let failure = move || remove.value().get().and_then(Result::err).map(|error: AppError| error.to_string());
    view! {
        <ModalFrame modal id="h-remove" title=words::console::remove_member(&name)>
            <div>
                <div class="body stack">
                    {if too_many {
                        view! { <p>{words::console::remove_by_support(&name, shoots, REMOVABLE_SHOOTS)}</p> }
                            .into_any()
                    } else {
                        view! {
                            <p>{what}</p>
                            <p class="hint">{words::console::remove_member_hint()}</p>
                            <p class="hint" aria-live="polite">
                                {goes}
                            </p>
                        }
                            .into_any()
                    }} <Failed why=Signal::derive(failure) />
                </div>
                <footer>
                    <button class="btn bare" on:click=move |_| modal.close()>
                        {words::console::remove_member_keep()}
                    </button>
                    {if too_many {
                        view! {
                            <a class="btn primary" href=mail.clone()>
                                {words::console::remove_by_support_button()}
                            </a>
                        }
                            .into_any()
                    } else {
                        view! {
                            <button
                                class="btn danger primary"
                                aria-busy=move || remove.pending().get().then_some("true")
                                on:click=move |_| {
                                    remove.dispatch(RemoveMember { org, member: id });
                                }
                            >
                                {words::console::remove_member_button()}
                            </button>
                        }
                            .into_any()
                    }}
                </footer>
            </div>
        </ModalFrame>
    }
}

/// How much of theirs it is.
fn what_goes(Removal { photos, shoots, headshots, open_invite }: Removal) -> String {
    if open_invite {
        words::console::removal_with_invite(photos, shoots, headshots)
    } else {
        words::console::removal(photos, shoots, headshots)
    }
}
