//! Every verb is logged, in the transaction that does it. P7

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::{
        ids::{AccountId, TeamId},
        invite::MailLimits,
        moment::Moment,
        role::Role,
    },
    store::{
        invites,
        links::{self, NewLink},
        members, opt_outs, people, roles, teams,
        testing::{Acme, address, found},
    },
};

/// Verbs that write and log nothing themselves, each with the reason.
const UNLOGGED: [(&str, &str); 43] = [
    ("deletion.rs delete_some", "caused by time"),
    ("shoots.rs delete_pictures", "caused by time"),
    ("audit.rs record", "the log itself"),
    ("audit.rs record_each", "the log itself"),
    ("invites/sending.rs send", "logged by send_all, for each who sends"),
    ("credits.rs spend", "a part of shoots::submit; the ledger has it"),
    ("credits.rs refund", "caused by a job; the ledger has it"),
    ("drafts.rs add_photo", "a draft is nobody's business until it is submitted"),
    ("drafts.rs remove_photo", "a draft is nobody's business until it is submitted"),
    ("uploads.rs begin", "a draft is nobody's business until it is submitted"),
    ("uploads.rs give_up", "a draft is nobody's business until it is submitted"),
    ("members.rs rename_oneself", "logged by correct"),
    ("shoots.rs tell_leads", "a mail that follows from shoots::submit"),
    ("engine_jobs.rs hand_over", "a job"),
    ("engine_jobs.rs note", "a job's result"),
    ("engine_jobs.rs deliver", "a job's result"),
    ("engine_jobs.rs refuse", "a job's result"),
    ("engine_jobs.rs abandon", "a job"),
    ("shoots.rs begin", "a job"),
    ("shoots.rs finish", "a job"),
    ("shoots.rs fail", "a job"),
    ("scim/groups.rs change", "logged by what it changes: the team, who is in it"),
    ("scim/groups.rs create", "logged by teams::create and by who is put into it"),
    ("scim/groups.rs delete", "logged by teams::delete"),
    ("scim/users.rs create", "logged by the record of its own file"),
    ("scim/users.rs change", "logged by the record of its own file"),
    ("scim/users.rs delete", "logged by deactivate"),
    ("sso/domains.rs settle", "what the DNS says is nobody's doing"),
    ("shoots.rs start", "a job"),
    ("shoots.rs stall", "a job"),
    ("shoots.rs come_back", "a job"),
    ("shoots.rs note_faults", "a job"),
    ("shoots.rs note_lost", "a job"),
    ("shoots.rs delete_originals", "a job"),
    ("waitlist.rs add", "a stranger who leaves an address changes nothing of the organization"),
    ("invites/follow_up.rs close", "a part of joining"),
    ("invites/reminding.rs freshen", "logged by remind"),
    ("invites/reminding.rs remind_by_itself", "caused by time"),
    ("people/stuck.rs remind_of_photos", "caused by time"),
    ("credits.rs grant", "logged by pay_in"),
    ("people/bulk.rs plan", "writes nothing"),
    ("people/bulk.rs remind_invited", "logged by invites::remind"),
    ("people/bulk.rs revoke", "logged by invites::revoke"),
];

/// Functions that write without being told who acts, and why nobody does.
const NOBODY_ACTS: [(&str, &[&str]); 6] = [
    (
        "people come and go by themselves: joins stand with the members, logins with their accounts",
        &[
            "accounts.rs close_login",
            "accounts.rs close_other_logins",
            "accounts.rs create_all",
            "accounts.rs ensure",
            "accounts.rs open_login",
            "accounts.rs switch_to",
            "accounts.rs touch_login",
            "codes.rs ask",
            "invites/newcomers.rs let_newcomers_in",
            "links/redeem.rs let_in",
            "organizations.rs create",
            "sso/identities.rs recognize",
            "sso/sign_ins.rs begin",
            "sso/sign_ins.rs end",
        ],
    ),
    (
        "jobs, mails and files",
        &[
            "credits.rs take_turn_to_tell",
            "files.rs abandon",
            "files.rs forget",
            "files.rs intend",
            "files.rs next_to_compare",
            "files.rs note_unknown",
            "files.rs settle",
            "files.rs take_stale",
            "jobs.rs finish",
            "jobs.rs give_back",
            "jobs.rs give_up",
            "jobs.rs lease",
            "jobs.rs put_back",
            "jobs.rs queue_after",
            "jobs.rs renew",
            "jobs.rs rest",
            "mail_counts.rs give_back",
            "mail_counts.rs take_for_org",
            "mail_counts.rs take_for_recipients",
            "outbox.rs settle_and_lease",
            "uploads.rs add_part",
            "uploads.rs became",
            "waitlist.rs news",
        ],
    ),
    ("what the DNS says", &["sso/domains.rs due"]),
    (
        "the operator, on the server itself",
        &[
            "backup.rs forget_pictures",
            "signing_keys.rs begin",
            "signing_keys.rs reseal",
            "stuck_jobs.rs forget",
            "stuck_jobs.rs retry",
        ],
    ),
    ("the demo", &["demo.rs keep_domains", "demo.rs silence", "demo.rs spread_over_time"]),
    ("when a directory was last heard of", &["scim/directories.rs recognize"]),
];

/// The public functions of the store, with their bodies.
fn verbs(folder: &Path, all: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            verbs(&path, all);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !path.ends_with("tests.rs") {
            let source = fs::read_to_string(&path).unwrap();
            let file = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store")).unwrap();
            for verb in source.split("\npub async fn ").skip(1) {
                let body = verb.split("\n}\n").next().unwrap();
                let name = body.split(['(', '<']).next().unwrap();
                all.insert(format!("{} {name}", file.display()), body.to_owned());
            }
        }
    }
}

/// Whether it is told who acts.
fn has_actor(body: &str) -> bool {
    body.split_once(" {\n").is_some_and(|(signature, _)| signature.contains("actor: &Actor"))
}

/// Whether a query of it writes: one begins so, or a part of one that has a line of its own.
fn writes(body: &str) -> bool {
    let words = ["insert into ", "update ", "delete from "];
    let begins = |text: &str| words.iter().any(|word| text.starts_with(word));
    body.split('"').any(begins) || body.lines().any(|line| begins(line.trim_start()))
}

/// P7: a new verb cannot be forgotten.
#[test]
fn every_verb_is_logged_or_says_why_not() {
    let mut all = BTreeMap::new();
    verbs(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store")), &mut all);
    assert!(all.len() > 30, "{all:?}");
    for (verb, why) in UNLOGGED {
        assert!(all.contains_key(verb), "there is no {verb} ({why})");
    }
    for (verb, body) in all.iter().filter(|(_, body)| has_actor(body)) {
        let excused = UNLOGGED.iter().any(|(name, _)| name == verb);
        let logged = body.contains("audit::record");
        assert!(logged != excused, "{verb}: logged {logged}, excused {excused}");
    }
}

/// P7: nor can one that is not told who acts.
#[test]
fn who_writes_and_is_not_told_who_acts_says_why() {
    let mut all = BTreeMap::new();
    verbs(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store")), &mut all);
    let found: BTreeSet<&str> = all
        .iter()
        .filter(|(_, body)| writes(body) && !has_actor(body))
        .map(|(verb, _)| verb.as_str())
        .collect();
    let named: BTreeSet<&str> = NOBODY_ACTS.iter().flat_map(|(_, verbs)| *verbs).copied().collect();
    assert_eq!(found, named);
}

async fn log(acme: &Acme, query: AuditQuery) -> Vec<AuditEntry> {
    entries(&mut acme.pool.acquire().await.unwrap(), acme.org, &query, 100).await.unwrap()
}

/// P7: who, what, to what, from where; nothing of what was rolled back, nothing of another organization.
#[sqlx::test]
async fn what_was_done_is_in_the_log(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 5).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let actor = Actor { network: Some("10.0.0.7".into()), ..acme.owner.clone() };
    let mut tx = acme.pool.begin().await.unwrap();
    let team = teams::create(&mut tx, &actor, "Sales").await.unwrap();
    let link = links::create(&mut tx, &actor, &NewLink { label: Some("Poster"), ..NewLink::default() })
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut undone = acme.pool.begin().await.unwrap();
    teams::create(&mut undone, &actor, "Never").await.unwrap();
    undone.rollback().await.unwrap();
    teams::create(&mut acme.pool.acquire().await.unwrap(), &other, "Theirs").await.unwrap();
    let log = log(&acme, AuditQuery::default()).await;
    let said: Vec<_> = log.iter().map(|entry| (entry.act, entry.object_name.as_deref())).collect();
    let expected =
        [(Act::LinkCreated, Some("Poster")), (Act::TeamCreated, Some("Sales")), (Act::CreditsGranted, None)];
    assert_eq!(said, expected);
    assert_eq!((log[0].object, log[1].object), (Some(link.0), Some(team.0)));
    assert_eq!((log[1].actor, log[1].actor_name.as_deref()), (ActorKind::Member, Some("Olga")));
    assert_eq!((log[1].network.as_deref(), log[2].actor), (Some("10.0.0.7"), ActorKind::Operator));
    assert_eq!(log[2].detail.as_deref(), Some("5"));
}

/// P7: read page by page, and by act, actor and object.
#[sqlx::test]
async fn the_log_is_filtered_and_paged(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let mut made: Vec<TeamId> = Vec::new();
    for n in 0..5 {
        made.push(teams::create(&mut db, &acme, &format!("Team {n}")).await.unwrap());
    }
    teams::rename(&mut db, &acme, made[0], "Sales").await.unwrap();
    let by_act = AuditQuery { act: Some(Act::TeamCreated), ..AuditQuery::default() };
    assert_eq!(log(&acme, by_act).await.len(), 5);
    let about = AuditQuery { object: Some(made[0].0), ..AuditQuery::default() };
    assert_eq!(log(&acme, about).await.len(), 2);
    let who = AuditQuery { actor: acme.member().map(|member| member.0), ..AuditQuery::default() };
    assert_eq!(log(&acme, who).await.len(), 6);
    let mut paged = Vec::new();
    let mut query = AuditQuery::default();
    loop {
        let page = entries(&mut db, acme.org, &query, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        query.before = Some(last.id);
        paged.extend(page);
    }
    assert_eq!(paged, log(&acme, AuditQuery::default()).await);
    assert_eq!(paged.len(), 7);
}

/// P3, P7: of somebody who was removed the log says what happened, and not who they were.
#[sqlx::test]
async fn the_log_forgets_the_name_of_who_is_removed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let member = acme.accept(acme.invite("ada@acme.com").await).await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    roles::set_role(&mut db, &acme, member, Role::TeamLead).await.unwrap();
    people::assign(&mut db, &acme, &[member.into()], None).await.unwrap();
    members::remove(&mut db, &acme, member).await.unwrap();
    let about = AuditQuery { object: Some(member.0), ..AuditQuery::default() };
    let said: Vec<_> =
        log(&acme, about).await.into_iter().map(|entry| (entry.act, entry.object_name)).collect();
    let expected = [(Act::MemberRemoved, None), (Act::MembersMoved, None), (Act::RoleChanged, None)];
    assert_eq!(said, expected);
}

/// P3, P7: nor an address that they had before a lead gave them another, nor from where they acted. Where the address
/// has been somebody else's since, it stays with them.
#[sqlx::test]
async fn the_log_forgets_former_addresses_of_who_is_removed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let mut members = vec![];
    for (name, first) in [("Ada", "adda@acme.com"), ("Bob", "eve@acme.com")] {
        let revoked = acme.invite(first).await;
        invites::revoke(&mut db, &acme, &[revoked]).await.unwrap();
        let member = acme.managed(name, Some(first)).await;
        for next in [Some(format!("{name}@acme.com")), None] {
            let next = next.map(|next| address(&next));
            members::readdress(&mut db, &acme, member, next.as_ref(), false).await.unwrap();
        }
        let by_link = Actor::link_holder(acme.org, first, "10.0.0.7");
        record(&mut db, &by_link, Act::RecoveryCodeUsed, Object::many(0)).await.unwrap();
        let account = AccountId(Uuid::nil());
        let by = By::Member { id: member, account, role: Role::Member, name: name.into() };
        record(&mut db, &Actor { by, ..by_link }, Act::MemberCorrected, Object::many(0)).await.unwrap();
        members.push(member);
    }
    acme.accept(acme.invite("eve@acme.com").await).await.unwrap();
    // Whom a directory gives another address since.
    acme.execute("update members set email = 'eve2@acme.com' where email = 'eve@acme.com'").await.unwrap();

    members::remove(&mut db, &acme, members[0]).await.unwrap();
    let ada = "select count(*) from audit_entries where concat_ws(' ', object_name, actor_name) ~* 'add?a'";
    assert_eq!(acme.number(ada).await, 0);
    members::remove(&mut db, &acme, members[1]).await.unwrap();
    let of_eve = "select count(*) from audit_entries where object_name = 'eve@acme.com'";
    assert!(acme.number(of_eve).await > 0);
    let networks = "select count(*) from audit_entries where network = '10.0.0.7'";
    assert_eq!(acme.number(networks).await, 1, "what Eve did by her link");
}

/// P3, P7: nor their address, which the log has of their invites and of what they did by a link. Of somebody
/// else's invite, which went to their address first, only that address goes.
#[sqlx::test]
async fn the_log_forgets_the_address_of_who_is_removed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let limits = MailLimits { org_per_day: 1_000, recipient_per_day: 1_000 };
    let by_link = |who: &str| Actor::link_holder(acme.org, who, "10.0.0.7");
    let mut db = acme.pool.acquire().await.unwrap();
    let declined = acme.invite("ada@acme.com").await;
    invites::decline(&mut db, &by_link("Ada@acme.com"), declined).await.unwrap();
    invites::reconsider(&mut db, &by_link("Ada@acme.com"), declined).await.unwrap();
    opt_outs::opt_out(&mut db, &by_link("ada@acme.com"), "ada@acme.com").await.unwrap();
    opt_outs::opt_in(&mut db, &by_link("Ada@acme.com"), "ada@acme.com").await.unwrap();
    record(&mut db, &by_link("ADA@acme.com"), Act::RecoveryCodeUsed, Object::many(0)).await.unwrap();
    let bobs = acme.invite("ada@acme.com").await;
    invites::mend(&mut db, &acme, bobs, &address("bob@acme.com"), limits).await.unwrap();
    let revoked = acme.invite("ada@acme.com").await;
    people::assign(&mut db, &acme, &[revoked.into()], None).await.unwrap();
    invites::revoke(&mut db, &acme, &[revoked]).await.unwrap();
    let mended = acme.invite("adda@acme.com").await;
    invites::mend(&mut db, &acme, mended, &address("ada@acme.com"), limits).await.unwrap();
    let link = acme.link(NewLink::default()).await;
    let member = acme.join(link, "ada@acme.com").await.unwrap().member();
    roles::set_role(&mut db, &acme, member, Role::TeamLead).await.unwrap();

    let before = acme.number("select count(*) from audit_entries").await;
    members::remove(&mut db, &acme, member).await.unwrap();
    let named = "select count(*) from audit_entries
                 where concat_ws(' ', object_name, actor_name, detail) ~* 'add?a'";
    assert_eq!(acme.number(named).await, 0);
    assert_eq!(acme.number("select count(*) from audit_entries").await, before + 1, "what happened stays");
    let about_bob = log(&acme, AuditQuery { object: Some(bobs.0), ..AuditQuery::default() }).await;
    let said: Vec<_> = about_bob.iter().map(|entry| (entry.act, entry.object_name.as_deref())).collect();
    assert_eq!(said, [(Act::InviteMended, Some("bob@acme.com")), (Act::InvitesSent, None)]);
}

/// P4, P7: asked about a member, the log has their invite too; by whom it can be filtered are the leads and
/// whoever is asked for.
#[sqlx::test]
async fn the_log_about_a_member_begins_with_their_invite(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let member = acme.accept(acme.invite("ada@acme.com").await).await.unwrap();
    acme.invite("eve@acme.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    people::assign(&mut db, &acme, &[member.into()], None).await.unwrap();
    let about = AuditQuery { object: Some(member.0), ..AuditQuery::default() };
    let acts = |log: Vec<AuditEntry>| log.into_iter().map(|entry| entry.act).collect::<Vec<_>>();
    assert_eq!(acts(log(&acme, about.clone()).await), [Act::MembersMoved, Act::InvitesSent]);
    let sent = AuditQuery { act: Some(Act::InvitesSent), ..about };
    assert_eq!(acts(log(&acme, sent.clone()).await), [Act::InvitesSent]);
    assert_eq!(entries(&mut db, other.org, &sent, 9).await.unwrap(), []);

    let olga = (acme.member().unwrap().0, "Olga".to_owned());
    assert_eq!(actors(&mut db, acme.org, &[]).await.unwrap(), std::slice::from_ref(&olga));
    let asked = [member.0, olga.0, other.member().unwrap().0];
    assert_eq!(actors(&mut db, acme.org, &asked).await.unwrap(), [(member.0, "Ada".to_owned()), olga]);
}

/// P7: by days of UTC, the first and the last included.
#[sqlx::test]
async fn the_log_is_filtered_by_days(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    for at in ["2026-03-22T23:59:59", "2026-03-23T00:00:00", "2026-03-24T23:59:59", "2026-03-25T00:00:00"] {
        let millis = Moment::parse(at).unwrap().unix_millis();
        let id = Uuid::from_u128(u128::try_from(millis).unwrap() << 80);
        let insert = format!(
            "insert into audit_entries (org_id, id, created_at, act, actor_kind)
             values ('{}', '{id}', '{at}Z', 'team_created', 'member')",
            acme.org
        );
        acme.execute(&insert).await.unwrap();
    }
    for (from, to, expected) in [
        ("2026-03-23", "2026-03-24", 2),
        ("2026-03-23", "", 3),
        ("", "2026-03-22", 1),
        ("2026-03-25", "2026-03-24", 0),
    ] {
        let days =
            AuditQuery { from: Moment::parse_day(from), to: Moment::parse_day(to), ..AuditQuery::default() };
        assert_eq!(log(&acme, days).await.len(), expected, "{from} to {to}");
    }
}

/// P7: what time causes is nobody's doing.
#[sqlx::test]
async fn the_system_is_not_logged(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let mut db = acme.pool.acquire().await.unwrap();
    record(&mut db, &Actor::system(acme.org), Act::TeamCreated, Object::many(1)).await.unwrap();
    assert_eq!(log(&acme, AuditQuery::default()).await, []);
}
