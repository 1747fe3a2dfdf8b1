//! Who may call, what is offered, and what is said to whom who may not or cannot be understood.

use futures_util::future::join_all;

use super::*;

/// S6, N2: a token opens its own organization, and is in no table.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_token_opens_its_own_organization_until_it_is_revoked(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let other = acme.server.found("Other", "otto@other.com").await;
    let foreign = Directory::connect(&acme.server, &other).await;
    directory.get("/Users").await.with(StatusCode::OK);
    for stored in acme.server.everything().await {
        assert!(!stored.contains(&directory.token), "{stored}");
    }
    let (base, token) = (&directory.base, &directory.token);
    let nowhere = format!("/scim/v2/{}", headcount::store::fresh_id());
    for (base, token) in [
        (base, foreign.token.clone()),
        (&foreign.base, token.clone()),
        (&nowhere, token.clone()),
        (base, String::new()),
        (base, format!("{token}x")),
        (&"/scim/v2/x".to_owned(), token.clone()),
    ] {
        let stranger = Directory { browser: acme.server.browser(), base: base.clone(), token };
        for path in ["/Users", "/ServiceProviderConfig", "/nowhere", ""] {
            let answer =
                stranger.browser.send(stranger.request(Method::GET, path).body(Body::empty()).unwrap());
            let answer = answer.await;
            if path.is_empty() {
                answer.with(StatusCode::NOT_FOUND);
            } else {
                is_error(&answer, StatusCode::UNAUTHORIZED, None);
                assert!(answer.header(header::WWW_AUTHENTICATE).starts_with("Bearer"));
            }
        }
    }
    // A lead's login is no token; nor does a token sign in.
    is_error(&acme.lead.browser.get(&format!("{base}/Users")).await, StatusCode::UNAUTHORIZED, None);
    let shown = acme.lead.call("directory/show", &[]).await.with(StatusCode::OK);
    assert!(!shown.text().contains(token) && !shown.json()["token"]["used_at"].is_null(), "{shown}");

    let renewed = Directory::connect(&acme.server, &acme.lead).await;
    is_error(&directory.get("/Users").await, StatusCode::UNAUTHORIZED, None);
    renewed.get("/Users").await.with(StatusCode::OK);
    acme.lead.call("directory/revoke-token", &[]).await.with(StatusCode::OK);
    is_error(&renewed.get("/Users").await, StatusCode::UNAUTHORIZED, None);
    acme.lead.call("directory/revoke-token", &[]).await.with(StatusCode::NOT_FOUND);
    let acts = acme.server.text("select string_agg(act || ' ' || actor_name, ', ' order by id) from audit_entries where act like 'directory%' and org_id in (select id from organizations where name = 'Acme')").await;
    assert_eq!(
        acts,
        "directory_token_made Olga Owner, directory_token_made Olga Owner, directory_token_revoked Olga Owner"
    );
    acme.close().await;
}

/// S6: only the Owner makes and revokes it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_team_lead_makes_no_token(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let (_, ada) = acme.member("ada@acme.com").await;
    acme.server.execute("update members set role = 'team_lead' where email = 'ada@acme.com'").await;
    let org = acme.lead.org();
    for function in ["directory/renew-token", "directory/revoke-token"] {
        ada.call(function, &[("org", &org)]).await.with(StatusCode::FORBIDDEN);
    }
    ada.call("directory/show", &[("org", &org)]).await.with(StatusCode::OK);
    acme.close().await;
}

/// S6: what is offered says what is kept.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_directory_can_look_before_it_asks(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let config = directory.get("/ServiceProviderConfig").await.with(StatusCode::OK).json();
    for (what, supported) in
        [("patch", true), ("filter", true), ("etag", true), ("bulk", false), ("sort", false)]
    {
        assert_eq!(config[what]["supported"], supported, "{what}");
    }
    for (list, count) in [("ResourceTypes", 2), ("Schemas", 5)] {
        let all = directory.get(&format!("/{list}")).await.with(StatusCode::OK).json();
        assert_eq!(all["totalResults"], count);
        for one in all["Resources"].as_array().unwrap() {
            let path = format!("/{list}/{}", one["id"].as_str().unwrap());
            assert_eq!(directory.get(&path).await.with(StatusCode::OK).json(), *one);
            assert_eq!(one["meta"]["location"], format!("{ORIGIN}{}{path}", directory.base));
        }
        is_error(&directory.get(&format!("/{list}/nothing")).await, StatusCode::NOT_FOUND, None);
        is_error(&directory.get(&format!("/{list}?filter=x")).await, StatusCode::FORBIDDEN, None);
        is_error(
            &directory.post(&format!("/{list}"), &json!({})).await,
            StatusCode::METHOD_NOT_ALLOWED,
            None,
        );
    }
    is_error(&directory.post("/.search", &json!({})).await, StatusCode::NOT_IMPLEMENTED, None);
    is_error(&directory.get("/nowhere").await, StatusCode::NOT_FOUND, None);
    is_error(&directory.get("/Users/1").await, StatusCode::NOT_FOUND, None);
    acme.close().await;
}

/// S6, N1: what cannot be understood is told in SCIM's own words, and changes nothing.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_cannot_be_understood_is_refused_in_scims_words(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let ada = directory.provision("ada@acme.com").await;
    let rows = "select count(*) from members";
    let raw = async |kind: &str, body: Vec<u8>| {
        let mut request = directory.request(Method::POST, "/Users");
        request.headers_mut().unwrap().insert(header::CONTENT_TYPE, kind.parse().unwrap());
        directory.browser.send(request.body(body.into()).unwrap()).await
    };
    let json = "application/json";
    is_error(&raw("text/plain", b"{}".to_vec()).await, StatusCode::UNSUPPORTED_MEDIA_TYPE, None);
    is_error(&raw(json, vec![b' '; (1 << 20) + 1]).await, StatusCode::PAYLOAD_TOO_LARGE, None);
    for body in [b"{".to_vec(), b"[]".to_vec(), b"\xff".to_vec(), "[".repeat(100_000).into_bytes()] {
        is_error(&raw(json, body).await, StatusCode::BAD_REQUEST, Some("invalidSyntax"));
    }
    // As many bytes as an index takes, and that nothing makes shorter.
    let text =
        |bytes: u32| (0..bytes / 4).filter_map(|n| char::from_u32(0x1_0000 + n * 61)).collect::<String>();
    let long = json!({ "externalId": text(1_000), "emails": [
        { "value": "long@acme.com", "primary": true }, { "value": text(1_000) }
    ] });
    let mut user_of_long = user("long@acme.com");
    user_of_long.as_object_mut().unwrap().extend(long.as_object().unwrap().clone());
    directory.post("/Users", &user_of_long).await.with(StatusCode::CREATED);
    user_of_long["externalId"] = text(1_004).into();
    is_error(&directory.post("/Users", &user_of_long).await, StatusCode::BAD_REQUEST, Some("invalidValue"));
    let group = |id: String| json!({ "displayName": "Sales", "externalId": id });
    directory.post("/Groups", &group(text(1_000))).await.with(StatusCode::CREATED);
    let refused = directory.post("/Groups", &group(text(1_004))).await;
    is_error(&refused, StatusCode::BAD_REQUEST, Some("invalidValue"));
    let changed = |change: fn(&mut Value)| {
        let mut user = user("eve@acme.com");
        change(&mut user);
        user
    };
    for body in [
        json!({}),
        changed(|user| user["userName"] = 7.into()),
        changed(|user| user["userName"] = " ".into()),
        changed(|user| user["displayName"] = "a\0b".into()),
        changed(|user| user["title"] = "x".repeat(1_001).into()),
        changed(|user| user["active"] = "perhaps".into()),
        changed(|user| user["emails"][0]["value"] = "no address".into()),
        changed(|user| user["emails"] = json!([[1]])),
        changed(|user| user["emails"][0]["value"] = "eve@elsewhere.com".into()),
    ] {
        is_error(&directory.post("/Users", &body).await, StatusCode::BAD_REQUEST, Some("invalidValue"));
    }
    for (query, word) in [
        ("filter=userName", "invalidFilter"),
        ("filter=title%20eq%20%22x%22", "invalidFilter"),
        ("filter=userName%20co%20%22x%22", "invalidFilter"),
        ("startIndex=x", "invalidValue"),
        ("count=1e3", "invalidValue"),
        ("count=1&count=2", "invalidValue"),
    ] {
        for kind in ["Users", "Groups"] {
            let answer = directory.get(&format!("/{kind}?{query}")).await;
            is_error(&answer, StatusCode::BAD_REQUEST, Some(word));
        }
    }
    let nul = directory.get("/Users?filter=userName%20eq%20%22%5Cu0000%22").await.with(StatusCode::OK);
    assert_eq!(nul.json()["totalResults"], 0);
    for (operations, word) in [
        (json!([{ "op": "replace", "path": "emails[", "value": 1 }]), "invalidPath"),
        (json!([{ "op": "replace", "path": "id", "value": "x" }]), "mutability"),
        (json!([{ "op": "remove", "path": "userName" }]), "mutability"),
        (
            json!([{ "op": "replace", "path": "userName", "value": "eve@elsewhere.com" }, { "op": "remove", "path": "emails" }]),
            "invalidValue",
        ),
        (json!([{ "op": "remove" }]), "noTarget"),
        (json!([{ "op": "jump" }]), "invalidSyntax"),
        (json!({}), "invalidSyntax"),
    ] {
        is_error(&directory.patch(&ada, operations).await, StatusCode::BAD_REQUEST, Some(word));
    }
    assert_eq!(acme.server.number(rows).await, 3);
    acme.close().await;
}

/// S6, N1: the database away is said in SCIM's form as well, whoever asks.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn the_database_away_is_said_in_scims_form(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, mut directory) = acme_with_directory(connect).await;
    let away = Server::without_database();
    directory.browser = directory.browser.at(&away);
    for path in ["/Users", "/Groups", "/ServiceProviderConfig", "/nowhere"] {
        let answer = directory.get(path).await;
        is_error(&answer, StatusCode::SERVICE_UNAVAILABLE, None);
        assert_eq!(answer.header(header::RETRY_AFTER), "5");
    }
    acme.close().await;
}

/// S6, L9: one directory cannot keep the server busy; another is not held up by it.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_calls_too_often_is_told_to_wait(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let other = acme.server.found("Other", "otto@other.com").await;
    let other = Directory::connect(&acme.server, &other).await;
    let most = directories::REQUESTS_PER_MINUTE;
    acme.server
        .execute(&format!("update directories set requests = {}, minute_began_at = now()", most - 2))
        .await;
    let answers = join_all((0..4).map(|_| directory.get("/Users"))).await;
    let refused: Vec<&Answer> = answers.iter().filter(|answer| answer.status != StatusCode::OK).collect();
    assert_eq!(refused.len(), 2);
    for answer in refused {
        is_error(answer, StatusCode::TOO_MANY_REQUESTS, None);
        assert_eq!(answer.header(header::RETRY_AFTER), "60");
    }
    other.get("/Users").await.with(StatusCode::OK);
    acme.server.execute("update directories set minute_began_at = now() - interval '1 minute'").await;
    directory.get("/Users").await.with(StatusCode::OK);
    acme.close().await;
}
