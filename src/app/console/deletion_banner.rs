//! What every lead reads while the organization waits for its deletion. P8

use leptos::prelude::*;

use super::context::{DeletionDue, lead};
use crate::{
    app::components::{Note, Precision, Sentence, Timestamp, Tone},
    domain::role::Action,
    words,
};

#[component]
pub fn DeletionBanner() -> impl IntoView {
    let DeletionDue(due) = expect_context();
    let is_owner = lead().role.may(Action::DeleteOrganization);
    move || {
        due.get().map(|at| {
            view! {
                <div class="banner">
                    <Note tone=Tone::Warn>
                        <p>
                            <Sentence words=words::console::deletion_banner(lead().org_name)>
                                <Timestamp at precision=Precision::Minute />
                            </Sentence>
                            " "
                            {if is_owner {
                                view! {
                                    <a href="/settings#h-delete">{words::console::deletion_banner_back()}</a>
                                }
                                    .into_any()
                            } else {
                                words::console::deletion_banner_ask().into_any()
                            }}
                        </p>
                    </Note>
                </div>
            }
        })
    }
}
