//! Identity providers: what of them is typed, and what each one's word is worth. S2

use serde::{Deserialize, Serialize};

use crate::domain::db_enum;

/// Whose identity provider it is; the settings show what to copy from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    Entra,
    Google,
    Okta,
    Keycloak,
    Other,
}

db_enum!(Preset {
    Entra = "entra",
    Google = "google",
    Okta = "okta",
    Keycloak = "keycloak",
    Other = "other",
});

const GOOGLE: &str = "https://accounts.google.com";
const ENTRA: &str = "https://login.microsoftonline.com/";

/// Why a text does not say where an identity provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerProblem {
    #[error("Type the address of your identity provider, such as https://login.company.com.")]
    NotAUrl,
    #[error("Type your Directory (tenant) ID, such as 11111111-2222-3333-4444-555555555555.")]
    NotATenant,
    /// Anybody's directory could sign such a token.
    #[error(
        "“{0}” lets every Microsoft directory sign in. Type the Directory (tenant) ID of your own instead."
    )]
    EverybodysTenant(&'static str),
}

impl Preset {
    /// As it is called on buttons and pages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entra => "Microsoft Entra ID",
            Self::Google => "Google Workspace",
            Self::Okta => "Okta",
            Self::Keycloak => "Keycloak",
            Self::Other => "OpenID Connect",
        }
    }

    /// Whether the provider's addresses are its own, so that it need not say that one is verified. An
    /// Entra tenant is one company's, whose administrators give out its addresses.
    #[must_use]
    pub const fn vouches_for_addresses(self) -> bool {
        matches!(self, Self::Entra)
    }

    /// Whether somebody counts only where the provider says that their account is managed by the domain's
    /// owner. At Google anybody may open an account under an address of a company, and keeps it when they
    /// have left.
    #[must_use]
    pub const fn needs_hosted_domain(self) -> bool {
        matches!(self, Self::Google)
    }

    /// The issuer that was typed: for Entra a tenant's ID or its URL, for Okta the domain will do, for
    /// Google there is one.
    ///
    /// # Errors
    /// What is wrong with it, for the person who typed it.
    pub fn issuer(self, typed: &str) -> Result<String, IssuerProblem> {
        let typed = typed.trim();
        match self {
            Self::Google => Ok(GOOGLE.to_owned()),
            Self::Entra => entra(typed),
            Self::Okta | Self::Keycloak | Self::Other => url(typed),
        }
    }
}

fn entra(typed: &str) -> Result<String, IssuerProblem> {
    // Another host is a sovereign cloud's, or a test's.
    let (base, rest) = match typed.strip_prefix(ENTRA) {
        Some(rest) => (ENTRA.to_owned(), rest),
        None if typed.contains("://") => {
            let whole = url(typed)?;
            let rest = whole.trim_end_matches("/v2.0");
            let slash = rest.rfind('/').ok_or(IssuerProblem::NotATenant)?;
            let (base, tenant) = rest.split_at(slash + 1);
            return tenant_issuer(base, tenant);
        }
        None => (ENTRA.to_owned(), typed),
    };
    tenant_issuer(&base, rest.split('/').next().unwrap_or_default())
}

fn tenant_issuer(base: &str, tenant: &str) -> Result<String, IssuerProblem> {
    for everybody in ["common", "organizations", "consumers"] {
        if tenant.eq_ignore_ascii_case(everybody) {
            return Err(IssuerProblem::EverybodysTenant(everybody));
        }
    }
    let tenant = uuid::Uuid::parse_str(tenant).map_err(|_| IssuerProblem::NotATenant)?;
    Ok(format!("{base}{}/v2.0", tenant.hyphenated()))
}

/// Whether it may be fetched at all is for the server to say.
fn url(typed: &str) -> Result<String, IssuerProblem> {
    const WELL_KNOWN: &str = "/.well-known/openid-configuration";
    let typed = typed.strip_suffix(WELL_KNOWN).unwrap_or(typed);
    let typed = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let (scheme, rest) = typed.split_once("://").ok_or(IssuerProblem::NotAUrl)?;
    let host = rest.split('/').next().unwrap_or_default();
    let is_clean = |c: char| c.is_ascii_graphic() && !"?#@\\\"<>{}".contains(c);
    let is_host = !host.is_empty() && (host.contains('.') || host.starts_with("localhost"));
    if !matches!(scheme, "https" | "http") || !is_host || !rest.chars().all(is_clean) || rest.len() > 500 {
        return Err(IssuerProblem::NotAUrl);
    }
    Ok(typed)
}

/// Whether a provider that calls itself `found` is the one that was configured. Entra's document for
/// several tenants has a gap where the tenant belongs, and the token names it.
#[must_use]
pub fn is_issuer(configured: &str, found: &str) -> bool {
    const GAP: &str = "{tenantid}";
    if configured == found {
        return true;
    }
    let Some((before, after)) = found.split_once(GAP) else { return false };
    let middle = configured.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    middle.is_some_and(|tenant| uuid::Uuid::parse_str(tenant).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";

    /// S2
    #[test]
    fn an_issuer_is_read_as_each_provider_shows_it() {
        let entra = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
        for typed in [TENANT, &format!(" {TENANT} "), &entra, &entra.replace("/v2.0", "")] {
            assert_eq!(Preset::Entra.issuer(typed), Ok(entra.clone()), "{typed}");
        }
        let cloud = format!("https://login.microsoftonline.us/{TENANT}/v2.0");
        assert_eq!(Preset::Entra.issuer(&cloud), Ok(cloud.clone()));
        assert_eq!(Preset::Entra.issuer("common"), Err(IssuerProblem::EverybodysTenant("common")));
        let everybody = "https://login.microsoftonline.com/organizations/v2.0";
        assert_eq!(Preset::Entra.issuer(everybody), Err(IssuerProblem::EverybodysTenant("organizations")));
        assert_eq!(Preset::Entra.issuer("company.com"), Err(IssuerProblem::NotATenant));
        assert_eq!(Preset::Google.issuer(""), Ok("https://accounts.google.com".into()));
        for typed in ["acme.okta.com", "https://acme.okta.com"] {
            assert_eq!(Preset::Okta.issuer(typed), Ok("https://acme.okta.com".into()));
        }
        let realm = "https://id.acme.com/realms/staff";
        let document = format!("{realm}/.well-known/openid-configuration");
        assert_eq!(Preset::Keycloak.issuer(&document), Ok(realm.into()));
        for typed in
            ["", "acme", "ftp://acme.com", "https://", "https://a.com/?x", "https://u@a.com", "a b.c"]
        {
            assert_eq!(Preset::Other.issuer(typed), Err(IssuerProblem::NotAUrl), "{typed}");
        }
    }

    /// S2: a document for several tenants is as good as that of the one that was configured.
    #[test]
    fn a_gap_for_the_tenant_fits_the_configured_tenant_alone() {
        let configured = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
        assert!(is_issuer(&configured, &configured));
        assert!(is_issuer(&configured, "https://login.microsoftonline.com/{tenantid}/v2.0"));
        for found in
            ["https://login.evil.com/{tenantid}/v2.0", "https://login.microsoftonline.com/", "{tenantid}"]
        {
            assert!(!is_issuer(&configured, found), "{found}");
        }
        assert!(!is_issuer("https://a.com/x/v2.0", "https://a.com/{tenantid}/v2.0"), "no tenant");
    }
}
