//! The secret key is replaced while the server is in use. N8

use headcount::{
    commands::rotate_key::report,
    domain::sso::claim::CompanyDomain,
    server::{
        config::{SecretKey, SecretKeys},
        dns::Dns,
        domain_looks::expected,
        keys::Keys,
    },
    store::signing_keys,
};

use crate::{harness::*, sso::world::connect_to};

const OLD: SecretKey = SecretKey([1; 32]);
const NEW: SecretKey = SecretKey([2; 32]);

fn both() -> Keys {
    Keys::new(SecretKeys { first: NEW, older: vec![OLD] })
}

/// Restarts Acme's server with these keys.
async fn restart(acme: &mut Acme, keys: Keys) {
    let mut db = acme.server.pool().acquire().await.unwrap();
    signing_keys::begin(&mut db, &keys.fingerprint()).await.unwrap();
    drop(db);
    acme.server.state.keys = keys;
    acme.reroute();
}

/// I5, L3, S2, N8: links and codes of before work while the old key is there; what is made afterwards works
/// without it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn links_of_before_work_until_the_old_key_is_taken_out(_: PgPoolOptions, connect: PgConnectOptions) {
    let mut acme = Acme::found(connect, 5).await;
    restart(&mut acme, Keys::new(OLD)).await;
    let (ada, bob) = (acme.invite("ada@acme.com").await, acme.invite("bob@acme.com").await);
    let [ada_then, bob_then] = [ada, bob].map(|invite| acme.invite_path(invite));
    restart(&mut acme, both()).await;
    acme.server.browser().post(&ada_then, &[("name", "Ada")]).await.with(StatusCode::SEE_OTHER);
    let bob_now = acme.invite_path(bob);
    assert_ne!(bob_now, bob_then);
    restart(&mut acme, Keys::new(NEW)).await;
    acme.server.browser().get(&bob_then).await.with(StatusCode::NOT_FOUND);
    acme.server.browser().post(&bob_now, &[("name", "Bob")]).await.with(StatusCode::SEE_OTHER);
    acme.close().await;
}

/// N8, S1, S2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_an_old_key_still_holds_is_said_and_what_it_sealed_is_sealed_again(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let mut acme = Acme::found(connect, 5).await;
    restart(&mut acme, Keys::new(OLD)).await;
    let name_server = DnsServer::start().await;
    let dns = Dns::new(Some(name_server.address));
    let provider = IdentityProvider::start().await;
    connect_to(&acme.server, &acme.lead, "acme.com", &provider).await;
    let domain = CompanyDomain::stored("acme.com".into());
    let org = acme.org();
    let publish = |keys: &Keys| name_server.has_text(&domain.record_name(), &expected(keys, org, &domain)[0]);
    publish(&Keys::new(OLD));
    acme.invite("ada@acme.com").await;
    acme.link(unlimited()).await;
    acme.server.execute("insert into recovery_codes (org_id, id, member_id) select org_id, id, id from members where role = 'owner'").await;

    let too_early = report(&acme.server.state.pool, &both(), &dns).await.unwrap_err();
    assert!(too_early.to_string().contains("no server has started"), "{too_early}");
    let said = |report: Vec<String>| report.join("\n");
    restart(&mut acme, both()).await;
    let first = said(report(&acme.server.state.pool, &both(), &dns).await.unwrap());
    for part in [
        "The client secret of 1 identity provider was sealed again",
        "1 pending invites",
        "(the last ends on",
        "1 invite links",
        "1 unused recovery codes",
        "acme.com of organization",
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }

    // Everybody did what the report asks for.
    acme.server.execute("update invites set sent_at = now()").await;
    acme.server.execute("update invite_links set revoked_at = now()").await;
    acme.server.execute("update recovery_codes set created_at = now()").await;
    publish(&both());
    let second = said(report(&acme.server.state.pool, &both(), &dns).await.unwrap());
    for part in ["All client secrets of identity providers are sealed with it", "Nobody holds anything"] {
        assert!(second.contains(part), "{part}: {second}");
    }
    let sealed = signing_keys::sealed(&mut acme.server.pool().acquire().await.unwrap()).await.unwrap();
    let (org, secret) = &sealed[0];
    assert_eq!(Keys::new(NEW).unseal(*org, secret).as_deref(), Some(IdentityProvider::SECRET.as_bytes()));
    acme.close().await;
}
