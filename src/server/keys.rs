//! Secrets: links that can be shown again and that a copied database does not open, login secrets,
//! six-digit codes. I5, N3

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use ring::aead;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    domain::{
        email::EmailAddress,
        ids::{CreditRequestId, InviteId, LinkId, MemberId, OrgId},
        sso::claim::CompanyDomain,
        typed_code::{LETTERS, LETTERS_LENGTH, TypedCode},
    },
    server::{
        config::SecretKey,
        token::{MAC_BYTES, Token},
    },
    store::codes::{Attempt, Candidate},
};

/// The server's key, and everything that is derived from it.
#[derive(Clone)]
pub struct Keys(SecretKey);

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
    pub const fn new(key: SecretKey) -> Self {
        Self(key)
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

    /// Which invite such a token may be about; prove it once the generation is known.
    #[must_use]
    pub fn read_invite_token(token: &str) -> Option<InviteToken> {
        let Token { org, id: invite, mac } = Token::read(token)?;
        Some(InviteToken { org: OrgId(org), invite: InviteId(invite), mac })
    }

    /// Whether a token opens the invite in this generation.
    #[must_use]
    pub fn proves_invite(&self, token: &InviteToken, generation: i32) -> bool {
        self.token_mac(Purpose::Invite, token.org.0, token.invite.0, generation).ct_eq(&token.mac).into()
    }

    /// Whether a token opts out whom the invite went to in this generation.
    #[must_use]
    pub fn proves_unsubscribe(&self, token: &InviteToken, generation: i32) -> bool {
        self.token_mac(Purpose::Unsubscribe, token.org.0, token.invite.0, generation).ct_eq(&token.mac).into()
    }

    /// The last part of an open link's URL.
    #[must_use]
    pub fn link_token(&self, org: OrgId, link: LinkId) -> String {
        self.token(Purpose::Link, org.0, link.0, 0)
    }

    /// Which open link a token opens, if this server made it.
    #[must_use]
    pub fn read_link_token(&self, token: &str) -> Option<(OrgId, LinkId)> {
        self.read(Purpose::Link, token).map(|(org, id)| (OrgId(org), LinkId(id)))
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
        let expected = self.token_mac(Purpose::Results, token.org.0, token.member.0, generation);
        expected.ct_eq(&token.mac).into()
    }

    /// The last part of the URL at which the operator answers a request for credits. C7
    #[must_use]
    pub fn credit_request_token(&self, org: OrgId, request: CreditRequestId) -> String {
        self.token(Purpose::CreditRequest, org.0, request.0, 0)
    }

    /// Which request for credits a token answers, if this server made it.
    #[must_use]
    pub fn read_credit_request_token(&self, token: &str) -> Option<(OrgId, CreditRequestId)> {
        self.read(Purpose::CreditRequest, token).map(|(org, id)| (OrgId(org), CreditRequestId(id)))
    }

    /// What an organization publishes in the DNS to prove a domain: 32 hexadecimal digits. S1
    #[must_use]
    pub fn domain_proof(&self, org: OrgId, domain: &CompanyDomain) -> String {
        let mac = self.mac(&[b"domain", org.0.as_bytes(), domain.as_str().as_bytes()]);
        mac.iter().take(MAC_BYTES).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What goes to a provider with somebody who signs in, and comes back. S2
    #[must_use]
    pub fn sign_in_state(&self, org: OrgId, id: Uuid) -> String {
        self.token(Purpose::SignIn, org.0, id, 0)
    }

    /// Which sign-in a state is of, if this server made it.
    #[must_use]
    pub fn read_sign_in_state(&self, state: &str) -> Option<(OrgId, Uuid)> {
        self.read(Purpose::SignIn, state).map(|(org, id)| (OrgId(org), id))
    }

    /// A secret of one sign-in of one browser: 256 bits as text. `what` tells its secrets apart.
    #[must_use]
    pub fn sign_in_secret(&self, what: &str, id: Uuid, browser_hash: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.mac(&[b"sign-in", what.as_bytes(), id.as_bytes(), browser_hash]))
    }

    /// The letters of an Owner's recovery code, in two groups. S4
    #[must_use]
    pub fn recovery_code(&self, id: Uuid) -> String {
        let letters = letters(&self.mac(&[b"recovery code", id.as_bytes()]));
        let (one, two) = letters.split_at(letters.len() / 2);
        format!("{one}-{two}")
    }

    /// Whether a typed code is this recovery code.
    #[must_use]
    pub fn is_recovery_code(&self, id: Uuid, typed: &TypedCode) -> bool {
        let TypedCode::Letters(typed) = typed else { return false };
        letters(&self.mac(&[b"recovery code", id.as_bytes()])).as_bytes().ct_eq(typed.as_bytes()).into()
    }

    /// Seals what the database may keep and only this server may read, for one organization.
    /// AES-256-GCM, under a fresh nonce that stands before it.
    #[must_use]
    pub fn seal(&self, org: OrgId, secret: &[u8]) -> Vec<u8> {
        let nonce: [u8; aead::NONCE_LEN] = rand::random();
        let mut sealed = secret.to_vec();
        self.sealing_key()
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(org.0.as_bytes()),
                &mut sealed,
            )
            .expect("secrets are short");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for this organization; `None` where it was for another, or with another key.
    #[must_use]
    pub fn unseal(&self, org: OrgId, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(aead::NONCE_LEN)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let aad = aead::Aad::from(org.0.as_bytes());
        self.sealing_key().open_in_place(nonce, aad, &mut sealed).ok().map(|secret| secret.to_vec())
    }

    fn sealing_key(&self) -> aead::LessSafeKey {
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &self.mac(&[b"seal"]));
        aead::LessSafeKey::new(key.expect("256 bits"))
    }

    /// The six digits of a code that was asked for, bound to the browser that asked. They follow
    /// from the key, so that the database needs not hold them. N3
    #[must_use]
    pub fn login_code(&self, id: Uuid, browser_hash: &[u8]) -> String {
        let mac = self.mac(&[b"login code", id.as_bytes(), browser_hash]);
        let number = mac.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:06}", number % 1_000_000)
    }

    /// The ten letters that are mailed to an address under pressure; of no browser, for nobody guesses
    /// them. N3
    #[must_use]
    pub fn letter_code(&self, mailed: Uuid, address: &EmailAddress) -> String {
        let mac = self.mac(&[b"letter code", mailed.as_bytes(), address.key().as_bytes()]);
        letters(&mac)
    }

    /// Whether a typed code is the one of this request.
    #[must_use]
    pub fn is_code(&self, asked: &Candidate, attempt: &Attempt<'_>, typed: &TypedCode) -> bool {
        let (code, typed) = match typed {
            TypedCode::Digits(typed) => (self.login_code(asked.mailed, attempt.browser_hash), typed),
            TypedCode::Letters(typed) => (self.letter_code(asked.mailed, attempt.address), typed),
        };
        code.as_bytes().ct_eq(typed.as_bytes()).into()
    }

    fn token(&self, purpose: Purpose, org: Uuid, id: Uuid, generation: i32) -> String {
        Token { org, id, mac: self.token_mac(purpose, org, id, generation) }.to_string()
    }

    fn read(&self, purpose: Purpose, token: &str) -> Option<(Uuid, Uuid)> {
        let Token { org, id, mac } = Token::read(token)?;
        let genuine: bool = self.token_mac(purpose, org, id, 0).ct_eq(&mac).into();
        genuine.then_some((org, id))
    }

    fn token_mac(&self, purpose: Purpose, org: Uuid, id: Uuid, generation: i32) -> [u8; MAC_BYTES] {
        let purpose: &[u8] = match purpose {
            Purpose::Invite => b"invite",
            Purpose::Link => b"link",
            Purpose::Results => b"results",
            Purpose::Unsubscribe => b"unsubscribe",
            Purpose::SignIn => b"sign-in state",
            Purpose::CreditRequest => b"credit request",
        };
        let mac = self.mac(&[purpose, org.as_bytes(), id.as_bytes(), &generation.to_be_bytes()]);
        let mut short = [0; MAC_BYTES];
        short.copy_from_slice(&mac[..MAC_BYTES]);
        short
    }

    /// HMAC-SHA256 over the parts, each behind its length, so that no two lists of parts are alike.
    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0.0).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
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
        assert_eq!(keys(1).read_sign_in_state(&state), Some((org, sign_in)));
        assert_eq!(keys(2).read_sign_in_state(&state), None);
        assert_eq!(keys(1).read_sign_in_state(&keys(1).link_token(org, LinkId(sign_in))), None);
        let secrets = [("nonce", b"a"), ("verifier", b"a"), ("nonce", b"b")]
            .map(|(what, browser)| keys(1).sign_in_secret(what, sign_in, browser));
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

    #[test]
    fn secrets_do_not_repeat() {
        assert_ne!(fresh_secret(), fresh_secret());
        assert_eq!(hash("a").len(), 32);
    }
}
