//! How a token is written: an organization, a row of it, and a MAC over both, in as few characters as
//! that takes. It says nothing of whether the MAC is right; `keys` does. I5
//!
//! `org ‖ id ‖ MAC` without the bits that are the same in every UUIDv7, as one number in base64url
//! without leading zeros: 61 characters. Its last character stands for five bits only, so it is never
//! `-` or `_`, which chat programs and mail readers take for punctuation behind a link.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

/// 128 bits: nobody guesses that. I5
pub const MAC_BYTES: usize = 16;

/// What a token says, proven or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub org: Uuid,
    pub id: Uuid,
    pub mac: [u8; MAC_BYTES],
}

/// Characters of the number with its leading zeros.
const CHARACTERS: usize = 63;
/// Bits of a UUIDv7 without its version and variant.
const ID_BITS: u32 = 122;
/// Bits of the last of the characters; the others have one more.
const LAST_BITS: u32 = 5;
/// The greatest that is written as the last: `f`.
const LAST_MAX: u128 = (1 << LAST_BITS) - 1;
/// `A` is base64's zero.
const ZERO: char = 'A';

/// Characters of `org ‖ id ‖ MAC` with all their bits: how tokens were written before. Links that were sent
/// out stay valid, and an id that is no UUIDv7 is still written like this.
const LONG_CHARACTERS: usize = 64;

impl Token {
    /// Reads a token of this server or of anybody.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text.len() {
            LONG_CHARACTERS => Self::read_long(text),
            1..=CHARACTERS if !text.starts_with(ZERO) => Self::read_short(text),
            _ => None,
        }
    }

    fn read_short(text: &str) -> Option<Self> {
        // Two more zeros make it a multiple of four characters, which are whole bytes.
        let zeros = LONG_CHARACTERS - text.len();
        let padded: String = std::iter::repeat_n(ZERO, zeros).chain(text.chars()).collect();
        let mut bits = Bits(decode(&padded)?);
        let last = bits.take(LAST_BITS + 1);
        if last > LAST_MAX {
            return None;
        }
        let mac = (bits.take(128 - LAST_BITS) << LAST_BITS | last).to_be_bytes();
        let (id, org) = (uuid_v7(bits.take(ID_BITS)), uuid_v7(bits.take(ID_BITS)));
        (bits.0 == [0; 48]).then_some(Self { org, id, mac })
    }

    fn read_long(text: &str) -> Option<Self> {
        let bytes = decode(text)?;
        let org = Uuid::from_slice(&bytes[..16]).ok()?;
        let id = Uuid::from_slice(&bytes[16..32]).ok()?;
        let mac = bytes[32..].try_into().ok()?;
        Some(Self { org, id, mac })
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(org), Some(id)) = (bits_of_v7(self.org), bits_of_v7(self.id)) {
            let mut bits = Bits([0; 48]);
            bits.put(org, ID_BITS);
            bits.put(id, ID_BITS);
            let mac = u128::from_be_bytes(self.mac);
            bits.put(mac >> LAST_BITS, 128 - LAST_BITS);
            bits.put(mac & LAST_MAX, LAST_BITS + 1);
            f.write_str(BASE64_URL_SAFE_NO_PAD.encode(bits.0).trim_start_matches(ZERO))
        } else {
            let bytes = [*self.org.as_bytes(), *self.id.as_bytes(), self.mac].concat();
            f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(bytes))
        }
    }
}

fn decode(text: &str) -> Option<[u8; 48]> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// A number of 384 bits; bits are put in and taken out at its low end.
struct Bits([u8; 48]);

impl Bits {
    fn put(&mut self, value: u128, count: u32) {
        for at in (0..count).rev() {
            let mut carry = (value >> at & 1) as u8;
            for byte in self.0.iter_mut().rev() {
                (*byte, carry) = (*byte << 1 | carry, *byte >> 7);
            }
        }
    }

    fn take(&mut self, count: u32) -> u128 {
        let mut value = 0;
        for at in 0..count {
            let mut carry = 0;
            for byte in &mut self.0 {
                (*byte, carry) = (carry << 7 | *byte >> 1, *byte & 1);
            }
            value |= u128::from(carry) << at;
        }
        value
    }
}

/// Bits of random data below the variant.
const LOW: u32 = 62;
/// Bits of random data between version and variant.
const MIDDLE: u32 = 12;

/// RFC 9562: 48 bits of time, the version, 12 random bits, the variant, 62 random bits.
fn bits_of_v7(uuid: Uuid) -> Option<u128> {
    let number = uuid.as_u128();
    let low = number & ((1 << LOW) - 1);
    let middle = number >> (LOW + 2) & ((1 << MIDDLE) - 1);
    let time = number >> 80;
    let bits = time << (MIDDLE + LOW) | middle << LOW | low;
    (uuid_v7(bits) == uuid).then_some(bits)
}

fn uuid_v7(bits: u128) -> Uuid {
    let low = bits & ((1 << LOW) - 1);
    let middle = bits >> LOW & ((1 << MIDDLE) - 1);
    let time = bits >> (MIDDLE + LOW);
    Uuid::from_u128(time << 80 | 7 << 76 | middle << (LOW + 2) | 0b10 << LOW | low)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An id of the year 2026, and whatever follows.
    fn v7(random: u128) -> Uuid {
        uuid_v7(1_795_000_000_000 << 74 | random >> 54)
    }

    proptest! {
        /// I5: nothing that takes the end of a link for punctuation takes any of it.
        #[test]
        fn a_token_says_what_went_in_and_ends_in_a_letter_or_digit(org: u128, id: u128, mac: [u8; 16]) {
            let token = Token { org: v7(org), id: v7(id), mac };
            let text = token.to_string();
            prop_assert_eq!(text.len(), 61);
            prop_assert!(text.ends_with(|c: char| c.is_ascii_alphanumeric()), "{}", text);
            prop_assert_eq!(Token::read(&text), Some(token));
        }

        /// I5: one token, one spelling.
        #[test]
        fn what_is_read_is_written_the_same(text in "[A-Za-z0-9_-]{50,62}") {
            if let Some(token) = Token::read(&text) {
                prop_assert_eq!(token.to_string(), text);
            }
        }

        /// I5
        #[test]
        fn links_that_were_sent_out_before_stay_valid(org: u128, id: u128, mac: [u8; 16]) {
            let token = Token { org: Uuid::from_u128(org), id: Uuid::from_u128(id), mac };
            let bytes = [&org.to_be_bytes()[..], &id.to_be_bytes(), &mac].concat();
            prop_assert_eq!(Token::read(&BASE64_URL_SAFE_NO_PAD.encode(bytes)), Some(token));
        }

        /// N1
        #[test]
        fn anything_else_is_none_and_no_fault(text in ".{0,70}") {
            if let Some(token) = Token::read(&text) {
                prop_assert!(text.is_ascii());
                prop_assert_eq!(Token::read(&token.to_string()), Some(token));
            }
        }
    }

    /// I5: a time that leaves no leading zeros is written as well, and one that has many.
    #[test]
    fn early_and_late_times_fit() {
        for time in [0, 1, (1 << 48) - 1] {
            let token = Token { org: uuid_v7(time << 74), id: uuid_v7(u128::MAX >> 6), mac: [0xff; 16] };
            let text = token.to_string();
            assert!(text.len() <= CHARACTERS, "{text}");
            assert_eq!(Token::read(&text), Some(token));
        }
    }
}
