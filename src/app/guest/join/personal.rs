//! The pages of a personal invite: to accept or decline it, each way in which it has ended, and those
//! of opting out. I7, I9, I10, J1, J4

use leptos::prelude::*;

use crate::{
    app::{
        components::{
            Avatar, Note, PostForm, Precision, PublicLayout, Sentence, TextField, Timestamp, Tone, mailto,
        },
        guest::join::{
            org_face::{OrgLogo, OrgWebsite},
            status_page::{AlreadyJoined, Host, StatusPage},
            steps::Steps,
        },
    },
    domain::{member::NAME_MAX, moment::Moment, organization::Face, photo::PhotoLimits, role::Role},
    words,
};

/// A personal invite that can be accepted. J1
#[derive(Clone, Debug)]
pub struct PersonalPage {
    pub action: String,
    pub org: String,
    pub face: Face,
    pub inviter: String,
    pub team: Option<String>,
    /// As what they join. P5
    pub role: Role,
    pub address: String,
    pub expires_at: Moment,
    pub entry: Entry,
    pub limits: PhotoLimits,
    pub typed: String,
    pub error: Option<String>,
}

/// How whoever looks at an invite gets in with it. J4, J6
#[derive(Clone, Debug)]
pub enum Entry {
    /// The address has no account: at once.
    AsNewcomer,
    /// Signed in as the invited person: at once.
    AsViewer,
    /// The address has an account: by a code that is mailed to it.
    ByCode,
    /// Signed in as somebody else: by such a code as well.
    ByCodeInsteadOf { viewer: String },
}

/// An invite that lets nobody in any more: why, and what to do. I7, I9, I10
#[derive(Clone, Debug)]
pub struct EndedInvitePage {
    pub why: WhyEnded,
    pub host: Host,
}

/// Why an invite lets nobody in any more. Texts are form actions where not said otherwise.
#[derive(Clone, Debug)]
pub enum WhyEnded {
    Expired {
        fresh: String,
    },
    Revoked,
    Declined {
        reconsider: String,
        opt_out: String,
    },
    /// The person's own address.
    OptedOut {
        address: String,
        opt_in: String,
    },
    /// It was accepted before, as this address; by the viewer, or by whom it was for.
    Used {
        address: String,
        by_viewer: bool,
    },
}

/// No further mail from an organization: to be confirmed, or done. I10
#[derive(Clone, Debug)]
pub struct UnsubscribePage {
    pub org: String,
    /// Where the confirmation goes, or, when it is done, where it is taken back.
    pub action: String,
    pub state: OptOutState,
}

/// How far opting out is. I10
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptOutState {
    Asked,
    Done,
    TakenBack,
}

#[component]
pub fn Personal(page: PersonalPage) -> impl IntoView {
    let (first, _) = page.inviter.split_once(' ').unwrap_or((&page.inviter, ""));
    let first = first.to_owned();
    let from = match &page.team {
        Some(team) => words::guest::invite_from(&page.org, team),
        None => page.org.clone(),
    };
    let footer = view! {
        <Sentence words=words::guest::invite_closes()>
            <Timestamp at=page.expires_at precision=Precision::Deadline />
        </Sentence>
    }
    .into_any();
    let button = match &page.entry {
        Entry::AsNewcomer | Entry::AsViewer => words::guest::join_button(),
        Entry::ByCode | Entry::ByCodeInsteadOf { .. } => words::guest::send_code_button(),
    };
    let notice = match page.entry {
        Entry::AsNewcomer | Entry::AsViewer => None,
        Entry::ByCode => Some((Tone::Info, words::guest::known_account(), page.address.clone())),
        Entry::ByCodeInsteadOf { viewer } => Some((Tone::Warn, words::guest::other_account(), viewer)),
    };
    let decline = format!("{}/decline", page.action);
    let declining = words::guest::decline_hint(&first);
    view! {
        <PublicLayout footer=footer>
            <OrgLogo org=page.org.clone() face=page.face.clone() />
            <PostForm action=page.action>
                <p class="who">
                    <Avatar name=page.inviter.clone() />
                    <span>
                        {page.inviter.clone()} <small>{from}</small>
                        {page
                            .face
                            .website
                            .map(|website| {
                                view! {
                                    " "
                                    <small>
                                        <OrgWebsite website />
                                    </small>
                                }
                            })}
                    </span>
                </p>
                <div class="stack tight">
                    <h1>{words::guest::invite()}</h1>
                    <p>{words::guest::invite_intro(&first)}</p>
                    {(page.role == Role::TeamLead)
                        .then(|| view! { <p>{words::guest::invite_as_lead(&page.org)}</p> })}
                </div>
                <Steps limits=page.limits lead=first.clone() />
                {notice
                    .map(|(tone, words, address)| {
                        view! {
                            <Note tone>
                                <p>
                                    <Sentence words>
                                        <b>{address}</b>
                                    </Sentence>
                                </p>
                            </Note>
                        }
                    })}
                <TextField
                    name="name"
                    label=words::guest::your_name_field()
                    value=page.typed
                    error=Signal::stored(page.error)
                    autocomplete="name"
                    max=NAME_MAX
                    required=true
                />
                <TextField
                    name="email"
                    label=words::guest::email_field()
                    kind="email"
                    value=page.address
                    readonly=true
                    hint=words::guest::invite_address_hint(&first)
                />
                <button class="btn primary wide">{button}</button>
                <p class="hint">{words::guest::invite_promise()}</p>
            </PostForm>
            <PostForm action=decline class="stack tight">
                <button class="btn wide">{words::guest::decline()}</button>
                <p class="hint">{declining}</p>
            </PostForm>
        </PublicLayout>
    }
}

#[component]
pub fn EndedInvite(page: EndedInvitePage) -> impl IntoView {
    let Host { org, name, address, support } = page.host;
    let write = address.map(|address| {
        let href = mailto(&address, words::shared::mail_subject(), None);
        view! {
            <a class="btn" href=href>
                {words::guest::write_to(&name)}
            </a>
        }
    });
    let (icon, title, text, next): (&'static str, &'static str, AnyView, AnyView) = match page.why {
        WhyEnded::Expired { fresh } => (
            "clock",
            words::guest::invite_expired(),
            words::guest::invite_expired_text(org).into_any(),
            view! {
                <PostForm action=fresh>
                    <button class="btn primary wide">{words::guest::invite_expired_button()}</button>
                </PostForm>
                {write}
                <AlreadyJoined />
            }
            .into_any(),
        ),
        WhyEnded::Revoked => (
            "lock",
            words::guest::invite_revoked(),
            words::guest::invite_revoked_text(name).into_any(),
            view! {
                {write}
                <AlreadyJoined />
            }
            .into_any(),
        ),
        WhyEnded::Declined { reconsider, opt_out } => (
            "mail",
            words::guest::invite_declined(),
            words::guest::invite_declined_text(name).into_any(),
            view! {
                <PostForm action=reconsider>
                    <button class="btn primary wide">{words::guest::invite_declined_undo_button()}</button>
                </PostForm>
                {write}
                <PostForm action=opt_out class="stack tight">
                    <div class="row">
                        <button class="btn">{words::guest::invite_declined_stop_button(&org)}</button>
                    </div>
                    <p class="hint">{words::guest::invite_declined_stop_hint(org)}</p>
                </PostForm>
            }
            .into_any(),
        ),
        WhyEnded::OptedOut { address, opt_in } => (
            "mail",
            words::guest::unsubscribed(),
            view! {
                <Sentence words=words::guest::unsubscribed_address(org)>
                    <b>{address}</b>
                </Sentence>
            }
            .into_any(),
            view! {
                <PostForm action=opt_in>
                    <button class="btn wide">{words::guest::unsubscribed_undo_button()}</button>
                </PostForm>
                {write}
                <AlreadyJoined />
            }
            .into_any(),
        ),
        WhyEnded::Used { address, by_viewer: true } => (
            "check",
            words::guest::already_in(),
            view! {
                <Sentence words=words::guest::invite_used_by_you(org)>
                    <b>{address}</b>
                </Sentence>
            }
            .into_any(),
            view! {
                <a class="btn primary" href="/me">
                    {words::guest::see_photos_button()}
                </a>
            }
            .into_any(),
        ),
        WhyEnded::Used { address, by_viewer: false } => (
            "check",
            words::guest::invite_used(),
            view! {
                <Sentence words=words::guest::invite_used_text(org)>
                    <b>{address}</b>
                </Sentence>
            }
            .into_any(),
            view! {
                <a class="btn primary" href="/sign-in">
                    {words::guest::invite_used_button()}
                </a>
            }
            .into_any(),
        ),
    };
    view! { <StatusPage icon title text next=Some(next) support /> }
}

/// A fresh link was asked for; whether one went out is not said. I7
#[component]
pub fn Fresh() -> impl IntoView {
    view! {
        <StatusPage
            icon="mail"
            title=words::guest::fresh_link()
            text=words::guest::fresh_link_text().into_any()
            next=Some(view! { <p class="hint">{words::guest::fresh_link_missing()}</p> }.into_any())
        />
    }
}

#[component]
pub fn Unsubscribe(page: UnsubscribePage) -> impl IntoView {
    let UnsubscribePage { org, action, state } = page;
    let (title, text) = match state {
        OptOutState::Asked => (words::guest::stop_invites(&org), words::guest::stop_invites_text(&org)),
        OptOutState::Done => (words::guest::unsubscribed().to_owned(), words::guest::unsubscribed_text(&org)),
        OptOutState::TakenBack => {
            (words::guest::subscribed_again().to_owned(), words::guest::subscribed_again_text(&org))
        }
    };
    let button = match state {
        OptOutState::Asked => Some((words::guest::stop_invites_button(), "btn primary wide")),
        OptOutState::Done => Some((words::guest::unsubscribed_undo_button(), "btn wide")),
        OptOutState::TakenBack => None,
    };
    let next = button.map(|(button, class)| {
        view! {
            <PostForm action>
                <button class=class>{button}</button>
            </PostForm>
        }
        .into_any()
    });
    view! { <StatusPage icon="mail" title text=text.into_any() next /> }
}
