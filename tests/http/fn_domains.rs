//! `/fn/domains/…`: claiming a domain, and what the DNS says of it. A real DNS server answers. S1

use headcount::{server::dns::Dns, worker};
use hickory_server::proto::op::ResponseCode;

use crate::harness::*;

const NAME: &str = "_headcount.company.com";

struct World {
    acme: Acme,
    dns: DnsServer,
}

impl World {
    async fn new(connect: PgConnectOptions) -> Self {
        let dns = DnsServer::start().await;
        let mut acme = Acme::found(connect, 1).await;
        acme.server.state.dns = Dns::new(Some(dns.address));
        acme.server.reroute();
        // Browsers made before ask the router of before.
        acme.lead.browser = acme.lead.browser.at(&acme.server);
        Self { acme, dns }
    }

    async fn claim(&self, domain: &str) -> Answer {
        self.acme.lead.call("domains/claim", &[("domain", domain)]).await
    }

    /// The claim as the settings show it, after a look.
    async fn look(&self) -> serde_json::Value {
        self.acme.lead.call("domains/look", &[("domain", "company.com")]).await.with(StatusCode::OK);
        self.shown().await
    }

    async fn shown(&self) -> serde_json::Value {
        self.acme.lead.call("domains/list", &[]).await.with(StatusCode::OK).json()[0].clone()
    }

    /// The text of the record to publish.
    async fn text(&self) -> String {
        self.shown().await["record_text"].as_str().unwrap().to_owned()
    }
}

/// S1: from the claim to the record, and the mail that says that it was found.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_domain_is_verified_by_its_record(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.claim("https://Company.com/").await.with(StatusCode::OK);
    assert_eq!(world.look().await["finding"], "NoName");
    assert_eq!(world.shown().await["record_name"], NAME);
    world.dns.has_text(NAME, &world.text().await);
    let shown = world.look().await;
    assert_eq!((&shown["state"], &shown["finding"]), (&"Verified".into(), &"Found".into()));
    let mail = world.acme.server.mail_to("olga@acme.com").await;
    assert_eq!(mail.subject, "company.com is verified");
    world.acme.close().await;
}

/// S1: what providers of DNS make of a record, and what they answer when something is wrong.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn whatever_the_dns_says_is_told_apart(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.claim("company.com").await.with(StatusCode::OK);
    let text = world.text().await;
    let one = |text: &str| vec![text.to_owned()];
    let split = vec![text[..20].to_owned(), text[20..].to_owned()];
    world.dns.has_text("records.provider.example", &text);
    let long = vec!["x".repeat(255); 30];
    for (says, finding) in [
        (Says::Code(ResponseCode::NXDomain), "NoName"),
        (Says::Texts(vec![]), "NoText"),
        (Says::Texts(vec![one("v=spf1 -all")]), "OtherText"),
        (Says::Texts(vec![one(&format!("{text}0"))]), "OtherText"),
        (Says::Code(ResponseCode::ServFail), "NoAnswer"),
        (Says::Code(ResponseCode::Refused), "NoAnswer"),
        (Says::Texts(vec![one("v=spf1 -all"), one(&text)]), "Found"),
        (Says::Texts(vec![one(&format!("\"{text}\""))]), "Found"),
        (Says::Texts(vec![split]), "Found"),
        (Says::Texts(vec![long, one(&text)]), "Found"),
        (Says::Alias("records.provider.example".into()), "Found"),
    ] {
        world.dns.says(NAME, says.clone());
        assert_eq!(world.look().await["finding"], finding, "{says:?}");
    }
    world.acme.server.work().await;
    world.acme.close().await;
}

/// S1: a name server that says nothing keeps nobody waiting for long, and costs no domain.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn no_answer_changes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    world.claim("company.com").await.with(StatusCode::OK);
    world.dns.has_text(NAME, &world.text().await);
    world.look().await;
    world.dns.says(NAME, Says::Nothing);
    let shown = world.look().await;
    assert_eq!((&shown["state"], &shown["finding"]), (&"Verified".into(), &"NoAnswer".into()));
    world.acme.server.work().await;
    world.acme.close().await;
}

/// S1: looks go on by themselves; a record that goes is missed, with a mail, and a week later the domain
/// is lost.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lost_record_is_noticed_by_itself(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let server = &world.acme.server;
    let look = async |change: &str| {
        server.execute(&format!("update domains set next_look_at = now(){change}")).await;
        assert_eq!(worker::look_at_due(&server.state).await.unwrap(), 1);
        assert_eq!(worker::look_at_due(&server.state).await.unwrap(), 0, "the next look is later");
        world.shown().await["state"].as_str().unwrap().to_owned()
    };
    world.claim("company.com").await.with(StatusCode::OK);
    world.dns.has_text(NAME, &world.text().await);
    assert_eq!(look("").await, "Verified");
    world.dns.forgets(NAME);
    assert_eq!(look("").await, "Missing");
    let mail = server.mail_to("olga@acme.com").await;
    assert_eq!(mail.subject, "The DNS record of company.com is gone");
    assert!(mail.text.contains("7 days nothing changes"), "{}", mail.text);
    assert_eq!(look(", missing_since = now() - interval '8 days'").await, "Lost");
    assert_eq!(server.mail_to("olga@acme.com").await.subject, "company.com is no longer verified");
    world.acme.close().await;
}

/// S1, N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_is_no_companys_domain_is_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    for (typed, says) in [
        ("gmail.com", "gives mailboxes to everybody"),
        ("me@outlook.com", "gives mailboxes to everybody"),
        ("company", "Type a domain"),
        ("", "Type a domain"),
    ] {
        let refused = world.claim(typed).await.with(StatusCode::UNPROCESSABLE_ENTITY).says(says);
        assert_eq!(refused.json()["Invalid"][0]["field"], "domain");
    }
    world.claim("company.com").await.with(StatusCode::OK);
    world.claim("COMPANY.com").await.with(StatusCode::UNPROCESSABLE_ENTITY).says("in your list already");
    world.acme.lead.call("domains/withdraw", &[("domain", "company.com")]).await.with(StatusCode::OK);
    for gone in ["domains/withdraw", "domains/look"] {
        world.acme.lead.call(gone, &[("domain", "company.com")]).await.with(StatusCode::NOT_FOUND);
    }
    world.acme.close().await;
}

/// S1: the record of one organization proves nothing for another.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn each_organization_has_a_record_of_its_own(_: PgPoolOptions, connect: PgConnectOptions) {
    let world = World::new(connect).await;
    let other = world.acme.server.found("Other", "otto@other.com").await;
    world.claim("company.com").await.with(StatusCode::OK);
    other.call("domains/claim", &[("domain", "company.com")]).await.with(StatusCode::OK);
    world.dns.has_text(NAME, &world.text().await);
    let theirs = other.call("domains/look", &[("domain", "company.com")]).await.with(StatusCode::OK);
    assert_eq!(theirs.json(), "Waiting");
    assert_eq!(world.look().await["state"], "Verified");
    world.acme.server.work().await;
    world.acme.close().await;
}
