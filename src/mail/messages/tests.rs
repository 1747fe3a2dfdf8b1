//! What the emails say.

use super::*;

type Written = askama::Result<Email>;

/// Ten minutes of it are gone.
const SEVENTH_OF_APRIL: Moment = Moment::from_unix_millis(1_775_520_600_000);

fn invite() -> Invite<'static> {
    Invite {
        name: None,
        org: "Acme",
        logo: None,
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
        name: None,
        org: "Acme",
        logo: None,
        inviter: "Ann Lee",
        team: None,
        link: "https://h.example/i/token",
        address: "a@x.com",
        expires: SEVENTH_OF_APRIL,
        unsubscribe: "https://h.example/u/token",
    }
}

fn ready(count: i64) -> Ready<'static> {
    Ready { name: "Leila Farouk", org: "Acme", count, link: "https://h.example/me", kept_until: None }
}

fn ready_managed(count: i64) -> ReadyManaged<'static> {
    let (name, org, lead) = ("Leila Farouk", "Acme", "Ann Lee");
    ReadyManaged {
        name,
        org,
        lead,
        count,
        link: "https://h.example/r/token",
        kept_until: Some(SEVENTH_OF_APRIL),
    }
}

fn photos_due() -> PhotosDue<'static> {
    let (link, unsubscribe) = ("https://h.example/me", "https://h.example/u/token");
    PhotosDue { name: "Leila Farouk", org: "Acme", lead: "Ann Lee", link, unsubscribe }
}

fn waiting<'a>(people: &'a [String], label: Option<&'a str>) -> Waiting<'a> {
    Waiting { lead: "Ann Lee", org: "Acme", label, people, link: "https://h.example/members?add=link" }
}

/// Every message by its name, with each choice that it makes among its words. A new one belongs here.
pub fn every_message() -> Vec<(&'static str, Written)> {
    let (code, minutes, org, link) = ("123456", 10, "Acme", "https://h.example/x");
    let people: Vec<String> = (0..=NAMED).map(|n| format!("p{n}@x.com")).collect();
    vec![
        ("mail-check", MailCheck.write()),
        ("sign-in-code", SignInCode { code, minutes }.write()),
        ("letter-code", LetterCode { code: "BCDFG-HJKLM", minutes: 60 }.write()),
        ("no-account", NoAccount { address: "a@x.com", link }.write()),
        ("join-code", JoinCode { code, minutes, org }.write()),
        ("ownership-offered", OwnershipOffered { name: "Leila Farouk", org, owner: "Ann Lee", link }.write()),
        ("photos-due", photos_due().write()),
        ("invite", invite().write()),
        ("invite", Invite { name: Some("Leila Farouk"), team: None, note: None, ..invite() }.write()),
        ("reminder", reminder().write()),
        ("reminder", Reminder { team: Some("Sales"), ..reminder() }.write()),
        ("reminder", Reminder { name: Some("Leila Farouk"), ..reminder() }.write()),
        ("ready", ready(1).write()),
        ("ready", ready(4).write()),
        (
            "deletion-asked",
            DeletionAsked { lead: "Leila Farouk", org, owner: "Ann Lee", due: SEVENTH_OF_APRIL, link }
                .write(),
        ),
        ("ready-managed", ready_managed(1).write()),
        ("ready-managed", ready_managed(4).write()),
        (
            "shoot-failed",
            ShootFailed { name: "Leila Farouk", org, reason: "The photos are too dark.", link }.write(),
        ),
        ("out-of-credits", OutOfCredits { lead: "Ann Lee", org, person: "Leila", link }.write()),
        ("few-credits", few_credits(2, 5).write()),
        ("few-credits", few_credits(0, 0).write()),
        ("credits-requested", credits_requested(20).write()),
        ("credits-requested", CreditsRequested { by: None, note: None, ..credits_requested(1) }.write()),
        ("credits-answered", credits_answered(Answered::Confirmed).write()),
        (
            "credits-answered",
            CreditsAnswered { remark: None, ..credits_answered(Answered::Declined) }.write(),
        ),
        ("waiting", waiting(&people[..1], None).write()),
        ("waiting", waiting(&people, Some("Oslo")).write()),
        ("domain-news", domain_news(ClaimNews::Verified).write()),
        ("domain-news", domain_news(ClaimNews::Missing).write()),
        ("domain-news", domain_news(ClaimNews::Lost).write()),
        ("recovery-used", RecoveryUsed { lead: "Ann Lee", org, network: "203.0.113.7", link }.write()),
    ]
}

fn few_credits(balance: i64, pending_invites: i64) -> FewCredits<'static> {
    let outlook = CreditOutlook { balance, pending_invites, ..CreditOutlook::default() };
    FewCredits { lead: "Ann Lee", org: "Acme", outlook, threshold: 3, link: "https://h.example/credits" }
}

/// C9, C10
#[test]
fn a_mail_about_few_credits_says_how_many_and_for_whom() {
    let few = few_credits(2, 5).write().unwrap();
    assert_eq!(few.subject, "Acme has 2 credits left");
    let text = few.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains(
            "5 people invited or joined have not submitted yet, and will need one each: 3 are missing."
        ),
        "{text}"
    );
    assert!(text.contains("fall below 3"), "{text}");
    let enough = few_credits(2, 2).write().unwrap();
    let text = enough.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("will need one each. ") && !text.contains("missing"), "{text}");
    assert_eq!(few_credits(1, 0).write().unwrap().subject, "Acme has 1 credit left");
    let none = few_credits(0, 0).write().unwrap();
    assert_eq!(none.subject, "Acme has no credits left");
    assert!(
        none.text.contains("Nobody can submit photos") && !none.text.contains("invited"),
        "{}",
        none.text
    );
}

fn credits_requested(credits: i32) -> CreditsRequested<'static> {
    CreditsRequested {
        org: "Acme",
        by: Some("Ann Lee"),
        credits,
        note: Some("For the Oslo office."),
        balance: 0,
        request: "0192",
        link: "https://h.example/c/token",
    }
}

fn credits_answered(outcome: Answered) -> CreditsAnswered<'static> {
    let (lead, org, link) = ("Ann Lee", "Acme", "https://h.example/credits");
    CreditsAnswered { lead, org, credits: 20, outcome, remark: Some("Invoice 17"), balance: 23, link }
}

/// C7
#[test]
fn a_request_for_credits_says_who_asks_for_how_many_and_what_for() {
    let text = |email: Written| email.unwrap().text.split_whitespace().collect::<Vec<_>>().join(" ");
    let asked = credits_requested(20).write().unwrap();
    assert_eq!(asked.subject, "Acme asks for 20 credits");
    assert_eq!(credits_requested(1).write().unwrap().subject, "Acme asks for 1 credit");
    let asked = text(Ok(asked));
    for words in ["Ann Lee asked for them. Acme has none left.", "For the Oslo office.", "confirm 0192"] {
        assert!(asked.contains(words), "{asked}");
    }
    let confirmed = text(credits_answered(Answered::Confirmed).write());
    assert!(confirmed.contains("20 credits was confirmed. Acme has 23 now."), "{confirmed}");
    assert!(confirmed.contains("Invoice 17"), "{confirmed}");
    let declined = text(credits_answered(Answered::Declined).write());
    assert!(declined.contains("20 credits was declined. Acme has 23 left."), "{declined}");
}

fn domain_news(news: ClaimNews) -> DomainNews<'static> {
    DomainNews { lead: "Ann Lee", org: "Acme", domain: "acme.com", news, link: "https://h.example/settings" }
}

/// I14: what is tested of every message is tested of a new one too.
#[test]
fn every_message_is_every_message() {
    let mut names: Vec<&str> = every_message().into_iter().map(|(name, _)| name).collect();
    names.dedup();
    assert_eq!(names.len(), include_str!("../messages.rs").matches("\npub struct ").count(), "{names:?}");
}

/// N10: no slip of the format stands in an email, and no email lacks a part.
#[test]
fn emails_are_made_of_words() {
    for (name, email) in every_message() {
        let email = email.unwrap();
        let said = format!("{} {}", email.subject, email.text);
        assert!(!said.contains(['{', '}', '$', '#']), "{name}: {said}");
        assert!(email.html.contains("<html lang=\"en\">"), "{name}");
        assert!(email.text.lines().all(|line| !line.ends_with("::")), "{name}: {said}");
    }
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
    let email = email.write().unwrap();
    assert!(!email.html.contains("<b>Evil"));
    for body in [&email.html, &email.text] {
        assert!(!body.contains("evil.example"), "{body}");
        assert!(body.contains("https://h.example/i/token"));
    }
    assert!(!email.subject.contains('\n'));
}

/// I5, I10, QUALITY screens 8
#[test]
fn an_invite_names_the_inviter_and_says_how_to_decline_and_stop() {
    let email = invite().write().unwrap();
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
    for email in [invite().write(), reminder().write()] {
        let text = email.unwrap().text.replace('\n', " ");
        assert!(text.contains("It works only for a@x.com, until 7 April 2026, 00:10 UTC."), "{text}");
    }
}

/// I5: where the lead gave a name, the email calls the person by it.
#[test]
fn people_are_called_by_their_first_name() {
    let email = Invite { name: Some("Leila Farouk"), ..invite() }.write().unwrap();
    assert!(email.text.starts_with("Leila, it’s time for your headshot\n"), "{}", email.text);
    assert_eq!(email.subject, "Ann Lee invites you to your headshot at Acme");
    for email in [ready(2).write(), ready_managed(2).write()] {
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
    assert!(text(ready(1).write()).contains("There is one from your shoot for Acme."));
    assert!(text(ready(4).write()).contains("There are 4 from your shoot for Acme."));
    assert!(text(ready_managed(1).write()).contains("Ann Lee had a headshot made of you for Acme."));
    assert!(text(ready_managed(4).write()).contains("Ann Lee had 4 headshots made of you for Acme."));
    let people: Vec<String> = (0..NAMED + 2).map(|n| format!("p{n}@x.com")).collect();
    let one = waiting(&people[..1], None).write().unwrap();
    assert_eq!(one.subject, "Someone is waiting for a place at Acme");
    let many = waiting(&people, Some("Oslo")).write().unwrap();
    assert_eq!(many.subject, "52 people are waiting for a place at Acme");
    assert!(many.text.contains("- and 2 more, whom the page of the link shows"), "{}", many.text);
    assert!(many.text.replace('\n', " ").contains("your invite link “Oslo” for Acme is full"));
}

/// I4, I8: whoever is known by name is called by it.
#[test]
fn a_known_name_is_used() {
    let invite = Invite { name: Some("Leila Farouk"), ..invite() }.write().unwrap();
    assert!(invite.text.contains("Leila, it’s time for your headshot"), "{}", invite.text);
    let reminder = Reminder { name: Some("Leila Farouk"), ..reminder() }.write().unwrap();
    assert!(reminder.text.contains("Leila, your headshot at Acme is still waiting"), "{}", reminder.text);
}
