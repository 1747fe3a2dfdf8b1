//! Whom a provider vouches for, once it is known whose account that is. S2

use crate::domain::{email::EmailAddress, ids::AccountId};

/// Somebody whom a provider vouches for, and the account that is theirs.
#[derive(Clone, Debug)]
pub struct Recognized {
    pub(in crate::store) account: AccountId,
    /// The account's own address, which follows the provider's.
    pub(in crate::store) address: EmailAddress,
}

impl Recognized {
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }
}
