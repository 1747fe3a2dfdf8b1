//! The emails that Headcount sends, each with the facts it needs, its parts and its link. Their words
//! stand in the files of `words`: nothing is written only where a language lacks some. What people
//! typed goes through [`typed`]. I5

use super::{
    Email, Unwritten,
    body::{EmailBody, Part, typed},
    words::{Facts, Words},
};
use crate::domain::moment::Moment;

type Written = Result<Email, Unwritten>;

/// The code to sign in or up with. J5
#[derive(Clone, Copy, Debug)]
pub struct SignInCode<'a> {
    pub code: &'a str,
    pub minutes: u8,
}

impl SignInCode<'_> {
    pub fn write(self, words: &Words) -> Written {
        let say = words
            .message("sign-in-code", Facts::default().ours("code", self.code).ours("minutes", self.minutes));
        let parts = vec![
            Part::Paragraph(say.part("where")?),
            Part::Digits(self.code.into()),
            Part::Remark(say.part("works")?),
        ];
        EmailBody::of(&say, parts)?.write(words)
    }
}

/// The answer to a sign-in with an address that nobody has. J5
#[derive(Clone, Copy, Debug)]
pub struct NoAccount<'a> {
    pub address: &'a str,
    pub link: &'a str,
}

impl NoAccount<'_> {
    pub fn write(self, words: &Words) -> Written {
        let say = words.message("no-account", Facts::default().ours("address", self.address));
        let parts = vec![
            Part::Paragraph(say.part("text")?),
            Part::Action { label: say.part("button")?, link: self.link.into() },
        ];
        EmailBody::of(&say, parts)?.write(words)
    }
}

/// The code that proves an address to an open link. L3
#[derive(Clone, Copy, Debug)]
pub struct JoinCode<'a> {
    pub code: &'a str,
    pub minutes: u8,
    pub org: &'a str,
}

impl JoinCode<'_> {
    pub fn write(self, words: &Words) -> Written {
        let facts = Facts::default().ours("code", self.code).ours("minutes", self.minutes);
        let say = words.message("join-code", facts.typed("org", self.org));
        let parts = vec![
            Part::Paragraph(say.part("where")?),
            Part::Digits(self.code.into()),
            Part::Remark(say.part("works")?),
        ];
        EmailBody::of(&say, parts)?.write(words)
    }
}

/// The personal invite. I5
#[derive(Clone, Copy, Debug)]
pub struct Invite<'a> {
    /// Of the invited person, where the lead gave it.
    pub name: Option<&'a str>,
    pub org: &'a str,
    pub inviter: &'a str,
    pub team: Option<&'a str>,
    pub note: Option<&'a str>,
    pub link: &'a str,
    pub address: &'a str,
    pub expires: Moment,
    pub min_photos: u8,
    pub max_photos: u8,
    pub unsubscribe: &'a str,
}

impl Invite<'_> {
    pub fn write(self, words: &Words) -> Written {
        let name = self.name.map(first_name);
        let facts = Facts::default()
            .perhaps_typed("name", name)
            .typed("org", self.org)
            .typed("inviter", self.inviter)
            .perhaps_typed("team", self.team)
            .ours("address", self.address)
            .ours("until", words.date_and_time(self.expires)?)
            .ours("min", self.min_photos)
            .ours("max", self.max_photos);
        let say = words.message("invite", facts);
        let quote = self.note.map(|note| Part::Quote { text: typed(note), by: typed(self.inviter) });
        let mut parts = vec![Part::Paragraph(say.part(intro(self.team))?)];
        parts.extend(quote);
        parts.extend([
            Part::Action { label: say.part("button")?, link: self.link.into() },
            Part::Remark(say.part("works")?),
            Part::Steps(vec![
                (say.part("step-1")?, say.part("step-1-more")?),
                (say.part("step-2")?, say.part("step-2-more")?),
                (say.part("step-3")?, say.part("step-3-more")?),
            ]),
        ]);
        let mut body = EmailBody::of(&say, parts)?.stopped_at(say.part("stop")?, self.unsubscribe);
        if name.is_some() {
            body.heading = say.part("heading-by-name")?;
        }
        body.write(words)
    }
}

/// To somebody invited who has not answered. I8
#[derive(Clone, Copy, Debug)]
pub struct Reminder<'a> {
    pub org: &'a str,
    pub inviter: &'a str,
    pub team: Option<&'a str>,
    pub link: &'a str,
    pub address: &'a str,
    pub expires: Moment,
    pub unsubscribe: &'a str,
}

impl Reminder<'_> {
    pub fn write(self, words: &Words) -> Written {
        let facts = Facts::default()
            .typed("org", self.org)
            .typed("inviter", self.inviter)
            .perhaps_typed("team", self.team)
            .ours("address", self.address)
            .ours("until", words.date_and_time(self.expires)?);
        let say = words.message("reminder", facts);
        let parts = vec![
            Part::Paragraph(say.part(intro(self.team))?),
            Part::Action { label: say.part("button")?, link: self.link.into() },
            Part::Remark(say.part("works")?),
        ];
        EmailBody::of(&say, parts)?.stopped_at(say.part("stop")?, self.unsubscribe).write(words)
    }
}

const fn intro(team: Option<&str>) -> &'static str {
    if team.is_some() { "intro-with-team" } else { "intro" }
}

/// Headshots are ready, to a member with an account. H4
#[derive(Clone, Copy, Debug)]
pub struct Ready<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub count: i64,
    pub link: &'a str,
}

impl Ready<'_> {
    pub fn write(self, words: &Words) -> Written {
        let facts = Facts::default().typed("name", first_name(self.name)).typed("org", self.org);
        let say = words.message("ready", facts.ours("count", self.count));
        let parts = vec![
            Part::Paragraph(say.part("text")?),
            Part::Action { label: say.part("button")?, link: self.link.into() },
            Part::Remark(say.part("sign-in")?),
        ];
        EmailBody::of(&say, parts)?.write(words)
    }
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

impl ReadyManaged<'_> {
    pub fn write(self, words: &Words) -> Written {
        let facts = Facts::default()
            .typed("name", first_name(self.name))
            .typed("org", self.org)
            .typed("lead", self.lead)
            .ours("count", self.count);
        let say = words.message("ready-managed", facts);
        let parts = vec![
            Part::Paragraph(say.part("text")?),
            Part::Action { label: say.part("button")?, link: self.link.into() },
            Part::Remark(say.part("private")?),
        ];
        EmailBody::of(&say, parts)?.write(words)
    }
}

/// A session failed for good. C5
#[derive(Clone, Copy, Debug)]
pub struct ShootFailed<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub reason: &'a str,
    pub link: &'a str,
}

impl ShootFailed<'_> {
    pub fn write(self, words: &Words) -> Written {
        let facts = Facts::default().typed("name", first_name(self.name)).typed("org", self.org);
        let say = words.message("shoot-failed", facts);
        let parts = vec![
            Part::Paragraph(typed(self.reason)),
            Part::Paragraph(say.part("text")?),
            Part::Action { label: say.part("button")?, link: self.link.into() },
        ];
        EmailBody::of(&say, parts)?.write(words)
    }
}

/// To a lead: somebody could not submit. C4
#[derive(Clone, Copy, Debug)]
pub struct OutOfCredits<'a> {
    pub lead: &'a str,
    pub org: &'a str,
    pub person: &'a str,
    pub link: &'a str,
}

impl OutOfCredits<'_> {
    pub fn write(self, words: &Words) -> Written {
        let facts = Facts::default().typed("lead", self.lead).typed("org", self.org);
        let say = words.message("out-of-credits", facts.typed("person", self.person));
        let parts = vec![
            Part::Paragraph(say.part("text")?),
            Part::Action { label: say.part("button")?, link: self.link.into() },
            Part::Remark(say.part("when")?),
        ];
        EmailBody::of(&say, parts)?.write(words)
    }
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

/// How many who wait are named; the page of the link shows them all.
const NAMED: usize = 50;

impl Waiting<'_> {
    pub fn write(self, words: &Words) -> Written {
        let more = self.people.len().saturating_sub(NAMED);
        let facts = Facts::default()
            .typed("lead", self.lead)
            .typed("org", self.org)
            .perhaps_typed("label", self.label)
            .ours("people", self.people.len())
            .ours("more", more);
        let say = words.message("waiting", facts);
        let mut named: Vec<String> = self.people.iter().take(NAMED).map(|person| typed(person)).collect();
        if more > 0 {
            named.push(say.part("more")?);
        }
        let text = if self.label.is_some() { "text-with-label" } else { "text" };
        let parts = vec![
            Part::Paragraph(say.part(text)?),
            Part::List(named),
            Part::Action { label: say.part("button")?, link: self.link.into() },
            Part::Remark(say.part("unchecked")?),
        ];
        EmailBody::of(&say, parts)?.write(words)
    }
}

/// What one calls somebody: `Leila` of `Leila Farouk`, and all of it where the first word is a title.
fn first_name(name: &str) -> &str {
    match name.split_whitespace().next() {
        Some(first) if !first.ends_with('.') => first,
        _ => name,
    }
}

#[cfg(test)]
pub(super) mod tests;
