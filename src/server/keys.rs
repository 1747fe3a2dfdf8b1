//! Secrets: links that can be shown again and that a copied database does not open, login secrets,
//! six-digit codes. I5, N3

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use ring::aead;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use uuid::Uuid;

use crate::{
    domain::{
        email::EmailAddress,
        ids::{CreditRequestId, InviteId, LinkId, MemberId, OrgId, ShootId},
        moment::Moment,
        sso::claim::CompanyDomain,
        typed_code::{LETTERS, LETTERS_LENGTH, TypedCode},
    },
    server::{
        config::{SecretKey, SecretKeys},
        token::{MAC_BYTES, Token},
    },
    store::codes::{Attempt, Candidate},
};

/// The server's keys, and everything that is derived from them: the first key makes what proves something,
/// and what any of them made counts. Which it was does not show: each is compared, whatever the one before
/// said.
#[derive(Clone)]
pub struct Keys(Arc<[SecretKey]>);

/// Which of the keys made something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maker(usize);

impl Maker {
    /// The key that makes what is new.
    pub const FIRST: Self = Self(0);
}

/// What a token opens; a token of one kind never opens another.
#[derive(Clone, Copy, Debug)]
enum Purpose {
    Invite,
    Link,
    Results,
    /// To opt out by; it does not let anybody in. I10
    Unsubscribe,
    /// A sign-in at an identity provider. S2
    SignIn,
    /// The operator's answer to a request for credits. C7
    CreditRequest,
    /// A shoot that a generation service makes, by name; its photos; the place for its headshots. H3
    EngineJob,
    EnginePhotos,
    EngineHeadshots,
}

/// What a generation service may do by a link: one that shows photos takes no headshots. H3
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineLink {
    Photos,
    Headshots,
}

impl EngineLink {
    const fn purpose(self) -> Purpose {
        match self {
            Self::Photos => Purpose::EnginePhotos,
            Self::Headshots => Purpose::EngineHeadshots,
        }
    }
}

/// An invite's or an opt-out's row and the proof that goes with it, before the row is looked at.
#[derive(Clone, Copy, Debug)]
pub struct InviteToken {
    pub org: OrgId,
    pub invite: InviteId,
    mac: [u8; MAC_BYTES],
}

/// A token's row and the proof that goes with it, before the row is looked at.
#[derive(Clone, Copy, Debug)]
pub struct ResultsToken {
    pub org: OrgId,
    pub member: MemberId,
    mac: [u8; MAC_BYTES],
}

impl Keys {
    /// Derives everything from the setting.
    #[must_use]
    pub fn new(keys: impl Into<SecretKeys>) -> Self {
        let SecretKeys { first, older } = keys.into();
        Self(std::iter::once(first).chain(older).collect())
    }

    /// How the database calls the first key: nothing about it can be told by that.
    #[must_use]
    pub fn fingerprint(&self) -> Vec<u8> {
        mac(&self.0[0], &[b"fingerprint"])[..MAC_BYTES].to_vec()
    }

    /// Whether there are keys that made things before the first.
    #[must_use]
    pub fn has_older(&self) -> bool {
        self.0.len() > 1
    }

    /// The last part of a personal invite's URL; invalid with the next generation.
    #[must_use]
    pub fn invite_token(&self, org: OrgId, invite: InviteId, generation: i32) -> String {
        self.token(Purpose::Invite, org.0, invite.0, generation)
    }

    /// The last part of the URL that opts out of an organization's invites. I10
    #[must_use]
    pub fn unsubscribe_token(&self, org: OrgId, invite: InviteId, generation: i32) -> String {
        self.token(Purpose::Unsubscribe, org.0, invite.0, generation)
    }

    /// The same, in mail to somebody who is a member; it has no generations. I10, I15
    #[must_use]
    pub fn unsubscribe_token_of_member(&self, org: OrgId, member: MemberId) -> String {
        self.token(Purpose::Unsubscribe, org.0, member.0, 0)
    }

    /// What a generation service calls a shoot. H3
    #[must_use]
    pub fn engine_job(&self, org: OrgId, shoot: ShootId) -> String {
        self.token(Purpose::EngineJob, org.0, shoot.0, 0)
    }

    /// Which shoot that is, if this server named it so.
    #[must_use]
    pub fn read_engine_job(&self, job: &str) -> Option<(OrgId, ShootId)> {
        self.read(Purpose::EngineJob, job).map(|(org, id, _)| (OrgId(org), ShootId(id)))
    }

    /// The part of a generation service's links that lets it do this with a shoot until then. H3
    #[must_use]
    pub fn engine_link(&self, may: EngineLink, org: OrgId, shoot: ShootId, until: Moment) -> String {
        let minute = minute_of(until);
        format!("{minute}.{}", self.token(may.purpose(), org.0, shoot.0, minute))
    }

    /// With which shoot such a link lets do this now.
    #[must_use]
    pub fn read_engine_link(&self, may: EngineLink, link: &str, now: Moment) -> Option<(OrgId, ShootId)> {
        let (minute, token) = link.split_once('.')?;
        let minute: i32 = minute.parse().ok().filter(|minute| *minute >= minute_of(now))?;
        let Token { org, id, mac } = Token::read(token)?;
        self.maker(may.purpose(), org, id, minute, &mac)?;
        Some((OrgId(org), ShootId(id)))
    }

    /// Which invite such a token may be about; prove it once the generation is known.
    #[must_use]
    pub fn read_invite_token(token: &str) -> Option<InviteToken> {
        let Token { org, id: invite, mac } = Token::read(token)?;
        Some(InviteToken { org: OrgId(org), invite: InviteId(invite), mac })
    }

    /// Whether a token opens the invite in this generation.
    #[must_use]
    pub fn proves_invite(&self, token: &InviteToken, generation: i32) -> bool {
        self.maker(Purpose::Invite, token.org.0, token.invite.0, generation, &token.mac).is_some()
    }

    /// Whether a token opts out whom the invite went to in this generation.
    #[must_use]
    pub fn proves_unsubscribe(&self, token: &InviteToken, generation: i32) -> bool {
        self.maker(Purpose::Unsubscribe, token.org.0, token.invite.0, generation, &token.mac).is_some()
    }

    /// The last part of an open link's URL.
    #[must_use]
    pub fn link_token(&self, org: OrgId, link: LinkId) -> String {
        self.token(Purpose::Link, org.0, link.0, 0)
    }

    /// Which open link a token opens, if this server made it.
    #[must_use]
    pub fn read_link_token(&self, token: &str) -> Option<(OrgId, LinkId)> {
        self.read(Purpose::Link, token).map(|(org, id, _)| (OrgId(org), LinkId(id)))
    }

    /// The last part of the URL of a managed member's results; invalid with the next generation. M3
    #[must_use]
    pub fn results_token(&self, org: OrgId, member: MemberId, generation: i32) -> String {
        self.token(Purpose::Results, org.0, member.0, generation)
    }

    /// Whose results a token may open; prove it with [`Keys::proves`] once the generation is known.
    #[must_use]
    pub fn read_results_token(token: &str) -> Option<ResultsToken> {
        let Token { org, id: member, mac } = Token::read(token)?;
        Some(ResultsToken { org: OrgId(org), member: MemberId(member), mac })
    }

    /// Whether a results token is of this generation and made by this server.
    #[must_use]
    pub fn proves(&self, token: &ResultsToken, generation: i32) -> bool {
        self.maker(Purpose::Results, token.org.0, token.member.0, generation, &token.mac).is_some()
    }

    /// The last part of the URL at which the operator answers a request for credits. C7
    #[must_use]
    pub fn credit_request_token(&self, org: OrgId, request: CreditRequestId) -> String {
        self.token(Purpose::CreditRequest, org.0, request.0, 0)
    }

    /// Which request for credits a token answers, if this server made it.
    #[must_use]
    pub fn read_credit_request_token(&self, token: &str) -> Option<(OrgId, CreditRequestId)> {
        self.read(Purpose::CreditRequest, token).map(|(org, id, _)| (OrgId(org), CreditRequestId(id)))
    }

    /// What an organization publishes in the DNS to prove a domain: 32 hexadecimal digits. S1
    #[must_use]
    pub fn domain_proof(&self, org: OrgId, domain: &CompanyDomain) -> String {
        domain_proof(&self.0[0], org, domain)
    }

    /// What counts as published: what the first key makes of it, then what the older ones made. S1
    #[must_use]
    pub fn domain_proofs(&self, org: OrgId, domain: &CompanyDomain) -> Vec<String> {
        self.0.iter().map(|key| domain_proof(key, org, domain)).collect()
    }

    /// What goes to a provider with somebody who signs in, and comes back. S2
    #[must_use]
    pub fn sign_in_state(&self, org: OrgId, id: Uuid) -> String {
        self.token(Purpose::SignIn, org.0, id, 0)
    }

    /// Which sign-in a state is of, if this server made it, and which key did.
    #[must_use]
    pub fn read_sign_in_state(&self, state: &str) -> Option<(OrgId, Uuid, Maker)> {
        self.read(Purpose::SignIn, state).map(|(org, id, maker)| (OrgId(org), id, maker))
    }

    /// A secret of one sign-in of one browser: 256 bits as text. `what` tells its secrets apart; the key is
    /// the one that made the sign-in's state.
    #[must_use]
    pub fn sign_in_secret(&self, maker: Maker, what: &str, id: Uuid, browser_hash: &[u8]) -> String {
        let parts = [b"sign-in", what.as_bytes(), id.as_bytes(), browser_hash];
        BASE64_URL_SAFE_NO_PAD.encode(mac(&self.0[maker.0], &parts))
    }

    /// The letters of an Owner's recovery code, in two groups. S4
    #[must_use]
    pub fn recovery_code(&self, id: Uuid) -> String {
        let letters = recovery_letters(&self.0[0], id);
        let (one, two) = letters.split_at(letters.len() / 2);
        format!("{one}-{two}")
    }

    /// Whether a typed code is this recovery code.
    #[must_use]
    pub fn is_recovery_code(&self, id: Uuid, typed: &TypedCode) -> bool {
        let TypedCode::Letters(typed) = typed else { return false };
        self.any(|key| recovery_letters(key, id).as_bytes().ct_eq(typed.as_bytes()))
    }

    /// Seals what the database may keep and only this server may read, for one organization.
    /// AES-256-GCM, under a fresh nonce that stands before it.
    #[must_use]
    pub fn seal(&self, org: OrgId, secret: &[u8]) -> Vec<u8> {
        let nonce: [u8; aead::NONCE_LEN] = rand::random();
        let mut sealed = secret.to_vec();
        sealing_key(&self.0[0])
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(org.0.as_bytes()),
                &mut sealed,
            )
            .expect("secrets are short");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for this organization; `None` where it was for another, or with a key that is
    /// none of these.
    #[must_use]
    pub fn unseal(&self, org: OrgId, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.iter().find_map(|key| unseal(key, org, sealed))
    }

    /// Whether the first key sealed this.
    #[must_use]
    pub fn is_sealed_anew(&self, org: OrgId, sealed: &[u8]) -> bool {
        unseal(&self.0[0], org, sealed).is_some()
    }

    /// The six digits of a code that was asked for, bound to the browser that asked. They follow
    /// from the key, so that the database needs not hold them. N3
    #[must_use]
    pub fn login_code(&self, id: Uuid, browser_hash: &[u8]) -> String {
        login_code(&self.0[0], id, browser_hash)
    }

    /// The ten letters that are mailed to an address under pressure; of no browser, for nobody guesses
    /// them. N3
    #[must_use]
    pub fn letter_code(&self, mailed: Uuid, address: &EmailAddress) -> String {
        letter_code(&self.0[0], mailed, address)
    }

    /// Whether a typed code is the one of this request.
    #[must_use]
    pub fn is_code(&self, asked: &Candidate, attempt: &Attempt<'_>, typed: &TypedCode) -> bool {
        self.any(|key| {
            let (code, typed) = match typed {
                TypedCode::Digits(typed) => (login_code(key, asked.mailed, attempt.browser_hash), typed),
                TypedCode::Letters(typed) => (letter_code(key, asked.mailed, attempt.address), typed),
            };
            code.as_bytes().ct_eq(typed.as_bytes())
        })
    }

    fn token(&self, purpose: Purpose, org: Uuid, id: Uuid, generation: i32) -> String {
        Token { org, id, mac: token_mac(&self.0[0], purpose, org, id, generation) }.to_string()
    }

    fn read(&self, purpose: Purpose, token: &str) -> Option<(Uuid, Uuid, Maker)> {
        let Token { org, id, mac } = Token::read(token)?;
        self.maker(purpose, org, id, 0, &mac).map(|maker| (org, id, maker))
    }

    /// Which key signed this, if one of ours did.
    fn maker(
        &self,
        purpose: Purpose,
        org: Uuid,
        id: Uuid,
        generation: i32,
        mac: &[u8; MAC_BYTES],
    ) -> Option<Maker> {
        let signed = self.0.iter().map(|key| token_mac(key, purpose, org, id, generation).ct_eq(mac));
        let mut maker = None;
        for (n, signed) in signed.enumerate() {
            if signed.into() {
                maker = Some(Maker(n));
            }
        }
        maker
    }

    /// Whether this is so of any key, each of which is asked.
    fn any(&self, is_so: impl Fn(&SecretKey) -> Choice) -> bool {
        self.0.iter().map(is_so).fold(Choice::from(0), |one, other| one | other).into()
    }
}

fn token_mac(key: &SecretKey, purpose: Purpose, org: Uuid, id: Uuid, generation: i32) -> [u8; MAC_BYTES] {
    let purpose: &[u8] = match purpose {
        Purpose::Invite => b"invite",
        Purpose::Link => b"link",
        Purpose::Results => b"results",
        Purpose::Unsubscribe => b"unsubscribe",
        Purpose::SignIn => b"sign-in state",
        Purpose::CreditRequest => b"credit request",
        Purpose::EngineJob => b"engine job",
        Purpose::EnginePhotos => b"engine photos",
        Purpose::EngineHeadshots => b"engine headshots",
    };
    let mac = mac(key, &[purpose, org.as_bytes(), id.as_bytes(), &generation.to_be_bytes()]);
    let mut short = [0; MAC_BYTES];
    short.copy_from_slice(&mac[..MAC_BYTES]);
    short
}

fn domain_proof(key: &SecretKey, org: OrgId, domain: &CompanyDomain) -> String {
    let mac = mac(key, &[b"domain", org.0.as_bytes(), domain.as_str().as_bytes()]);
    mac.iter().take(MAC_BYTES).map(|byte| format!("{byte:02x}")).collect()
}

fn login_code(key: &SecretKey, id: Uuid, browser_hash: &[u8]) -> String {
    let mac = mac(key, &[b"login code", id.as_bytes(), browser_hash]);
    let number = mac.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

fn letter_code(key: &SecretKey, mailed: Uuid, address: &EmailAddress) -> String {
    letters(&mac(key, &[b"letter code", mailed.as_bytes(), address.key().as_bytes()]))
}

fn recovery_letters(key: &SecretKey, id: Uuid) -> String {
    letters(&mac(key, &[b"recovery code", id.as_bytes()]))
}

fn unseal(key: &SecretKey, org: OrgId, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(aead::NONCE_LEN)?;
    let nonce = aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut sealed = sealed.to_vec();
    let aad = aead::Aad::from(org.0.as_bytes());
    sealing_key(key).open_in_place(nonce, aad, &mut sealed).ok().map(|secret| secret.to_vec())
}

fn sealing_key(key: &SecretKey) -> aead::LessSafeKey {
    let key = aead::UnboundKey::new(&aead::AES_256_GCM, &mac(key, &[b"seal"]));
    aead::LessSafeKey::new(key.expect("256 bits"))
}

/// HMAC-SHA256 over the parts, each behind its length, so that no two lists of parts are alike.
fn mac(key: &SecretKey, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Minutes since 1970: a link that expires does so with the end of one.
fn minute_of(at: Moment) -> i32 {
    i32::try_from(at.unix_millis().div_euclid(60_000)).unwrap_or(i32::MAX)
}

/// As many letters of a code as typed ones have.
fn letters(mac: &[u8; 32]) -> String {
    let mut number = mac.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let base = LETTERS.len() as u128;
    let next = |_| {
        let letter = LETTERS[(number % base) as usize];
        number /= base;
        char::from(letter)
    };
    (0..LETTERS_LENGTH).map(next).collect()
}

/// A secret for a cookie: 256 random bits as text.
#[must_use]
pub fn fresh_secret() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// An id that tells nothing, not even when it was made: for what stands in public URLs.
#[must_use]
pub fn random_id() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}

/// What the database keeps of a cookie's secret.
#[must_use]
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(byte: u8) -> Keys {
        Keys::new(SecretKey([byte; 32]))
    }

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text, |_| None).unwrap()
    }

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    /// I5, I10
    #[test]
    fn a_token_opens_what_it_was_made_for_and_nothing_else() {
        let (org, invite) = (OrgId(id(1)), InviteId(id(2)));
        let token = keys(1).invite_token(org, invite, 0);
        let opens = |server: &Keys, token: &str| {
            Keys::read_invite_token(token).is_some_and(|token| {
                server.proves_invite(&token, 0) && (token.org, token.invite) == (org, invite)
            })
        };
        assert!(opens(&keys(1), &token));
        assert!(!opens(&keys(2), &token), "another server's key");
        assert_eq!(keys(1).read_link_token(&token), None, "another purpose");
        let read = Keys::read_invite_token(&token).expect("well-formed");
        assert!(!keys(1).proves_invite(&read, 1), "the address was changed");
        assert!(!keys(1).proves_unsubscribe(&read, 0), "another purpose");
        assert!(!opens(&keys(1), &keys(1).unsubscribe_token(org, invite, 0)), "another purpose");
        for n in 0..token.len() {
            let mut other: Vec<u8> = token.clone().into_bytes();
            other[n] = if other[n] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert!(!opens(&keys(1), &other), "changed at {n}");
        }
        for broken in ["", "x", &token[1..], &format!("{token}A"), "../../etc"] {
            assert!(Keys::read_invite_token(broken).is_none());
        }
    }

    /// H3
    #[test]
    fn a_link_of_a_job_lets_do_one_thing_for_a_while() {
        let (org, shoot) = (OrgId(id(1)), ShootId(id(2)));
        let at = |minutes: i64| Moment::from_unix_millis(minutes * 60_000);
        let read = |n: u8, may, link: &str, minutes| keys(n).read_engine_link(may, link, at(minutes));
        for (may, other) in
            [(EngineLink::Photos, EngineLink::Headshots), (EngineLink::Headshots, EngineLink::Photos)]
        {
            let link = keys(1).engine_link(may, org, shoot, at(1000));
            for minutes in [0, 999, 1000] {
                assert_eq!(read(1, may, &link, minutes), Some((org, shoot)));
            }
            assert_eq!(read(1, may, &link, 1001), None, "too late");
            assert_eq!(read(2, may, &link, 0), None, "another server's key");
            assert_eq!(read(1, other, &link, 0), None, "for something else");
            let (_, token) = link.split_once('.').unwrap();
            assert_eq!(read(1, may, &format!("2000.{token}"), 1500), None, "prolonged");
            assert_eq!(keys(1).read_engine_job(token), None, "a link is no name");
            let job = keys(1).engine_job(org, shoot);
            assert_eq!(keys(1).read_engine_job(&job), Some((org, shoot)));
            assert_eq!(read(1, may, &format!("2000.{job}"), 0), None, "a name is no link");
            for broken in ["", ".", "1000.", "x.y", &format!("-1.{token}")] {
                assert_eq!(read(1, may, broken, 0), None, "{broken}");
            }
        }
    }

    /// M3
    #[test]
    fn a_results_token_dies_with_its_generation() {
        let token = keys(1).results_token(OrgId(id(1)), MemberId(id(2)), 3);
        let read = Keys::read_results_token(&token).expect("well-formed");
        assert!(keys(1).proves(&read, 3));
        assert!(!keys(1).proves(&read, 4));
        assert!(!keys(2).proves(&read, 3));
    }

    /// N3
    #[test]
    fn a_code_is_six_digits_of_one_browser() {
        let code = keys(1).login_code(id(7), b"browser");
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
        let is_code = |browser_hash: &[u8], typed: &str| {
            let typed = TypedCode::read(typed).unwrap();
            let (address, network) = (address("ada@x.com"), "10.0.0.1");
            let attempt = Attempt { browser_hash, address: &address, kind: typed.kind(), network };
            keys(1).is_code(&Candidate { request: id(7), mailed: id(7) }, &attempt, &typed)
        };
        assert!(is_code(b"browser", &format!(" {} {} ", &code[..3], &code[3..])));
        assert!(!is_code(b"another", &code));
        assert!(!is_code(b"browser", "BCDFG-HJKLM"));
    }

    /// N3
    #[test]
    fn a_code_of_letters_is_of_one_address_and_of_any_browser() {
        let (ada, bob) = (address("ada@x.com"), address("bob@x.com"));
        let code = keys(1).letter_code(id(7), &ada);
        assert_eq!(TypedCode::read(&code), Ok(TypedCode::Letters(code.clone())));
        assert_eq!(keys(1).letter_code(id(7), &address("ADA@x.com")), code);
        assert_ne!(keys(1).letter_code(id(8), &ada), code);
        assert_ne!(keys(1).letter_code(id(7), &bob), code);
        let is_code = |of: &EmailAddress, typed: &str| {
            let typed = TypedCode::read(typed).unwrap();
            let attempt =
                Attempt { browser_hash: b"any", address: of, kind: typed.kind(), network: "10.0.0.1" };
            keys(1).is_code(&Candidate { request: id(9), mailed: id(7) }, &attempt, &typed)
        };
        assert!(is_code(&ada, &format!("{}-{}", &code[..5], code[5..].to_lowercase())));
        assert!(!is_code(&bob, &code) && !is_code(&ada, "123456"));
    }

    /// S2: a copied database holds no secret of a provider, and one organization's is of no use to another.
    #[test]
    fn a_sealed_secret_opens_for_its_organization_under_its_key_alone() {
        let (org, other) = (OrgId(id(1)), OrgId(id(2)));
        let sealed = keys(1).seal(org, b"hunter2");
        assert_eq!(keys(1).unseal(org, &sealed).as_deref(), Some(b"hunter2".as_slice()));
        assert_ne!(keys(1).seal(org, b"hunter2"), sealed, "under a fresh nonce");
        assert!(!sealed.windows(7).any(|part| part == b"hunter2"));
        assert_eq!(keys(2).unseal(org, &sealed), None);
        assert_eq!(keys(1).unseal(other, &sealed), None);
        for n in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[n] ^= 1;
            assert_eq!(keys(1).unseal(org, &changed), None, "changed at {n}");
            assert_eq!(keys(1).unseal(org, &sealed[..n]), None, "cut at {n}");
        }
    }

    /// S2: what goes to the provider names a sign-in, and nothing of it can be made by others.
    #[test]
    fn the_state_of_a_sign_in_is_ours() {
        let (org, sign_in) = (OrgId(id(1)), id(7));
        let state = keys(1).sign_in_state(org, sign_in);
        assert_eq!(keys(1).read_sign_in_state(&state), Some((org, sign_in, Maker::FIRST)));
        assert_eq!(keys(2).read_sign_in_state(&state), None);
        assert_eq!(keys(1).read_sign_in_state(&keys(1).link_token(org, LinkId(sign_in))), None);
        let secrets = [("nonce", b"a"), ("verifier", b"a"), ("nonce", b"b")]
            .map(|(what, browser)| keys(1).sign_in_secret(Maker::FIRST, what, sign_in, browser));
        assert!(secrets[0] != secrets[1] && secrets[0] != secrets[2] && secrets[0].len() == 43);
    }

    /// S4
    #[test]
    fn a_recovery_code_is_read_as_codes_of_letters_are() {
        let code = keys(1).recovery_code(id(7));
        let typed = TypedCode::read(&code.to_lowercase()).unwrap();
        assert!(keys(1).is_recovery_code(id(7), &typed));
        assert!(!keys(1).is_recovery_code(id(8), &typed) && !keys(2).is_recovery_code(id(7), &typed));
        assert!(!keys(1).is_recovery_code(id(7), &TypedCode::read("123456").unwrap()));
    }

    /// I5, N3, N8: everything that an older key made counts as long as that key is there, nothing is made with
    /// it any more, and whoever has it alone makes nothing that counts afterwards.
    #[test]
    fn what_an_older_key_made_counts_until_it_is_taken_out() {
        let old = keys(1);
        let both = Keys::new(SecretKeys { first: SecretKey([2; 32]), older: vec![SecretKey([1; 32])] });
        let new = keys(2);
        let (org, row) = (OrgId(id(1)), id(2));
        let ada = address("ada@x.com");
        let domain = CompanyDomain::stored("x.com".into());
        type Counts<'a> = Box<dyn Fn(&Keys, &Keys) -> bool + 'a>;
        let kinds: [(&str, Counts<'_>); 10] = [
            (
                "invite",
                Box::new(|by, at| {
                    let token = Keys::read_invite_token(&by.invite_token(org, InviteId(row), 3)).unwrap();
                    at.proves_invite(&token, 3)
                }),
            ),
            (
                "unsubscribe",
                Box::new(|by, at| {
                    let token =
                        Keys::read_invite_token(&by.unsubscribe_token(org, InviteId(row), 3)).unwrap();
                    at.proves_unsubscribe(&token, 3)
                }),
            ),
            (
                "results",
                Box::new(|by, at| {
                    let token = Keys::read_results_token(&by.results_token(org, MemberId(row), 3)).unwrap();
                    at.proves(&token, 3)
                }),
            ),
            ("link", Box::new(|by, at| at.read_link_token(&by.link_token(org, LinkId(row))).is_some())),
            (
                "credit request",
                Box::new(|by, at| {
                    at.read_credit_request_token(&by.credit_request_token(org, CreditRequestId(row)))
                        .is_some()
                }),
            ),
            (
                "sign-in",
                Box::new(|by, at| {
                    let began = by.sign_in_secret(Maker::FIRST, "nonce", row, b"browser");
                    at.read_sign_in_state(&by.sign_in_state(org, row)).is_some_and(|(_, _, maker)| {
                        at.sign_in_secret(maker, "nonce", row, b"browser") == began
                    })
                }),
            ),
            (
                "recovery code",
                Box::new(|by, at| {
                    at.is_recovery_code(row, &TypedCode::read(&by.recovery_code(row)).unwrap())
                }),
            ),
            ("sealed", Box::new(|by, at| at.unseal(org, &by.seal(org, b"hunter2")).is_some())),
            (
                "domain",
                Box::new(|by, at| at.domain_proofs(org, &domain).contains(&by.domain_proof(org, &domain))),
            ),
            (
                "code",
                Box::new(|by, at| {
                    [by.login_code(row, b"browser"), by.letter_code(row, &ada)].iter().all(|code| {
                        let typed = TypedCode::read(code).unwrap();
                        let attempt = Attempt {
                            browser_hash: b"browser",
                            address: &ada,
                            kind: typed.kind(),
                            network: "10.0.0.1",
                        };
                        at.is_code(&Candidate { request: row, mailed: row }, &attempt, &typed)
                    })
                }),
            ),
        ];
        for (what, counts) in &kinds {
            assert!(counts(&old, &both), "{what} of the old key while both are there");
            assert!(counts(&both, &both) && counts(&both, &new), "{what} is made with the new key");
            assert!(!counts(&both, &old), "{what} is not made with the old key any more");
            assert!(!counts(&old, &new), "{what} of a key that was taken out");
        }
        let sealed = old.seal(org, b"hunter2");
        assert!(!both.is_sealed_anew(org, &sealed) && both.is_sealed_anew(org, &both.seal(org, b"hunter2")));
        assert!(both.fingerprint() == new.fingerprint() && old.fingerprint() != new.fingerprint());
    }

    #[test]
    fn secrets_do_not_repeat() {
        assert_ne!(fresh_secret(), fresh_secret());
        assert_eq!(hash("a").len(), 32);
    }
}
