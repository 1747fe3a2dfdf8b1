//! Which addresses an identity provider may have: a URL that an organization typed must not lead into
//! the network that the server stands in. SSRF, S2

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// How far the server reaches for identity providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses, by https.
    Public,
    /// Private ones as well, and http.
    Everywhere,
}

/// A name that leads into a network which is not to be asked.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a private address")]
pub struct PrivateAddress;

impl Reach {
    /// Whether a server at this address may be asked.
    #[must_use]
    pub fn includes(self, address: IpAddr) -> bool {
        self == Self::Everywhere || is_public(address)
    }
}

/// Resolves names as the system does, and leaves out what is out of reach: looked at where the
/// connection is made, so that no name says one thing first and another later.
#[derive(Clone, Copy, Debug)]
pub struct Within(pub Reach);

impl Resolve for Within {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let may: Vec<SocketAddr> =
                found.into_iter().filter(|address| reach.includes(address.ip())).collect();
            if may.is_empty() {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(may.into_iter()) as Addrs)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Not of IANA's registry of special-purpose addresses. RFC 6890
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b)))
}

/// Global unicast alone; addresses that carry an IPv4 one are judged by that, or refused.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    // NAT64. RFC 6052
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let is_global = segments[0] & 0xe000 == 0x2000;
    // Teredo, 6to4, documentation.
    let is_special = (segments[0] == 0x2001 && segments[1] < 0x200)
        || segments[0] == 0x2002
        || (segments[0] == 0x2001 && segments[1] == 0xdb8)
        || segments[0] == 0x3fff;
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S2, QUALITY 12: no organization makes the server ask its own network.
    #[test]
    fn private_addresses_are_out_of_reach() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "ff02::1",
            "::7f00:1",
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert!(!Reach::Public.includes(address), "{address}");
            assert!(Reach::Everywhere.includes(address), "{address}");
        }
        for address in ["8.8.8.8", "100.63.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808"] {
            assert!(Reach::Public.includes(address.parse().unwrap()), "{address}");
        }
    }
}
