//! The client of strangers and invitees. Their pages are complete when the server sends them and stay as they are,
//! so it draws nothing: it lets their forms, codes and times answer, and is a small part of what hydrating costs.

use headcount::{
    app::{
        browser::{
            clock::count_down,
            forms::{each, is_input_composing, submit_form_of},
            start,
        },
        components::localize,
        guest::join::open_link::email_problem,
    },
    domain::domain_rule::DomainRule,
    words,
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlFormElement, HtmlInputElement};

fn main() {
    start::answer(|| {
        each("time", |time| localize(&time));
        each("button[data-wait]", keep_waiting);
        // For as long as the page lives.
        let _posts = window_event_listener(ev::submit, |event| judge_address(&event));
        let _codes = window_event_listener(ev::input, |event| send_whole_code(&event));
    });
}

/// While a mail with a code is likely to be on its way, the button for another says how long to wait.
fn keep_waiting(button: Element) {
    let seconds = button.get_attribute("data-wait").and_then(|seconds| seconds.parse().ok()).unwrap_or(0);
    count_down(seconds, move |left| {
        mark(&button, "disabled", (left > 0).then_some(""));
        button.set_text_content(Some(&match left {
            0 => words::guest::code_missing_button().to_owned(),
            seconds => words::guest::code_missing_wait(seconds.into()),
        }));
    });
}

/// Keeps a form back that says for which domains it is and whose address would not be taken; what is wrong with it
/// is shown beside it. The server judges; this only saves a round trip. L3
fn judge_address(event: &ev::SubmitEvent) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(domains) = form.as_ref().and_then(|form| form.get_attribute("data-domains")) else { return };
    let input = form.and_then(|form| form.query_selector("[name=email]").ok().flatten());
    let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) else { return };
    let rules = domains.split(' ').filter_map(|rule| DomainRule::try_from(rule.to_owned()).ok());
    let problem = email_problem(&input.value(), &rules.collect::<Vec<_>>());
    show_problem(&input, problem.as_deref());
    if problem.is_some() {
        event.prevent_default();
        input.focus().ok();
    }
}

/// Says beside a field what is wrong with it, where its `FieldError` is.
fn show_problem(input: &HtmlInputElement, problem: Option<&str>) {
    mark(input, "aria-invalid", problem.map(|_| "true"));
    let Some(place) = document().get_element_by_id(&format!("{}-e", input.id())) else { return };
    if let Ok(Some(text)) = place.query_selector("span") {
        text.set_text_content(problem);
    }
    mark(&place, "hidden", problem.is_none().then_some(""));
}

/// Sends a code of digits as soon as it is whole.
fn send_whole_code(event: &ev::Event) {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let is_code = |field: &HtmlInputElement| field.matches("[name=code][inputmode=numeric]").unwrap_or(false);
    if is_input_composing(event) {
        return;
    }
    if field.filter(is_code).is_some_and(|field| is_six_digits(&field.value())) {
        submit_form_of(event);
    }
}

/// A whole code; what stands around one that was pasted is the server's to read.
fn is_six_digits(typed: &str) -> bool {
    let code: Vec<char> = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    code.len() == 6 && code.iter().all(char::is_ascii_digit)
}

/// Sets an attribute, or removes it.
fn mark(element: &Element, attribute: &str, value: Option<&str>) {
    match value {
        Some(value) => element.set_attribute(attribute, value),
        None => element.remove_attribute(attribute),
    }
    .ok();
}
