//! Signs what goes to other programs and proves what comes from them, as Standard Webhooks has it (version 1,
//! HMAC-SHA256): <https://github.com/standard-webhooks/standard-webhooks>. Its crate judges ages by this
//! machine's clock; here the database's does. H3

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::domain::moment::Moment;

/// How far from now a message may have been signed, in seconds.
const TOLERANCE: u64 = 5 * 60;

/// Bytes of a secret.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// How many secrets count at once: the one in use, and the one that comes or goes.
const SECRETS_MAX: usize = 2;

/// What two programs share: one secret, or two while it is replaced.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecrets(Vec<Vec<u8>>);

impl std::fmt::Debug for WebhookSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecrets(…)")
    }
}

/// What stands beside a signed message.
#[derive(Clone, Copy, Debug)]
pub struct SignedAs<'a> {
    /// `webhook-id`: the same when a message is sent again.
    pub id: &'a str,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or several, with spaces between.
    pub signature: &'a str,
}

/// Why a message proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotProven {
    #[error("webhook-timestamp is more than five minutes off.")]
    Stale,
    #[error("webhook-signature is not that of this message under the shared secret.")]
    WrongSignature,
}

/// Reads what somebody typed: secrets with commas between them.
///
/// # Errors
/// In words that say what it should look like.
pub fn webhook_secrets(text: &str) -> Result<WebhookSecrets, String> {
    const SHAPE: &str = "it should be whsec_ and 24 to 64 random bytes in base64; make one with: \
                         echo whsec_$(openssl rand -base64 32)";
    let secret = |text: &str| {
        let text = text.trim();
        let bytes = BASE64_STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).ok()?;
        BYTES.contains(&bytes.len()).then_some(bytes)
    };
    let secrets = text.split(',').map(secret).collect::<Option<Vec<_>>>().ok_or(SHAPE)?;
    if secrets.len() > SECRETS_MAX {
        return Err(format!("there are {} secrets, and {SECRETS_MAX} at most may be in use", secrets.len()));
    }
    Ok(WebhookSecrets(secrets))
}

impl WebhookSecrets {
    /// The signatures of a message, one by each secret, and the second of its timestamp.
    #[must_use]
    pub fn sign(&self, id: &str, at: Moment, body: &[u8]) -> (i64, String) {
        let seconds = at.unix_millis().div_euclid(1000);
        let timestamp = seconds.to_string();
        let sign =
            |secret: &Vec<u8>| format!("v1,{}", BASE64_STANDARD.encode(mac(secret, id, &timestamp, body)));
        (seconds, self.0.iter().map(sign).collect::<Vec<_>>().join(" "))
    }

    /// Proves a message, in constant time.
    ///
    /// # Errors
    /// It is too old, or nobody who has a secret signed it.
    pub fn verify(&self, signed: SignedAs<'_>, body: &[u8], now: Moment) -> Result<(), NotProven> {
        let macs: Vec<[u8; 32]> =
            self.0.iter().map(|secret| mac(secret, signed.id, signed.timestamp, body)).collect();
        let is_genuine = |one: &str| {
            let given = one.strip_prefix("v1,").and_then(|given| BASE64_STANDARD.decode(given).ok());
            given.is_some_and(|given| macs.iter().any(|mac| given.ct_eq(mac).into()))
        };
        if !signed.signature.split(' ').any(is_genuine) {
            return Err(NotProven::WrongSignature);
        }
        let now = now.unix_millis().div_euclid(1000);
        match signed.timestamp.parse::<i64>() {
            Ok(at) if now.abs_diff(at) <= TOLERANCE => Ok(()),
            _ => Err(NotProven::Stale),
        }
    }
}

fn mac(secret: &[u8], id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("HMAC takes keys of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H3: the example of the specification's own libraries.
    #[test]
    fn the_published_example_is_ours() {
        let secret = webhook_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let at = Moment::from_unix_millis(1_614_265_330_000);
        let (seconds, signature) = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body);
        assert_eq!(seconds, 1_614_265_330);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    /// H3, N1
    #[test]
    fn only_what_was_signed_lately_with_the_secret_is_proven() {
        let secret = webhook_secrets(&format!("whsec_{}", BASE64_STANDARD.encode([7; 32]))).unwrap();
        let other = webhook_secrets(&BASE64_STANDARD.encode([8; 32])).unwrap();
        let now = Moment::from_unix_millis(1_800_000_000_500);
        let (seconds, signature) = secret.sign("a", now, b"body");
        let timestamp = seconds.to_string();
        let verify = |secret: &WebhookSecrets, id, timestamp: &str, signature: &str, body: &[u8], now| {
            secret.verify(SignedAs { id, timestamp, signature }, body, now)
        };
        let wrong = Err(NotProven::WrongSignature);
        assert_eq!(verify(&secret, "a", &timestamp, &signature, b"body", now), Ok(()));
        let rotated = format!("v1,AAAA v2,x {signature}");
        assert_eq!(verify(&secret, "a", &timestamp, &rotated, b"body", now), Ok(()));
        assert_eq!(verify(&other, "a", &timestamp, &signature, b"body", now), wrong);
        assert_eq!(verify(&secret, "b", &timestamp, &signature, b"body", now), wrong);
        assert_eq!(verify(&secret, "a", &timestamp, &signature, b"bodY", now), wrong);
        assert_eq!(verify(&secret, "a", "1800000001", &signature, b"body", now), wrong);
        for signature in ["", "v1,", "v1,AAAA", &signature[3..]] {
            assert_eq!(verify(&secret, "a", &timestamp, signature, b"body", now), wrong);
        }
        for minutes in [-6, 6] {
            let then = Moment::from_unix_millis(now.unix_millis() + minutes * 60_000);
            assert_eq!(verify(&secret, "a", &timestamp, &signature, b"body", then), Err(NotProven::Stale));
        }
        let timeless = format!("v1,{}", BASE64_STANDARD.encode(mac(&[7; 32], "a", "soon", b"body")));
        assert_eq!(verify(&secret, "a", "soon", &timeless, b"body", now), Err(NotProven::Stale));
    }

    /// H3: whoever replaces the secret does it here first or there first, and no message is lost.
    #[test]
    fn two_secrets_count_while_one_is_replaced() {
        let [old, new] = [7, 8].map(|byte| format!("whsec_{}", BASE64_STANDARD.encode([byte; 32])));
        let both = webhook_secrets(&format!("{old}, {new}\n")).unwrap();
        let now = Moment::from_unix_millis(1_800_000_000_000);
        for one in [old, new].map(|one| webhook_secrets(&one).unwrap()) {
            for (signing, verifying) in [(&one, &both), (&both, &one)] {
                let (seconds, signature) = signing.sign("a", now, b"body");
                let (timestamp, signature) = (seconds.to_string(), signature.as_str());
                let signed = SignedAs { id: "a", timestamp: &timestamp, signature };
                assert_eq!(verifying.verify(signed, b"body", now), Ok(()));
            }
        }
    }

    #[test]
    fn a_secret_is_long_enough_and_never_shown() {
        let good = format!("whsec_{}", BASE64_STANDARD.encode([65; 24]));
        let three = [good.as_str(); 3].join(",");
        for text in ["", "whsec_", "whsec_c2hvcnQ=", "not base64!", &format!("{good},"), &three] {
            assert!(webhook_secrets(text).is_err(), "{text}");
        }
        let secret = webhook_secrets(&BASE64_STANDARD.encode([65; 24])).unwrap();
        assert_eq!(format!("{secret:?}"), "WebhookSecrets(…)");
    }
}
