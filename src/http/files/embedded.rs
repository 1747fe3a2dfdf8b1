//! Serves a file of the program itself, as `ServeDir` does those of a folder: packed where the browser takes that
//! and the build made it, and not again where the browser has it.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::pictures::has;
use crate::server::static_files::File;

/// How packed files are called, best first: the encoding, and the end of their names.
const PACKED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The answer to a request for the file at `path`.
pub fn answer(path: &str, headers: &HeaderMap, find: impl Fn(&str) -> Option<File>) -> Response {
    let Some(plain) = find(path) else { return StatusCode::NOT_FOUND.into_response() };
    let packed = PACKED
        .iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, end)| Some((Some(*encoding), find(&format!("{path}{end}"))?)));
    let (encoding, file) = packed.unwrap_or((None, plain));
    let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&file.hash[..12]));
    let is_known = has(headers, &tag);
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { file.bytes.into_response() };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::VARY, "accept-encoding");
    if !is_known {
        set(header::CONTENT_TYPE, kind.as_ref());
        if let Some(encoding) = encoding {
            set(header::CONTENT_ENCODING, encoding);
        }
    }
    response
}

/// RFC 9110, 12.5.3, as far as browsers go: named, and not with a weight of zero.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight.trim().trim_start_matches("q=");
        name.trim().eq_ignore_ascii_case(encoding)
            && (weight.is_empty() || weight.parse::<f32>().is_ok_and(|q| q > 0.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(path: &str) -> Option<File> {
        let bytes: &[u8] = match path {
            "console/a.js" => b"plain",
            "console/a.js.br" => b"brotli",
            "console/a.js.gz" => b"gzip",
            "icons.svg" => b"<svg/>",
            _ => return None,
        };
        let mut hash = [0; 32];
        hash[..bytes.len()].copy_from_slice(bytes);
        Some(File { bytes: bytes.into(), hash })
    }

    fn ask(path: &str, headers: &[(HeaderName, &str)]) -> (StatusCode, HeaderMap) {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        let response = answer(path, &headers, find);
        (response.status(), response.headers().clone())
    }

    #[test]
    fn the_best_packing_that_the_browser_takes_is_sent() {
        for (accepted, sent) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("identity", None),
        ] {
            let (status, headers) = ask("console/a.js", &[(header::ACCEPT_ENCODING, accepted)]);
            assert_eq!(status, StatusCode::OK);
            let encoding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap());
            assert_eq!(encoding, sent, "{accepted}");
            assert_eq!(headers[header::CONTENT_TYPE], "text/javascript");
            assert_eq!(headers[header::VARY], "accept-encoding");
        }
        let (_, headers) = ask("icons.svg", &[(header::ACCEPT_ENCODING, "br")]);
        assert!(headers.get(header::CONTENT_ENCODING).is_none(), "nothing was packed");
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let (_, headers) = ask("icons.svg", &[]);
        let tag = headers[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(ask("icons.svg", &[(header::IF_NONE_MATCH, &tag)]).0, StatusCode::NOT_MODIFIED);
        assert_eq!(ask("icons.svg", &[(header::IF_NONE_MATCH, "\"other\"")]).0, StatusCode::OK);
        assert_eq!(ask("nothing.svg", &[]).0, StatusCode::NOT_FOUND);
    }
}
