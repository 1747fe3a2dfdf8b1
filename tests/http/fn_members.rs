//! `/fn/members/remove`: removing a member: who is out, what is deleted, and who cannot be removed. P3, H5

use headcount::{
    store::{links::NewLink, members},
    studio::storage,
};

use crate::harness::*;

async fn remove(acme: &Acme, member: impl ToString) -> Answer {
    acme.lead.call("members/remove", &[("member", &member.to_string())]).await
}

/// P3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_removed_member_is_out_with_the_next_request(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let headshot = acme.shoot(id).await[0];
    ada.get("/me").await.with(StatusCode::OK);
    let progress = format!("/members/{id}/progress");
    for browser in [&ada, &acme.lead.browser] {
        browser.look(&progress).await.with(StatusCode::OK);
    }
    remove(&acme, id).await.with(StatusCode::OK).says("Ada Lovelace");
    ada.look(&progress).await.with(StatusCode::FORBIDDEN);
    acme.lead.browser.look(&progress).await.with(StatusCode::NOT_FOUND);
    ada.get("/me").await.to("/welcome");
    ada.get(&format!("/headshots/{headshot}")).await.with(StatusCode::NOT_FOUND);
    ada.get(&format!("/members/{id}/headshots.zip")).await.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.number("select count(*) from accounts where email = 'ada@acme.com'").await, 1);
    acme.lead.browser.get(&format!("/members/{id}/shoot")).await.with(StatusCode::NOT_FOUND);
    remove(&acme, id).await.with(StatusCode::NOT_FOUND);
    acme.close().await;
}

/// J8, N3: who was removed reads so, and still has their account page with their logins.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_removed_person_reads_that_and_keeps_their_account(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let phone = acme.server.signed_in("ada@acme.com").await;
    remove(&acme, id).await.with(StatusCode::OK);
    let page = ada.visit("/me").await.with(StatusCode::OK).says("You were removed from Acme");
    assert!(page.text().contains("href=\"/account\""));
    let account = ada.get("/account").await.with(StatusCode::OK).says("Acme").says("You were removed ");
    let close = account.forms().into_iter().find(|form| form.action.ends_with("/close")).expect("the phone");
    ada.post(&close.action, &[]).await.to("/account");
    phone.get("/account").await.to("/sign-in");
    ada.get("/account").await.with(StatusCode::OK);
    // Somebody who was never anywhere reads nothing of the kind.
    let newcomer = acme.server.signed_in("new@home.com").await;
    assert!(!newcomer.get("/welcome").await.with(StatusCode::OK).words().contains("removed"));
    newcomer.get("/account").await.with(StatusCode::OK).says("You belong to no organization yet");
    acme.close().await;
}

/// J8, P3: who belongs to another organization as well reads it before they see that one.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_removed_person_who_is_elsewhere_too_reads_that_first(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let other = acme.server.found("Other", "otto@other.com").await;
    let otto = &other.browser;
    otto.join_as_viewer(&acme.link_path(acme.link(NewLink::default()).await)).await.to("/me");
    otto.visit("/me").await.with(StatusCode::OK).says("Acme");
    let member = acme.server.text("select id::text from members where kind = 'link'").await;
    remove(&acme, &member).await.with(StatusCode::OK);
    otto.look(&format!("/members/{member}/progress")).await.with(StatusCode::NOT_FOUND);
    otto.get("/me").await.to("/account");
    otto.get(&format!("/members/{member}/shoot")).await.to("/account");
    otto.visit("/me").await.with(StatusCode::OK).says("You were removed ").says("Acme");
    // Told once.
    otto.visit("/dashboard").await.with(StatusCode::OK).says("Other");
    acme.close().await;
}

/// M5: an address is taken away by an empty field, and stays where the field is not there.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_address_of_a_managed_member_is_taken_away(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let member = acme.managed("Bob", Some("wrong@acme.com")).await.to_string();
    let org = acme.lead.org();
    let correct = async |more: &[(&str, &str)]| {
        let mut fields = vec![("org", org.as_str()), ("member", &member), ("name", "Bob"), ("title", "")];
        fields.extend(more);
        acme.lead.browser.call("members/correct", &fields).await
    };
    let with_address = "select count(*) from members where email = 'wrong@acme.com'";
    correct(&[]).await.with(StatusCode::OK);
    assert_eq!(acme.server.number(with_address).await, 1);
    correct(&[("has_email", "on"), ("email", "")]).await.with(StatusCode::OK);
    assert_eq!(acme.server.number(with_address).await, 0);
    correct(&[("has_email", "on"), ("email", "olga@acme.com")]).await.with(StatusCode::UNPROCESSABLE_ENTITY);
    acme.close().await;
}

/// P3, H5
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn all_their_pictures_are_deleted_from_the_storage(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let headshots = acme.shoot(bob).await;
    let draft = acme.fill_draft(bob, 3).await;
    acme.server.work().await;
    let mut keys: Vec<String> = Vec::new();
    for photo in acme.server.text("select string_agg(id::text, ' ') from photos").await.split(' ') {
        let photo = photo.parse().unwrap();
        keys.extend([storage::photo_key(acme.org().0, photo), storage::photo_thumb_key(acme.org().0, photo)]);
    }
    for headshot in &headshots {
        keys.extend([
            storage::headshot_key(acme.org().0, headshot.0),
            storage::headshot_thumb_key(acme.org().0, headshot.0),
        ]);
    }
    assert_eq!(keys.len(), (8 + draft.len() + headshots.len()) * 2);
    let link = acme.results_path(bob, 0);
    acme.server.browser().look(&link).await.with(StatusCode::NO_CONTENT);
    remove(&acme, bob).await.with(StatusCode::OK);
    acme.server.browser().look(&link).await.with(StatusCode::NOT_FOUND);
    acme.server.work().await;
    for key in keys {
        assert!(acme.server.state.storage.get(&key).await.unwrap().is_none(), "{key} is still there");
    }
    acme.server.browser().get(&link).await.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.number("select count(*) from photos").await, 0);
    acme.close().await;
}

/// P3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn oneself_the_owner_and_who_has_many_shoots_stay(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4).await;
    let owner = acme.lead.actor.member().unwrap();
    remove(&acme, owner).await.with(StatusCode::CONFLICT).says("cannot remove yourself");
    let (_, ada) = acme.member("ada@acme.com").await;
    acme.server.execute("update members set role = 'team_lead' where email = 'ada@acme.com'").await;
    let fields = [("org", acme.lead.org()), ("member", owner.to_string())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    ada.call("members/remove", &fields).await.with(StatusCode::CONFLICT).says("Owner cannot be removed");

    let bob = acme.managed("Bob", None).await;
    for _ in 0..4 {
        acme.shoot(bob).await;
    }
    acme.server.work().await;
    let before = acme.server.everything().await;
    remove(&acme, bob).await.with(StatusCode::CONFLICT).says("4 headshot sessions").says("contact support");
    assert_eq!(acme.server.everything().await, before, "all or nothing");
    acme.close().await;
}

/// P3, I9: a removed member's open invite is invalid; a new one lets them in again.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_old_invite_does_not_bring_a_removed_member_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("ada@acme.com").await;
    let link = acme.link_path(acme.link(unlimited()).await);
    let ada = acme.server.signed_in("ada@acme.com").await;
    ada.join_as_viewer(&link).await.to("/me");
    let id = acme.server.text("select id::text from members where email = 'ada@acme.com'").await;
    remove(&acme, id).await.with(StatusCode::OK);
    ada.post(&acme.invite_path(invite), &[("name", "Ada")]).await;
    assert_eq!(acme.server.number("select count(*) from members").await, 1);
    let again = acme.invite("ada@acme.com").await;
    ada.post(&acme.invite_path(again), &[("name", "Ada")]).await.to("/me");
    acme.close().await;
}

/// P3
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_shoot_whose_member_is_gone_makes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    acme.submit(bob).await;
    remove(&acme, bob).await.with(StatusCode::OK);
    acme.server.work().await;
    assert!(acme.server.state.mailer.kept().is_empty());
    assert_eq!(acme.server.number("select count(*) from headshots").await, 0);
    acme.close().await;
}

/// P3, H5: nothing is kept of somebody who was removed while the engine was at work on them.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn headshots_that_come_too_late_are_deleted(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    acme.submit(bob).await;
    let removing = async {
        while acme.server.number("select count(*) from shoots where state = 'generating'").await == 0 {
            tokio::task::yield_now().await;
        }
        remove(&acme, bob).await.with(StatusCode::OK);
    };
    tokio::join!(acme.server.work(), removing);
    let late = acme
        .server
        .text(
            "select coalesce(string_agg(headshot, ' '), '')
             from jobs, jsonb_array_elements_text(payload -> 'delete_pictures' -> 'headshots') headshot",
        )
        .await;
    assert!(!late.is_empty(), "the engine was done before, so nothing was tried");
    for headshot in late.split(' ') {
        let key = storage::headshot_key(acme.org().0, headshot.parse().unwrap());
        assert!(acme.server.state.storage.get(&key).await.unwrap().is_none(), "{key}");
    }
    acme.close().await;
}

/// P3, N1: the photo comes to the draft while the removal of its member is being committed.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_upload_for_somebody_who_was_just_removed_finds_nobody(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", None).await;
    let (path, photos) = (format!("/members/{bob}/photos"), [photo(1)]);
    let upload = acme.lead.browser.upload(&path, &photos, "application/json");
    let removing = async {
        let mut tx = acme.server.pool().begin().await.unwrap();
        members::remove(&mut tx, &acme.lead.actor, bob).await.unwrap();
        let waiting = "select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'";
        while acme.server.number(waiting).await == 0 {
            tokio::task::yield_now().await;
        }
        tx.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(upload, removing);
    answer.with(StatusCode::NOT_FOUND);
    assert_eq!(acme.server.number("select count(*) from photos").await, 0);
    acme.close().await;
}

/// J8, N2: a page that is open while its lead is removed is told so, and led on.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_open_page_of_a_removed_or_demoted_lead_says_what_happened(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let (id, ada) = acme.member("ada@acme.com").await;
    let list = |browser: Browser| {
        let org = acme.lead.org();
        async move { browser.call("members/list", &[("org", &org), ("query", ""), ("have", "")]).await }
    };
    let demoted = list(ada.copy()).await.with(StatusCode::FORBIDDEN);
    assert_eq!(
        demoted.json()["NotAllowed"],
        "Only a Team Lead can see or do this, and you are not one here. Ask one of yours."
    );
    remove(&acme, id).await.with(StatusCode::OK);
    let removed = list(ada.copy()).await.with(StatusCode::NOT_FOUND);
    assert_eq!(removed.json(), "NotYours");
    // Where the page leads.
    ada.visit("/").await.with(StatusCode::OK).says("You were removed from Acme");
    acme.close().await;
}

/// M4: an address of a member is refused with who has it; one with an open invite with the offer to turn that into
/// the member, which a second call takes.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_can_be_done_about_an_address_is_offered(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let bob = acme.managed("Bob", Some("bob@acme.com")).await;
    let invite = acme.invite("eve@acme.com").await;
    acme.server.work().await;
    let add = |email: &'static str, take_over: &'static str| {
        let acme = &acme;
        async move {
            let fields =
                [("name", "Eve"), ("email", email), ("title", ""), ("team", ""), ("take_over", take_over)];
            acme.lead.call("members/add", &fields).await
        }
    };
    let before = acme.server.everything().await;
    for take_over in ["", "on"] {
        let taken = add("bob@acme.com", take_over).await.with(StatusCode::UNPROCESSABLE_ENTITY).json();
        assert_eq!(taken["Invalid"][0]["remedy"]["SeeMember"], bob.to_string());
    }
    let invited = add("eve@acme.com", "").await.with(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(invited["Invalid"][0]["remedy"], "TakeInviteOver");
    assert_eq!(acme.server.everything().await, before);
    let eve = add("eve@acme.com", "on").await.with(StatusCode::OK).json();
    let eve = eve.as_str().unwrap();
    let people = acme.people("?q=eve").await;
    assert_eq!((people["order"].as_array().unwrap().len(), &people["order"][0]), (1, &eve.into()));
    // Nobody is reminded of it, by hand or by time; credits are reserved once.
    let remind = [("invites", invite.to_string())];
    let remind = remind.each_ref().map(|(name, value)| (*name, value.as_str()));
    acme.lead.call("invites/remind", &remind).await.with(StatusCode::OK).says("added them on their behalf");
    let credits = acme.lead.call("credits/show", &[("pages", "1")]).await.json();
    assert_eq!(credits["outlook"]["pending_invites"], 0);
    // Its link lets the person claim the member. M5
    let link = acme.invite_path(invite);
    let eves = acme.server.browser();
    eves.get(&link).await.with(StatusCode::OK);
    eves.post(&link, &[("name", "Eve Adams")]).await.to("/me");
    let same = format!("select count(*) from members where id = '{eve}' and account_id is not null");
    assert_eq!(acme.server.number(&same).await, 1);
    eves.get(&link).await.with(StatusCode::OK).says("You joined Acme");
    acme.close().await;
}

/// M4, I10: who was added instead of an invite can still decline it, and take that back.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_invite_that_became_a_member_is_declined_and_reconsidered(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 1).await;
    let invite = acme.invite("eve@acme.com").await;
    let fields =
        [("name", "Eve"), ("email", "eve@acme.com"), ("title", ""), ("team", ""), ("take_over", "on")];
    acme.lead.call("members/add", &fields).await.with(StatusCode::OK);
    // Its own mail had not gone out; now it does not.
    acme.server.work().await;
    assert!(acme.server.state.mailer.kept().is_empty());
    let (link, eves) = (acme.invite_path(invite), acme.server.browser());
    eves.post(&format!("{link}/decline"), &[]).await.to(&link);
    eves.get(&link).await.with(StatusCode::GONE).says("declined");
    eves.post(&format!("{link}/reconsider"), &[]).await.to(&link);
    eves.get(&link).await.with(StatusCode::OK);
    assert_eq!(acme.people("").await["order"].as_array().unwrap().len(), 2, "she is listed once");
    acme.close().await;
}
