//! What stands between somebody and signing in through an identity provider. The words are in
//! `src/words`: some for whoever signs in, more for the Owner who tests the connection. S2, S4

use serde::{Deserialize, Serialize};

/// Why a sign-in ended without one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{self:?}")]
pub enum Trouble {
    /// The sign-in was not begun by this browser, not within ten minutes, or is over already.
    Stale,
    /// The organization changed or switched its connection off meanwhile.
    Changed,
    /// Too many sign-ins began in the same network.
    TooMany,
    /// The provider does not answer.
    Unreachable,
    /// Its address leads into a network that is not to be asked. SSRF
    Forbidden,
    /// Its documents cannot be read.
    Unreadable,
    /// It calls itself something else.
    IssuerDiffers {
        found: String,
    },
    /// It does not know our client, or the secret is wrong.
    SecretWrong,
    /// The person turned back.
    Cancelled,
    /// It answered with this code. RFC 6749, 4.1.2.1
    Declined {
        code: String,
    },
    /// It refused the code that it had handed out.
    CodeRefused,
    /// What it says of the person cannot be believed.
    Token(TokenFault),
    NoAddress,
    AddressUnverified,
    /// Google: an account of the person's own, not of the company's directory.
    NotManaged,
    /// The address is at a domain that is not the organization's.
    NotYourDomain {
        domain: String,
    },
    /// The address belongs to somebody else whom this provider knows.
    AnotherPerson,
    Removed,
    /// Nobody invited the person, and new people do not come in by themselves.
    NotAMember,
}

/// What is wrong with an ID token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenFault {
    Missing,
    Malformed,
    Issuer,
    Audience,
    Nonce,
    Algorithm,
    /// No key of the provider's is the one that signed it.
    Key,
    Signature,
    /// Too old, or not valid yet: the clocks differ by more than five minutes.
    Clock,
}

impl From<TokenFault> for Trouble {
    fn from(fault: TokenFault) -> Self {
        Self::Token(fault)
    }
}
