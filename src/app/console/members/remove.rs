//! Asks before a member is removed, and says what goes and what stays. P3

use leptos::{html, prelude::*};

use crate::{
    app::{
        browser::focus::focus_soon,
        components::{Icon, Note, Tone, mailto},
        console::{
            context::{Changes, lead},
            members::api::{MemberRow, RemoveMember},
            toasts::Toast,
        },
        error::AppError,
    },
    domain::member::{MemberKind, REMOVABLE_SHOOTS},
    words,
};

/// Open while there is a member to ask about.
#[component]
pub fn RemoveDialog(
    member: MemberRow,
    support: String,
    removing: RwSignal<Option<MemberRow>>,
) -> impl IntoView {
    let me = lead();
    let org = me.org;
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    let remove = ServerAction::<RemoveMember>::new();
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(|dialog| {
        dialog.show_modal().ok();
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        removing.set(None);
    };
    Effect::new(move || {
        if let Some(Ok(name)) = remove.value().get() {
            toast.show(words::console::remove_member_done(name));
            close();
            // The button that opened this goes with the member.
            focus_soon("#h-members".into());
            changes.note();
        }
    });
    let id = member.id;
    let name = member.name.clone();
    let too_many = member.shoots > REMOVABLE_SHOOTS;
    let what = if member.kind == MemberKind::Managed {
        words::console::remove_member_text_managed()
    } else {
        words::console::remove_member_text()
    };
    let address = member.address.as_deref().unwrap_or(words::console::remove_by_support_no_address());
    let request = words::console::remove_by_support_mail(&member.name, address, me.org_name, member.shoots);
    let mail = mailto(&support, words::console::remove_by_support_subject(), Some(&request));
    let failure = move || remove.value().get().and_then(Result::err).map(|error: AppError| error.to_string());
    view! {
        <dialog
            class="modal small"
            node_ref=dialog
            aria-labelledby="h-remove"
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                close();
            }
        >
            <header>
                <h2 id="h-remove">{words::console::remove_member(&name)}</h2>
                <button class="icon" aria-label=words::console::close() on:click=move |_| close()>
                    <Icon name="x" />
                </button>
            </header>
            <div>
                <div class="body stack">
                    {if too_many {
                        view! {
                            <p>{words::console::remove_by_support(&name, member.shoots, REMOVABLE_SHOOTS)}</p>
                        }
                            .into_any()
                    } else {
                        view! {
                            <p>{what}</p>
                            <p class="hint">{words::console::remove_member_hint()}</p>
                        }
                            .into_any()
                    }}
                    {move || {
                        failure()
                            .map(|text| {
                                view! {
                                    <Note tone=Tone::Bad>
                                        <p>{text}</p>
                                    </Note>
                                }
                            })
                    }}
                </div>
                <footer>
                    <button class="btn bare" on:click=move |_| close()>
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
        </dialog>
    }
}
