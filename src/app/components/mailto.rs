//! Emails that a page prepares and the person sends.

/// The link that opens one. RFC 6068
#[must_use]
pub fn mailto(address: &str, subject: &str, body: Option<&str>) -> String {
    let body = body.map_or_else(String::new, |body| format!("&body={}", encode(body)));
    format!("mailto:{address}?subject={}{body}", encode(subject))
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
