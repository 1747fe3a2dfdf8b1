//! Who did it. Every use case that writes is told first: on whose behalf, and from where. On what it
//! was done the use case knows itself, and when, the database. P7

use uuid::Uuid;

use super::{
    ids::{AccountId, MemberId, OrgId},
    role::Role,
};

/// Somebody or something that acts in one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub org: OrgId,
    pub by: By,
    /// The network that the request came from; `None` on the command line and in the worker.
    pub network: Option<String>,
}

/// On whose behalf something is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// A member who is signed in.
    Member { id: MemberId, account: AccountId, role: Role, name: String },
    /// Whoever came by a link, without signing in as a member: `known_as` is the address or the name
    /// that the link stands for. The link is all the proof there is.
    LinkHolder { known_as: String },
    /// Who runs the server.
    Operator,
    /// The customer's directory of people, by SCIM. S6
    Directory,
    /// The customer's identity provider, when somebody signs in through it. S3
    IdentityProvider,
    /// A program with a key that a lead made.
    ApiKey { id: Uuid, name: String },
    /// Headcount itself: what time or a job causes.
    System,
}

impl Actor {
    /// Whoever came by a link of this organization.
    #[must_use]
    pub fn link_holder(org: OrgId, known_as: impl ToString, network: &str) -> Self {
        let by = By::LinkHolder { known_as: known_as.to_string() };
        Self { org, by, network: Some(network.to_owned()) }
    }

    /// The operator on the command line.
    #[must_use]
    pub const fn operator(org: OrgId) -> Self {
        Self { org, by: By::Operator, network: None }
    }

    /// The operator, by a link that only they were sent. C7
    #[must_use]
    pub fn operator_by_link(org: OrgId, network: &str) -> Self {
        Self { network: Some(network.to_owned()), ..Self::operator(org) }
    }

    /// Headcount itself.
    #[must_use]
    pub const fn system(org: OrgId) -> Self {
        Self { org, by: By::System, network: None }
    }

    /// The member who acts, where it is one.
    #[must_use]
    pub const fn member(&self) -> Option<MemberId> {
        match self.by {
            By::Member { id, .. } => Some(id),
            _ => None,
        }
    }

    /// What lists and mails call them.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.by {
            By::Member { name, .. } | By::ApiKey { name, .. } => name,
            By::LinkHolder { known_as } => known_as,
            By::Operator => "Operator",
            By::Directory => "Directory",
            By::IdentityProvider => "Identity provider",
            By::System => "Headcount",
        }
    }
}
