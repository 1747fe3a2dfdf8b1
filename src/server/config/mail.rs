//! The mail server, and how much invite mail may go out.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;

use super::web::Build;
use crate::{domain::invite::MailLimits, mail::Mailer};

#[derive(Args, Clone, Debug)]
pub struct Mail {
    /// Mail server, such as smtps://user:password@host or smtp://localhost:25. A development build
    /// without it keeps mails in MAIL_DIR and shows them at /dev/mail
    #[arg(long, env = "SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Whom mails are from
    #[arg(long, env = "MAIL_FROM", default_value = "Headcount <headcount@localhost.localdomain>")]
    pub mail_from: lettre::message::Mailbox,
    /// Connections that bulk mail may hold to the mail server; at most so many invites are under way at
    /// once. Sign-in codes and notices have up to 20 more of their own, opened when they are needed
    #[arg(long, env = "MAIL_CONNECTIONS", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub mail_connections: u16,
    /// Invite mails (invites, reminders, fresh links) that one organization may send in a day
    #[arg(long, env = "INVITE_MAILS_PER_DAY", default_value_t = 10_000, value_parser = clap::value_parser!(i32).range(1..))]
    pub invite_mails_per_day: i32,
    /// Invite mails that one address may get in a day, from all organizations together
    #[arg(long, env = "INVITE_MAILS_PER_RECIPIENT", default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..))]
    pub invite_mails_per_recipient: i32,
    /// Secret with which the mail server reports late bounces to /hooks/bounce; without it nobody can
    #[arg(long, env = "BOUNCE_SECRET", hide_env_values = true)]
    pub bounce_secret: Option<String>,
    /// Where a development build keeps mails
    #[arg(long, env = "MAIL_DIR", default_value = ".data/mail")]
    pub mail_dir: PathBuf,
}

impl Mail {
    /// What sends mails; Message-IDs end in `host`.
    ///
    /// # Errors
    /// The mail server's URL is none, or missing in a release build.
    pub fn mailer(&self, host: &str, build: Build) -> anyhow::Result<Mailer> {
        match (&self.smtp_url, build) {
            (Some(url), _) => Mailer::smtp(url, self.mail_from.clone(), host)
                .context("SMTP_URL should look like smtps://user:password@host or smtp://localhost:25"),
            (None, Build::Development) => {
                Ok(Mailer::folder(self.mail_dir.clone(), self.mail_from.clone(), host))
            }
            (None, Build::Release) => {
                bail!("SMTP_URL is missing: set it to your mail server, such as smtps://user:password@host")
            }
        }
    }

    /// How much invite mail may go out.
    #[must_use]
    pub const fn limits(&self) -> MailLimits {
        MailLimits {
            org_per_day: self.invite_mails_per_day,
            recipient_per_day: self.invite_mails_per_recipient,
        }
    }
}
