//! Who holds a link. Each proves a token once, in constant time, before anything is looked up by it or
//! said of it. I5, L7, M3

use std::collections::HashMap;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{StatusCode, request::Parts},
};

use super::input::Path;
use crate::{
    app::{
        guest::join::status_page::Host,
        shoot::{
            self,
            results::{LinkEnd, LinkEndedPage},
        },
    },
    domain::{
        actor::Actor,
        email::EmailAddress,
        ids::{InviteId, LinkId, OrgId},
    },
    http::{error::PageError, page::Page},
    server::{keys::Keys, logins::Caller, state::AppState},
    store::{
        PgConnection,
        invites::{self, Invite},
        links::{self, Link},
        members::{self, Person},
    },
    words,
};

/// A token of an open link that this server made; the link may be gone.
#[derive(Clone)]
pub struct LinkToken {
    pub token: String,
    pub org: OrgId,
    pub link: LinkId,
}

impl LinkToken {
    /// The link as it is now.
    pub async fn find(&self, state: &AppState) -> Result<Link, PageError> {
        let mut db = state.pool.acquire().await?;
        links::find(&mut db, self.org, self.link).await?.ok_or(PageError::UnknownLink)
    }

    /// Whoever acts by it, known by an address that they typed or proved.
    #[must_use]
    pub fn holder(&self, address: &EmailAddress, caller: &Caller) -> Actor {
        Actor::link_holder(self.org, address, &caller.network)
    }

    /// The path of the link's page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/j/{}", self.token)
    }
}

impl FromRequestParts<AppState> for LinkToken {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let token = find_token(parts, state).await?;
        let (org, link) = state.keys.read_link_token(&token).ok_or(PageError::UnknownLink)?;
        Ok(Self { token, org, link })
    }
}

/// An open link that somebody holds. It may be closed by now: see [`Link::policy`].
pub struct OpenLink {
    pub token: LinkToken,
    pub link: Link,
}

impl OpenLink {
    #[must_use]
    pub fn host(&self) -> Host {
        let link = &self.link;
        Host {
            org: link.org_name.clone(),
            name: link.host_name.clone(),
            address: link.host_address.clone(),
            support: link.face.support.clone(),
        }
    }
}

impl FromRequestParts<AppState> for OpenLink {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let token = LinkToken::from_request_parts(parts, state).await?;
        let link = token.find(state).await?;
        Ok(Self { token, link })
    }
}

/// Somebody with the link of a personal invite, whatever became of the invite.
pub struct InviteHolder {
    pub token: String,
    pub org: OrgId,
    pub id: InviteId,
    pub invite: Invite,
    /// Who acts when they press a button of its page.
    pub actor: Actor,
}

impl InviteHolder {
    /// The path of the invite's page.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/i/{}", self.token)
    }

    #[must_use]
    pub fn host(&self) -> Host {
        let invite = &self.invite;
        Host {
            org: invite.org_name.clone(),
            name: invite.inviter.clone(),
            address: invite.inviter_address.clone(),
            support: invite.face.support.clone(),
        }
    }
}

impl FromRequestParts<AppState> for InviteHolder {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let token = find_token(parts, state).await?;
        let caller = Caller::from_request_parts(parts, state).await?;
        let read = Keys::read_invite_token(&token).ok_or(PageError::UnknownLink)?;
        let mut db = state.pool.acquire().await?;
        let invite = invites::find(&mut db, read.org, read.invite).await?;
        let invite = invite
            .filter(|invite| state.keys.proves_invite(&read, invite.generation))
            .ok_or(PageError::UnknownLink)?;
        let actor = Actor::link_holder(read.org, &invite.address, &caller.network);
        Ok(Self { token, org: read.org, id: read.invite, invite, actor })
    }
}

/// `None` for a token of nothing, where the answer must not tell.
impl OptionalFromRequestParts<AppState> for InviteHolder {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, PageError> {
        match <Self as FromRequestParts<_>>::from_request_parts(parts, state).await {
            Ok(holder) => Ok(Some(holder)),
            Err(PageError::UnknownLink) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Somebody with the private link of a managed member's results. M3
pub struct ResultsHolder {
    pub token: String,
    pub person: Person,
    /// Who acts when they press a button of its page.
    pub actor: Actor,
}

impl FromRequestParts<AppState> for ResultsHolder {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let token = find_token(parts, state).await?;
        let caller = Caller::from_request_parts(parts, state).await?;
        let read = Keys::read_results_token(&token).ok_or(PageError::NotFound)?;
        let mut db = state.pool.acquire().await?;
        let person = members::find(&mut db, read.org, read.member).await?;
        if !state.keys.proves(&read, person.results_generation) || !person.has_results_link() {
            let earlier = (0..=person.results_generation).rev().take(EARLIER_LINKS);
            let was_good = earlier.into_iter().any(|generation| state.keys.proves(&read, generation));
            return Err(if was_good { link_ended(&mut db, person).await? } else { PageError::NotFound });
        }
        let actor = Actor::link_holder(person.org, &person.name, &caller.network);
        Ok(Self { token, person, actor })
    }
}

/// Of so many private links of a member that were replaced is still said what became of them.
const EARLIER_LINKS: usize = 50;

async fn link_ended(db: &mut PgConnection, person: Person) -> Result<PageError, PageError> {
    let (lead, lead_address) = members::owner(db, person.org).await?;
    let how = if person.account.is_some() {
        LinkEnd::Account
    } else if person.results_revoked {
        LinkEnd::Revoked
    } else {
        LinkEnd::Renewed
    };
    let page = LinkEndedPage { org: person.org_name, lead, lead_address, how };
    let page = Page::new(words::shoot::title_results(), shoot::Page::LinkEnded(page));
    Ok(page.with_status(StatusCode::GONE).into())
}

/// The `{token}` of a path, of which nothing is proven yet.
pub async fn find_token(parts: &mut Parts, state: &AppState) -> Result<String, PageError> {
    let Path(mut path) = Path::<HashMap<String, String>>::from_request_parts(parts, state).await?;
    path.remove("token").ok_or(PageError::NotFound)
}
