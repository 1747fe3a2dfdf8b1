//! Under which name a browser saves what it is sent. RFC 6266, RFC 8187

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand in an extended value as it is.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The value of `Content-Disposition` for a file of this name, with a plain one for old browsers.
#[must_use]
pub fn attachment(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) || c == ' ' { c } else { '_' })
        .collect();
    let exact = utf8_percent_encode(name, ATTRIBUTE);
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}");
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// H7, N1
    #[test]
    fn every_name_is_one_value() {
        let value = |name| attachment(name).to_str().unwrap().to_owned();
        assert_eq!(
            value("Zoë 03.jpg"),
            "attachment; filename=\"Zo_ 03.jpg\"; filename*=UTF-8''Zo%C3%AB%2003.jpg"
        );
        let hostile = value("a\"; filename=b\r\nX: y.jpg");
        assert_eq!(hostile.matches('"').count(), 2, "{hostile}");
        assert!(!hostile.contains(['\r', '\n']), "{hostile}");
    }
}
