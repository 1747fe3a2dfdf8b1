//! The letters that Headcount writes. What people typed goes through [`typed`]. I5

use super::{
    Letter,
    draft::{Draft, Part, typed},
};
use crate::domain::credit::count;

/// The code to sign in or up with. J5
#[derive(Clone, Copy, Debug)]
pub struct SignInCode<'a> {
    pub code: &'a str,
    pub minutes: u8,
}

/// The code under pressure: to sign in, sign up or join with, wherever it is asked for. N3
#[derive(Clone, Copy, Debug)]
pub struct LetterCode<'a> {
    /// In two groups, as people read it.
    pub code: &'a str,
}

/// The answer to a sign-in with an address that nobody has. J5
#[derive(Clone, Copy, Debug)]
pub struct NoAccount<'a> {
    pub address: &'a str,
    pub link: &'a str,
}

/// The code that proves an address to an open link. L3
#[derive(Clone, Copy, Debug)]
pub struct JoinCode<'a> {
    pub code: &'a str,
    pub minutes: u8,
    pub org: &'a str,
}

/// The personal invite. I5
#[derive(Clone, Copy, Debug)]
pub struct Invite<'a> {
    pub org: &'a str,
    pub inviter: &'a str,
    pub team: Option<&'a str>,
    pub note: Option<&'a str>,
    pub link: &'a str,
    pub address: &'a str,
    pub expires: &'a str,
    pub min_photos: u8,
    pub max_photos: u8,
    pub unsubscribe: &'a str,
}

/// To somebody invited who has not answered. I8
#[derive(Clone, Copy, Debug)]
pub struct Reminder<'a> {
    pub org: &'a str,
    pub inviter: &'a str,
    pub team: Option<&'a str>,
    pub link: &'a str,
    pub address: &'a str,
    pub expires: &'a str,
    pub unsubscribe: &'a str,
}

/// Headshots are ready, to a member with an account. H4
#[derive(Clone, Copy, Debug)]
pub struct Ready<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub count: i64,
    pub link: &'a str,
}

/// Headshots are ready, to a managed member: with the private link. M3
#[derive(Clone, Copy, Debug)]
pub struct ReadyManaged<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub lead: &'a str,
    pub count: i64,
    pub link: &'a str,
}

/// To a lead: somebody could not submit. C4
#[derive(Clone, Copy, Debug)]
pub struct OutOfCredits<'a> {
    pub lead: &'a str,
    pub org: &'a str,
    pub person: &'a str,
    pub link: &'a str,
}

/// To a lead: people wait for a place at a full link. L7
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    pub lead: &'a str,
    pub org: &'a str,
    pub label: Option<&'a str>,
    pub people: &'a [String],
    pub link: &'a str,
}

/// A session failed for good. C5
#[derive(Clone, Copy, Debug)]
pub struct ShootFailed<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub reason: &'a str,
    pub link: &'a str,
}

/// Gives each letter its `write`, made of a function from it to a draft.
macro_rules! written {
    ($($letter:ident by $draft:ident),+ $(,)?) => {
        $(impl $letter<'_> {
            /// Writes the letter.
            ///
            /// # Errors
            /// Never in practice: the template only prints.
            pub fn write(self) -> askama::Result<Letter> {
                $draft(self).write()
            }
        })+
    };
}

written! {
    SignInCode by sign_in_code,
    LetterCode by letter_code,
    NoAccount by no_account,
    JoinCode by join_code,
    Invite by invite,
    Reminder by reminder,
    Ready by ready,
    ReadyManaged by ready_managed,
    OutOfCredits by out_of_credits,
    ShootFailed by shoot_failed,
    Waiting by waiting,
}

fn sign_in_code(letter: SignInCode<'_>) -> Draft {
    let SignInCode { code, minutes } = letter;
    Draft {
        subject: format!("{code} is your Headcount code"),
        preheader: format!("It works for {minutes} minutes."),
        heading: "Your code to sign in to Headcount".into(),
        parts: vec![
            Part::Paragraph("Type it on the page where you asked for it.".into()),
            Part::Digits(code.into()),
            Part::Remark(works_for(minutes)),
        ],
        footer: "You did not ask for a code? You can ignore this mail. Nobody can sign in without the code, so pass it on to no one.".into(),
        last_link: None,
    }
}

fn letter_code(letter: LetterCode<'_>) -> Draft {
    let LetterCode { code } = letter;
    Draft {
        subject: format!("{code} is your Headcount code"),
        preheader: "It works for an hour.".into(),
        heading: "Your code for Headcount".into(),
        parts: vec![
            Part::Paragraph("Type it on the page where you asked for it. Many codes were asked for with your address, or from your network, so this one is longer than usual.".into()),
            Part::Digits(code.into()),
            Part::Remark("It works for an hour, wherever you ask for a code. Until then asking again mostly sends no new one.".into()),
        ],
        footer: "You did not ask for a code? Then somebody else did, and can do nothing without it: pass it on to no one. You can ignore this mail.".into(),
        last_link: None,
    }
}

fn works_for(minutes: u8) -> String {
    format!("It works for {minutes} minutes, and only in the browser that asked for it.")
}

fn no_account(letter: NoAccount<'_>) -> Draft {
    let address = letter.address;
    Draft {
        subject: "Signing in to Headcount".into(),
        preheader: "There is no account with this address.".into(),
        heading: "There is no account with this address".into(),
        parts: vec![
            Part::Paragraph(format!(
                "Somebody, perhaps you, tried to sign in to Headcount with {address}. If you were invited, press Join in the invite’s own email. To begin with a team of your own, sign up."
            )),
            Part::Action { label: "Sign up", link: letter.link.into() },
        ],
        footer: "It was not you? You can ignore this mail.".into(),
        last_link: None,
    }
}

fn join_code(letter: JoinCode<'_>) -> Draft {
    let JoinCode { code, minutes, .. } = letter;
    Draft {
        subject: format!("{code} is your Headcount code"),
        preheader: format!("It works for {minutes} minutes."),
        heading: format!("Your code to join {}", typed(letter.org)),
        parts: vec![
            Part::Paragraph("Type it on the page where you asked for it. It shows us that this address is yours; joining costs you nothing.".into()),
            Part::Digits(code.into()),
            Part::Remark(works_for(minutes)),
        ],
        footer: "You did not ask for a code? You can ignore this mail. Nobody can join with your address without the code, so pass it on to no one.".into(),
        last_link: None,
    }
}

fn invite(letter: Invite<'_>) -> Draft {
    let (org, inviter) = (typed(letter.org), typed(letter.inviter));
    let Invite { min_photos, max_photos, expires, .. } = letter;
    let mut parts = vec![Part::Paragraph(format!(
        "{inviter} has set up a shoot for you at {org}{}. There is no studio to visit: you add photos from your phone, and we make the headshots.",
        of_team(letter.team)
    ))];
    parts.extend(letter.note.map(|note| Part::Quote { text: typed(note), by: inviter.clone() }));
    parts.extend([
        Part::Action { label: "Join and start my shoot", link: letter.link.into() },
        Part::Remark(format!("It works only for {}, until {expires}.", letter.address)),
        Part::Steps(vec![
            (
                format!("Add {min_photos} to {max_photos} photos."),
                "Ones you have, or a few new ones; it takes about ten minutes.".into(),
            ),
            ("Submit them.".into(), "We make your headshots, and email you when they are ready.".into()),
            (
                "Choose the ones you like.".into(),
                format!("It costs you nothing: {org} pays one credit when you submit your photos."),
            ),
        ]),
    ]);
    Draft {
        subject: format!("{} invites you to your headshot at {}", letter.inviter, letter.org),
        preheader: format!(
            "Ten minutes, your phone, {min_photos} to {max_photos} photos. Your link is inside."
        ),
        heading: format!("{inviter} would like your headshot"),
        parts,
        footer: why_invited(&inviter),
        last_link: Some(stop(&org, letter.unsubscribe)),
    }
}

fn reminder(letter: Reminder<'_>) -> Draft {
    let (org, inviter) = (typed(letter.org), typed(letter.inviter));
    Draft {
        subject: format!("Reminder: {} invites you to your headshot at {}", letter.inviter, letter.org),
        preheader: "It takes about ten minutes, and your phone is enough. Your link is inside.".into(),
        heading: format!("Your headshot at {org} is still waiting"),
        parts: vec![
            Part::Paragraph(format!(
                "{inviter} invited you to your headshot at {org}{}, and you have not joined yet. It takes about ten minutes, and your phone is enough.",
                of_team(letter.team)
            )),
            Part::Action { label: "Join and start my shoot", link: letter.link.into() },
            Part::Remark(format!(
                "It works only for {}, until {}. It costs you nothing: {org} pays one credit when you submit your photos.",
                letter.address, letter.expires
            )),
        ],
        footer: why_invited(&inviter),
        last_link: Some(stop(&org, letter.unsubscribe)),
    }
}

fn of_team(team: Option<&str>) -> String {
    team.map(|team| format!(", team {}", typed(team))).unwrap_or_default()
}

fn why_invited(inviter: &str) -> String {
    format!(
        "You get this because {inviter} entered your address. Not you, or not interested? Open the link and press Decline, and nobody reminds you. Photos are deleted 30 days after the headshots are ready."
    )
}

fn stop(org: &str, link: &str) -> (String, String) {
    (format!("No more invites from {org}"), link.to_owned())
}

fn ready(letter: Ready<'_>) -> Draft {
    let org = typed(letter.org);
    let there = match letter.count {
        1 => "There is one".to_owned(),
        several => format!("There are {several}"),
    };
    Draft {
        subject: "Your headshots are ready".into(),
        preheader: format!("{} from your shoot for {org}.", count(letter.count, "headshot", "headshots")),
        heading: format!("Your headshots are ready, {}", typed(letter.name)),
        parts: vec![
            Part::Paragraph(format!(
                "{there} from your shoot for {org}. Pick your favorite, and download any you like. Your Team Leads see them too."
            )),
            Part::Action { label: "See my headshots", link: letter.link.into() },
            Part::Remark("Sign in with this address.".into()),
        ],
        footer: format!(
            "The photos you added are deleted after 30 days. You get this because you are a member of {org} on Headcount."
        ),
        last_link: None,
    }
}

fn ready_managed(letter: ReadyManaged<'_>) -> Draft {
    let (org, lead) = (typed(letter.org), typed(letter.lead));
    let made = match letter.count {
        1 => "a headshot".to_owned(),
        several => format!("{several} headshots"),
    };
    Draft {
        subject: "Your headshots are ready".into(),
        preheader: format!("{} for {org}. No account needed.", count(letter.count, "headshot", "headshots")),
        heading: format!("Your headshots are ready, {}", typed(letter.name)),
        parts: vec![
            Part::Paragraph(format!(
                "{lead} had {made} made of you for {org}. Pick your favorite, and download any you like."
            )),
            Part::Action { label: "See my headshots", link: letter.link.into() },
            Part::Remark(
                "The link needs no account. Whoever has it can see your headshots, so keep it to yourself."
                    .into(),
            ),
        ],
        footer: format!(
            "You get this because {lead} entered your address with your photos. Not you? You can ignore this mail."
        ),
        last_link: None,
    }
}

fn shoot_failed(letter: ShootFailed<'_>) -> Draft {
    let org = typed(letter.org);
    Draft {
        subject: "Your headshots could not be made".into(),
        preheader: format!("{org} has its credit back, and you can try again."),
        heading: format!("Your headshots could not be made, {}", typed(letter.name)),
        parts: vec![
            Part::Paragraph(typed(letter.reason)),
            Part::Paragraph(format!(
                "{org} has its credit back. Look at your photos, replace what may be the cause, and submit them again; that uses one credit as before."
            )),
            Part::Action { label: "See my photos", link: letter.link.into() },
        ],
        footer: format!("You get this because photos of you were submitted for {org} on Headcount."),
        last_link: None,
    }
}

fn out_of_credits(letter: OutOfCredits<'_>) -> Draft {
    let (org, lead, person) = (typed(letter.org), typed(letter.lead), typed(letter.person));
    Draft {
        subject: format!("{} is out of credits", letter.org),
        preheader: format!("{person} has photos to submit. They are kept until there are credits."),
        heading: format!("{person} is waiting for a credit"),
        parts: vec![
            Part::Paragraph(format!(
                "Hello {lead}, {person} wanted to submit photos, and {org} has no credits left. Nothing is lost: the photos are kept, and can be submitted as soon as there are credits."
            )),
            Part::Action { label: "Get credits", link: letter.link.into() },
            Part::Remark("One credit is used when photos are submitted, never by an invite.".into()),
        ],
        footer: format!(
            "We send this at most once a day, so others may be waiting too. You get it because you are a Team Lead of {org} on Headcount."
        ),
        last_link: None,
    }
}

/// How many who wait are named; the page of the link shows them all.
const NAMED: usize = 50;

fn waiting(letter: Waiting<'_>) -> Draft {
    let (org, lead) = (typed(letter.org), typed(letter.lead));
    let people = letter.people.len();
    let wait = if people == 1 { "Somebody waits".to_owned() } else { format!("{people} people wait") };
    let label = letter.label.map(|label| format!(" “{}”", typed(label))).unwrap_or_default();
    let mut named: Vec<String> = letter.people.iter().take(NAMED).map(|person| typed(person)).collect();
    if people > NAMED {
        named.push(format!("and {} more, whom the page of the link shows", people - NAMED));
    }
    Draft {
        subject: format!("{wait} for a place at {}", letter.org),
        preheader: "Add places to your link, or invite them by email.".into(),
        heading: format!("{wait} for a place"),
        parts: vec![
            Part::Paragraph(format!(
                "Hello {lead}, your invite link{label} for {org} is full. These people opened it and left their address:"
            )),
            Part::List(named),
            Part::Action { label: "See your links", link: letter.link.into() },
            Part::Remark(
                "Add places to the link, or invite them by email. Nobody has checked these addresses.".into(),
            ),
        ],
        footer: format!(
            "We send this at most once an hour for a link. You get it because you are a Team Lead of {org} on Headcount."
        ),
        last_link: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invite() -> Invite<'static> {
        Invite {
            org: "Acme",
            inviter: "Ann Lee",
            team: Some("Sales"),
            note: Some("See you on Monday."),
            link: "https://h.example/i/token",
            address: "a@x.com",
            expires: "6 April 2026",
            min_photos: 8,
            max_photos: 15,
            unsubscribe: "https://h.example/u/token",
        }
    }

    /// I5, QUALITY 10
    #[test]
    fn what_people_typed_is_neither_markup_nor_a_link() {
        let letter = Invite {
            org: "<b>Evil</b> www.evil.example",
            inviter: "ann@evil.example",
            team: Some("mailto:x@evil.example"),
            note: Some("see http://evil.example/x"),
            ..invite()
        };
        let letter = letter.write().unwrap();
        assert!(!letter.html.contains("<b>Evil"));
        for body in [&letter.html, &letter.text] {
            assert!(!body.contains("evil.example"), "{body}");
            assert!(body.contains("https://h.example/i/token"));
            assert!(body.contains("6 April 2026"));
        }
        assert!(!letter.subject.contains('\n'));
    }

    /// I5, I10, QUALITY screens 8
    #[test]
    fn an_invite_names_the_inviter_and_says_how_to_decline_and_stop() {
        let letter = invite().write().unwrap();
        assert_eq!(letter.subject, "Ann Lee invites you to your headshot at Acme");
        for body in [&letter.html, &letter.text] {
            for words in [
                "Ann Lee",
                "Acme",
                "team Sales",
                "See you on Monday.",
                "https://h.example/i/token",
                "press Decline",
                "No more invites from Acme",
                "https://h.example/u/token",
            ] {
                assert!(body.contains(words), "{words} in {body}");
            }
        }
        assert!(letter.html.contains("lang=\"en\"") && letter.html.contains("Your link is inside."));
        assert!(letter.html.contains("prefers-color-scheme: dark"));
        assert!(letter.text.lines().any(|line| line == "https://h.example/i/token"), "{}", letter.text);
        assert!(letter.text.lines().all(|line| line.chars().count() <= 80), "{}", letter.text);
    }
}
