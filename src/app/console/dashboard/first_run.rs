//! The way to the first headshot, as long as nobody was invited: three steps, each with what is done of it. N6

use leptos::prelude::*;

use crate::{
    app::{components::Icon, console::credits::FROM_ADD},
    words,
};

#[component]
pub fn FirstRun(balance: i64, teams: usize) -> impl IntoView {
    let credits = if balance == 0 {
        view! {
            <p>{words::console::first_run_credits_text()}</p>
            <div class="row">
                <a class="btn" href=FROM_ADD>
                    {words::console::first_run_credits_button()}
                </a>
            </div>
        }
        .into_any()
    } else {
        view! { <p>{words::console::first_run_credits_have(balance)}</p> }.into_any()
    };
    let arranged = match teams {
        0 => words::console::first_run_teams_text().to_owned(),
        teams => words::console::first_run_teams_have(teams as i64),
    };
    view! {
        <section class="section" aria-labelledby="h-first">
            <header>
                <h2 id="h-first">{words::console::first_run()}</h2>
                <small>{words::console::first_run_hint()}</small>
            </header>
            <ol role="list" class="first-run">
                <Step title=words::console::first_run_credits() done={balance > 0}>
                    {credits}
                </Step>
                <Step title=words::console::first_run_teams() done={teams > 0}>
                    <p>{arranged}</p>
                    <div class="row">
                        <a class="btn" href="/settings">
                            {words::console::first_run_teams_button()}
                        </a>
                    </div>
                </Step>
                <Step title=words::console::first_run_invite() done=false>
                    <p>{words::console::first_run_invite_text()}</p>
                    {(balance > 0)
                        .then(|| {
                            view! {
                                <div class="row">
                                    <a class="btn" href="?add=invite" data-noscroll="">
                                        {words::console::first_run_invite_button()}
                                    </a>
                                </div>
                            }
                        })}
                </Step>
            </ol>
        </section>
    }
}

/// A step, and whether it is done.
#[component]
fn Step(title: &'static str, done: bool, children: Children) -> impl IntoView {
    view! {
        <li class:ok=done>
            <div class="stack tight">
                <h3>
                    {title}
                    {done
                        .then(|| {
                            view! {
                                " "
                                <span class="tag ok">
                                    <Icon name="check" />
                                    {words::console::first_run_done()}
                                </span>
                            }
                        })}
                </h3>
                {children()}
            </div>
        </li>
    }
}
