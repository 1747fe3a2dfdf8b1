//! What each form of the settings does once it was sent: it says that it is saved, or what is wrong.

use leptos::prelude::*;

use crate::{
    app::{
        console::{context::Changes, toasts::Toast},
        error::AppError,
    },
    words,
};

/// Follows the saving of a form; gives what is wrong with each of its fields.
pub fn saving<S: 'static>(
    save: Action<S, Result<(), AppError>>,
) -> impl Fn(&'static str) -> Signal<Option<String>> + Copy {
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    Effect::new(move || match save.value().get() {
        Some(Ok(())) => {
            toast.show(words::console::saved());
            changes.note();
        }
        Some(Err(error)) if error.general().is_some() => toast.show(error.to_string()),
        _ => {}
    });
    move |field| {
        Signal::derive(move || save.value().get().and_then(Result::err).and_then(|error| error.about(field)))
    }
}
