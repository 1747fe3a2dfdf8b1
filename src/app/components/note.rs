//! A remark in a box: what to know, what went well, what went wrong.

use leptos::prelude::*;

use super::icon::Icon;

/// What a remark is about; never told by color alone, each has an icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Info,
    Good,
    Warn,
    Bad,
}

/// A remark. Failures are announced at once, the rest when there is time.
#[component]
pub fn Note(tone: Tone, children: Children) -> impl IntoView {
    let (class, icon, role) = match tone {
        Tone::Info => ("note", "info", "status"),
        Tone::Good => ("note ok", "check", "status"),
        Tone::Warn => ("note warn", "clock", "status"),
        Tone::Bad => ("note bad", "alert", "alert"),
    };
    view! {
        <div class=class role=role>
            <Icon name=icon />
            <div>{children()}</div>
        </div>
    }
}
