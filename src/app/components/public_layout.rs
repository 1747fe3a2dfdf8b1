//! The frame of pages for people who are not in yet: words on the left, a contact sheet beside.

use leptos::prelude::*;

use super::icon::Icon;

use crate::words;

/// Which portraits lie on the contact sheet, in which order.
const SHOTS: [u8; 12] = [0, 9, 4, 8, 6, 7, 1, 10, 11, 3, 2, 5];
/// The one that somebody circled.
const CIRCLED: usize = 2;

/// A guest page; `footer` stands small at the bottom.
#[component]
pub fn PublicLayout(#[prop(optional)] footer: Option<AnyView>, children: Children) -> impl IntoView {
    view! {
        <a class="skip" href="#main">
            {words::shared::skip_to_content()}
        </a>
        <div class="guest">
            <main id="main">
                <a class="brand" href="/">
                    <Icon name="brand" />
                    "Headcount"
                </a>
                <div class="inner">{children()}</div>
                <small>{footer}</small>
            </main>
            <aside aria-hidden="true">
                <ol role="list" class="sheet">
                    {SHOTS
                        .iter()
                        .enumerate()
                        .map(|(n, shot)| {
                            let number = n + 21;
                            view! {
                                <li class="frame">
                                    <span class="pic">
                                        <svg class="print" aria-hidden="true">
                                            <use href=format!("/shots.svg#shot{shot}")></use>
                                        </svg>
                                        {(n == CIRCLED)
                                            .then(|| {
                                                view! {
                                                    <svg
                                                        class="ring"
                                                        viewBox="0 0 100 125"
                                                        preserveAspectRatio="none"
                                                        aria-hidden="true"
                                                    >
                                                        <path d="M62 5C30 2 5 26 4 62c-1 36 20 60 47 59 28 0 46-26 45-61C95 28 76 5 46 9"></path>
                                                    </svg>
                                                }
                                            })}
                                    </span>
                                    <span class="number cap">
                                        <span>{number}</span>
                                        <span>{number} "A"</span>
                                    </span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ol>
            </aside>
        </div>
    }
}
