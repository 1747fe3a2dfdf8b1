//! Codes: what is limited, tries, one use. The days of attack are in `domain::limits`. J5, L9, N3

use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::limits::{DIGITS_PER_DAY, DIGITS_PER_HOUR, TRIES},
    store::{
        accounts,
        proof::Proof,
        testing::{Acme, address, refusal},
    },
};

impl Acme {
    async fn ask_for(
        &self,
        purpose: Purpose,
        who: &str,
        browser: &[u8],
        network: &str,
    ) -> Result<(), Error<TooManyCodes>> {
        let request = Request { purpose, address: &address(who), browser_hash: browser, network };
        let mut tx = self.pool.begin().await?;
        ask(&mut tx, &request).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn ask(&self, who: &str, browser: &[u8], network: &str) -> Result<(), Error<TooManyCodes>> {
        self.ask_for(Purpose::SignIn, who, browser, network).await
    }

    async fn pending(&self, browser: &[u8]) -> Vec<Pending> {
        pending(&mut self.pool.acquire().await.unwrap(), browser).await.unwrap()
    }

    /// Types a code: `is_it` says which it is.
    async fn type_code(
        &self,
        who: &str,
        browser: &[u8],
        kind: CodeKind,
        is_it: impl Fn(&Candidate) -> bool,
    ) -> Result<RightCode, Error<CodeRefusal>> {
        let address = address(who);
        let attempt = Attempt { browser_hash: browser, address: &address, kind, network: "10.0.0.1" };
        verify(&self.pool.clone().into(), &attempt, is_it).await
    }

    async fn count_code_mails(&self) -> i64 {
        self.number("select count(*) from jobs where payload -> 'mail' ? 'login_code'").await
    }

    async fn guesses(&self, network: &str) -> i64 {
        let query =
            format!("select coalesce(max(guesses), 0)::bigint from code_guesses where network = '{network}'");
        self.number(&query).await
    }

    /// Lets so many minutes pass for everything that was asked for and guessed.
    async fn let_pass(&self, minutes: i64) {
        for (table, columns) in
            [("login_codes", ["created_at", "expires_at"].as_slice()), ("code_guesses", &["began_at"])]
        {
            for column in columns {
                let sql = format!("update {table} set {column} = {column} - interval '{minutes} minutes'");
                self.execute(&sql).await.unwrap();
            }
        }
    }
}

/// N3, L9: beyond six in an hour nobody is refused: a code of letters is mailed once and serves all.
#[sqlx::test]
async fn an_address_gets_six_codes_of_digits_an_hour_and_then_one_of_letters(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 0).await;
    for n in 0..DIGITS_PER_HOUR {
        acme.ask("ada@acme.com", b"browser", &format!("10.0.0.{n}")).await.unwrap();
    }
    assert!(acme.pending(b"browser").await.iter().all(|code| code.kind == CodeKind::Digits));
    for n in 0..5 {
        acme.ask("ADA@acme.com", format!("stranger {n}").as_bytes(), "10.0.0.9").await.unwrap();
    }
    acme.ask("ada@acme.com", b"browser", "10.0.0.7").await.unwrap();
    assert_eq!(acme.pending(b"browser").await[0].kind, CodeKind::Letters);
    assert_eq!(acme.count_code_mails().await, DIGITS_PER_HOUR + 1);
    // What is mailed for other purposes may carry no code, or another.
    acme.ask_for(Purpose::SignUp, "ada@acme.com", b"browser", "10.0.0.7").await.unwrap();
    assert_eq!(acme.count_code_mails().await, DIGITS_PER_HOUR + 2);
    acme.ask("bob@acme.com", b"other", "10.0.0.9").await.unwrap();
    assert_eq!(acme.pending(b"other").await[0].kind, CodeKind::Digits);
    acme.let_pass(61).await;
    acme.ask("ada@acme.com", b"browser", "10.0.0.9").await.unwrap();
    assert_eq!(acme.pending(b"browser").await[0].kind, CodeKind::Digits);
}

/// N3: letters are mailed again after half an hour, and work an hour, wherever they were asked for.
#[sqlx::test]
async fn letters_serve_every_browser_that_asks_while_they_are_fresh(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 0).await;
    for _ in 0..=DIGITS_PER_HOUR {
        acme.ask("ada@acme.com", b"stranger", "10.0.0.9").await.unwrap();
    }
    let mails = acme.count_code_mails().await;
    let letters: Uuid = sqlx::query_scalar("select id from login_codes where kind = 'letters'")
        .fetch_one(&acme.pool)
        .await
        .unwrap();
    acme.let_pass(29).await;
    acme.ask("ada@acme.com", b"own", "10.0.0.1").await.unwrap();
    assert_eq!(acme.count_code_mails().await, mails);
    let shown = &acme.pending(b"own").await[0];
    let age = "select extract(epoch from now() - created_at)::bigint from login_codes where kind = 'letters' and shares is null";
    assert!(acme.number(age).await >= 29 * 60);
    let mailed: time::OffsetDateTime =
        sqlx::query_scalar("select created_at from login_codes where shares is null and kind = 'letters'")
            .fetch_one(&acme.pool)
            .await
            .unwrap();
    assert_eq!(shown.mailed_at, mailed.into(), "the page says when its mail went out");
    // A stranger who types wrong letters uses up nobody's tries but their own.
    for _ in 0..TRIES {
        refusal(acme.type_code("ada@acme.com", b"stranger", CodeKind::Letters, |_| false).await);
    }
    assert_eq!(
        refusal(acme.type_code("ada@acme.com", b"stranger", CodeKind::Letters, |_| true).await),
        CodeRefusal::Gone
    );
    let right =
        acme.type_code("ada@acme.com", b"own", CodeKind::Letters, |code| code.mailed == letters).await;
    Proof::by_code(&mut acme.pool.acquire().await.unwrap(), &right.unwrap()).await.unwrap();
    assert_eq!(acme.guesses("*").await, 0, "nobody guesses letters");
    // Used, they are worth nothing anywhere; whoever asks again is mailed others at once.
    acme.ask("ada@acme.com", b"third", "10.0.0.1").await.unwrap();
    assert_eq!(acme.count_code_mails().await, mails + 1);
    acme.ask("ada@acme.com", b"fourth", "10.0.0.1").await.unwrap();
    assert_eq!(acme.count_code_mails().await, mails + 1);

    acme.let_pass(30).await;
    acme.ask("ada@acme.com", b"own", "10.0.0.1").await.unwrap();
    assert_eq!(acme.pending(b"own").await[0].kind, CodeKind::Letters);
    assert_eq!(acme.count_code_mails().await, mails + 2, "half an hour is over");
    acme.let_pass(60).await;
    assert!(acme.pending(b"own").await.is_empty());
}

/// N3: who asks all day gets twelve of digits.
#[sqlx::test]
async fn an_address_gets_twelve_codes_of_digits_a_day(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    for _ in 0..3 {
        for n in 0..=DIGITS_PER_HOUR {
            acme.ask("ada@acme.com", format!("{n}").as_bytes(), "10.0.0.1").await.unwrap();
        }
        acme.let_pass(61).await;
    }
    assert_eq!(acme.number("select count(*) from login_codes where kind = 'digits'").await, DIGITS_PER_DAY);
    acme.let_pass(24 * 60).await;
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    assert_eq!(acme.pending(b"browser").await[0].kind, CodeKind::Digits);
}

/// L9: what was used counts against nobody.
#[sqlx::test]
async fn who_signs_in_again_and_again_keeps_getting_digits(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    for n in 0..3 * DIGITS_PER_DAY {
        let browser = format!("{n}");
        acme.ask("ada@acme.com", browser.as_bytes(), "10.0.0.1").await.unwrap();
        let right =
            acme.type_code("ada@acme.com", browser.as_bytes(), CodeKind::Digits, |_| true).await.unwrap();
        Proof::by_code(&mut acme.pool.acquire().await.unwrap(), &right).await.unwrap();
    }
    assert_eq!(acme.number("select count(*) from login_codes where kind = 'letters'").await, 0);
    assert_eq!((acme.guesses("10.0.0.1").await, acme.guesses("*").await), (0, 0));
}

/// L9, QUALITY 18: an office of 500 behind one address, a tenth of whom mistype, all within a moment.
#[sqlx::test]
async fn an_office_of_500_asks_and_types_at_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 0).await;
    let people: Vec<String> = (0..500).map(|n| format!("p{n}@acme.com")).collect();
    let asked = join_all(people.iter().map(|who| acme.ask(who, who.as_bytes(), "10.0.0.1"))).await;
    assert!(asked.iter().all(Result::is_ok));
    assert_eq!(acme.number("select count(*) from login_codes where kind = 'digits'").await, 500);
    let typing = people.iter().enumerate().map(|(n, who)| {
        let acme = &acme;
        async move {
            if n % 10 == 0 {
                refusal(acme.type_code(who, who.as_bytes(), CodeKind::Digits, |_| false).await);
            }
            let right = acme.type_code(who, who.as_bytes(), CodeKind::Digits, |_| true).await.unwrap();
            Proof::by_code(&mut acme.pool.acquire().await.unwrap(), &right).await.unwrap()
        }
    });
    join_all(typing).await;
    assert_eq!((acme.guesses("10.0.0.1").await, acme.guesses("*").await), (50, 50));
}

/// N3: guesses are counted, however many come at once; then digits are worth nothing there, and what is
/// asked for is of letters.
#[sqlx::test]
async fn a_network_has_so_many_guesses_a_day(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 16, 0).await;
    let guessers: Vec<String> = (0..80).map(|n| format!("p{n}@acme.com")).collect();
    for who in &guessers {
        acme.ask(who, who.as_bytes(), "10.0.0.1").await.unwrap();
    }
    let compared = AtomicI64::new(0);
    let guessing = guessers.iter().map(|who| {
        let (acme, compared) = (&acme, &compared);
        async move {
            for _ in 0..TRIES {
                let no = |_: &Candidate| {
                    compared.fetch_add(1, Ordering::Relaxed);
                    false
                };
                acme.type_code(who, who.as_bytes(), CodeKind::Digits, no).await.unwrap_err();
            }
        }
    });
    join_all(guessing).await;
    let (compared, connections) = (compared.into_inner(), 16);
    assert!((0..=connections).contains(&(compared - i64::from(GUESSES_PER_NETWORK))), "{compared}");
    assert_eq!((acme.guesses("10.0.0.1").await, acme.guesses("*").await), (compared, compared));

    // Somebody honest in the same network.
    acme.ask("eve@acme.com", b"eve", "10.0.0.1").await.unwrap();
    assert_eq!(acme.pending(b"eve").await[0].kind, CodeKind::Letters);
    acme.type_code("eve@acme.com", b"eve", CodeKind::Letters, |_| true).await.unwrap();
    acme.ask("eve@acme.com", b"elsewhere", "10.0.0.2").await.unwrap();
    assert_eq!(acme.pending(b"elsewhere").await[0].kind, CodeKind::Digits);
    // From everywhere.
    acme.execute(&format!("update code_guesses set guesses = {GUESSES_PER_DAY} where network = '*'"))
        .await
        .unwrap();
    acme.ask("bob@acme.com", b"bob", "10.0.0.3").await.unwrap();
    assert_eq!(acme.pending(b"bob").await[0].kind, CodeKind::Letters);
    acme.let_pass(24 * 60).await;
    acme.ask("ada@acme.com", b"ada", "10.0.0.1").await.unwrap();
    assert_eq!(acme.pending(b"ada").await[0].kind, CodeKind::Digits);
    acme.type_code("ada@acme.com", b"ada", CodeKind::Digits, |_| true).await.unwrap();
}

/// N3: asking at the same moment is no way around the limit.
#[sqlx::test]
async fn of_thirty_who_ask_at_once_six_get_digits_and_one_mail_serves_the_rest(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 20, 0).await;
    let networks: Vec<String> = (0..30).map(|n| format!("10.0.0.{n}")).collect();
    let asked =
        join_all(networks.iter().map(|network| acme.ask("ada@acme.com", network.as_bytes(), network))).await;
    assert!(asked.iter().all(Result::is_ok), "nobody is refused");
    assert_eq!(acme.count_code_mails().await, DIGITS_PER_HOUR + 1);
}

/// N3: the one refusal there is.
#[sqlx::test]
async fn a_network_that_uses_none_of_a_thousand_codes_is_refused_for_an_hour(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.execute(&format!(
        "insert into login_codes (id, purpose, email, address, browser_hash, network)
         select gen_random_uuid(), 'sign_in', n || '@acme.com', n || '@acme.com', 'x', '10.0.0.1'
         from generate_series(1, {UNUSED_PER_NETWORK}) n"
    ))
    .await
    .unwrap();
    assert_eq!(refusal(acme.ask("ada@acme.com", b"browser", "10.0.0.1").await), TooManyCodes);
    acme.ask("ada@acme.com", b"browser", "10.0.0.2").await.unwrap();
    acme.execute("update login_codes set used_at = now() where email = '1@acme.com'").await.unwrap();
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    assert_eq!(refusal(acme.ask("ada@acme.com", b"browser", "10.0.0.1").await), TooManyCodes);
    acme.let_pass(61).await;
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
}

/// N3
#[sqlx::test]
async fn a_code_allows_five_tries_even_all_at_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 0).await;
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    let tries =
        join_all((0..20).map(|_| acme.type_code("ada@acme.com", b"browser", CodeKind::Digits, |_| false)));
    let answers: Vec<CodeRefusal> = tries.await.into_iter().map(refusal).collect();
    let wrong = answers.iter().filter(|answer| matches!(answer, CodeRefusal::Wrong { .. })).count();
    assert_eq!(wrong, usize::from(TRIES.unsigned_abs()) - 1, "the last try says that none is left");
    assert_eq!(acme.guesses("*").await, i64::from(TRIES));
    let late = acme.type_code("ada@acme.com", b"browser", CodeKind::Digits, |_| true).await;
    assert_eq!(refusal(late), CodeRefusal::Gone);
}

/// N3: each code that a browser asked for within ten minutes works there; using one ends the others.
#[sqlx::test]
async fn any_code_of_its_own_works_in_a_browser_and_one_use_ends_them_all(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 10, 0).await;
    for browser in [b"own", b"own", b"two"] {
        acme.ask("ada@acme.com", browser, "10.0.0.1").await.unwrap();
    }
    let first: Uuid = sqlx::query_scalar("select id from login_codes order by id limit 1")
        .fetch_one(&acme.pool)
        .await
        .unwrap();
    let is_first = |code: &Candidate| code.mailed == first;
    assert_eq!(
        refusal(acme.type_code("ada@acme.com", b"two", CodeKind::Digits, is_first).await),
        CodeRefusal::Wrong { tries_left: TRIES - 1 },
        "a code of digits is of one browser"
    );
    refusal(acme.type_code("bob@acme.com", b"own", CodeKind::Digits, is_first).await);
    let right = acme.type_code("ada@acme.com", b"own", CodeKind::Digits, is_first).await.unwrap();
    assert_eq!(right.address().to_string(), "ada@acme.com");
    let uses = join_all((0..10).map(|_| async {
        let mut db = acme.pool.acquire().await.unwrap();
        Proof::by_code(&mut db, &right).await.is_ok()
    }));
    assert_eq!(uses.await.into_iter().filter(|used| *used).count(), 1, "of ten at once, one gets in");
    assert!(acme.pending(b"own").await.is_empty());
    assert_eq!(acme.pending(b"two").await.len(), 1, "of another browser");
}

/// N3
#[sqlx::test]
async fn a_code_is_of_no_use_after_ten_minutes(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    let id: Uuid = sqlx::query_scalar("select id from login_codes").fetch_one(&acme.pool).await.unwrap();
    let right = acme.type_code("ada@acme.com", b"browser", CodeKind::Digits, |_| true).await.unwrap();
    acme.let_pass(10).await;
    let mut tx = acme.pool.begin().await.unwrap();
    assert_eq!(refusal(Proof::by_code(&mut tx, &right).await), CodeRefusal::Gone);
    tx.rollback().await.unwrap();
    let late = acme.type_code("ada@acme.com", b"browser", CodeKind::Digits, |_| true).await;
    assert_eq!(refusal(late), CodeRefusal::Gone);
    let mut db = acme.pool.acquire().await.unwrap();
    assert!(for_mail(&mut db, id).await.unwrap().is_none());
    assert!(!accounts::exists(&mut db, &address("ada@acme.com")).await.unwrap());
}

/// J5: the newest comes first, with what it is for.
#[sqlx::test]
async fn a_browser_is_told_what_it_asked_for(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let by_invite = Purpose::Invite { org: acme.org, invite, name: "Ada".into() };
    acme.ask("ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    acme.ask_for(by_invite.clone(), "ada@acme.com", b"browser", "10.0.0.1").await.unwrap();
    let pending = acme.pending(b"browser").await;
    assert_eq!(pending.iter().map(|one| &one.purpose).collect::<Vec<_>>(), [&by_invite, &Purpose::SignIn]);
    assert!(acme.pending(b"another").await.is_empty());
}
