//! The real server process, killed at any moment in the middle of a bulk send. I12, I13, N8

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use headcount::{
    domain::email::EmailAddress,
    store::invites::{self, InviteOptions, Invitee},
};
use sqlx::ConnectOptions;

use crate::harness::*;

const PEOPLE: usize = 5_000;
const CONNECTIONS: usize = 8;

/// I12, I13, N8: three times at random moments, then started again: every address has its mail, and
/// only those that were under way have it twice, under the same Message-ID.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_server_killed_in_the_middle_of_five_thousand_mails_goes_on(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let database = connect.to_url_lossy().to_string();
    let acme = Acme::found(connect, 7).await;
    let ledger = acme.server.text("select jsonb_agg(to_jsonb(e))::text from credit_entries e").await;
    let people: Vec<Invitee> = (0..PEOPLE)
        .map(|n| Invitee {
            address: EmailAddress::parse(&format!("p{n}@acme.com"), |_| None).unwrap(),
            name: None,
            title: None,
            team: None,
        })
        .collect();
    let mut tx = acme.server.pool().begin().await.unwrap();
    let limits = acme.server.state.mail_limits;
    let sent =
        invites::send(&mut tx, &acme.lead.actor, &people, InviteOptions::default(), limits).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sent.invited.len(), PEOPLE);

    let (mails, dist) = (MailServer::start().await, clients());
    let (smtp, connections) = (mails.url(), CONNECTIONS.to_string());
    let settings =
        [("DATABASE_URL", database.as_str()), ("SMTP_URL", &smtp), ("MAIL_CONNECTIONS", &connections)];
    let mut moments: [usize; 3] = std::array::from_fn(|n| 200 + n * 1_500 + rand::random_range(0..1_300));
    moments.sort_unstable();
    for moment in moments {
        let server = serve(dist.path(), &settings);
        mails.until_taken(moment).await;
        server.kill();
        // What the dead server was at is taken over when its leases have run out.
        acme.server.execute("update jobs set leased_until = leased_until - interval '1 minute'").await;
    }
    let server = serve(dist.path(), &settings);
    mails.until_taken(PEOPLE).await;
    while acme.server.number("select count(*) from jobs where state = 'waiting'").await > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.kill();

    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in mails.taken() {
        ids.entry(mail.to.clone()).or_default().push(mail.message_id());
    }
    assert_eq!(ids.len(), PEOPLE, "everybody has a mail");
    let repeated: Vec<&Vec<String>> = ids.values().filter(|ids| ids.len() > 1).collect();
    assert!(repeated.len() <= moments.len() * CONNECTIONS, "{} were repeated: {moments:?}", repeated.len());
    for ids in repeated {
        assert!(ids.iter().all(|id| *id == ids[0]) && ids.len() <= 1 + moments.len(), "{ids:?}");
    }
    let all: BTreeSet<&String> = ids.values().map(|ids| &ids[0]).collect();
    assert_eq!(all.len(), PEOPLE, "each mail has a Message-ID of its own");
    assert_eq!(acme.server.number("select count(*) from invites where state = 'sent'").await, PEOPLE as i64);
    let progress = acme.lead.call("invites/progress", &[]).await.with(StatusCode::OK).json();
    assert_eq!(progress["sent"], PEOPLE);
    let after = acme.server.text("select jsonb_agg(to_jsonb(e))::text from credit_entries e").await;
    assert_eq!(after, ledger, "the ledger is as before");
    acme.close().await;
}
