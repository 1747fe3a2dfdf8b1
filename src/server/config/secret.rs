//! The secrets from which everything is derived that proves something.

/// How many keys may be in use at once: the one that signs and those that are on their way out. A typed code
/// is compared with what each makes of it, so more keys would make guessing easier.
const KEYS_MAX: usize = 3;
/// So few different bytes are in no key that chance made.
const DIFFERENT_BYTES_MIN: usize = 16;

/// 256 bits that only the servers know.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(pub [u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// The key that signs, and older ones whose signatures still count.
#[derive(Clone, Debug)]
pub struct SecretKeys {
    pub first: SecretKey,
    pub older: Vec<SecretKey>,
}

impl From<SecretKey> for SecretKeys {
    fn from(first: SecretKey) -> Self {
        Self { first, older: Vec::new() }
    }
}

/// Reads what somebody typed: keys with commas between them.
///
/// # Errors
/// In words that say what it should look like.
pub fn secret_keys(text: &str) -> Result<SecretKeys, String> {
    let keys = text.split(',').map(secret_key).collect::<Result<Vec<_>, _>>()?;
    if keys.len() > KEYS_MAX {
        return Err(format!("there are {} keys, and {KEYS_MAX} at most may be in use", keys.len()));
    }
    if (1..keys.len()).any(|n| keys[..n].contains(&keys[n])) {
        return Err("one key is there twice".into());
    }
    let mut keys = keys.into_iter();
    let first = keys.next().ok_or("it is empty")?;
    Ok(SecretKeys { first, older: keys.collect() })
}

fn secret_key(text: &str) -> Result<SecretKey, String> {
    const SHAPE: &str = "it should be 64 hexadecimal digits; make one with: openssl rand -hex 32";
    let digits = text.trim();
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(SHAPE.into());
    }
    let mut key = [0; 32];
    for (n, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).map_err(|_| SHAPE.to_owned())?;
    }
    Ok(SecretKey(key))
}

impl SecretKeys {
    /// Whether a key looks as if somebody typed it, such as the one of an example.
    #[must_use]
    pub fn is_guessable(&self) -> bool {
        std::iter::once(&self.first).chain(&self.older).any(|SecretKey(key)| {
            let mut bytes = key.to_vec();
            bytes.sort_unstable();
            bytes.dedup();
            bytes.len() < DIFFERENT_BYTES_MIN
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_key_is_256_bits() {
        assert_eq!(secret_keys(&"0f".repeat(32)).expect("valid").first.0, [15; 32]);
        for text in ["", "0f", &"é".repeat(32), &"+f".repeat(32)] {
            assert!(secret_keys(text).is_err(), "{text}");
        }
    }

    /// N8
    #[test]
    fn several_keys_are_read_the_first_of_which_signs() {
        let [one, two, three, four] = ["01", "02", "03", "04"].map(|byte| byte.repeat(32));
        let keys = secret_keys(&format!("{one}, {two},{three}\n")).expect("valid");
        assert_eq!(keys.first.0, [1; 32]);
        assert_eq!(keys.older, [SecretKey([2; 32]), SecretKey([3; 32])]);
        for text in [
            format!("{one},"),
            format!("{one},{one}"),
            format!("{one},{two},short"),
            [one, two, three, four].join(","),
        ] {
            assert!(secret_keys(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_typed_key_is_told_from_a_random_one() {
        let guessable = |text: &str| secret_keys(text).expect("valid").is_guessable();
        assert!(guessable(&"5e".repeat(32)) && guessable(&"0123456789abcdef".repeat(4)));
        assert!(!guessable("8f1d3c5b7a99e2046c1f0b3d5e7a92c4d6f8081a2b3c4d5e6f708192a3b4c5d6"));
    }
}
