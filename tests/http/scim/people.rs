//! People: looked up, made, changed, by both kinds of directory.

use futures_util::future::join_all;

use super::*;
use crate::watching::scrape;

/// S6, S5: as Entra ID is documented to do it: a lookup before everything, names of operations with capitals,
/// booleans as texts, paths with filters. A member of kind SSO comes of it, and no credit is used.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn entra_id_provisions_somebody(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let balance = acme.balance().await;
    assert!(directory.find("Users", r#"userName eq "ada@acme.com""#).await.is_empty());
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let sent = json!({
        "schemas": [USER, enterprise],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "Ada@acme.com",
        "active": true,
        "displayName": "Ada King",
        "addresses": [{ "type": "work", "country": "UK" }],
        "emails": [{ "primary": true, "type": "work", "value": "Ada@acme.com" }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": "Ada King", "familyName": "King", "givenName": "Ada" },
        "roles": [],
        "title": "Countess",
        (enterprise): { "department": "R&D" },
    });
    let made = directory.post("/Users", &sent).await.with(StatusCode::CREATED);
    let ada = made.json();
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    assert_eq!(made.header(header::LOCATION), format!("{ORIGIN}{}{path}", directory.base));
    assert_eq!(made.header(header::ETAG), ada["meta"]["version"].as_str().unwrap());
    for name in ["externalId", "userName", "displayName", "emails", "name", "title", "active"] {
        assert_eq!(ada[name], sent[name], "{name}");
    }
    assert!(ada.get("addresses").is_none() && ada["schemas"] == json!([USER]));
    assert_eq!(directory.get(&path).await.with(StatusCode::OK).json(), ada);
    for filter in [
        r#"userName eq "ADA@ACME.COM""#,
        r#"externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef""#,
        r#"emails[type eq "work"].value eq "ada@acme.com""#,
        r#"emails[type eq "work" and value eq "ada@acme.com"] and active eq true"#,
        r#"userName eq "nobody" or emails.value eq "ada@acme.com""#,
    ] {
        assert_eq!(directory.find("Users", filter).await, std::slice::from_ref(&ada), "{filter}");
    }
    for filter in [r#"externalId eq "0A21F0F2-8D2A-4F8E-BF98-7363C4AED4EF""#, r#"userName eq "ada""#] {
        assert!(directory.find("Users", filter).await.is_empty(), "{filter}");
    }
    let member = "select kind || ' ' || name || ' ' || title || ' ' || address || ' ' || (account_id is not null) from members where email = 'ada@acme.com'";
    assert_eq!(acme.server.text(member).await, "sso Ada King Countess Ada@acme.com true");
    assert_eq!(acme.balance().await, balance);

    let changed = directory
        .patch(
            &path,
            json!([
                { "op": "Replace", "path": "displayName", "value": "Ada Lovelace" },
                { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada.lovelace@acme.com" },
                { "op": "Add", "path": "name.familyName", "value": "Lovelace" },
                { "op": "Add", "path": format!("{enterprise}:department"), "value": "Mathematics" },
                { "op": "Replace", "path": "active", "value": "True" },
            ]),
        )
        .await
        .with(StatusCode::OK)
        .json();
    assert_eq!(changed["name"]["givenName"], "Ada");
    let member = "select name || ' ' || email || ' ' || (select count(*) from accounts where email like 'ada%') from members where kind = 'sso'";
    assert_eq!(acme.server.text(member).await, "Ada Lovelace ada.lovelace@acme.com 1");
    // They sign in under the new address, and are in.
    acme.server.signed_in("ada.lovelace@acme.com").await.get("/me").await.with(StatusCode::OK);
    let acts = "select string_agg(act || ' ' || actor_kind, ', ' order by id) from audit_entries where act like 'member_%'";
    assert_eq!(acme.server.text(acts).await, "member_provisioned directory, member_updated directory");
    acme.close().await;
}

/// S6: as Okta is documented to do it: PUT of everything, PATCH without a path.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn okta_provisions_somebody(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let page =
        directory.get("/Users?filter=userName%20eq%20%22ada%40acme.com%22&startIndex=1&count=100").await;
    assert_eq!(page.with(StatusCode::OK).json()["totalResults"], 0);
    let sent = json!({
        "schemas": [USER],
        "userName": "ada@acme.com",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [{ "primary": true, "value": "ada@acme.com", "type": "work" }],
        "displayName": "Ada Lovelace",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    });
    let ada = directory.post("/Users", &sent).await.with(StatusCode::CREATED).json();
    assert!(ada.get("password").is_none());
    let path = format!("/Users/{}", ada["id"].as_str().unwrap());
    let mut changed = ada.clone();
    changed["displayName"] = "Ada King".into();
    changed["name"] = json!({ "givenName": "Ada", "familyName": "King" });
    let put = directory.put(&path, &changed).await.with(StatusCode::OK).json();
    assert_eq!((&put["displayName"], &put["name"]), (&changed["displayName"], &changed["name"]));
    let name = "select name from members where email = 'ada@acme.com'";
    assert_eq!(acme.server.text(name).await, "Ada King");
    for active in [false, true] {
        let patched =
            directory.patch(&path, json!([{ "op": "replace", "value": { "active": active } }])).await;
        assert_eq!(patched.with(StatusCode::OK).json()["active"], active);
    }
    // A PUT that does not say so lets nobody in again.
    directory
        .patch(&path, json!([{ "op": "replace", "value": { "active": false } }]))
        .await
        .with(StatusCode::OK);
    changed.as_object_mut().unwrap().remove("active");
    assert_eq!(directory.put(&path, &changed).await.with(StatusCode::OK).json()["active"], false);
    acme.close().await;
}

/// M5, J7, P5: whoever was added or invited before, or is a member, is that same person.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn provisioning_fulfills_what_was_begun_before(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let server = &acme.server;
    acme.grant(5).await;
    let managed = acme.managed("Bob", Some("bob@acme.com")).await;
    acme.shoot(managed).await;
    let (member, browser) = acme.member("cleo@acme.com").await;
    let team = acme.team("Sales").await;
    let invite = acme.invite("ada@acme.com").await;
    server
        .execute(&format!(
            "update invites set team_id = '{team}', title = 'Chair', role = 'team_lead' where id = '{invite}'"
        ))
        .await;
    server.work().await;
    let entries = acme.server.number("select count(*) from credit_entries").await;
    for address in ["bob@acme.com", "cleo@acme.com", "ada@acme.com"] {
        directory.provision(address).await;
    }
    assert_eq!(server.number("select count(*) from members").await, 4);
    let of = async |address: &str| {
        let query = format!(
            "select id || ' ' || kind from members where email = '{address}' and account_id is not null"
        );
        server.text(&query).await
    };
    assert_eq!(of("bob@acme.com").await, format!("{managed} managed"));
    assert_eq!(of("cleo@acme.com").await, format!("{member} invite"));
    assert!(of("ada@acme.com").await.ends_with(" sso"));
    let ada = format!(
        "select title || ', ' || role from members where email = 'ada@acme.com' and team_id = '{team}'"
    );
    assert_eq!(server.text(&ada).await, "Chair, team_lead");
    assert_eq!(server.text(&format!("select state from invites where id = '{invite}'")).await, "joined");
    assert_eq!(server.number("select count(*) from headshots").await, 2);
    assert_eq!(server.number("select count(*) from credit_entries").await, entries);
    browser.get("/me").await.with(StatusCode::OK);
    acme.close().await;
}

/// S6, N8: whom the directory lets in is counted once, and nobody who was in before or is kept out.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_joins_by_the_directory_is_counted(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    acme.grant(1).await;
    acme.member("cleo@acme.com").await;
    let counted = async || {
        let text = scrape(&acme.server).await;
        let line = text.lines().find_map(|line| line.strip_prefix("headcount_joins_total{way=\"scim\"} "));
        line.unwrap_or_else(|| panic!("no such figure: {text}")).to_owned()
    };
    assert_eq!(counted().await, "0");
    let path = directory.provision("ada@acme.com").await;
    assert_eq!(counted().await, "1");
    directory.provision("cleo@acme.com").await;
    let mut out = user("eve@acme.com");
    out["active"] = false.into();
    directory.post("/Users", &out).await.with(StatusCode::CREATED);
    for active in [false, true] {
        let back = json!([{ "op": "replace", "path": "active", "value": active }]);
        directory.patch(&path, back).await.with(StatusCode::OK);
    }
    assert_eq!(counted().await, "1");
    acme.close().await;
}

/// S1: only at domains that this organization has verified.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn nobody_is_provisioned_outside_the_verified_domains(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let other = acme.server.found("Other", "otto@other.com").await;
    own_domain(&acme.server, &other, "other.com").await;
    let path = directory.provision("ada@acme.com").await;
    for address in ["eve@other.com", "eve@sub.acme.com", "eve@gmail.com", "eve@notacme.com"] {
        let answer = directory.post("/Users", &user(address)).await;
        is_error(&answer, StatusCode::BAD_REQUEST, Some("invalidValue"));
        let moved = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": address }]);
        is_error(&directory.patch(&path, moved).await, StatusCode::BAD_REQUEST, Some("invalidValue"));
    }
    acme.server.execute("update domains set state = 'lost' where domain = 'acme.com'").await;
    is_error(
        &directory.post("/Users", &user("bob@acme.com")).await,
        StatusCode::BAD_REQUEST,
        Some("invalidValue"),
    );
    // Access can always be ended.
    directory
        .patch(&path, json!([{ "op": "replace", "path": "active", "value": false }]))
        .await
        .with(StatusCode::OK);
    let back = directory.patch(&path, json!([{ "op": "replace", "path": "active", "value": true }])).await;
    is_error(&back, StatusCode::BAD_REQUEST, Some("invalidValue"));
    assert_eq!(acme.server.number("select count(*) from members where email like 'eve%'").await, 0);
    acme.close().await;
}

/// S6: an address of somebody else is nobody's to take.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_address_that_is_taken_is_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let ada = directory.provision("ada@acme.com").await;
    directory.provision("bob@acme.com").await;
    acme.server.found("Other", "cleo@acme.com").await;
    acme.managed("Dora", Some("dora@acme.com")).await;
    let before = directory.get(&ada).await.json();
    for address in ["bob@acme.com", "cleo@acme.com", "olga@acme.com", "dora@acme.com"] {
        let moved = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": address }]);
        is_error(&directory.patch(&ada, moved).await, StatusCode::CONFLICT, Some("uniqueness"));
    }
    let named = json!([{ "op": "replace", "path": "userName", "value": "BOB@acme.com" }]);
    is_error(&directory.patch(&ada, named).await, StatusCode::CONFLICT, Some("uniqueness"));
    for taken in ["ada@acme.com", "ADA@ACME.com"] {
        is_error(&directory.post("/Users", &user(taken)).await, StatusCode::CONFLICT, Some("uniqueness"));
    }
    // Another name for a person who is there.
    let mut twin = user("ada@acme.com");
    twin["userName"] = "lovelace".into();
    is_error(&directory.post("/Users", &twin).await, StatusCode::CONFLICT, Some("uniqueness"));
    assert_eq!(directory.get(&ada).await.json(), before);
    acme.close().await;
}

/// S6: the same person made several times at once is made once.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_same_person_at_once_is_made_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    for n in 0..20 {
        let address = format!("ada.{n}@acme.com");
        if n % 2 == 1 {
            acme.managed("Ada", Some(&address)).await;
        }
        let sent = user(&address);
        let answers = join_all((0..4).map(|_| directory.post("/Users", &sent))).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409]);
    }
    assert_eq!(acme.server.number("select count(*) from members").await, 21);
    let doubled = "select count(*) from directory_users u join members m on m.id = u.member_id where m.account_id is null";
    assert_eq!(acme.server.number(doubled).await, 0);
    acme.close().await;
}

/// S6: what two requests change of one person at once is all changed.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn no_change_of_two_at_once_is_lost(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let ada = directory.provision("ada@acme.com").await;
    for n in 0..10 {
        let title =
            directory.patch(&ada, json!([{ "op": "replace", "path": "title", "value": format!("T{n}") }]));
        let name = directory
            .patch(&ada, json!([{ "op": "replace", "path": "displayName", "value": format!("N{n}") }]));
        let (title, name) = futures_util::join!(title, name);
        title.with(StatusCode::OK);
        name.with(StatusCode::OK);
        let now = directory.get(&ada).await.json();
        assert_eq!((&now["title"], &now["displayName"]), (&json!(format!("T{n}")), &json!(format!("N{n}"))));
    }
    acme.close().await;
}

/// S6: lists come in pages, with the attributes that are asked for.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn lists_come_in_pages(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    for n in 0..5 {
        directory.provision(&format!("p{n}@acme.com")).await;
    }
    let names = async |query: &str| {
        let page = directory.get(&format!("/Users?{query}")).await.with(StatusCode::OK).json();
        assert_eq!(page["totalResults"], 5, "{query}");
        let resources = page["Resources"].as_array().unwrap().clone();
        assert_eq!(page["itemsPerPage"], resources.len(), "{query}");
        let names = resources.iter().map(|user| user["userName"].as_str().unwrap()[..2].to_owned());
        (page["startIndex"].as_u64().unwrap(), names.collect::<Vec<_>>().join(" "))
    };
    for (query, start, found) in [
        ("", 1, "p0 p1 p2 p3 p4"),
        ("startIndex=1&count=2", 1, "p0 p1"),
        ("startIndex=3&count=2", 3, "p2 p3"),
        ("startIndex=5&count=2", 5, "p4"),
        ("startIndex=6", 6, ""),
        ("startIndex=0&count=1", 1, "p0"),
        ("count=0", 1, ""),
        ("count=-1", 1, ""),
        ("count=9999", 1, "p0 p1 p2 p3 p4"),
    ] {
        assert_eq!(names(query).await, (start, found.to_owned()), "{query}");
    }
    let or = "/Users?filter=userName%20eq%20%22p1%40acme.com%22%20or%20userName%20eq%20%22p3%40acme.com%22&startIndex=2&count=5";
    let page = directory.get(or).await.with(StatusCode::OK).json();
    assert_eq!(
        (&page["totalResults"], &page["Resources"][0]["userName"]),
        (&json!(2), &json!("p3@acme.com"))
    );
    let one = directory.get("/Users?count=1&attributes=userName").await.json()["Resources"][0].clone();
    let mut kept: Vec<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
    kept.sort_unstable();
    assert_eq!(kept, ["id", "schemas", "userName"]);
    let one =
        directory.get("/Users?count=1&excludedAttributes=emails,name.givenName").await.json()["Resources"][0]
            .clone();
    assert!(one.get("emails").is_none() && one["name"] == json!({ "familyName": "Lovelace" }));
    acme.close().await;
}

/// S6: a directory that does not know the newest changes nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_old_version_changes_nothing(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let ada = directory.provision("ada@acme.com").await;
    let group = directory.provision_group("Sales", &[]).await;
    for (path, change) in [(&ada, "title"), (&group, "externalId")] {
        let old = directory.get(path).await.header(header::ETAG).to_owned();
        let ask = async |method: Method, name: header::HeaderName, tag: &str, body: &Value| {
            let request = directory.request(method, path).header(name, tag);
            let body = if body.is_null() { Body::empty() } else { body.to_string().into() };
            directory.browser.send(request.body(body).unwrap()).await
        };
        let unchanged = ask(Method::GET, header::IF_NONE_MATCH, &old, &Value::Null).await;
        assert_eq!(unchanged.with(StatusCode::NOT_MODIFIED).header(header::ETAG), old);
        let patch = json!({ "Operations": [{ "op": "replace", "path": change, "value": "x" }] });
        ask(Method::PATCH, header::IF_MATCH, &old, &patch).await.with(StatusCode::OK);
        let new = directory.get(path).await;
        assert_ne!(new.header(header::ETAG), old);
        ask(Method::GET, header::IF_NONE_MATCH, &old, &Value::Null).await.with(StatusCode::OK);
        for method in [Method::PATCH, Method::PUT, Method::DELETE] {
            let body = if method == Method::PUT { new.json() } else { patch.clone() };
            let answer = ask(method, header::IF_MATCH, &old, &body).await;
            is_error(&answer, StatusCode::PRECONDITION_FAILED, None);
        }
        ask(Method::DELETE, header::IF_MATCH, new.header(header::ETAG), &Value::Null)
            .await
            .with(StatusCode::NO_CONTENT);
    }
    acme.close().await;
}

/// N2: what is another organization's is like what is not there.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn two_organizations_know_nothing_of_each_other(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let lead = acme.server.found("Other", "otto@other.com").await;
    own_domain(&acme.server, &lead, "other.com").await;
    let other = Directory::connect(&acme.server, &lead).await;
    let ada = directory.provision("ada@acme.com").await;
    let group = directory.provision_group("Sales", &[&ada]).await;
    let own = other.provision_group("Ops", &[]).await;
    for path in [&ada, &group] {
        is_error(&other.get(path).await, StatusCode::NOT_FOUND, None);
        is_error(&other.put(path, &directory.get(path).await.json()).await, StatusCode::NOT_FOUND, None);
        let patch = other.patch(path, json!([{ "op": "replace", "path": "externalId", "value": "x" }])).await;
        is_error(&patch, StatusCode::NOT_FOUND, None);
        is_error(&other.delete(path).await, StatusCode::NOT_FOUND, None);
        let (kind, id) = path[1..].split_once('/').unwrap();
        assert!(other.find(kind, &format!(r#"id eq "{id}""#)).await.is_empty());
    }
    assert_eq!(other.get("/Users").await.json()["totalResults"], 0);
    assert!(other.find("Users", r#"userName eq "ada@acme.com""#).await.is_empty());
    assert!(other.find("Groups", r#"displayName eq "Sales""#).await.is_empty());
    let stolen = json!([{ "op": "add", "path": "members", "value": [{ "value": id_of(&ada) }] }]);
    is_error(&other.patch(&own, stolen).await, StatusCode::BAD_REQUEST, Some("invalidValue"));
    assert_eq!(directory.get(&ada).await.json()["groups"][0]["display"], "Sales");
    // The same person may be in both: at each by what is theirs.
    is_error(
        &other.post("/Users", &user("ada@acme.com")).await,
        StatusCode::BAD_REQUEST,
        Some("invalidValue"),
    );
    acme.close().await;
}
