//! Logins: who is looking, and until when. J3, N2, N3, P3

use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::store::{
    links::NewLink,
    members,
    testing::{Acme, account_of, address, found},
};

impl Acme {
    async fn sign_in(&self, account: AccountId, secret: &[u8]) -> Uuid {
        let device =
            Device { secret_hash: secret.to_vec(), user_agent: "Firefox".into(), network: "10.0.0.1".into() };
        let mut db = self.pool.acquire().await.unwrap();
        open_login(&mut db, account, None, &device, SignedInBy::Themselves).await.unwrap();
        viewer(&mut db, secret).await.unwrap().unwrap().login
    }

    async fn viewer(&self, secret: &[u8]) -> Option<Viewer> {
        let mut db = self.pool.acquire().await.unwrap();
        viewer(&mut db, secret).await.unwrap()
    }
}

/// I2
#[sqlx::test]
async fn one_address_has_one_account_whatever_its_case(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 20, 0).await;
    let accounts = join_all((0..20).map(|n| {
        let address = address(if n % 2 == 0 { "Ada@Acme.com" } else { "ada@acme.com" });
        let acme = &acme;
        async move { ensure(&mut acme.pool.acquire().await.unwrap(), &address).await.unwrap() }
    }));
    let accounts = accounts.await;
    assert!(accounts.iter().all(|account| *account == accounts[0]));
}

/// N3
#[sqlx::test]
async fn a_login_ends_after_thirty_days(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    acme.sign_in(account_of(&acme), b"secret").await;
    assert!(acme.viewer(b"another").await.is_none());
    acme.execute("update logins set expires_at = expires_at - interval '29 days'").await.unwrap();
    assert!(acme.viewer(b"secret").await.is_some());
    acme.execute("update logins set expires_at = expires_at - interval '1 day'").await.unwrap();
    assert!(acme.viewer(b"secret").await.is_none());
}

/// P3
#[sqlx::test]
async fn a_removed_members_login_has_no_seat_from_the_next_look_on(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let ada = acme.join(link, "ada@acme.com").await.unwrap().member();
    let account = ensure(&mut acme.pool.acquire().await.unwrap(), &address("ada@acme.com")).await.unwrap();
    acme.sign_in(account, b"secret").await;
    assert!(acme.viewer(b"secret").await.unwrap().membership.is_some());
    let mut tx = acme.pool.begin().await.unwrap();
    members::remove(&mut tx, &acme.owner, ada).await.unwrap();
    tx.commit().await.unwrap();
    assert!(acme.viewer(b"secret").await.unwrap().membership.is_none());
}

/// N2, N3
#[sqlx::test]
async fn nobody_closes_another_accounts_login(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let ours = acme.sign_in(account_of(&acme), b"ours").await;
    let kept = acme.sign_in(account_of(&acme), b"kept").await;
    let theirs = acme.sign_in(account_of(&other), b"theirs").await;
    let mut db = acme.pool.acquire().await.unwrap();
    close_login(&mut db, account_of(&acme), theirs).await.unwrap();
    assert!(acme.viewer(b"theirs").await.is_some());
    close_other_logins(&mut db, account_of(&acme), kept).await.unwrap();
    assert!(acme.viewer(b"theirs").await.is_some() && acme.viewer(b"kept").await.is_some());
    assert!(acme.viewer(b"ours").await.is_none());
    assert_eq!(
        logins(&mut db, account_of(&acme)).await.unwrap().iter().filter(|login| login.id == ours).count(),
        0
    );
}

/// N2: to look at an organization that is not one's own changes nothing.
#[sqlx::test]
async fn a_login_looks_only_at_organizations_of_its_account(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let second = found(&acme.pool, "Second", "olga@acme.com").await;
    let foreign = found(&acme.pool, "Other", "otto@other.com").await;
    let login = acme.sign_in(account_of(&acme), b"secret").await;
    let org = || async { acme.viewer(b"secret").await.unwrap().membership.unwrap().org };
    let mut db = acme.pool.acquire().await.unwrap();
    for own in [acme.org, second.org, acme.org] {
        switch_to(&mut db, login, own).await.unwrap();
        assert_eq!(org().await, own);
    }
    switch_to(&mut db, login, foreign.org).await.unwrap();
    assert_eq!(org().await, acme.org, "it looks where it looked before");
    assert_eq!(memberships(&mut db, account_of(&acme)).await.unwrap().len(), 2);
}

/// N3: reading a page is not written down each time.
#[sqlx::test]
async fn a_login_notes_its_use_every_ten_minutes(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let login = acme.sign_in(account_of(&acme), b"secret").await;
    let version = "select xmin::text::bigint from logins";
    let before = acme.number(version).await;
    let mut db = acme.pool.acquire().await.unwrap();
    touch_login(&mut db, login).await.unwrap();
    assert_eq!(acme.number(version).await, before);
    acme.execute("update logins set seen_at = seen_at - interval '11 minutes'").await.unwrap();
    touch_login(&mut db, login).await.unwrap();
    assert_eq!(
        acme.number("select count(*) from logins where seen_at > now() - interval '1 minute'").await,
        1
    );
}

/// J8, P3: what a login may do is what its owner may do at that moment.
#[sqlx::test]
async fn a_login_loses_its_role_with_the_membership_and_with_the_sign_out(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let ada = acme.join(link, "ada@acme.com").await.unwrap().member();
    let mut db = acme.pool.acquire().await.unwrap();
    let account = ensure(&mut db, &address("ada@acme.com")).await.unwrap();
    let login = acme.sign_in(account, b"secret").await;
    assert_eq!(role_in(&mut db, login, acme.org).await.unwrap(), Some(Role::Member));
    acme.execute("update members set role = 'team_lead' where email = 'ada@acme.com'").await.unwrap();
    assert_eq!(role_in(&mut db, login, acme.org).await.unwrap(), Some(Role::TeamLead));
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    assert_eq!(role_in(&mut db, login, other.org).await.unwrap(), None);
    close_login(&mut db, account, login).await.unwrap();
    assert_eq!(role_in(&mut db, login, acme.org).await.unwrap(), None);
    let again = acme.sign_in(account, b"other secret").await;
    members::remove(&mut db, &acme, ada).await.unwrap();
    assert_eq!(role_in(&mut db, again, acme.org).await.unwrap(), None);
}

/// J8
#[sqlx::test]
async fn a_removal_is_told_until_the_person_is_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let ada = acme.accept(invite).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let account = ensure(&mut db, &address("ada@acme.com")).await.unwrap();
    assert_eq!(removals(&mut db, account).await.unwrap(), []);
    members::remove(&mut db, &acme, ada).await.unwrap();
    let told = removals(&mut db, account).await.unwrap();
    assert_eq!(told.iter().map(|removal| removal.org_name.as_str()).collect::<Vec<_>>(), ["Acme"]);
    assert_eq!(removals(&mut db, account_of(&acme)).await.unwrap(), [], "nobody else's");
    let again = acme.invite("ada@acme.com").await;
    acme.accept(again).await.unwrap();
    assert_eq!(removals(&mut db, account).await.unwrap(), []);
}
