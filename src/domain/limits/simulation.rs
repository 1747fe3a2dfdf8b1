//! Days of attack, played through on a clock of their own with the decisions of the room above and
//! counters like the store's. L9, N3, QUALITY 18

use std::collections::HashMap;

use super::*;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

type Browser = u32;
type Address = u32;
type Network = u32;

/// Whether the mail of a request carries a code: to an address without an account, that of a sign-in
/// does not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    SignIn,
    Join,
}

struct Request {
    at: u64,
    ends: u64,
    browser: Browser,
    wants: Wants,
    kind: CodeKind,
    /// Which mail carries its code.
    mail: usize,
    mailed: bool,
    tries_left: i16,
    used: bool,
}

#[derive(Default)]
struct Window {
    began: u64,
    count: i32,
}

impl Window {
    fn today(&self, now: u64) -> i32 {
        if now >= self.began + DAY { 0 } else { self.count }
    }

    /// Counts, unless it is full.
    fn take(&mut self, now: u64, guesses: i32, limit: i32) -> bool {
        if now >= self.began + DAY {
            *self = Self { began: now, count: 0 };
        }
        let room = self.count < limit;
        self.count += if room { guesses } else { 0 };
        room
    }
}

/// A server, and the mailboxes that it fills.
#[derive(Default)]
struct World {
    now: u64,
    requests: HashMap<Address, Vec<Request>>,
    by_network: HashMap<Network, Vec<(u64, Address, usize)>>,
    guesses_from: HashMap<Network, Window>,
    guesses: Window,
    /// When each mail was sent, to whom, and what its code is made of.
    mails: Vec<(u64, Address, CodeKind)>,
    /// Single codes that single wrong guesses were compared with.
    compared: u64,
}

impl World {
    /// Asks for a code, and says in which mail it is.
    fn ask(
        &mut self,
        browser: Browser,
        address: Address,
        network: Network,
        wants: Wants,
    ) -> Result<usize, TooManyCodes> {
        let now = self.now;
        let own = self.requests.entry(address).or_default();
        let digits_since = |age: u64| {
            let fresh = own.iter().rev().take_while(|one| one.at + age > now);
            fresh.filter(|one| one.kind == CodeKind::Digits && !one.used).count() as i64
        };
        let again = u64::from(LETTERS_AGAIN_MINUTES) * MINUTE;
        let letters = own.iter().rev().take_while(|one| one.at + again > now).find(|one| {
            one.mailed && !one.used && one.kind == CodeKind::Letters && one.wants == wants && one.ends > now
        });
        let letters = letters.map(|one| (one.mail, one.ends));
        let recent = Recent {
            digits_in_hour: digits_since(HOUR),
            digits_in_day: digits_since(DAY),
            guesses_from_network: self.guesses_from.get(&network).map_or(0, |window| window.today(now)),
            guesses: self.guesses.today(now),
            letters_mailed: letters.is_some(),
            unused_from_network: self.unused_from(network),
        };
        let (kind, mail, ends) = match (grant_code(&recent)?, letters) {
            (CodeGrant::Share, Some((mail, ends))) => (CodeKind::Letters, mail, ends),
            (CodeGrant::Share, None) => unreachable!("there is nothing to share"),
            (CodeGrant::Mail(kind), _) => {
                let minutes = if kind == CodeKind::Digits { DIGITS_MINUTES } else { LETTERS_MINUTES };
                self.mails.push((now, address, kind));
                (kind, self.mails.len() - 1, now + u64::from(minutes) * MINUTE)
            }
        };
        let own = self.requests.entry(address).or_default();
        let mailed = mail == self.mails.len() - 1 && self.mails[mail].0 == now;
        own.push(Request {
            at: now,
            ends,
            browser,
            wants,
            kind,
            mail,
            mailed,
            tries_left: TRIES,
            used: false,
        });
        self.by_network.entry(network).or_default().push((now, address, own.len() - 1));
        Ok(mail)
    }

    fn unused_from(&self, network: Network) -> i64 {
        let asked = self.by_network.get(&network).into_iter().flatten().rev();
        let fresh = asked.take_while(|(at, ..)| at + HOUR > self.now);
        fresh.filter(|(_, address, n)| !self.requests[address][*n].used).count() as i64
    }

    /// Types a code: that of a mail, or a wrong one of some kind. Whether it opened the address.
    fn type_code(
        &mut self,
        browser: Browser,
        address: Address,
        network: Network,
        kind: CodeKind,
        mail: Option<usize>,
    ) -> bool {
        let now = self.now;
        let Some(own) = self.requests.get_mut(&address) else { return false };
        let mut live: Vec<&mut Request> = own
            .iter_mut()
            .rev()
            .take_while(|one| one.at + HOUR >= now)
            .filter(|one| {
                one.browser == browser
                    && one.kind == kind
                    && one.ends > now
                    && one.tries_left > 0
                    && !one.used
            })
            .collect();
        let count = i32::try_from(live.len()).unwrap();
        if count == 0 {
            return false;
        }
        let counted = kind == CodeKind::Digits;
        if counted
            && !(self.guesses_from.entry(network).or_default().take(now, count, GUESSES_PER_NETWORK)
                && self.guesses.take(now, count, GUESSES_PER_DAY))
        {
            return false;
        }
        live.iter_mut().for_each(|one| one.tries_left -= 1);
        let right = live.iter().any(|one| Some(one.mail) == mail);
        if right {
            let own = self.requests.get_mut(&address).unwrap();
            let ended = own.iter_mut().filter(|one| one.browser == browser || Some(one.mail) == mail);
            ended.for_each(|one| one.used = true);
            if counted {
                self.guesses_from.get_mut(&network).unwrap().count -= count;
                self.guesses.count -= count;
            }
        } else if counted {
            self.compared += u64::from(count.unsigned_abs());
        }
        right
    }

    fn mails_to(&self, address: Address, since: u64) -> usize {
        self.mails.iter().filter(|(at, to, _)| *to == address && *at >= since).count()
    }
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(limit)).unwrap()
    }
}

const OFFICE: Network = 1;

/// Lets 500 people of one office join within ten minutes, a fifth of whom mistype and a tenth of whom
/// ask twice. Gives how many of them got a code of digits.
fn office_joins(world: &mut World, chance: &mut Chance, mut meanwhile: impl FnMut(&mut World)) -> usize {
    let begin = world.now;
    let mut digits = 0;
    // A mail takes up to forty seconds, so that many wait for theirs at any moment.
    let mut waiting: Vec<(u64, u32, usize)> = Vec::new();
    let mut joined = 0;
    for second in 0..15 * MINUTE {
        world.now = begin + second;
        meanwhile(world);
        while joined + waiting.len() < 500 && (joined + waiting.len()) as u64 * 6 <= second * 5 {
            let person = 1_000 + u32::try_from(joined + waiting.len()).unwrap();
            let mut mail = world.ask(person, person, OFFICE, Wants::Join).expect("an office is not refused");
            if chance.below(10) == 0 {
                mail = world.ask(person, person, OFFICE, Wants::Join).expect("nor when it asks twice");
            }
            digits += usize::from(world.mails[mail].2 == CodeKind::Digits);
            waiting.push((world.now + 5 + u64::from(chance.below(35)), person, mail));
        }
        let (ready, rest) = waiting.into_iter().partition(|(at, ..)| *at <= world.now);
        waiting = rest;
        let ready: Vec<_> = ready;
        for (_, person, mail) in ready {
            let kind = world.mails[mail].2;
            if chance.below(5) == 0 {
                world.type_code(person, person, OFFICE, kind, None);
            }
            if !world.type_code(person, person, OFFICE, kind, Some(mail)) {
                // Their digits are worth nothing any more: they ask once more, and get letters.
                let mail = world.ask(person, person, OFFICE, Wants::Join).expect("nobody is refused");
                let kind = world.mails[mail].2;
                assert!(world.type_code(person, person, OFFICE, kind, Some(mail)), "{person} is locked out");
            }
            joined += 1;
        }
    }
    assert_eq!(joined, 500);
    digits
}

/// L9, QUALITY 18
#[test]
fn an_office_of_500_joins_within_ten_minutes_with_codes_of_digits() {
    let mut world = World { now: DAY, ..World::default() };
    let mut chance = Chance(1);
    for _ in 0..2 {
        assert_eq!(office_joins(&mut world, &mut chance, |_| ()), 500);
        world.now += DAY;
    }
}

/// L9, N3: somebody in the office guesses; somebody outside uses up what may be guessed at all.
#[test]
fn an_office_joins_while_strangers_guess_inside_and_outside() {
    for network in [OFFICE, 2] {
        let mut world = World { now: DAY, ..World::default() };
        let mut chance = Chance(2);
        let mut next = 1_000_000;
        let digits = office_joins(&mut world, &mut chance, |world| {
            next += 1;
            let network = if network == OFFICE { OFFICE } else { next };
            if world.ask(next, next, network, Wants::SignIn).is_ok() {
                for _ in 0..TRIES {
                    world.type_code(next, next, network, CodeKind::Digits, None);
                }
            }
        });
        assert!(digits < 500, "the guesser did nothing");
    }
}

/// N3: a day of guessing with a new browser and a new network each time, at one address and at all.
#[test]
fn a_guesser_does_not_get_far() {
    for addresses in [1, 20, 5_000] {
        let mut world = World { now: DAY, ..World::default() };
        let mut chance = Chance(3);
        for n in 0..4_000 {
            world.now += DAY / 4_000;
            let address = chance.below(addresses);
            // The codes of several requests in one browser, all compared with each guess.
            let browser = n / 3;
            let network = 100 + chance.below(2_000);
            world.ask(browser, address, network, Wants::SignIn).ok();
            for _ in 0..TRIES {
                world.type_code(browser, address, network, CodeKind::Digits, None);
            }
        }
        let at_one =
            u64::from(addresses) * u64::try_from(DIGITS_PER_DAY).unwrap() * u64::from(TRIES.unsigned_abs());
        let at_all = u64::from(GUESSES_PER_DAY.unsigned_abs()) + 2 * u64::from(TRIES.unsigned_abs());
        assert!(world.compared <= at_one.min(at_all), "{addresses}: {} guesses", world.compared);
        assert!(world.compared > at_one.min(at_all) / 3, "{addresses}: nothing was tried");
    }
}

/// N3: from one network.
#[test]
fn a_guesser_in_one_place_gets_less_far() {
    let mut world = World { now: DAY, ..World::default() };
    for n in 0..1_000 {
        world.now += DAY / 1_000;
        world.ask(n, n, 7, Wants::SignIn).ok();
        for _ in 0..TRIES {
            world.type_code(n, n, 7, CodeKind::Digits, None);
        }
    }
    assert_eq!(world.compared, u64::from(GUESSES_PER_NETWORK.unsigned_abs()));
    assert!(world.guesses.count < GUESSES_PER_DAY, "everybody else still gets digits");
}

/// N3, QUALITY 18: strangers ask for an address all day, from everywhere, and type wrong codes; its
/// owner comes with a browser that was never here.
#[test]
fn a_stranger_locks_nobody_out() {
    let victim = 9;
    for wants in [Wants::SignIn, Wants::Join] {
        let mut world = World { now: DAY, ..World::default() };
        let mut chance = Chance(4);
        let mut signed_in = 0;
        for n in 0..3_000_u32 {
            world.now += DAY / 3_000;
            let (browser, network) = (1_000 + n, 50 + chance.below(500));
            let theirs = if chance.below(2) == 0 { Wants::SignIn } else { Wants::Join };
            world.ask(browser, victim, network, theirs).expect("500 networks are not refused");
            for kind in [CodeKind::Digits, CodeKind::Letters] {
                world.type_code(browser, victim, network, kind, None);
            }
            if chance.below(40) == 0 {
                // At home, or in the very network of the stranger.
                let network = if signed_in % 2 == 0 { 5 } else { network };
                let own = 900_000 + n;
                let mail = world.ask(own, victim, network, wants).expect("the owner is not refused");
                let (sent, to, kind) = world.mails[mail];
                assert_eq!(to, victim);
                assert!(world.now - sent < HOUR / 2, "the mail is too old to be looked for");
                world.now += MINUTE;
                assert!(!world.type_code(own, victim, network, kind, None), "mistyped");
                assert!(world.type_code(own, victim, network, kind, Some(mail)), "the owner is locked out");
                signed_in += 1;
            }
        }
        assert!(signed_in > 50);
    }
}

/// N3: a code that a stranger asked for is of no use to them, and the owner's own browser takes any that
/// it asked for itself.
#[test]
fn each_code_that_a_browser_asked_for_works_there_and_digits_nowhere_else() {
    let mut world = World { now: DAY, ..World::default() };
    let theirs = world.ask(1, 9, 1, Wants::SignIn).unwrap();
    let first = world.ask(2, 9, 2, Wants::SignIn).unwrap();
    let second = world.ask(2, 9, 2, Wants::SignIn).unwrap();
    assert!(!world.type_code(2, 9, 2, CodeKind::Digits, Some(theirs)));
    assert!(world.type_code(2, 9, 2, CodeKind::Digits, Some(first)));
    assert!(!world.type_code(2, 9, 2, CodeKind::Digits, Some(second)), "using one ends the others");
    assert!(world.type_code(1, 9, 1, CodeKind::Digits, Some(theirs)), "but not those of other browsers");
}

/// N3
#[test]
fn a_bomber_fills_no_mailbox() {
    let day = usize::try_from(DIGITS_PER_DAY).unwrap() + 2 * (24 * 60 / usize::from(LETTERS_AGAIN_MINUTES));
    let mut world = World { now: DAY, ..World::default() };
    for n in 0..3_000_u32 {
        let wants = if n % 2 == 0 { Wants::SignIn } else { Wants::Join };
        world.ask(n, 9, 100 + n, wants).unwrap();
        world.now += DAY / 3_000;
    }
    let mails = world.mails_to(9, 0);
    assert!(mails <= day + 2 && mails > day / 2, "{mails} mails in a day");

    // From one network, to as many addresses as they like.
    let mut world = World { now: DAY, ..World::default() };
    for n in 0..2_000_u32 {
        world.ask(n, n, 1, Wants::SignIn).ok();
    }
    assert_eq!(world.mails.len(), usize::try_from(UNUSED_PER_NETWORK).unwrap());
    world.now += HOUR;
    world.ask(1, 1, 1, Wants::SignIn).expect("an hour later");
}

/// J5, N3: the whole table of what a request leads to.
#[test]
fn pressure_makes_codes_longer_and_refuses_nobody() {
    let calm = Recent::default();
    assert_eq!(grant_code(&calm), Ok(CodeGrant::Mail(CodeKind::Digits)));
    for pressed in [
        Recent { digits_in_hour: DIGITS_PER_HOUR, ..calm },
        Recent { digits_in_day: DIGITS_PER_DAY, ..calm },
        Recent { guesses_from_network: GUESSES_PER_NETWORK, ..calm },
        Recent { guesses: GUESSES_PER_DAY, ..calm },
    ] {
        assert_eq!(grant_code(&pressed), Ok(CodeGrant::Mail(CodeKind::Letters)));
        let mailed = Recent { letters_mailed: true, ..pressed };
        assert_eq!(grant_code(&mailed), Ok(CodeGrant::Share));
        let crowded = Recent { unused_from_network: UNUSED_PER_NETWORK, ..pressed };
        assert_eq!(grant_code(&crowded), Err(TooManyCodes));
        assert_eq!(grant_code(&Recent { letters_mailed: true, ..crowded }), Ok(CodeGrant::Share));
    }
    let letters = Recent { letters_mailed: true, ..calm };
    assert_eq!(grant_code(&letters), Ok(CodeGrant::Mail(CodeKind::Digits)), "calm again");
    let last = Recent { unused_from_network: UNUSED_PER_NETWORK - 1, ..calm };
    assert_eq!(grant_code(&last), Ok(CodeGrant::Mail(CodeKind::Digits)));
    assert_eq!(grant_code(&Recent { unused_from_network: UNUSED_PER_NETWORK, ..calm }), Err(TooManyCodes));
}
