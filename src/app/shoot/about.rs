//! What a member reads of themselves: name, team, role, how they joined, what was done. P4

use leptos::prelude::*;

use crate::{
    app::components::{PostForm, Precision, TextField, Timestamp, role_name},
    domain::{member::NAME_MAX, moment::Moment, role::Role},
    words,
};

/// What is known of the person who looks.
#[derive(Clone, Debug)]
pub struct AboutMember {
    pub title: Option<String>,
    pub team: Option<String>,
    pub role: Role,
    pub joined_at: Moment,
    /// How they joined, in words.
    pub how: String,
    /// The newest first.
    pub history: Vec<HistoryLine>,
    pub wrong_name: Option<WrongName>,
}

/// Something that was done to them, or that they did.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    pub at: Moment,
    pub who: String,
    pub what: String,
}

/// A name that was typed and cannot be taken.
#[derive(Clone, Debug)]
pub struct WrongName {
    pub typed: String,
    pub problem: String,
}

#[component]
pub fn About(about: AboutMember, name: String, address: Option<String>) -> impl IntoView {
    let is_wrong = about.wrong_name.is_some();
    let (typed, problem) = match about.wrong_name {
        Some(WrongName { typed, problem }) => (typed, Some(problem)),
        None => (name.clone(), None),
    };
    let facts = [
        (words::shoot::about_name(), Some(name)),
        (words::shoot::about_title(), about.title),
        (words::shoot::about_email(), address),
        (words::shoot::about_team(), about.team),
        (words::shoot::about_role(), Some(role_name(about.role).to_owned())),
    ];
    view! {
        <section class="section narrow" aria-labelledby="h-about">
            <header>
                <h2 id="h-about">{words::shoot::about()}</h2>
            </header>
            <dl class="facts">
                {facts
                    .into_iter()
                    .filter_map(|(word, fact)| {
                        fact.map(|fact| {
                            view! {
                                <dt>{word}</dt>
                                <dd>{fact}</dd>
                            }
                        })
                    })
                    .collect_view()} <dt>{words::shoot::about_joined()}</dt>
                <dd>{about.how} ", " <Timestamp at=about.joined_at precision=Precision::Day /></dd>
            </dl>
            <details class="fold" open=is_wrong>
                <summary>{words::shoot::about_correct()}</summary>
                <PostForm action="/me/name">
                    <TextField
                        name="name"
                        label=words::shoot::about_name_field()
                        hint=words::shoot::about_name_hint()
                        max=NAME_MAX
                        required=true
                        autocomplete="name"
                        value=typed
                        error=Signal::stored(problem)
                    />
                    <div class="row">
                        <button class="btn">{words::shoot::about_save()}</button>
                    </div>
                </PostForm>
            </details>
            {(!about.history.is_empty())
                .then(|| {
                    view! {
                        <details class="fold">
                            <summary>{words::shoot::about_history()}</summary>
                            <ul role="list" class="lines">
                                {about
                                    .history
                                    .into_iter()
                                    .map(|line| {
                                        view! {
                                            <li>
                                                {line.what} <br />
                                                <small>
                                                    {line.who} ", "
                                                    <Timestamp at=line.at precision=Precision::Minute />
                                                </small>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        </details>
                    }
                })}
        </section>
    }
}
