//! The emails that Headcount sends, each with what it needs to know, its parts and its link. The words
//! are in `src/words/en/mail.ftl`. What people typed goes through [`typed`], but in subjects, of which no
//! mail program makes links. I5
//!
//! Writing one fails only if its template does, which only prints.

use super::{
    body::{EmailBody, Logo, Part, typed},
    email::Email,
};
use crate::{
    domain::{
        credit::CreditOutlook,
        local_time::LocalTime,
        moment::Moment,
        sso::claim::{ClaimNews, GRACE_DAYS},
    },
    words::{mail as say, shared},
};

/// The code to sign in or up with. J5
#[derive(Clone, Copy, Debug)]
pub struct SignInCode<'a> {
    pub code: &'a str,
    pub minutes: u8,
}

impl SignInCode<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let Self { code, minutes } = self;
        EmailBody {
            subject: say::sign_in_code(code),
            preheader: say::sign_in_code_preheader(minutes),
            heading: say::sign_in_code_heading().into(),
            parts: vec![
                Part::Paragraph(say::sign_in_code_where().into()),
                Part::Digits(code.into()),
                Part::Remark(say::code_works(minutes)),
            ],
            footer: say::sign_in_code_footer().into(),
            unsubscribe: None,
        }
        .write()
    }
}

/// Tells the operator that mail goes out, whom it is from and that this is all. N8
#[derive(Clone, Copy, Debug)]
pub struct MailCheck;

impl MailCheck {
    pub fn write(self) -> askama::Result<Email> {
        EmailBody {
            subject: say::mail_check().into(),
            preheader: say::mail_check_preheader().into(),
            heading: say::mail_check().into(),
            parts: vec![Part::Paragraph(say::mail_check_text().into())],
            footer: say::mail_check_footer().into(),
            unsubscribe: None,
        }
        .write()
    }
}

/// The code under pressure: to sign in, sign up or join with, wherever it is asked for. N3
#[derive(Clone, Copy, Debug)]
pub struct LetterCode<'a> {
    /// In two groups, as people read it.
    pub code: &'a str,
    pub minutes: u8,
}

impl LetterCode<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let Self { code, minutes } = self;
        EmailBody {
            subject: say::letter_code(code),
            preheader: say::letter_code_preheader(minutes),
            heading: say::letter_code_heading().into(),
            parts: vec![
                Part::Paragraph(say::letter_code_where().into()),
                Part::Digits(code.into()),
                Part::Remark(say::letter_code_works(minutes)),
            ],
            footer: say::letter_code_footer().into(),
            unsubscribe: None,
        }
        .write()
    }
}

/// The answer to a sign-in with an address that nobody has. J5
#[derive(Clone, Copy, Debug)]
pub struct NoAccount<'a> {
    pub address: &'a str,
    pub link: &'a str,
}

impl NoAccount<'_> {
    pub fn write(self) -> askama::Result<Email> {
        EmailBody {
            subject: say::no_account().into(),
            preheader: say::no_account_preheader().into(),
            heading: say::no_account_heading().into(),
            parts: vec![
                Part::Paragraph(say::no_account_text(self.address)),
                action(say::no_account_button(), self.link),
            ],
            footer: say::no_account_footer().into(),
            unsubscribe: None,
        }
        .write()
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
    pub fn write(self) -> askama::Result<Email> {
        let Self { code, minutes, org } = self;
        EmailBody {
            subject: say::join_code(code),
            preheader: say::join_code_preheader(minutes),
            heading: say::join_code_heading(typed(org)),
            parts: vec![
                Part::Paragraph(say::join_code_where().into()),
                Part::Digits(code.into()),
                Part::Remark(say::code_works(minutes)),
            ],
            footer: say::join_code_footer().into(),
            unsubscribe: None,
        }
        .write()
    }
}

/// The personal invite. I5
#[derive(Clone, Copy, Debug)]
pub struct Invite<'a> {
    /// Of the invited person, where the lead gave it.
    pub name: Option<&'a str>,
    pub org: &'a str,
    /// Where the organization's logo is to be had.
    pub logo: Option<&'a str>,
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
    pub fn write(self) -> askama::Result<Email> {
        let (org, inviter) = (typed(self.org), typed(self.inviter));
        let (min, max) = (self.min_photos, self.max_photos);
        let intro = match self.team {
            Some(team) => say::invite_intro_with_team(&inviter, &org, typed(team)),
            None => say::invite_intro(&inviter, &org),
        };
        let mut parts = vec![Part::Paragraph(intro)];
        parts.extend(self.note.map(|note| Part::Quote { text: typed(note), by: inviter.clone() }));
        parts.extend([
            action(say::invite_button(), self.link),
            Part::Remark(say::invite_works(self.address, until(self.expires))),
            Part::Steps(vec![
                (say::invite_step_1(min, max), say::invite_step_1_more().into()),
                (say::invite_step_2().into(), say::invite_step_2_more().into()),
                (say::invite_step_3().into(), say::invite_step_3_more(&org)),
            ]),
        ]);
        EmailBody {
            subject: say::invite(self.inviter, self.org),
            preheader: say::invite_preheader(min, max),
            heading: match self.name {
                Some(name) => say::invite_heading_by_name(first_name(name)),
                None => say::invite_heading(&inviter),
            },
            parts,
            footer: say::why_invited(&inviter, &org),
            unsubscribe: Some((say::stop_invites(&org), self.unsubscribe.into())),
        }
        .write_under(self.logo.map(|url| Logo { url, org: self.org }))
    }
}

/// To somebody invited who has not answered. I8
#[derive(Clone, Copy, Debug)]
pub struct Reminder<'a> {
    /// Of the invited person, where it is known.
    pub name: Option<&'a str>,
    pub org: &'a str,
    /// Where the organization's logo is to be had.
    pub logo: Option<&'a str>,
    pub inviter: &'a str,
    pub team: Option<&'a str>,
    pub link: &'a str,
    pub address: &'a str,
    pub expires: Moment,
    pub unsubscribe: &'a str,
}

impl Reminder<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (org, inviter) = (typed(self.org), typed(self.inviter));
        let intro = match self.team {
            Some(team) => say::reminder_intro_with_team(&inviter, &org, typed(team)),
            None => say::reminder_intro(&inviter, &org),
        };
        EmailBody {
            subject: say::reminder(self.inviter, self.org),
            preheader: say::reminder_preheader().into(),
            heading: match self.name {
                Some(name) => say::reminder_heading_by_name(first_name(name), &org),
                None => say::reminder_heading(&org),
            },
            parts: vec![
                Part::Paragraph(intro),
                action(say::reminder_button(), self.link),
                Part::Remark(say::reminder_works(self.address, until(self.expires), &org)),
            ],
            footer: say::why_invited(&inviter, &org),
            unsubscribe: Some((say::stop_invites(&org), self.unsubscribe.into())),
        }
        .write_under(self.logo.map(|url| Logo { url, org: self.org }))
    }
}

/// Headshots are ready, to a member with an account. H4
#[derive(Clone, Copy, Debug)]
pub struct Ready<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub count: i64,
    pub link: &'a str,
    /// When the organization has all pictures deleted. H5
    pub kept_until: Option<Moment>,
}

impl Ready<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let org = typed(self.org);
        EmailBody {
            subject: say::ready().into(),
            preheader: say::ready_preheader(self.count, &org),
            heading: say::ready_heading(first_name(self.name)),
            parts: [
                Some(Part::Paragraph(say::ready_text(self.count, &org))),
                self.kept_until.map(kept_until),
                Some(action(say::ready_button(), self.link)),
                Some(Part::Remark(say::ready_sign_in().into())),
            ]
            .into_iter()
            .flatten()
            .collect(),
            footer: say::ready_footer(&org),
            unsubscribe: None,
        }
        .write()
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
    /// When the organization has all pictures deleted. H5
    pub kept_until: Option<Moment>,
}

impl ReadyManaged<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (org, lead) = (typed(self.org), typed(self.lead));
        EmailBody {
            subject: say::ready_managed().into(),
            preheader: say::ready_managed_preheader(self.count, &org),
            heading: say::ready_managed_heading(first_name(self.name)),
            parts: [
                Some(Part::Paragraph(say::ready_managed_text(self.count, &lead, &org))),
                self.kept_until.map(kept_until),
                Some(action(say::ready_managed_button(), self.link)),
                Some(Part::Remark(say::ready_managed_private().into())),
            ]
            .into_iter()
            .flatten()
            .collect(),
            footer: say::ready_managed_footer(&lead),
            unsubscribe: None,
        }
        .write()
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
    pub fn write(self) -> askama::Result<Email> {
        let org = typed(self.org);
        EmailBody {
            subject: say::shoot_failed().into(),
            preheader: say::shoot_failed_preheader(&org),
            heading: say::shoot_failed_heading(first_name(self.name)),
            parts: vec![
                Part::Paragraph(typed(self.reason)),
                Part::Paragraph(say::shoot_failed_text(&org)),
                action(say::shoot_failed_button(), self.link),
            ],
            footer: say::shoot_failed_footer(&org),
            unsubscribe: None,
        }
        .write()
    }
}

/// To a member who may become the Owner. P5
#[derive(Clone, Copy, Debug)]
pub struct OwnershipOffered<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub owner: &'a str,
    pub link: &'a str,
}

impl OwnershipOffered<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (org, owner) = (typed(self.org), typed(self.owner));
        EmailBody {
            subject: say::ownership_offered(self.org),
            preheader: say::ownership_offered_preheader(&owner),
            heading: say::ownership_offered_heading(first_name(self.name), &org),
            parts: vec![
                Part::Paragraph(say::ownership_offered_text(&org, &owner)),
                action(say::ownership_offered_button(), self.link),
            ],
            footer: say::ownership_offered_footer(&org),
            unsubscribe: None,
        }
        .write()
    }
}

/// To a lead: the organization is deleted soon. P8
#[derive(Clone, Copy, Debug)]
pub struct DeletionAsked<'a> {
    pub lead: &'a str,
    pub org: &'a str,
    pub owner: &'a str,
    pub due: Moment,
    pub link: &'a str,
}

impl DeletionAsked<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (lead, org, owner) = (typed(self.lead), typed(self.org), typed(self.owner));
        EmailBody {
            subject: say::deletion_asked(self.org),
            preheader: say::deletion_asked_preheader(until(self.due)),
            heading: say::deletion_asked_heading(&org),
            parts: vec![
                Part::Paragraph(say::deletion_asked_text(&lead, &owner, &org, until(self.due))),
                action(say::deletion_asked_button(), self.link),
                Part::Remark(say::deletion_asked_back(&owner)),
            ],
            footer: say::deletion_asked_footer(&org),
            unsubscribe: None,
        }
        .write()
    }
}

/// To a member who has joined and not submitted yet. I8
#[derive(Clone, Copy, Debug)]
pub struct PhotosDue<'a> {
    pub name: &'a str,
    pub org: &'a str,
    pub lead: &'a str,
    pub link: &'a str,
    pub unsubscribe: &'a str,
}

impl PhotosDue<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (org, lead) = (typed(self.org), typed(self.lead));
        EmailBody {
            subject: say::photos_due(self.org),
            preheader: say::photos_due_preheader().into(),
            heading: say::photos_due_heading(first_name(self.name)),
            parts: vec![
                Part::Paragraph(say::photos_due_text(&org, &lead)),
                action(say::photos_due_button(), self.link),
            ],
            footer: say::photos_due_footer(&org),
            unsubscribe: Some((say::stop_reminders(&org), self.unsubscribe.into())),
        }
        .write()
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
    pub fn write(self) -> askama::Result<Email> {
        let (lead, org, person) = (typed(self.lead), typed(self.org), typed(self.person));
        EmailBody {
            subject: say::out_of_credits(self.org),
            preheader: say::out_of_credits_preheader(&person),
            heading: say::out_of_credits_heading(&person),
            parts: vec![
                Part::Paragraph(say::out_of_credits_text(&lead, &person, &org)),
                action(say::out_of_credits_button(), self.link),
                Part::Remark(say::out_of_credits_when().into()),
            ],
            footer: say::out_of_credits_footer(&org),
            unsubscribe: None,
        }
        .write()
    }
}

/// To a lead: few credits are left. C9
#[derive(Clone, Copy, Debug)]
pub struct FewCredits<'a> {
    pub lead: &'a str,
    pub org: &'a str,
    pub outlook: CreditOutlook,
    pub threshold: i32,
    pub link: &'a str,
}

impl FewCredits<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (lead, org) = (typed(self.lead), typed(self.org));
        let CreditOutlook { balance, .. } = self.outlook;
        let mut text = say::few_credits_text(&lead, &org, balance);
        let (reserved, missing) = (self.outlook.reserved(), -self.outlook.unreserved());
        if missing > 0 {
            text = format!("{text} {}", say::few_credits_missing(reserved, missing));
        } else if reserved > 0 {
            text = format!("{text} {}", say::few_credits_reserved(reserved));
        }
        EmailBody {
            subject: say::few_credits(self.org, balance),
            preheader: say::few_credits_preheader().into(),
            heading: say::few_credits_heading(balance),
            parts: vec![
                Part::Paragraph(text),
                action(say::few_credits_button(), self.link),
                Part::Remark(say::out_of_credits_when().into()),
            ],
            footer: say::few_credits_footer(self.threshold.into(), &org),
            unsubscribe: None,
        }
        .write()
    }
}

/// To the operator: a lead asks for credits. C7
#[derive(Clone, Copy, Debug)]
pub struct CreditsRequested<'a> {
    pub org: &'a str,
    /// Who asked, unless they were removed since.
    pub by: Option<&'a str>,
    pub credits: i32,
    pub note: Option<&'a str>,
    pub balance: i32,
    /// What the command line calls the request.
    pub request: &'a str,
    pub link: &'a str,
}

impl CreditsRequested<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let org = typed(self.org);
        let (credits, balance) = (i64::from(self.credits), i64::from(self.balance));
        let by = self.by.map(typed);
        let text = match &by {
            Some(by) => say::credits_requested_text(by, &org, balance),
            None => say::credits_requested_text_by_nobody(&org, balance),
        };
        let mut parts = vec![Part::Paragraph(text)];
        let author = by.unwrap_or_else(|| org.clone());
        parts.extend(self.note.map(|note| Part::Quote { text: typed(note), by: author }));
        parts.push(action(say::credits_requested_button(), self.link));
        parts.push(Part::Remark(say::credits_requested_command(self.request)));
        EmailBody {
            subject: say::credits_requested(self.org, credits),
            preheader: say::credits_requested_preheader().into(),
            heading: say::credits_requested_heading(&org, credits),
            parts,
            footer: say::credits_requested_footer().into(),
            unsubscribe: None,
        }
        .write()
    }
}

/// To a lead: what the operator said to a request for credits. C7
#[derive(Clone, Copy, Debug)]
pub struct CreditsAnswered<'a> {
    pub lead: &'a str,
    pub org: &'a str,
    pub credits: i32,
    pub outcome: Answered,
    pub remark: Option<&'a str>,
    pub balance: i32,
    pub link: &'a str,
}

/// What the operator said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Confirmed,
    Declined,
}

impl CreditsAnswered<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (lead, org) = (typed(self.lead), typed(self.org));
        let (credits, balance) = (i64::from(self.credits), i64::from(self.balance));
        let (subject, heading, text) = match self.outcome {
            Answered::Confirmed => (
                say::credits_confirmed(credits, self.org),
                say::credits_confirmed_heading(),
                say::credits_confirmed_text(&lead, credits, &org, balance),
            ),
            Answered::Declined => (
                say::credits_declined(self.org),
                say::credits_declined_heading(),
                say::credits_declined_text(&lead, credits, &org, balance),
            ),
        };
        let mut parts = vec![Part::Paragraph(text)];
        let by = say::credits_answered_by().to_owned();
        parts.extend(self.remark.map(|remark| Part::Quote { text: typed(remark), by }));
        parts.push(action(say::credits_answered_button(), self.link));
        EmailBody {
            subject,
            preheader: say::credits_answered_preheader().into(),
            heading: heading.into(),
            parts,
            footer: say::credits_answered_footer(&org),
            unsubscribe: None,
        }
        .write()
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
    pub fn write(self) -> askama::Result<Email> {
        let (lead, org) = (typed(self.lead), typed(self.org));
        let people = i64::try_from(self.people.len()).unwrap_or(i64::MAX);
        let text = match self.label {
            Some(label) => say::waiting_text_with_label(&lead, typed(label), &org),
            None => say::waiting_text(&lead, &org),
        };
        let mut named: Vec<String> = self.people.iter().take(NAMED).map(|person| typed(person)).collect();
        if self.people.len() > NAMED {
            named.push(say::waiting_more(self.people.len() - NAMED));
        }
        EmailBody {
            subject: say::waiting(people, self.org),
            preheader: say::waiting_preheader().into(),
            heading: say::waiting_heading(people),
            parts: vec![
                Part::Paragraph(text),
                Part::List(named),
                action(say::waiting_button(), self.link),
                Part::Remark(say::waiting_unchecked().into()),
            ],
            footer: say::waiting_footer(&org),
            unsubscribe: None,
        }
        .write()
    }
}

/// To a lead: a domain was proved, its record is missing, or it is lost. S1
#[derive(Clone, Copy, Debug)]
pub struct DomainNews<'a> {
    pub lead: &'a str,
    pub org: &'a str,
    pub domain: &'a str,
    pub news: ClaimNews,
    pub link: &'a str,
}

impl DomainNews<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (lead, org, domain) = (typed(self.lead), typed(self.org), typed(self.domain));
        let (subject, heading, text) = match self.news {
            ClaimNews::Verified => (
                say::domain_verified(self.domain),
                say::domain_verified_heading(&domain),
                say::domain_verified_text(&lead, &domain, &org),
            ),
            ClaimNews::Missing => (
                say::domain_missing(self.domain),
                say::domain_missing_heading(&domain),
                say::domain_missing_text(&lead, &domain, GRACE_DAYS, &org),
            ),
            ClaimNews::Lost => (
                say::domain_lost(self.domain),
                say::domain_lost_heading(&domain),
                say::domain_lost_text(&lead, &domain, &org),
            ),
        };
        // The record itself is to be copied, so it stands where it can be: in the settings.
        let parts = vec![Part::Paragraph(text), action(say::domain_button(), self.link)];
        let preheader = say::domain_preheader(&org);
        EmailBody { subject, preheader, heading, parts, footer: say::domain_footer(&org), unsubscribe: None }
            .write()
    }
}

/// To a lead: somebody came back in with the Owner's recovery code. S4
#[derive(Clone, Copy, Debug)]
pub struct RecoveryUsed<'a> {
    pub lead: &'a str,
    pub org: &'a str,
    pub network: &'a str,
    pub link: &'a str,
}

impl RecoveryUsed<'_> {
    pub fn write(self) -> askama::Result<Email> {
        let (lead, org) = (typed(self.lead), typed(self.org));
        EmailBody {
            subject: say::recovery_used(self.org),
            preheader: say::recovery_used_preheader().into(),
            heading: say::recovery_used_heading().into(),
            parts: vec![
                Part::Paragraph(say::recovery_used_text(&lead, &org, typed(self.network))),
                action(say::recovery_used_button(), self.link),
            ],
            footer: say::domain_footer(&org),
            unsubscribe: None,
        }
        .write()
    }
}

fn action(label: &str, link: &str) -> Part {
    Part::Action { label: label.to_owned(), link: link.to_owned() }
}

/// To the minute and with its zone: what ends on a day ends at another hour for each reader. With its
/// year: a mail may be read on any day. I7
fn kept_until(at: Moment) -> Part {
    Part::Paragraph(say::pictures_kept_until(until(at)))
}

fn until(at: Moment) -> String {
    let at = LocalTime::at(at, 0);
    let (day, month, year) = at.date();
    shared::date_and_time_utc(day, month.into(), year, at.clock())
}

/// What one calls somebody: `Leila` of `Leila Farouk`, and all of it where the first word is a title.
fn first_name(name: &str) -> String {
    match name.split_whitespace().next() {
        Some(first) if !first.ends_with('.') => typed(first),
        _ => typed(name),
    }
}

#[cfg(test)]
pub(super) mod tests;
