//! One's own account: the devices on which one is signed in, and the organizations. J8, N3

use leptos::prelude::*;

use crate::{
    app::components::{Icon, MemberTop, Note, PostForm, Precision, Sentence, Timestamp, Tone},
    domain::{ids::OrgId, moment::Moment},
    words,
};

/// The account: devices and organizations.
#[derive(Clone, Debug)]
pub struct AccountPage {
    pub name: String,
    pub address: String,
    /// The organization that they look at, where they belong to one.
    pub org_name: Option<String>,
    pub lead: bool,
    pub devices: Vec<DeviceView>,
    pub orgs: Vec<OrgView>,
    pub removals: Vec<RemovalView>,
}

/// An organization that removed the account. J8
#[derive(Clone, Debug)]
pub struct RemovalView {
    pub org: String,
    pub at: Moment,
}

/// One device on which the account is signed in.
#[derive(Clone, Debug)]
pub struct DeviceView {
    pub id: String,
    pub device: String,
    pub network: String,
    /// When it was signed in on.
    pub since: Moment,
    pub seen_at: Moment,
    pub this_one: bool,
}

/// One organization that the account belongs to.
#[derive(Clone, Debug)]
pub struct OrgView {
    pub id: OrgId,
    pub name: String,
    pub role: String,
    pub current: bool,
    /// Whose Owner offers it, where one does. P5
    pub offered_by: Option<String>,
}

#[component]
pub fn Account(page: AccountPage) -> impl IntoView {
    let several = page.orgs.len() > 1;
    let others = page.devices.len() > 1;
    let nowhere = page.orgs.is_empty() && page.removals.is_empty();
    view! {
        <MemberTop name=page.name.clone() org=page.org_name.clone().unwrap_or_default() lead=page.lead />
        <main class="page" id="main">
            <div class="head">
                <div>
                    <h1>{words::guest::account()}</h1>
                    <p>
                        <Sentence words=words::guest::account_signed_in()>
                            <b>{page.address}</b>
                        </Sentence>
                    </p>
                    {page
                        .org_name
                        .is_some()
                        .then(|| {
                            view! {
                                <p>
                                    <Sentence words=words::guest::account_name()>
                                        <b>{page.name.clone()}</b>
                                    </Sentence>
                                    " "
                                    <a href="/me#h-about">{words::guest::account_change_name()}</a>
                                </p>
                            }
                        })}
                </div>
                <PostForm action="/sign-out" class="row">
                    <button class="btn">
                        <Icon name="logout" />
                        {words::guest::sign_out()}
                    </button>
                </PostForm>
            </div>
            <div class="stack narrow">
                <section class="section" aria-labelledby="h-orgs">
                    <header>
                        <h2 id="h-orgs">{words::guest::account_organizations()}</h2>
                    </header>
                    <ul role="list" class="lines">
                        {page
                            .orgs
                            .into_iter()
                            .map(|org| {
                                view! {
                                    <li class="row">
                                        {org
                                            .offered_by
                                            .map(|owner| {
                                                view! { <Offer owner org=org.name.clone() id=org.id /> }
                                            })} <span>
                                            <b>{org.name}</b>
                                            <br />
                                            <small>{org.role}</small>
                                        </span> <span class="push"></span>
                                        {(several && !org.current)
                                            .then(|| {
                                                view! {
                                                    <PostForm
                                                        action=format!("/account/organizations/{}/switch", org.id)
                                                        class="row"
                                                    >
                                                        <button class="btn sm">
                                                            {words::guest::account_switch()}
                                                        </button>
                                                    </PostForm>
                                                }
                                            })}
                                        {org
                                            .current
                                            .then(|| {
                                                view! {
                                                    <span class="tag ok">
                                                        {words::guest::account_open_now()}
                                                    </span>
                                                }
                                            })}
                                    </li>
                                }
                            })
                            .collect_view()}
                        {page
                            .removals
                            .into_iter()
                            .map(|removal| view! { <RemovedFrom removal /> })
                            .collect_view()}
                    </ul>
                    {nowhere
                        .then(|| {
                            view! {
                                <p>
                                    <Sentence words=words::guest::account_nowhere()>
                                        <a href="/welcome">{words::guest::account_nowhere_link()}</a>
                                    </Sentence>
                                </p>
                            }
                        })}
                </section>
                <section class="section" aria-labelledby="h-devices">
                    <header>
                        <h2 id="h-devices">{words::guest::account_devices()}</h2>
                    </header>
                    <ul role="list" class="lines">
                        {page
                            .devices
                            .into_iter()
                            .map(|device| {
                                view! {
                                    <li class="row">
                                        <span class="grow">
                                            <b>{device.device}</b>
                                            <br />
                                            <small>
                                                <Sentence words=words::guest::account_since()>
                                                    <Timestamp at=device.since precision=Precision::Minute />
                                                </Sentence>
                                                " "
                                                <Sentence words=words::guest::account_last_used(
                                                    device.network,
                                                )>
                                                    <Timestamp at=device.seen_at precision=Precision::Minute />
                                                </Sentence>
                                            </small>
                                        </span>
                                        {if device.this_one {
                                            view! {
                                                <span class="tag ok">
                                                    {words::guest::account_this_device()}
                                                </span>
                                            }
                                                .into_any()
                                        } else {
                                            view! {
                                                <PostForm
                                                    action=format!("/account/logins/{}/close", device.id)
                                                    class="row"
                                                >
                                                    <button class="btn sm">{words::guest::sign_out()}</button>
                                                </PostForm>
                                            }
                                                .into_any()
                                        }}
                                    </li>
                                }
                            })
                            .collect_view()}
                    </ul>
                    {others
                        .then(|| {
                            view! {
                                <PostForm action="/account/logins/close-others" class="row">
                                    <button class="btn">{words::guest::account_sign_out_others()}</button>
                                </PostForm>
                            }
                        })}
                </section>
            </div>
        </main>
    }
}

#[component]
fn RemovedFrom(removal: RemovalView) -> impl IntoView {
    view! {
        <li class="row">
            <span>
                <b>{removal.org}</b>
                <br />
                <small>
                    <Sentence words=words::guest::account_removed()>
                        <Timestamp at=removal.at precision=Precision::Day />
                    </Sentence>
                </small>
            </span>
        </li>
    }
}

/// Somebody would like to hand the organization over. P5
#[component]
fn Offer(owner: String, org: String, id: OrgId) -> impl IntoView {
    let path = format!("/account/organizations/{id}/ownership");
    view! {
        <Note tone=Tone::Info>
            <p>{words::guest::ownership_offered(&owner, &org)}</p>
            <div class="row">
                <PostForm action=format!("{path}/accept") class="row">
                    <button class="btn sm primary">{words::guest::ownership_offered_accept()}</button>
                </PostForm>
                <PostForm action=format!("{path}/decline") class="row">
                    <button class="btn sm">{words::guest::ownership_offered_decline()}</button>
                </PostForm>
            </div>
        </Note>
    }
}
