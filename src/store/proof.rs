//! What shows that whoever is here reads the mail of an address. Joining asks for nothing else, so
//! there is no other way to make a [`Proof`] than those below. J6, L3

use uuid::Uuid;

use super::{
    Error, PgConnection, Result,
    accounts::{self, Viewer},
    codes::{self, CodeRefusal, RightCode},
    sso::recognized::Recognized,
    unknown_word,
};
use crate::domain::{email::EmailAddress, ids::AccountId};

/// The account of an address that was proved.
#[derive(Clone, Debug)]
pub struct Proof {
    account: AccountId,
    address: EmailAddress,
    login: Option<Uuid>,
}

impl Proof {
    /// Somebody who is signed in has proved their address when they did that.
    pub fn by_login(viewer: &Viewer) -> Result<Self> {
        let address = EmailAddress::try_from(viewer.address.clone()).map_err(|_| unknown_word("address"))?;
        Ok(Self { account: viewer.account, address, login: Some(viewer.login) })
    }

    /// Uses up a code that was mailed to the address, and makes the account where there is none.
    ///
    /// # Errors
    /// The code was used meanwhile, or is too old.
    pub async fn by_code(db: &mut PgConnection, code: &RightCode) -> Result<Self, Error<CodeRefusal>> {
        let account = accounts::ensure(db, code.address()).await?;
        codes::consume(db, code).await?;
        Ok(Self { account, address: code.address().clone(), login: None })
    }

    /// The link of an invite went to this address and nowhere else, which is enough to make the account
    /// of an address that has none: nothing can be in it yet. `None` where there is one. J6
    pub async fn by_first_invite(db: &mut PgConnection, address: &EmailAddress) -> Result<Option<Self>> {
        let account = accounts::create(db, address).await?;
        Ok(account.map(|account| Self { account, address: address.clone(), login: None }))
    }

    /// The organization's identity provider vouches for the person, at a domain which that organization has
    /// proved to be its own. S2, S3
    #[must_use]
    pub fn by_provider(recognized: &Recognized) -> Self {
        Self { account: recognized.account, address: recognized.address.clone(), login: None }
    }

    /// The organization's directory says that this is one of its people, at a domain which that organization
    /// has proved to be its own; makes the account where there is none. S6
    pub(in crate::store) async fn by_directory(
        db: &mut PgConnection,
        address: &EmailAddress,
    ) -> Result<Self> {
        let account = accounts::ensure(db, address).await?;
        Ok(Self { account, address: address.clone(), login: None })
    }

    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    #[must_use]
    pub const fn address(&self) -> &EmailAddress {
        &self.address
    }

    /// The login with which the person came; `None` where they are to be signed in.
    #[must_use]
    pub const fn login(&self) -> Option<Uuid> {
        self.login
    }
}

/// Somebody who joins: a proved address, and the name they gave, which is a checked line.
#[derive(Clone, Debug)]
pub struct Joiner {
    pub proof: Proof,
    pub name: String,
}
