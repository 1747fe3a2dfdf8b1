//! Every message in every language: its words are there, know their facts, and say what they should.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use fluent_syntax::ast::Entry;

use super::*;
use crate::mail::words::FILES;

const SEVENTH_OF_APRIL: Moment = Moment::from_unix_millis(1_775_520_600_000);

fn invite() -> Invite<'static> {
    Invite {
        name: None,
        org: "Acme",
        inviter: "Ann Lee",
        team: Some("Sales"),
        note: Some("See you on Monday."),
        link: "https://h.example/i/token",
        address: "a@x.com",
        expires: SEVENTH_OF_APRIL,
        min_photos: 8,
        max_photos: 15,
        unsubscribe: "https://h.example/u/token",
    }
}

fn reminder() -> Reminder<'static> {
    Reminder {
        org: "Acme",
        inviter: "Ann Lee",
        team: None,
        link: "https://h.example/i/token",
        address: "a@x.com",
        expires: SEVENTH_OF_APRIL,
        unsubscribe: "https://h.example/u/token",
    }
}

fn ready(count: i64) -> Ready<'static> {
    Ready { name: "Leila Farouk", org: "Acme", count, link: "https://h.example/me" }
}

fn ready_managed(count: i64) -> ReadyManaged<'static> {
    let (name, org, lead) = ("Leila Farouk", "Acme", "Ann Lee");
    ReadyManaged { name, org, lead, count, link: "https://h.example/r/token" }
}

fn waiting<'a>(people: &'a [String], label: Option<&'a str>) -> Waiting<'a> {
    Waiting { lead: "Ann Lee", org: "Acme", label, people, link: "https://h.example/members?add=link" }
}

/// Every message by the id of its words, with each choice that it makes among them.
pub fn every_message(words: &Words) -> Vec<(&'static str, Written)> {
    let (code, minutes, org, link) = ("123456", 10, "Acme", "https://h.example/x");
    let people: Vec<String> = (0..=NAMED).map(|n| format!("p{n}@x.com")).collect();
    vec![
        ("sign-in-code", SignInCode { code, minutes }.write(words)),
        ("no-account", NoAccount { address: "a@x.com", link }.write(words)),
        ("join-code", JoinCode { code, minutes, org }.write(words)),
        ("invite", invite().write(words)),
        ("invite", Invite { name: Some("Leila Farouk"), team: None, note: None, ..invite() }.write(words)),
        ("reminder", reminder().write(words)),
        ("reminder", Reminder { team: Some("Sales"), ..reminder() }.write(words)),
        ("ready", ready(1).write(words)),
        ("ready", ready(4).write(words)),
        ("ready-managed", ready_managed(1).write(words)),
        ("ready-managed", ready_managed(4).write(words)),
        (
            "shoot-failed",
            ShootFailed { name: "Leila Farouk", org, reason: "The photos are too dark.", link }.write(words),
        ),
        ("out-of-credits", OutOfCredits { lead: "Ann Lee", org, person: "Leila", link }.write(words)),
        ("waiting", waiting(&people[..1], None).write(words)),
        ("waiting", waiting(&people, Some("Oslo")).write(words)),
    ]
}

fn english() -> Words {
    Words::of("en").unwrap()
}

/// The ids of a language's words, and the parts of each.
fn keys(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let file = FILES.get_file(format!("{language}.ftl")).unwrap().contents_utf8().unwrap();
    let resource = FluentResource::try_new(file.to_owned()).unwrap();
    let messages = resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message),
        _ => None,
    });
    messages
        .map(|message| {
            let parts = message.attributes.iter().map(|part| part.id.name.to_owned()).collect();
            (message.id.name.to_owned(), parts)
        })
        .collect()
}

/// N10: a language that lacks words, or asks for a fact that its message does not have, is found here.
#[test]
fn every_language_has_the_words_of_every_message() {
    let english = keys("en");
    for language in Words::languages() {
        let words = Words::of(language).unwrap_or_else(|error| panic!("{language}: {error}"));
        let messages = every_message(&words);
        let written: BTreeSet<&str> = messages.iter().map(|(id, _)| *id).collect();
        for (id, email) in messages {
            let email = email.unwrap_or_else(|error| panic!("{id}: {error}"));
            assert!(email.html.contains(&format!("<html lang=\"{language}\">")), "{}", email.html);
            let said = format!("{} {}", email.subject, email.text);
            assert!(!said.contains(['{', '}', '$', '#']), "{language}: a slip of the format in {said}");
        }
        let keys = keys(language);
        assert_eq!(keys, english, "{language} has the words that English has");
        let ids: BTreeSet<&str> =
            keys.keys().map(String::as_str).filter(|id| !id.starts_with("shared-")).collect();
        assert_eq!(ids, written, "every_message has all of them");
    }
}

/// N10: nobody translates what is not used.
#[test]
fn all_words_are_used() {
    let code = [include_str!("../messages.rs"), include_str!("../body.rs"), include_str!("../words.rs")];
    let files: String = FILES.files().filter_map(|file| file.contents_utf8()).collect();
    for (id, parts) in keys("en") {
        for key in parts.iter().chain([&id]) {
            let in_code = code.iter().any(|code| code.contains(&format!("{key:?}")));
            assert!(in_code || files.contains(&format!("{{ {key} }}")), "{id}: {key}");
        }
    }
}

/// N10
#[test]
fn what_a_language_lacks_is_named() {
    let words = Words::parse(
        "de",
        "sign-in-code = { $code } ist dein Code für { $unknown }\n    .preheader = Gilt { $minutes } Minuten.",
    )
    .unwrap();
    let code = words.message("sign-in-code", Facts::default().ours("code", "123456").ours("minutes", 10));
    assert_eq!(code.part("preheader").unwrap(), "Gilt 10 Minuten.");
    let error = code.value().unwrap_err().to_string();
    assert_eq!(error, "the words sign-in-code in de: Resolver error: Unknown variable: $unknown");
    let error = code.part("footer").unwrap_err().to_string();
    assert_eq!(error, "the words sign-in-code.footer in de: there are none");
    let error = ready(1).write(&words).unwrap_err().to_string();
    assert_eq!(error, "the words ready.text in de: there are none");
    assert!(Words::parse("de", "a line that is no message").is_err());
    assert_eq!(Words::of("../en").err().unwrap(), "it should be one of: en");
}

/// I5, QUALITY 10
#[test]
fn what_people_typed_is_neither_markup_nor_a_link() {
    let email = Invite {
        name: Some("http://evil.example/y"),
        org: "<b>Evil</b> www.evil.example",
        inviter: "ann@evil.example",
        team: Some("mailto:x@evil.example"),
        note: Some("see http://evil.example/x"),
        ..invite()
    };
    let email = email.write(&english()).unwrap();
    assert!(!email.html.contains("<b>Evil"));
    for body in [&email.html, &email.text] {
        assert!(!body.contains("evil.example"), "{body}");
        assert!(body.contains("https://h.example/i/token"));
    }
    assert!(!email.subject.contains('\n'));
}

/// N10: what people typed is data, whatever it looks like.
#[test]
fn what_people_typed_is_no_words_of_ours() {
    let org = "{ $code } { shared-writes } { -term }\n    .heading = x";
    let email = JoinCode { code: "123456", minutes: 10, org }.write(&english()).unwrap();
    let heading = "Your code to join { $code } { shared-writes } { -term } .\u{200c}heading = x";
    assert!(email.text.starts_with(heading), "{}", email.text);
}

/// I5, I10, QUALITY (the screens) 8
#[test]
fn an_invite_names_the_inviter_and_says_how_to_decline_and_stop() {
    let email = invite().write(&english()).unwrap();
    assert_eq!(email.subject, "Ann Lee invites you to your headshot at Acme");
    assert_eq!(email.unsubscribe.as_deref(), Some("https://h.example/u/token"));
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for body in [&email.html, &email.text] {
        for words in [
            "Ann Lee would like your headshot",
            "Acme",
            "team Sales",
            "See you on Monday.",
            "https://h.example/i/token",
            "press Decline",
            "codes you ask for and news of your own headshots still reach you",
            "No more invites from Acme",
            "https://h.example/u/token",
        ] {
            assert!(one_line(body).contains(words), "{words} in {body}");
        }
    }
    assert!(email.html.contains("lang=\"en\"") && email.html.contains("Your link is inside."));
    assert!(email.html.contains("prefers-color-scheme: dark"));
    assert!(email.text.lines().any(|line| line == "https://h.example/i/token"), "{}", email.text);
    assert!(email.text.lines().all(|line| line.chars().count() <= 80), "{}", email.text);
}

/// I7: "until 7 April" would be wrong for all but ten minutes of that day.
#[test]
fn an_invite_says_until_which_minute_it_works() {
    for email in [invite().write(&english()), reminder().write(&english())] {
        let text = email.unwrap().text.replace('\n', " ");
        assert!(text.contains("It works only for a@x.com, until 7 April 2026, 00:10 UTC."), "{text}");
    }
}

/// N10: each month has its own name, and is written as on the screens.
#[test]
fn dates_are_those_of_the_screens() {
    for month in 0..12 {
        let at = Moment::from_unix_millis(SEVENTH_OF_APRIL.unix_millis() + month * 30 * 86_400_000);
        assert_eq!(english().date_and_time(at).unwrap(), at.date_and_time());
    }
}

/// I5: where the lead gave a name, the email calls the person by it.
#[test]
fn people_are_called_by_their_first_name() {
    let email = Invite { name: Some("Leila Farouk"), ..invite() }.write(&english()).unwrap();
    assert!(email.text.starts_with("Leila, it’s time for your headshot\n"), "{}", email.text);
    assert_eq!(email.subject, "Ann Lee invites you to your headshot at Acme");
    for email in [ready(2).write(&english()), ready_managed(2).write(&english())] {
        let text = email.unwrap().text;
        assert!(text.starts_with("Your headshots are ready, Leila\n"), "{text}");
    }
    for (name, called) in [("Ada", "Ada"), (" Ada  Lovelace ", "Ada"), ("Dr. Lee", "Dr. Lee"), ("", "")] {
        assert_eq!(first_name(name), called);
    }
}

/// H4, M3, L7
#[test]
fn one_is_not_several() {
    let text = |email: Written| email.unwrap().text.replace('\n', " ");
    assert!(text(ready(1).write(&english())).contains("There is one from your shoot for Acme."));
    assert!(text(ready(4).write(&english())).contains("There are 4 from your shoot for Acme."));
    assert!(
        text(ready_managed(1).write(&english())).contains("Ann Lee had a headshot made of you for Acme.")
    );
    assert!(
        text(ready_managed(4).write(&english())).contains("Ann Lee had 4 headshots made of you for Acme.")
    );
    let people: Vec<String> = (0..NAMED + 2).map(|n| format!("p{n}@x.com")).collect();
    let one = waiting(&people[..1], None).write(&english()).unwrap();
    assert_eq!(one.subject, "Someone is waiting for a place at Acme");
    let many = waiting(&people, Some("Oslo")).write(&english()).unwrap();
    assert_eq!(many.subject, "52 people are waiting for a place at Acme");
    assert!(many.text.contains("- and 2 more, whom the page of the link shows"), "{}", many.text);
    assert!(many.text.replace('\n', " ").contains("your invite link “Oslo” for Acme is full"));
}
