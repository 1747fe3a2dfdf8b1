//! How much a stranger may ask for: every number, and why it is this one. The counters are in the
//! store. L9, N3
//!
//! Who is to be stopped:
//! - a guesser of codes, with as many browsers, addresses and networks as they like;
//! - a mail bomber, who has us send codes to one address, or from one place to many;
//! - a stranger who asks and guesses in somebody's name so that they cannot sign in.
//!
//! Who must never be stopped: an office of 500 behind one network address that joins through one link
//! within ten minutes; the owner of an address while strangers ask and guess with it.
//!
//! By their requests these look alike. So a limit refuses nobody: beyond it **codes get longer**. A code
//! of six digits is short enough to be guessed, so it is bound to the browser that asked, has five
//! tries, and guesses are counted. A code of ten letters cannot be guessed: its tries need no counting,
//! so nobody can use them up, and one mail can serve every browser that asks for the same address, so
//! that asking again and again sends no more mail. The one refusal left is for a network that has
//! hundreds of mails sent and uses none of the codes.
//!
//! What that comes to, proven in `simulation`:
//! - guessing, from everywhere and without a pause, opens one account by chance in some 333 days, and one
//!   certain address in some 45 years;
//! - one address gets at most 108 mails in a day of bombing;
//! - whoever reads the mail of an address can sign in with it at any time.
//!
//! How much invite mail goes out is for the operator to say: [`super::invite::MailLimits`].

use serde::{Deserialize, Serialize};

use super::db_enum;

/// Minutes for which a code of digits works. N3
pub const DIGITS_MINUTES: u8 = 10;
/// Minutes for which a code of letters works: its mail stands for all that are asked for meanwhile.
pub const LETTERS_MINUTES: u8 = 60;
/// Minutes after which another code of letters is mailed to the same address. Until then the last one
/// has half its time left, and works in every browser that asks.
pub const LETTERS_AGAIN_MINUTES: u8 = 30;
/// Tries of each request for a code. N3
pub const TRIES: i16 = 5;

/// Codes of digits for one address that were not used, within an hour: somebody who asks again because
/// the mail is slow, on two devices.
pub const DIGITS_PER_HOUR: i64 = 6;
/// The same within a day: it bounds what is guessed at one address to 60 tries, 60 in a million.
pub const DIGITS_PER_DAY: i64 = 12;

/// Guesses at digits from one network in a day. In an office of 500 some hundred mistype.
pub const GUESSES_PER_NETWORK: i32 = 300;
/// Guesses at digits from everywhere in a day: three in a thousand that one of them is right.
pub const GUESSES_PER_DAY: i32 = 3_000;

/// Codes asked for from one network within an hour that were not used: an office of 500 in which
/// everybody asks twice before the first mail arrives.
pub const UNUSED_PER_NETWORK: i64 = 1_000;

/// Addresses that one network may leave at full links in an hour: an office of 500, most of whom
/// come too late.
pub const WAITERS_PER_NETWORK: i64 = 500;
/// Addresses that wait at one link: what a lead can make use of, and two such offices.
pub const WAITERS_PER_LINK: i64 = 1_000;

/// Streams of changes that one login may hold open: a lead's tabs. Whoever has more looks now and then.
pub const STREAMS_PER_LOGIN: usize = 12;

/// What a code is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CodeKind {
    /// Six digits: for one browser, for ten minutes, guesses are counted.
    Digits,
    /// Ten letters, which nobody guesses: for every browser that asks for the address within the hour.
    Letters,
}

db_enum!(CodeKind { Digits = "digits", Letters = "letters" });

/// What was asked for and guessed of late, as far as it concerns one request for a code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recent {
    /// Unused codes of digits for this address, within an hour and within a day.
    pub digits_in_hour: i64,
    pub digits_in_day: i64,
    /// Guesses at digits today, from this network and from everywhere.
    pub guesses_from_network: i32,
    pub guesses: i32,
    /// A code of letters was mailed to this address less than [`LETTERS_AGAIN_MINUTES`] ago.
    pub letters_mailed: bool,
    /// Unused codes that this network asked for within an hour.
    pub unused_from_network: i64,
}

/// What a request for a code leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeGrant {
    /// A mail with a code of its own.
    Mail(CodeKind),
    /// No mail: the letters that were mailed work here too.
    Share,
}

/// A network has many mails sent and uses none of the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too many codes were asked for from your network. Wait an hour, then ask again.")]
pub struct TooManyCodes;

/// What somebody who asks for a code gets. It does not depend on who they are, nor on whether the
/// address is known. J5
///
/// # Errors
/// It would take a mail, and the network has had too many sent.
pub const fn grant_code(recent: &Recent) -> Result<CodeGrant, TooManyCodes> {
    let calm = recent.digits_in_hour < DIGITS_PER_HOUR
        && recent.digits_in_day < DIGITS_PER_DAY
        && recent.guesses_from_network < GUESSES_PER_NETWORK
        && recent.guesses < GUESSES_PER_DAY;
    if !calm && recent.letters_mailed {
        Ok(CodeGrant::Share)
    } else if recent.unused_from_network >= UNUSED_PER_NETWORK {
        Err(TooManyCodes)
    } else if calm {
        Ok(CodeGrant::Mail(CodeKind::Digits))
    } else {
        Ok(CodeGrant::Mail(CodeKind::Letters))
    }
}

#[cfg(test)]
mod simulation;
