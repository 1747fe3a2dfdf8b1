//! What a form of the console does once it was sent: what follows where it worked, what is said where not.

use leptos::prelude::*;

use crate::{
    app::{
        console::{context::Changes, toasts::Toast},
        error::AppError,
    },
    words,
};

/// What is wrong with each field of a form that was sent.
pub fn errors_of<S: 'static, T: Clone + Send + Sync + 'static>(
    sent: Action<S, Result<T, AppError>>,
) -> impl Fn(&'static str) -> Signal<Option<String>> + Copy {
    move |field| {
        Signal::derive(move || sent.value().get().and_then(Result::err).and_then(|error| error.about(field)))
    }
}

/// Does `done` with what the server answers; what is wrong with no field of its own is said in a toast. Gives
/// what is wrong with each field.
pub fn sending<S: 'static, T: Clone + Send + Sync + 'static>(
    sent: Action<S, Result<T, AppError>>,
    done: impl Fn(T) + 'static,
) -> impl Fn(&'static str) -> Signal<Option<String>> + Copy {
    let toast = expect_context::<Toast>();
    Effect::new(move || match sent.value().get() {
        Some(Ok(answer)) => done(answer),
        Some(Err(error)) if error.general().is_some() => toast.show(error.to_string()),
        _ => {}
    });
    errors_of(sent)
}

/// As [`sending`], for settings: says that they are saved.
pub fn saving<S: 'static>(
    sent: Action<S, Result<(), AppError>>,
) -> impl Fn(&'static str) -> Signal<Option<String>> + Copy {
    let changes = expect_context::<Changes>();
    let toast = expect_context::<Toast>();
    sending(sent, move |()| {
        toast.show(words::console::saved());
        changes.note();
    })
}
