//! The secret from which everything is derived that proves something.

/// 256 bits that only the servers know.
#[derive(Clone)]
pub struct SecretKey(pub [u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// Reads one that somebody typed.
///
/// # Errors
/// In words that say what it should look like.
pub fn secret_key(text: &str) -> Result<SecretKey, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_key_is_256_bits() {
        assert_eq!(secret_key(&"0f".repeat(32)).expect("valid").0, [15; 32]);
        assert!(secret_key("0f").is_err());
        assert!(secret_key(&"é".repeat(32)).is_err());
        assert!(secret_key(&"+f".repeat(32)).is_err());
    }
}
