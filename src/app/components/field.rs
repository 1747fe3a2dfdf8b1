//! Fields of forms: a label, a hint, and the error beside it. N1, N5

use leptos::prelude::*;

use super::icon::Icon;

use crate::words;

/// What is wrong with a field, named by the field's `aria-describedby`.
#[component]
pub fn FieldError(#[prop(into)] id: String, #[prop(into)] message: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p class="err" id=id role="alert" hidden=move || message.get().is_none()>
            <Icon name="alert" />
            <span>{message}</span>
        </p>
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// Both the name in the form and, behind `prefix`, the id on the page.
    name: &'static str,
    #[prop(into)] label: String,
    /// An `email` is text with the keyboard for addresses: browsers turn the `ß` of a domain into `ss` in a field of
    /// that type, which is another domain.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(into, optional)] value: String,
    #[prop(into, optional)] hint: Option<String>,
    #[prop(into, optional)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] required: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = "f")] prefix: &'static str,
    #[prop(into, optional)] placeholder: Option<String>,
    #[prop(optional)] max: Option<usize>,
    #[prop(optional)] node: NodeRef<leptos::html::Input>,
) -> impl IntoView {
    let address = kind == "email";
    let id = format!("{prefix}-{name}");
    let hint_id = hint.as_ref().map(|_| format!("{id}-h"));
    let error_id = format!("{id}-e");
    let described = format!("{} {error_id}", hint_id.clone().unwrap_or_default()).trim().to_owned();
    view! {
        <div class="field">
            <label for=id
                .clone()>
                {label}
                {optional
                    .then(|| {
                        view! {
                            " "
                            <small>{words::shared::optional_mark()}</small>
                        }
                    })}
            </label>
            <input
                node_ref=node
                id=id.clone()
                name=name
                type=if address { "text" } else { kind }
                inputmode=address.then_some("email")
                autocapitalize=address.then_some("none")
                spellcheck=address.then_some("false")
                value=value
                readonly=readonly
                required=required
                autofocus=autofocus
                autocomplete=autocomplete
                placeholder=placeholder
                maxlength=max.map(|max| max.to_string())
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=described
            />
            {hint
                .map(|hint| {
                    view! {
                        <p class="hint" id=hint_id>
                            {hint}
                        </p>
                    }
                })}
            <FieldError id=error_id message=error />
        </div>
    }
}

/// What stands in a `textarea` or a `title`, for its `inner_html`. As a child it would be followed by the comment
/// that the renderer puts behind each text, and in there a comment is text.
#[must_use]
pub fn escaped_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
