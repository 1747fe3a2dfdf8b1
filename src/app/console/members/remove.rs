//! Asks before a member is removed, and says what goes and what stays. P3

use leptos::{html, prelude::*};

use crate::{
    app::{
        components::{Icon, Note, Tone},
        console::{
            context::{Changes, lead},
            members::api::{MemberRow, RemoveMember},
            toasts::Toast,
        },
        error::AppError,
    },
    domain::{
        credit::count,
        member::{MemberKind, REMOVABLE_SHOOTS},
    },
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
            toast.show(format!("{name} is removed."));
            close();
            changes.note();
        }
    });
    let id = member.id;
    let name = member.name.clone();
    let too_many = member.shoots > REMOVABLE_SHOOTS;
    let what = if member.kind == MemberKind::Managed {
        "Their photos and headshots are deleted, and a private results link stops working."
    } else {
        "They lose access at once, and their photos and headshots are deleted. Their own account stays."
    };
    let mail = format!(
        "mailto:{support}?subject=Remove%20a%20member&body={}",
        encode(&format!(
            "Please remove {} ({}) from {}. They have {}.",
            member.name,
            member.address.clone().unwrap_or_else(|| "no email".into()),
            me.org_name,
            count(member.shoots, "headshot session", "headshot sessions"),
        ))
    );
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
                <h2 id="h-remove">{format!("Remove {name}?")}</h2>
                <button class="icon" aria-label="Close" on:click=move |_| close()>
                    <Icon name="x"/>
                </button>
            </header>
            <div>
                <div class="body stack">
                    {if too_many {
                        view! {
                            <p>
                                {format!(
                                    "{name} has {} headshot sessions. Members with more than {REMOVABLE_SHOOTS} cannot be removed without contacting support.",
                                    member.shoots,
                                )}
                            </p>
                        }
                            .into_any()
                    } else {
                        view! {
                            <p>{what}</p>
                            <p class="hint">"Pending invites to the same address are revoked. Credits that were used stay used. This cannot be undone."</p>
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
                    <button class="btn bare" on:click=move |_| close()>"Keep them"</button>
                    {if too_many {
                        view! { <a class="btn go" href=mail.clone()>"Write to support"</a> }.into_any()
                    } else {
                        view! {
                            <button
                                class="btn no go"
                                aria-busy=move || remove.pending().get().then_some("true")
                                on:click=move |_| {
                                    remove.dispatch(RemoveMember { org, member: id });
                                }
                            >
                                "Remove member"
                            </button>
                        }
                            .into_any()
                    }}
                </footer>
            </div>
        </dialog>
    }
}

/// For the part of a `mailto:` behind the question mark. RFC 6068
fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
