use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::*;
use crate::{
    domain::{
        actor::Actor,
        headshot_list::HeadshotQuery,
        ids::{LinkId, MemberId},
        people::Place,
        photo::PhotoLimits,
    },
    store::{
        drafts, fresh_id,
        links::NewLink,
        members, results,
        shoots::{self, NewHeadshot},
        teams,
        testing::{Acme, found},
    },
};

/// All who match, read page by page from the first, and from the last backwards.
async fn all(acme: &Acme, query: &PeopleQuery) -> Vec<PersonId> {
    let mut db = acme.pool.acquire().await.unwrap();
    let (mut forwards, mut query) = (Vec::new(), query.clone());
    let last = loop {
        let page = page(&mut db, acme.org, &query).await.unwrap();
        assert!(page.people.len() <= PAGE);
        forwards.extend(page.people.clone());
        match page.after {
            Some(after) => query.place = Place::After(after),
            None => break page,
        }
    };
    let mut backwards = last.people.clone();
    let mut before = last.before;
    while let Some(cursor) = before {
        query.place = Place::Before(cursor);
        let page = page(&mut db, acme.org, &query).await.unwrap();
        assert!(page.after.is_some(), "one came from there");
        backwards.splice(0..0, page.people);
        before = page.before;
    }
    assert_eq!(forwards, backwards);
    forwards
}

async fn names(acme: &Acme, query: &PeopleQuery) -> Vec<String> {
    let ids = all(acme, query).await;
    let rows = rows(&mut acme.pool.acquire().await.unwrap(), acme.org, &ids).await.unwrap();
    let called = |id| rows.iter().find(|row: &&Person| row.id == id).unwrap().called().to_owned();
    ids.into_iter().map(called).collect()
}

fn search(words: &str) -> PeopleQuery {
    PeopleQuery { search: Some(words.into()), ..PeopleQuery::default() }
}

/// Somebody who was added, with whatever texts.
async fn add(acme: &Acme, name: &str, title: Option<&str>, team: Option<TeamId>) -> MemberId {
    let new = members::NewManaged { name, address: None, title, team };
    let mut tx = acme.pool.begin().await.unwrap();
    let member = members::add_managed(&mut tx, acme, &new).await.unwrap();
    tx.commit().await.unwrap();
    member
}

async fn stage(acme: &Acme, member: MemberId) -> Stage {
    let mut db = acme.pool.acquire().await.unwrap();
    rows(&mut db, acme.org, &[member.into()]).await.unwrap().remove(0).stage
}

/// P1: each person is on one page, in each order, also where names are the same.
#[sqlx::test]
async fn pages_show_everybody_once_in_every_order(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 1).await;
    acme.execute(&format!(
        "insert into members (org_id, id, role, kind, name)
         select '{0}', md5('m' || n)::uuid, 'member', 'managed', (array['Åse', 'Bob', 'bob', 'Zoë'])[1 + n % 4]
         from generate_series(1, 130) n",
        acme.org
    ))
    .await
    .unwrap();
    acme.execute(&format!(
        "insert into invites (org_id, id, email, address, name, invited_by_name, expires_at)
         select '{0}', md5('i' || n)::uuid, n || '@x.com', n || '@x.com', case when n % 2 = 0 then 'Bob' end, 'Olga', now()
         from generate_series(1, 70) n",
        acme.org
    ))
    .await
    .unwrap();
    let mut by_name = None;
    for sort in Sort::ALL {
        let people = all(&acme, &PeopleQuery { sort: *sort, ..PeopleQuery::default() }).await;
        assert_eq!(people.len(), 201, "{sort:?}");
        let mut once = people.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), 201, "{sort:?}");
        match sort {
            Sort::Name => by_name = Some(people),
            Sort::NameBackwards => assert!(by_name.as_ref().unwrap().iter().eq(people.iter().rev())),
            Sort::Oldest => assert!(people.is_sorted()),
            Sort::Newest => assert!(people.iter().rev().is_sorted()),
        }
    }
    let called = names(&acme, &PeopleQuery::default()).await;
    let place = |name: &str| called.iter().position(|one| one == name).unwrap();
    assert!(place("Åse") < place("Bob") && place("Bob") < place("Olga") && place("Olga") < place("Zoë"));
    let mut db = acme.pool.acquire().await.unwrap();
    let counts = counts(&mut db, acme.org, &PeopleQuery::default()).await.unwrap();
    assert_eq!((counts.members(), counts.invites, counts.of(Stage::Invited)), (131, 70, 70));
}

/// P1: neither case nor accents matter, and what means something to the database means nothing here.
#[sqlx::test]
async fn people_are_found_by_name_address_title_and_team(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 1).await;
    let mut tx = acme.pool.begin().await.unwrap();
    let sales = teams::create(&mut tx, &acme, "Vertrieb Süd").await.unwrap();
    tx.commit().await.unwrap();
    add(&acme, "Björn Ångström", Some("Chef 100%"), None).await;
    add(&acme, "Łukasz Weiß", Some("under_score"), Some(sales)).await;
    add(&acme, "ΌΣΟΣ 李小龍", None, None).await;
    acme.managed("Eva", Some("Eva.Braun+hs@Example.com")).await;
    acme.invite("grace.hopper@x.com").await;
    for (words, found) in [
        ("bjorn", vec!["Björn Ångström"]),
        ("BJÖRN ANG", vec!["Björn Ångström"]),
        ("lukasz", vec!["Łukasz Weiß"]),
        ("weiss", vec!["Łukasz Weiß"]),
        ("chef", vec!["Björn Ångström"]),
        ("0%", vec!["Björn Ångström"]),
        ("%%", vec![]),
        ("r_s", vec!["Łukasz Weiß"]),
        ("__", vec![]),
        ("\\\\", vec![]),
        ("vertrieb sud", vec!["Łukasz Weiß"]),
        ("όσος", vec!["ΌΣΟΣ 李小龍"]),
        ("小龍", vec!["ΌΣΟΣ 李小龍"]),
        ("eva.braun+hs@example", vec!["Eva"]),
        ("hopper", vec!["grace.hopper@x.com"]),
        ("'; drop", vec![]),
    ] {
        assert_eq!(names(&acme, &search(words)).await, found, "{words}");
    }
}

/// P1: the numbers at the stages are those of the people who are listed.
#[sqlx::test]
async fn counts_are_of_those_who_match(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 9).await;
    let mut tx = acme.pool.begin().await.unwrap();
    let sales = teams::create(&mut tx, &acme, "Sales").await.unwrap();
    tx.commit().await.unwrap();
    let in_sales = add(&acme, "Ada", None, Some(sales)).await;
    let drafting = add(&acme, "Adam", None, None).await;
    acme.fill_draft(drafting, 2).await;
    acme.fill_draft(in_sales, 8).await;
    acme.submit(in_sales).await.unwrap();
    acme.invite("ada@x.com").await;
    acme.execute("update invites set state = 'failed', failure = '550'").await.unwrap();
    acme.invite("grace@x.com").await;
    let link = acme.link(NewLink::default()).await;
    acme.join(link, "ada.link@x.com").await.unwrap();
    let teams = [None, Some(TeamFilter::In(sales)), Some(TeamFilter::None)];
    let mut matched = 0;
    for stage in [None].into_iter().chain(Stage::ALL.iter().copied().map(Some)) {
        for words in [None, Some("ada"), Some("sales")] {
            for team in teams {
                for kind in
                    [None, Some(MemberKind::Invite), Some(MemberKind::Link), Some(MemberKind::Managed)]
                {
                    for link in [None, Some(link), Some(LinkId(fresh_id()))] {
                        let search = words.map(str::to_owned);
                        let query = PeopleQuery { stage, search, team, kind, link, ..PeopleQuery::default() };
                        let listed = all(&acme, &query).await.len();
                        let mut db = acme.pool.acquire().await.unwrap();
                        let counts = counts(&mut db, acme.org, &query).await.unwrap();
                        assert_eq!(counts.matching(&query), listed as i64, "{query:?}");
                        let whole = matching(&mut db, acme.org, &query, 99).await.unwrap();
                        assert_eq!(whole.len(), listed);
                        matched += listed;
                    }
                }
            }
        }
    }
    assert!(matched >= 90, "only {matched} were found");
}

/// P1: a stage follows the newest shoot, and before there is one, the draft.
#[sqlx::test]
async fn a_stage_follows_what_becomes_of_the_photos(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 9).await;
    let (limits, system) = (PhotoLimits::default(), Actor::system(acme.org));
    let ada = acme.managed("Ada", None).await;
    assert_eq!(stage(&acme, ada).await, Stage::Joined);
    let photos = acme.fill_draft(ada, 1).await;
    assert_eq!(stage(&acme, ada).await, Stage::AddingPhotos);
    let mut db = acme.pool.acquire().await.unwrap();
    drafts::remove_photo(&mut db, &acme, ada, photos[0]).await.unwrap();
    assert_eq!(stage(&acme, ada).await, Stage::Joined);
    acme.fill_draft(ada, 8).await;
    let shoot = shoots::submit(&mut db, &acme, ada, &limits).await.unwrap();
    assert_eq!(stage(&acme, ada).await, Stage::Generating);
    shoots::begin(&mut db, &system, shoot).await.unwrap();
    assert_eq!(stage(&acme, ada).await, Stage::Generating);
    shoots::fail(&mut db, &system, shoot, "why").await.unwrap();
    assert_eq!(stage(&acme, ada).await, Stage::NeedsAttention);
    let shoot = shoots::submit(&mut db, &acme, ada, &limits).await.unwrap();
    assert_eq!(stage(&acme, ada).await, Stage::Generating);
    shoots::begin(&mut db, &system, shoot).await.unwrap();
    let made = NewHeadshot { id: HeadshotId(fresh_id()), width: 800, height: 1000 };
    shoots::finish(&mut db, &system, shoot, &[made]).await.unwrap();
    assert_eq!(stage(&acme, ada).await, Stage::Ready);
    acme.fill_draft(ada, 2).await;
    assert_eq!(stage(&acme, ada).await, Stage::Ready, "what is ready stays ready");
    drop(db);
    let wrong = acme.number("select count(*) from members where stage <> member_stage(org_id, id)").await;
    assert_eq!(wrong, 0);
}

/// P1, N2, J7: ended and overtaken invites are not in the list, nor is anybody of another organization.
#[sqlx::test]
async fn only_those_who_are_there_are_listed(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 9).await;
    let other = found(&acme.pool, "Other", "otto@other.com").await;
    let invite = acme.invite("ada@x.com").await;
    let member = acme.accept(invite).await.unwrap();
    let gone = acme.invite("gone@x.com").await;
    acme.execute(&format!("update invites set state = 'revoked' where id = '{gone}'")).await.unwrap();
    assert_eq!(names(&acme, &PeopleQuery::default()).await, ["Ada", "Olga"]);
    let mut db = acme.pool.acquire().await.unwrap();
    assert_eq!(rows(&mut db, acme.org, &[gone.into()]).await.unwrap(), []);
    assert_eq!(rows(&mut db, other.org, &[member.into()]).await.unwrap(), []);
    assert_eq!(page(&mut db, other.org, &PeopleQuery::default()).await.unwrap().people.len(), 1);
}

/// P2, P3, P7: who is removed while they are moved is not moved, and their name does not come back into the log.
#[sqlx::test]
async fn who_is_removed_meanwhile_is_not_moved(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 4, 1).await;
    let (ada, bob) = (acme.managed("Ada", None).await, acme.managed("Bob", None).await);
    let mut removing = acme.pool.begin().await.unwrap();
    crate::store::members::remove(&mut removing, &acme, ada).await.unwrap();
    let commit = async {
        acme.until_somebody_waits().await;
        removing.commit().await.unwrap();
    };
    let mut moving = acme.pool.begin().await.unwrap();
    let people = [ada.into(), bob.into()];
    let (plan, ()) = tokio::join!(assign(&mut moving, &acme, &people, None), commit);
    let moved: Vec<PersonId> = plan.unwrap().done.iter().map(|selected| selected.id).collect();
    moving.commit().await.unwrap();
    assert_eq!(moved, [bob.into()]);
    assert_eq!(acme.number("select count(*) from audit_entries where object_name = 'Ada'").await, 0);
}

/// P1: whoever created the organization is listed, and in no stage before their first photo, in tabs as on the
/// dashboard.
#[sqlx::test]
async fn the_founder_is_in_a_stage_from_the_first_photo_on(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2, 1).await;
    acme.managed("Ada", None).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let joined = PeopleQuery { stage: Some(Stage::Joined), ..PeopleQuery::default() };
    let before = counts(&mut db, acme.org, &joined).await.unwrap();
    assert_eq!((before.of(Stage::Joined), before.all(), before.members()), (1, 2, 2));
    assert_eq!(names(&acme, &joined).await, ["Ada"]);
    assert_eq!(names(&acme, &PeopleQuery::default()).await, ["Ada", "Olga"]);
    acme.fill_draft(acme.member().unwrap(), 1).await;
    let adding = PeopleQuery { stage: Some(Stage::AddingPhotos), ..PeopleQuery::default() };
    let after = counts(&mut db, acme.org, &adding).await.unwrap();
    assert_eq!((after.of(Stage::AddingPhotos), after.all()), (1, 2));
    assert_eq!(names(&acme, &adding).await, ["Olga"]);
}

/// H4, H7: the face in lists is that of the page of headshots: the favorite, or else the first of the newest shoot.
#[sqlx::test]
async fn a_face_is_the_favorite_or_the_first_of_the_newest_shoot(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect, 2, 9).await;
    let (limits, system) = (PhotoLimits::default(), Actor::system(acme.org));
    let ada = acme.managed("Ada", None).await;
    let mut db = acme.pool.acquire().await.unwrap();
    let mut made = Vec::new();
    for _ in 0..2 {
        acme.fill_draft(ada, 8).await;
        let shoot = shoots::submit(&mut db, &acme, ada, &limits).await.unwrap();
        shoots::begin(&mut db, &system, shoot).await.unwrap();
        let headshots =
            [(); 2].map(|()| NewHeadshot { id: HeadshotId(fresh_id()), width: 800, height: 1000 });
        shoots::finish(&mut db, &system, shoot, &headshots).await.unwrap();
        made.push(headshots.map(|headshot| headshot.id));
    }
    for (chosen, shown) in [(None, made[1][0]), (Some(made[0][1]), made[0][1])] {
        if let Some(chosen) = chosen {
            results::choose(&mut db, &acme, ada, chosen).await.unwrap();
        }
        let row = rows(&mut db, acme.org, &[ada.into()]).await.unwrap().remove(0);
        let Standing::Member { face, .. } = row.standing else { panic!("not a member") };
        assert_eq!(face, Some(shown));
        assert_eq!(
            results::page(&mut db, acme.org, &HeadshotQuery::default(), 9).await.unwrap().people[0].face,
            shown
        );
    }
}
