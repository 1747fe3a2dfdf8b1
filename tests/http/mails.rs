//! What goes over the wire to a mail server: one mail with exactly the headers that it should have,
//! whatever people typed. I5, I10, I14, QUALITY 10

use mail_parser::{HeaderName, MessageParser, MimeHeaders};

use crate::harness::*;

/// Names, notes and organizations that mean to break out of their place.
const EVIL: [&str; 9] = [
    "Ann\r\nBcc: victim@x.com",
    "Ann\nBcc: victim@x.com\n\n<script>",
    "Ann\rBcc: victim@x.com",
    "=?utf-8?q?Ann=0D=0ABcc=3A_victim=40x.com?=",
    "=?utf-8?b?QW5uDQpCY2M6IHZpY3RpbUB4LmNvbQ==?=",
    "\"Ann\" <victim@x.com>, eve@x.com",
    "Ann (comment\\",
    "Ärztin 田中 💥 O’Neil",
    "very long name very long name very long name very long name very long name very long",
];

const HEADERS: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Date",
    "MIME-Version",
    "Content-Type",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Content-Transfer-Encoding",
];

fn assert_one_mail(taken: &Taken, to: &str) {
    let text = String::from_utf8(taken.message.clone()).expect("ASCII");
    assert!(text.is_ascii(), "{text}");
    assert!(text.lines().all(|line| line.len() <= 998), "a line that is too long: {text}");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "a bare line break: {text:?}");
    let mail = MessageParser::default().parse(&taken.message).expect("one mail");
    for header in mail.headers() {
        assert!(
            HEADERS.iter().any(|name| header.name.as_str().eq_ignore_ascii_case(name)),
            "{}",
            header.name()
        );
    }
    for name in &HEADERS[..11] {
        let count =
            mail.headers().iter().filter(|header| header.name.as_str().eq_ignore_ascii_case(name)).count();
        assert_eq!(count, 1, "{name} in {text}");
    }
    let recipients: Vec<&str> = mail.to().unwrap().iter().filter_map(|one| one.address()).collect();
    assert_eq!(recipients, [to]);
    assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("post@headshots.example"));
    assert!(mail.bcc().is_none() && mail.cc().is_none());
    let id = mail.message_id().unwrap();
    assert!(id.ends_with("@headshots.example") && id.len() == 36 + 18, "{id}");
    let stop = mail.header_raw(HeaderName::ListUnsubscribe).unwrap().trim();
    assert!(
        stop.starts_with(&format!("<{ORIGIN}/u/")) && stop.ends_with('>') && !stop.contains(' '),
        "{stop}"
    );
    let one_click = mail.header_raw("List-Unsubscribe-Post").unwrap().trim();
    assert_eq!(one_click, "List-Unsubscribe=One-Click");
    assert_eq!(mail.header_raw("Auto-Submitted").unwrap().trim(), "auto-generated");
    // Two ways to read it, and nothing attached.
    let kind = mail.content_type().unwrap();
    assert_eq!((kind.ctype(), kind.subtype()), ("multipart", Some("alternative")));
    assert_eq!((mail.text_body_count(), mail.html_body_count(), mail.attachment_count()), (1, 1, 0));
    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    for body in [&text, &html] {
        assert!(body.contains(&format!("{ORIGIN}/i/")), "{body}");
    }
    assert!(!html.contains("<script") && !html.contains("victim@x.com"), "{html}");
}

/// I5, QUALITY 10
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nothing_that_people_typed_makes_a_header_or_a_second_mail(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let mails = MailServer::start().await;
    let mut server = Server::start(connect).await;
    let from = "Headcount <post@headshots.example>".parse().unwrap();
    server.state.mailer = headcount::mail::Mailer::smtp(&mails.url(), from, "headshots.example").unwrap();
    server.reroute();
    let acme = Acme::found_on(server, 1).await;
    for (n, evil) in EVIL.iter().enumerate() {
        // As if a check at the door had been forgotten: straight into the rows.
        let quoted = evil.replace('\'', "''");
        let name: String = quoted.chars().take(80).collect();
        acme.server
            .execute(&format!("update organizations set name = e'{}'", name.replace('\\', "\\\\")))
            .await;
        let address = format!("p{n}@acme.com");
        let invite = acme.invite(&address).await;
        acme.server
            .execute(&format!(
                "update invites set invited_by_name = e'{0}', note = e'{0}', name = e'{0}' where id = '{invite}'",
                name.replace('\\', "\\\\")
            ))
            .await;
        acme.server.work().await;
        acme.server.execute("update invites set mailed_at = now() - interval '1 hour'").await;
        acme.lead.call("invites/remind", &[("invites", &invite.to_string())]).await.with(StatusCode::OK);
        acme.server.work().await;
        let taken = mails.taken_by(&format!("p{n}"));
        assert_eq!(taken.len(), 2, "the invite and its reminder");
        for mail in &taken {
            assert_one_mail(mail, &address);
        }
        let subjects: Vec<String> = taken
            .iter()
            .map(|mail| MessageParser::default().parse(&mail.message).unwrap().subject().unwrap().to_owned())
            .collect();
        // As it was typed, and not what it would be when it were decoded.
        let words = evil.split_whitespace().next().unwrap().replace("=?", "=\u{200c}?");
        assert!(subjects.iter().all(|subject| subject.contains(&words)), "{subjects:?}");
    }
    assert_eq!(mails.taken().len(), 2 * EVIL.len(), "and to nobody else");
    acme.close().await;
}

/// I5, N1, QUALITY 10: an address with something in it is refused at the door.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_address_with_line_breaks_or_more_is_no_address(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await.to_string();
    for address in [
        "ada@acme.com\r\nBcc: victim@x.com",
        "ada\0@acme.com",
        "=?utf-8?q?ada=40acme.com?= <x>",
        "ada@acme.com, victim@x.com",
        "<ada@acme.com> SIZE=1",
        "ada@acme.com\r\nDATA",
    ] {
        let refused = acme.lead.call("invites/mend", &[("invite", &invite), ("address", address)]).await;
        refused.with(StatusCode::UNPROCESSABLE_ENTITY);
    }
    acme.close().await;
}
