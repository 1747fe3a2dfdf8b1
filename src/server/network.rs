//! From which network a request comes: what limits are counted by, and what people see in the list of
//! their logins. L9, N3

use std::{
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use axum::http::HeaderMap;

/// How many proxies of the operator a request passes before it is here. Each of them appends to
/// `X-Forwarded-For` whom it got the request from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(pub usize);

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "false" => Ok(Self(0)),
            "true" => Ok(Self(1)),
            number => number.parse().map(Self).map_err(|_| {
                "it should be the number of proxies in front of the server, such as 1; true is 1, false is 0".into()
            }),
        }
    }
}

/// The network of whoever sent a request to the outermost proxy: that proxy wrote it, as many entries
/// from the end as there are proxies. What stands before was sent along by the caller, who can write
/// what they like; where there are fewer entries, somebody came in behind the outermost proxy, and
/// the first entry was written by another one of ours. Lines are joined, as RFC 9110 (5.3) has it: a
/// proxy may append a line of its own.
#[must_use]
pub fn network_of(peer: Option<IpAddr>, headers: &HeaderMap, proxies: TrustedProxies) -> String {
    forwarded(headers, proxies).or(peer).map_or_else(|| "local".into(), network)
}

fn forwarded(headers: &HeaderMap, TrustedProxies(proxies): TrustedProxies) -> Option<IpAddr> {
    if proxies == 0 {
        return None;
    }
    let lines: Vec<_> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|line| String::from_utf8_lossy(line.as_bytes()))
        .collect();
    let entries =
        lines.iter().flat_map(|line| line.split(',')).map(str::trim).filter(|entry| !entry.is_empty());
    let entries: Vec<&str> = entries.collect();
    address(entries.get(entries.len().saturating_sub(proxies))?)
}

/// An entry as proxies write it: `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_matches('"');
    let bracketed = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let with_port = || bare.parse::<SocketAddr>().ok().map(|address| address.ip());
    bracketed.unwrap_or(bare).parse().ok().or_else(with_port)
}

/// An IPv4 address, also where it comes as IPv6, or the /64 that one customer has of IPv6.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(lines: &[&str], proxies: usize) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        network_of(Some("192.0.2.99".parse().unwrap()), &headers, TrustedProxies(proxies))
    }

    /// N3: whatever a caller writes into the header, the entry that counts is our proxy's.
    #[test]
    fn forged_entries_and_lines_say_nothing() {
        for (lines, proxies, network) in [
            (&["203.0.113.7"][..], 1, "203.0.113.7"),
            // Forged entries, in the same line and in one of their own.
            (&["1.1.1.1, 203.0.113.7"], 1, "203.0.113.7"),
            (&["1.1.1.1", "203.0.113.7"], 1, "203.0.113.7"),
            (&["1.1.1.1, 2.2.2.2", "3.3.3.3,203.0.113.7"], 1, "203.0.113.7"),
            (&["1.1.1.1,,, ,", " 203.0.113.7 "], 1, "203.0.113.7"),
            // Two proxies: the outer one wrote the entry before the last.
            (&["203.0.113.7, 10.0.0.1"], 2, "203.0.113.7"),
            (&["1.1.1.1", "203.0.113.7", "10.0.0.1"], 2, "203.0.113.7"),
            (&["1.1.1.1, 203.0.113.7, 10.0.0.2, 10.0.0.1"], 3, "203.0.113.7"),
            // Somebody who came in behind the outer one.
            (&["203.0.113.7"], 2, "203.0.113.7"),
            // No proxy, none that wrote, or one that writes nonsense: the peer.
            (&["1.1.1.1"], 0, "192.0.2.99"),
            (&[], 1, "192.0.2.99"),
            (&["1.1.1.1, unknown"], 1, "192.0.2.99"),
            (&["1.1.1.1, \u{fc}"], 1, "192.0.2.99"),
        ] {
            assert_eq!(seen(lines, proxies), network, "{lines:?} behind {proxies}");
        }
    }

    /// N3
    #[test]
    fn an_address_is_read_however_a_proxy_writes_it() {
        for (entry, network) in [
            ("203.0.113.7:51234", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
            ("\"[2001:db8:1:2::9]:443\"", "2001:db8:1:2::/64"),
            // IPv4 that an IPv6 socket saw: not one network for all of them.
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("[::ffff:203.0.113.8]:80", "203.0.113.8"),
        ] {
            assert_eq!(seen(&[entry], 1), network, "{entry}");
        }
        let peer = Some("::ffff:203.0.113.7".parse().unwrap());
        assert_eq!(network_of(peer, &HeaderMap::new(), TrustedProxies(0)), "203.0.113.7");
        assert_eq!(network_of(None, &HeaderMap::new(), TrustedProxies(0)), "local");
    }

    /// N3
    #[test]
    fn the_setting_is_a_number_of_proxies() {
        for (text, proxies) in [("0", 0), ("1", 1), ("3", 3), ("true", 1), ("false", 0)] {
            assert_eq!(text.parse(), Ok(TrustedProxies(proxies)));
        }
        for text in ["", "-1", "yes", "1.5"] {
            assert!(text.parse::<TrustedProxies>().is_err(), "{text}");
        }
    }
}
