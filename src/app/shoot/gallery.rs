//! Finished headshots: the favorite large, all as a contact sheet. H4

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    app::components::{Icon, PostForm, Precision, Ring, Sentence, Timestamp},
    domain::{
        ids::{HeadshotId, ShootId},
        moment::Moment,
    },
    words,
};

/// A headshot to look at, download, choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadshotView {
    pub id: HeadshotId,
    pub number: i16,
    pub width: i32,
    pub height: i32,
    pub favorite: bool,
}

/// The headshots of one shoot, best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    pub id: ShootId,
    pub finished_at: Moment,
    /// When the organization has all of it deleted. H5
    pub kept_until: Option<Moment>,
    pub headshots: Vec<HeadshotView>,
}

/// Every shoot of a person, the newest first. `pictures` and `choose` are the addresses to which a
/// headshot's id is added. H4, H7
#[component]
pub fn Gallery(sessions: Vec<SessionView>, pictures: String, choose: String) -> impl IntoView {
    let all = || sessions.iter().flat_map(|session| &session.headshots);
    let hero = all().find(|headshot| headshot.favorite).or(all().next()).cloned();
    let chosen = all().any(|headshot| headshot.favorite);
    let several = sessions.len() > 1;
    view! {
        {hero
            .map(|hero| {
                let full = format!("{pictures}/{}", hero.id);
                let number = format!("{:02}", hero.number);
                let alt = if chosen {
                    words::shoot::favorite_alt(&number)
                } else {
                    words::shoot::favorite_alt_first(&number)
                };
                view! {
                    <div class="hero">
                        <span class="frame">
                            <span class="pic">
                                <img
                                    class="print"
                                    src=full.clone()
                                    width=hero.width.to_string()
                                    height=hero.height.to_string()
                                    alt=alt
                                />
                            </span>
                        </span>
                        <div class="stack">
                            <p>
                                {if chosen {
                                    words::shoot::favorite(&number)
                                } else {
                                    words::shoot::favorite_none().to_owned()
                                }}
                            </p>
                            <div class="row">
                                <a class="btn" href=format!("{full}?download=true") download rel="external">
                                    <Icon name="down" />
                                    {words::shoot::favorite_download(number)}
                                </a>
                            </div>
                            <p class="hint">{words::shoot::picture_facts(hero.width, hero.height)}</p>
                        </div>
                    </div>
                }
            })}
        {sessions
            .into_iter()
            .map(|session| {
                view! { <Sheet session dated=several pictures=pictures.clone() choose=choose.clone() /> }
            })
            .collect_view()}
    }
}

/// The contact sheet of one shoot, with its date where there are several.
#[component]
fn Sheet(session: SessionView, dated: bool, pictures: String, choose: String) -> impl IntoView {
    let SessionView { id, finished_at, kept_until, headshots } = session;
    let heading = format!("h-{id}");
    let title = if dated {
        words::shoot::sheet_of(finished_at.long_date())
    } else {
        words::shoot::sheet().to_owned()
    };
    view! {
        <section class="section" aria-labelledby=heading.clone()>
            <header>
                <h2 id=heading.clone()>{title}</h2>
                <small>{words::shoot::sheet_count(headshots.len() as i64)}</small>
            </header>
            {kept_until
                .map(|at| {
                    view! {
                        <p class="hint">
                            <Sentence words=words::shoot::sheet_kept_until()>
                                <Timestamp at precision=Precision::Day />
                            </Sentence>
                        </p>
                    }
                })}
            <ol role="list" class="frames big">
                {headshots
                    .into_iter()
                    .map(|headshot| {
                        let number = format!("{:02}", headshot.number);
                        let file = format!("{pictures}/{}", headshot.id);
                        let choose_label = words::shoot::headshot_choose_label(&number);
                        view! {
                            <li class="frame">
                                <span class="pic">
                                    <img
                                        class="print"
                                        src=format!("{file}?size=small")
                                        width="320"
                                        height="400"
                                        loading="lazy"
                                        alt=words::shoot::headshot(&number)
                                    />
                                    {headshot.favorite.then(|| view! { <Ring /> })}
                                </span>
                                <span class="number">
                                    <span>{number.clone()}</span>
                                    <PostForm action=format!("{choose}/{}/choose", headshot.id) class="row">
                                        <button
                                            class="btn sm bare keep"
                                            aria-pressed=if headshot.favorite { "true" } else { "false" }
                                            aria-label=choose_label
                                        >
                                            {if headshot.favorite {
                                                view! {
                                                    <Icon name="check" />
                                                    {words::shoot::headshot_chosen()}
                                                }
                                                    .into_any()
                                            } else {
                                                words::shoot::headshot_choose().into_any()
                                            }}
                                        </button>
                                    </PostForm>
                                </span>
                                <a
                                    href=format!("{file}?download=true")
                                    download
                                    rel="external"
                                    aria-label=words::shoot::headshot_download_label(number)
                                >
                                    {words::shoot::headshot_download()}
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </section>
    }
}
