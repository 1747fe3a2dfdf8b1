//! Removing, adding on somebody's behalf, moving. C1, M1, M4, P3, T2, N2

use futures_util::future::{join, join_all};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::{
        actor::By,
        credit::OutOfCredits,
        invite::{InviteRefusal, InviteState},
        joining::Joined,
    },
    store::{
        audit, invites,
        links::NewLink,
        outbox, people,
        shoots::{self, NewHeadshot},
        teams::{self, TeamRefusal},
        testing::{Acme, address, found, nobody, refusal, refused as refused_mail, taken},
    },
};

async fn remove_as(acme: &Acme, actor: &Actor, member: MemberId) -> Result<String, Error<NotRemoved>> {
    let mut tx = acme.pool.begin().await?;
    let name = remove(&mut tx, actor, member).await?;
    tx.commit().await?;
    Ok(name)
}

/// A member whose shoots all failed, so that there can be many.
async fn shot_so_often(acme: &Acme, shoots: usize) -> MemberId {
    let member = acme.managed("Ada", None).await;
    acme.fill_draft(member, 8).await;
    for _ in 0..shoots {
        let shoot = acme.submit(member).await.unwrap();
        let mut tx = acme.pool.begin().await.unwrap();
        shoots::fail(&mut tx, &Actor::system(acme.org), shoot, "No face was found.").await.unwrap();
        tx.commit().await.unwrap();
    }
    member
}

/// P3
#[sqlx::test]
async fn who_has_more_than_three_shoots_is_removed_by_the_operator_only(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let three = shot_so_often(&acme, 3).await;
    let four = shot_so_often(&acme, 4).await;
    remove_as(&acme, &acme.owner, three).await.unwrap();
    let refused = refusal(remove_as(&acme, &acme.owner, four).await);
    assert_eq!(refused, NotRemoved::Rule(RemovalRefusal::TooManyShoots { shoots: 4 }));
    remove_as(&acme, &Actor::operator(acme.org), four).await.unwrap();
    assert_eq!(acme.number("select count(*) from members").await, 1);
}

/// P3, P5
#[sqlx::test]
async fn nobody_removes_themselves_or_the_owner(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let own = acme.member().unwrap();
    let refused = refusal(remove_as(&acme, &acme.owner, own).await);
    assert_eq!(refused, NotRemoved::Rule(RemovalRefusal::Yourself));
    let (id, account) = (MemberId(fresh_id()), AccountId(fresh_id()));
    let by = By::Member { id, account, role: Role::TeamLead, name: "Lea".into() };
    let lead = Actor { by, ..acme.owner.clone() };
    for actor in [lead, Actor::operator(acme.org)] {
        assert_eq!(refusal(remove_as(&acme, &actor, own).await), NotRemoved::Rule(RemovalRefusal::Owner));
    }
}

/// P3
#[sqlx::test]
async fn a_removal_names_the_member_who_did_it_and_none_for_the_operator(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 4, 1).await;
    let ada = acme.managed("Ada", Some("ada@acme.com")).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    remove_as(&acme, &acme.owner, ada).await.unwrap();
    remove_as(&acme, &Actor::operator(acme.org), bob).await.unwrap();
    let removed_by: Vec<Option<uuid::Uuid>> =
        sqlx::query_scalar("select removed_by from removals order by email")
            .fetch_all(&acme.pool)
            .await
            .unwrap();
    assert_eq!(removed_by, [Some(acme.member().unwrap().0), None]);
}

/// P3
#[sqlx::test]
async fn what_was_theirs_goes_and_their_account_stays(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let ada = acme.accept(invite).await.unwrap();
    acme.fill_draft(ada, 9).await;
    acme.submit(ada).await.unwrap();
    assert_eq!(remove_as(&acme, &acme.owner, ada).await.unwrap(), "Ada");
    assert_eq!(acme.number("select count(*) from credit_entries where who = 'Ada'").await, 0);
    assert_eq!(acme.number("select count(*) from credit_entries where change = -1").await, 1);
    assert_eq!(acme.number("select count(*) from photos").await, 0);
    assert_eq!(acme.number("select count(*) from accounts where email = 'ada@acme.com'").await, 1);
    assert_eq!(acme.number("select count(*) from removals where email = 'ada@acme.com'").await, 1);
    let deleted = "select jsonb_array_length(payload -> 'delete_pictures' -> 'photos')::bigint
                   from jobs where kind = 'delete_pictures'";
    assert_eq!(acme.number(deleted).await, 9);
}

/// P3, N2: what the dialog says goes is what goes, of this member and no other.
#[sqlx::test]
async fn what_goes_with_a_member_is_said_before(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 2).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let ada = acme.managed("Ada", None).await;
    let bob = acme.managed("Bob", None).await;
    acme.fill_draft(ada, 8).await;
    let shoot = acme.submit(ada).await.unwrap();
    let system = Actor::system(acme.org);
    let mut db = acme.pool.acquire().await.unwrap();
    shoots::begin(&mut db, &system, shoot).await.unwrap();
    let headshots = [1, 2, 3].map(|_| NewHeadshot { id: HeadshotId(fresh_id()), width: 800, height: 1000 });
    assert!(shoots::finish(&mut db, &system, shoot, &headshots).await.unwrap());
    acme.fill_draft(ada, 2).await;
    let of_ada = removal(&mut db, acme.org, ada).await.unwrap();
    assert_eq!(of_ada, Removal { photos: 2, shoots: 1, headshots: 3, open_invite: false });
    assert_eq!(removal(&mut db, acme.org, bob).await.unwrap(), Removal::default());
    acme.invite("eve@acme.com").await;
    acme.execute(&format!(
        "update members set email = 'eve@acme.com', address = 'eve@acme.com' where id = '{bob}'"
    ))
    .await
    .unwrap();
    let invited = Removal { open_invite: true, ..Removal::default() };
    assert_eq!(removal(&mut db, acme.org, bob).await.unwrap(), invited);
    acme.execute("update invites set expires_at = now()").await.unwrap();
    assert_eq!(removal(&mut db, acme.org, bob).await.unwrap(), Removal::default());
    assert_eq!(refusal(removal(&mut db, other.org, ada).await), UnknownMember);
}

/// P3: who is removed does not come back by an invite of before.
#[sqlx::test]
async fn a_removed_members_open_invite_is_dead(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let link = acme.link(NewLink::default()).await;
    let ada = acme.join(link, "ada@acme.com").await.unwrap().member();
    remove_as(&acme, &acme.owner, ada).await.unwrap();
    refusal(acme.accept(invite).await);
    assert_eq!(acme.number("select count(*) from members where email = 'ada@acme.com'").await, 0);
}

/// P3, N8: somebody who came by a link opens their old invite at the moment of their removal.
#[sqlx::test]
async fn removing_and_accepting_at_once_do_not_stop_each_other(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let link = acme.link(NewLink::default()).await;
    for round in 0..60 {
        let who = format!("p{round}@acme.com");
        let invite = acme.invite(&who).await;
        let member = acme.join(link, &who).await.unwrap().member();
        let removing = async {
            acme.dawdle(round % 4).await;
            remove_as(&acme, &acme.owner, member).await
        };
        let (accepted, removed) = join(acme.accept(invite), removing).await;
        removed.unwrap();
        if let Err(Error::Broken(error)) = accepted {
            panic!("{error}");
        }
    }
}

/// P3
#[sqlx::test]
async fn of_ten_who_remove_one_member_one_does(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 1).await;
    let ada = acme.managed("Ada", None).await;
    let answers = join_all((0..10).map(|_| remove_as(&acme, &acme.owner, ada))).await;
    let (removed, late): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(removed.len(), 1);
    for answer in late {
        assert_eq!(refusal(answer), NotRemoved::Unknown(UnknownMember));
    }
}

/// M4
#[sqlx::test]
async fn an_address_that_is_known_is_refused_with_who_has_it(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    acme.invite("bob@acme.com").await;
    let ada = acme.managed("Ada", Some("ada@acme.com")).await;
    let add = |who: &'static str| {
        let acme = &acme;
        async move {
            let address = address(who);
            let new = NewManaged { name: "Again", address: Some(&address), title: None, team: None };
            let mut db = acme.pool.acquire().await.unwrap();
            refusal(add_managed(&mut db, &acme.owner, &new).await)
        }
    };
    assert_eq!(add("ADA@acme.com").await, ManagedRefusal::AddressTaken { member: ada, name: "Ada".into() });
    assert_eq!(add("bob@acme.com").await, ManagedRefusal::Invited);
}

/// M4
#[sqlx::test]
async fn one_address_added_ten_times_at_once_is_one_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 10, 1).await;
    let ada = address("ada@acme.com");
    let answers = join_all((0..10).map(|_| async {
        let new = NewManaged { name: "Ada", address: Some(&ada), title: None, team: None };
        let mut db = acme.pool.acquire().await.unwrap();
        add_managed(&mut db, &acme.owner, &new).await
    }));
    assert_eq!(answers.await.into_iter().filter(Result::is_ok).count(), 1);
}

/// C1
#[sqlx::test]
async fn at_zero_nobody_is_added(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 0).await;
    let new = NewManaged { name: "Ada", address: None, title: None, team: None };
    let mut db = acme.pool.acquire().await.unwrap();
    let refused = refusal(add_managed(&mut db, &acme.owner, &new).await);
    assert_eq!(refused, ManagedRefusal::OutOfCredits(OutOfCredits));
}

/// N2, T2
#[sqlx::test]
async fn another_organizations_members_and_teams_are_unknown(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let ada = acme.managed("Ada", None).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let theirs = teams::create(&mut db, &other, "Sales").await.unwrap();
    for foreign in [other, nobody()] {
        assert_eq!(refusal(find(&mut db, foreign.org, ada).await), UnknownMember);
        let plan = people::assign(&mut db, &foreign, &[ada.into()], None).await.unwrap();
        assert_eq!((plan.done.len(), plan.left_out.len()), (0, 1));
        assert_eq!(refusal(remove(&mut db, &foreign, ada).await), UnknownMember.into());
    }
    let into_theirs = people::assign(&mut db, &acme.owner, &[ada.into()], Some(theirs)).await;
    assert_eq!(refusal(into_theirs), TeamRefusal::Unknown);
    assert_eq!(acme.number("select count(*) from members").await, 3);
}

/// M4, M5, J7: the invite becomes the member who is added, with what it says of them; its link claims that member.
#[sqlx::test]
async fn an_open_invite_becomes_the_managed_member(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let mut tx = acme.pool.begin().await.unwrap();
    let sales = teams::create(&mut tx, &acme.owner, "Sales").await.unwrap();
    people::assign(&mut tx, &acme.owner, &[invite.into()], Some(sales)).await.unwrap();
    tx.commit().await.unwrap();
    let ada = address("ADA@acme.com");
    let new = NewManaged { name: "Ada Lovelace", address: Some(&ada), title: Some("Chair"), team: None };
    let mut tx = acme.pool.begin().await.unwrap();
    let member = take_over_invite(&mut tx, &acme.owner, &new).await.unwrap();
    tx.commit().await.unwrap();
    let mut db = acme.pool.acquire().await.unwrap();
    let row = people::rows(&mut db, acme.org, &[member.into()]).await.unwrap().remove(0);
    assert_eq!((row.team, row.title.as_deref()), (Some(sales), Some("Chair")));
    assert_eq!(invites::pending(&mut db, acme.org, 9).await.unwrap().total, 0, "nobody waits for it");
    // What the mail server says of a mail that was on its way changes nothing.
    for answer in [taken(&acme, invite, 0), refused_mail(&acme, invite, 0, "550")] {
        outbox::settle(&mut db, &[answer]).await.unwrap();
    }
    let found = invites::find(&mut db, acme.org, invite).await.unwrap().unwrap();
    assert_eq!((found.state, found.require_open()), (InviteState::Managed, Ok(())));
    let log = audit::about_member(&mut db, acme.org, member, 9).await.unwrap();
    let said: Vec<Act> = log.iter().map(|entry| entry.act).collect();
    assert_eq!(said, [Act::MemberAdded, Act::InviteTakenOver, Act::MembersMoved, Act::InvitesSent]);
    drop(db);
    // The link in the mail lets the person claim it.
    assert_eq!(acme.accept(invite).await.unwrap(), member);
    assert_eq!(acme.number("select count(*) from members where email = 'ada@acme.com'").await, 1);
    assert_eq!(acme.number("select count(*) from invites where state = 'joined'").await, 1);
}

/// M4, P3: the link goes with the member, and with the day on which the invite would have expired.
#[sqlx::test]
async fn the_link_of_an_invite_that_became_a_member_ends(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    for (who, ends) in [("ada@acme.com", "remove"), ("bob@acme.com", "expire")] {
        let invite = acme.invite(who).await;
        let to = address(who);
        let new = NewManaged { name: "Ada", address: Some(&to), title: None, team: None };
        let mut tx = acme.pool.begin().await.unwrap();
        let member = take_over_invite(&mut tx, &acme.owner, &new).await.unwrap();
        if ends == "remove" {
            remove(&mut tx, &acme.owner, member).await.unwrap();
        }
        tx.commit().await.unwrap();
        if ends == "expire" {
            acme.execute("update invites set expires_at = now() where state = 'managed'").await.unwrap();
        }
        assert_eq!(refusal(acme.accept(invite).await), InviteRefusal::Revoked, "{ends}");
    }
}

/// M4: the person accepts while a lead turns the invite into a member, again and again: one member, and the
/// lead is told who it is where they were later.
#[sqlx::test]
async fn taking_over_races_with_accepting(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    let (mut first, mut later) = (0, 0);
    for round in 0..40 {
        let who = format!("p{round}@acme.com");
        let invite = acme.invite(&who).await;
        let to = address(&who);
        let new = NewManaged { name: "Ada", address: Some(&to), title: None, team: None };
        let take = |dawdle: u32| {
            let (acme, new) = (&acme, &new);
            async move {
                acme.dawdle(dawdle).await;
                let mut tx = acme.pool.begin().await.unwrap();
                let taken = take_over_invite(&mut tx, &acme.owner, new).await;
                if taken.is_ok() {
                    tx.commit().await.unwrap();
                }
                taken
            }
        };
        let (accepted, one, other) = tokio::join!(acme.accept(invite), take(round % 4), take(round % 3));
        let member = accepted.unwrap();
        let taken: Vec<_> = [one, other].into_iter().collect();
        assert!(taken.iter().filter(|one| one.is_ok()).count() <= 1);
        for taken in taken {
            match taken {
                Ok(taken) => {
                    first += 1;
                    assert_eq!(taken, member);
                }
                Err(Error::Refused(ManagedRefusal::AddressTaken { member: known, .. })) => {
                    later += 1;
                    assert_eq!(known, member);
                }
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(acme.number(&format!("select count(*) from members where email = '{who}'")).await, 1);
    }
    assert!(first > 0 && later > 0, "{first} came before the person, {later} after");
}

/// M4, M5: an address that is given later is that member's from then on, and the one before lets nobody in.
#[sqlx::test]
async fn a_managed_member_gets_an_address_later(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let (bob, eve) = (acme.managed("Bob", None).await, acme.managed("Eve", Some("eve@acme.com")).await);
    let invite = acme.invite("bob@acme.com").await;
    let give = async |member, who: Option<&str>, take_over| {
        let mut tx = acme.pool.begin().await.unwrap();
        let given = readdress(&mut tx, &acme, member, who.map(address).as_ref(), take_over).await;
        if given.is_ok() {
            tx.commit().await.unwrap();
        }
        given
    };
    assert!(matches!(
        refusal(give(bob, Some("EVE@acme.com"), true).await),
        ManagedRefusal::AddressTaken { member, .. } if member == eve
    ));
    assert_eq!(refusal(give(bob, Some("bob@acme.com"), false).await), ManagedRefusal::Invited);
    give(bob, Some("bob@acme.com"), true).await.unwrap();
    let renewed = format!("select results_generation::bigint from members where id = '{bob}'");
    assert_eq!(acme.number(&renewed).await, 0);
    // Another address: the links that went to the one before are no way in.
    give(bob, Some("robert@acme.com"), false).await.unwrap();
    assert_eq!(acme.number(&renewed).await, 1);
    assert_eq!(refusal(acme.accept(invite).await), InviteRefusal::Revoked);
    assert_eq!(acme.join(link, "robert@acme.com").await.unwrap(), Joined::Before(bob));
    assert_eq!(refusal(give(bob, None, false).await), ManagedRefusal::NotManaged, "they have an account");
    give(eve, None, false).await.unwrap();
    assert!(matches!(acme.join(link, "eve@acme.com").await.unwrap(), Joined::Now(_)));
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let mut db = acme.pool.acquire().await.unwrap();
    let foreign = readdress(&mut db, &other, eve, Some(&address("x@other.com")), false).await;
    assert_eq!(refusal(foreign), ManagedRefusal::NotManaged);
    let log = audit::about_member(&mut db, acme.org, bob, 9).await.unwrap();
    assert_eq!(log.iter().filter(|entry| entry.detail.as_deref() == Some("email")).count(), 2);
    assert_eq!(acme.number("select count(*) from audit_entries where act = 'invite_taken_over'").await, 1);
}

/// M5: whoever comes by the address before, at the moment at which it is taken away, is somebody else.
#[sqlx::test]
async fn an_address_that_is_changed_meanwhile_claims_nobody(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    let bob = acme.managed("Bob", Some("wrong@acme.com")).await;
    let mut tx = acme.pool.begin().await.unwrap();
    readdress(&mut tx, &acme, bob, Some(&address("bob@acme.com")), false).await.unwrap();
    let commit = async {
        acme.until_somebody_waits().await;
        tx.commit().await.unwrap();
    };
    let (joined, ()) = join(acme.join(link, "wrong@acme.com"), commit).await;
    assert!(matches!(joined, Ok(Joined::Now(member)) if member != bob), "{joined:?}");
    assert_eq!(acme.join(link, "bob@acme.com").await.unwrap(), Joined::Before(bob));
}

/// P3, M5, I10: an invite that was declined is no way back in for who was removed, nor to an address that was changed.
#[sqlx::test]
async fn who_declined_cannot_reconsider_after_that(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let link = acme.link(NewLink::default()).await;
    for is_removed in [true, false] {
        let who = if is_removed { "ada@acme.com" } else { "bob@acme.com" };
        let invite = acme.invite(who).await;
        let mut db = acme.pool.acquire().await.unwrap();
        invites::decline(&mut db, &Actor::system(acme.org), invite).await.unwrap();
        if is_removed {
            let ada = acme.join(link, who).await.unwrap().member();
            remove(&mut db, &acme, ada).await.unwrap();
        } else {
            let bob = acme.managed("Bob", Some(who)).await;
            readdress(&mut db, &acme, bob, None, false).await.unwrap();
        }
        let back = invites::reconsider(&mut db, &Actor::system(acme.org), invite).await;
        assert_eq!(refusal(back), invites::NotPending, "{who}");
    }
}

/// P4: two leads correct the same member, another removes them: each correction is whole, and none comes after.
#[sqlx::test]
async fn corrections_race_with_each_other_and_with_removing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 8, 1).await;
    for round in 0..20 {
        let ada = acme.managed("Ada", None).await;
        let correcting = |name: &'static str, title: &'static str| {
            let acme = &acme;
            async move {
                let mut tx = acme.pool.begin().await.unwrap();
                let corrected = correct(&mut tx, &acme.owner, ada, name, Some(title)).await;
                tx.commit().await.unwrap();
                corrected
            }
        };
        let (one, other) = tokio::join!(correcting("Ada One", "One"), correcting("Ada Two", "Two"));
        one.unwrap();
        other.unwrap();
        let mixed = "select count(*) from members where name like 'Ada %' and name <> 'Ada ' || title";
        assert_eq!(acme.number(mixed).await, 0);
        let removing = async {
            acme.dawdle(round % 3).await;
            let mut tx = acme.pool.begin().await.unwrap();
            remove(&mut tx, &acme.owner, ada).await.unwrap();
            tx.commit().await.unwrap();
        };
        let (late, ()) = tokio::join!(correcting("Ada Three", "Three"), removing);
        assert!(matches!(late, Ok(()) | Err(Error::Refused(UnknownMember))), "{late:?}");
    }
    let named =
        "select count(*) from audit_entries where act = 'member_corrected' and object_name is not null";
    assert_eq!(acme.number(named).await, 0, "what is known of who was removed is forgotten");
}

/// P4, P7: what was corrected is in the log, and what stays as it was is not.
#[sqlx::test]
async fn a_correction_is_logged_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let ada = acme.managed("Ada", None).await;
    let mut db = acme.pool.acquire().await.unwrap();
    for (name, title) in [("Ada L", None), ("Ada L", None), ("Ada L", Some("Chair")), ("Ada", None)] {
        correct(&mut db, &acme.owner, ada, name, title).await.unwrap();
    }
    let log = audit::about_member(&mut db, acme.org, ada, 9).await.unwrap();
    let said: Vec<_> = log.iter().filter_map(|entry| entry.detail.as_deref()).collect();
    assert_eq!(said, ["name_and_title", "title", "name"]);
    assert_eq!(refusal(correct(&mut db, &other, ada, "Theirs", None).await), UnknownMember);
    rename_oneself(&mut db, &acme.owner, "Olga O").await.unwrap();
    assert_eq!(refusal(rename_oneself(&mut db, &nobody(), "Nobody").await), UnknownMember);
    assert_eq!(acme.number("select count(*) from members where name = 'Olga O' and role = 'owner'").await, 1);
}
