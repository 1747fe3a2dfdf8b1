//! What of the settings, each of which is well formed, would break something later: found before the
//! server takes its first request, all at once, in the words of whoever installs it. N8

use url::{Host, Url};

use super::{
    engine::Engine,
    mail::Mail,
    pictures::Pictures,
    web::{Build, Web},
};
use crate::server::assets::Assets;

/// The domain of the default of MAIL_FROM, which no mail server takes anything from.
const NO_DOMAIN: &str = "localhost.localdomain";

/// Everything that a server with these sections of the settings would stumble over, a sentence each.
#[must_use]
pub fn problems(web: &Web, mail: &Mail, pictures: &Pictures, engine: &Engine, build: Build) -> Vec<String> {
    let base = web.public_base(build);
    let host = base.as_ref().map_or("localhost", |base| base.host());
    let looks = [
        base.as_ref().err().map(ToString::to_string),
        unknown_proxies(web),
        said(Assets::read(&web.clients())),
        static_files(web),
        said(mail.mailer(host, build)),
        open_password(mail),
        sender(mail, build),
        said(pictures.storage(build)),
        said(engine.remote()),
    ];
    looks.into_iter().flatten().collect()
}

fn said<T>(found: anyhow::Result<T>) -> Option<String> {
    found.err().map(|error| format!("{error:#}"))
}

/// Headcount speaks no https: where people use it, something stands in front.
fn unknown_proxies(web: &Web) -> Option<String> {
    let is_https = web.base_url.as_ref().is_some_and(|base| base.origin().starts_with("https:"));
    (is_https && web.trust_proxy.is_none()).then(|| {
        "TRUST_PROXY is missing: BASE_URL is https, so a proxy is in front of this server. Set it to the number \
         of proxies that append to X-Forwarded-For, such as 1; 0 if none does. Otherwise all people would share \
         the limits of one network"
            .into()
    })
}

fn static_files(web: &Web) -> Option<String> {
    const ONE: &str = "icons.svg";
    let files = web.statics();
    files
        .text(ONE)
        .is_none()
        .then(|| format!("{} is missing; PUBLIC_DIR names the folder of static files", files.name(ONE)))
}

/// A password that goes over the network as it is.
fn open_password(mail: &Mail) -> Option<String> {
    let url = Url::parse(mail.smtp_url.as_deref()?).ok()?;
    let is_open = url.scheme() == "smtp" && !url.query_pairs().any(|(name, _)| name == "tls");
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => true,
    };
    (is_open && url.password().is_some() && !is_here).then(|| {
        "SMTP_URL sends its password to another machine without encryption; use smtps://…, or add \
         ?tls=required for STARTTLS"
            .into()
    })
}

fn sender(mail: &Mail, build: Build) -> Option<String> {
    (build == Build::Release && mail.mail_from.email.domain() == NO_DOMAIN).then(|| {
        "MAIL_FROM is missing: set it to whom mails are from, such as Headshots <headshots@company.com>; mail \
         servers take nothing from a domain that does not exist"
            .into()
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct CommandLine {
        #[command(flatten)]
        web: Web,
        #[command(flatten)]
        mail: Mail,
        #[command(flatten)]
        pictures: Pictures,
        #[command(flatten)]
        engine: Engine,
    }

    fn found(line: &[&str], build: Build) -> Vec<String> {
        // No test has built clients.
        let always = ["headcount", "--public-dir=public", "--dist-dir=nowhere"];
        let CommandLine { web, mail, pictures, engine } = CommandLine::parse_from(always.iter().chain(line));
        let mut problems = problems(&web, &mail, &pictures, &engine, build);
        problems.retain(|problem| !problem.contains("nowhere"));
        problems
    }

    const GOOD: [&str; 5] = [
        "--base-url=https://h.example",
        "--trust-proxy=1",
        "--smtp-url=smtps://user:password@mail.example",
        "--mail-from=post@h.example",
        "--storage-url=memory:",
    ];

    /// N8: who sets nothing is told of everything, and does not come back five times.
    #[test]
    fn everything_that_is_missing_is_said_at_once() {
        let all = found(&[], Build::Release);
        for name in ["BASE_URL", "SMTP_URL", "MAIL_FROM", "STORAGE_URL"] {
            assert!(
                all.iter().any(|said| said.starts_with(&format!("{name} is missing"))),
                "{name}: {all:?}"
            );
        }
        assert_eq!(found(&["--storage-url=memory:"], Build::Development), Vec::<String>::new());
        assert_eq!(found(&GOOD, Build::Release), Vec::<String>::new());
    }

    /// N3, N8
    #[test]
    fn https_without_a_word_on_proxies_is_refused() {
        let with = |proxies: &[&str]| {
            let rest: Vec<&str> =
                GOOD.iter().filter(|set| !set.contains("proxy")).chain(proxies).copied().collect();
            found(&rest, Build::Release)
        };
        assert!(with(&[])[0].starts_with("TRUST_PROXY is missing"));
        assert_eq!(with(&["--trust-proxy=0"]), Vec::<String>::new());
    }

    /// N8
    #[test]
    fn no_password_goes_to_another_machine_in_the_open() {
        let with = |url: &str| {
            let url = format!("--smtp-url={url}");
            let rest: Vec<&str> =
                GOOD.iter().filter(|set| !set.contains("smtp")).copied().chain([url.as_str()]).collect();
            found(&rest, Build::Release)
        };
        assert!(with("smtp://user:password@mail.example")[0].contains("without encryption"));
        for fine in
            ["smtp://mail.example", "smtp://user:password@localhost", "smtp://u:p@mail.example?tls=required"]
        {
            assert_eq!(with(fine), Vec::<String>::new(), "{fine}");
        }
    }
}
