//! Groups are sub-teams. T1

use super::*;

async fn team_of(acme: &Acme, address: &str) -> String {
    let query = format!(
        "select coalesce((select t.name from teams t where t.org_id = m.org_id and t.id = m.team_id), '-')
         from members m where m.email = '{address}'"
    );
    acme.server.text(&query).await
}

/// S6, T1: as Entra ID and Okta are documented to fill groups.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_is_added_to_a_group_is_in_the_sub_team(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let ada = directory.provision("ada@acme.com").await;
    let bob = directory.provision("bob@acme.com").await;
    assert!(directory.find("Groups", r#"displayName eq "Sales""#).await.is_empty());
    let sales = directory.provision_group("Sales", &[&ada]).await;
    assert_eq!(team_of(&acme, "ada@acme.com").await, "Sales");
    let (ada_id, bob_id) = (id_of(&ada), id_of(&bob));
    let members = async || {
        let group = directory.get(&sales).await.json();
        let members = group.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
        members.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let shown = directory.get(&sales).await.json();
    assert_eq!(shown["members"][0]["$ref"], format!("{ORIGIN}{}{ada}", directory.base));
    for (operations, expected) in [
        // Entra ID
        (json!([{ "op": "Add", "path": "members", "value": [{ "value": bob_id }] }]), vec![ada_id, bob_id]),
        (json!([{ "op": "Add", "path": "members", "value": [{ "value": bob_id }] }]), vec![ada_id, bob_id]),
        (json!([{ "op": "Remove", "path": "members", "value": [{ "value": ada_id }] }]), vec![bob_id]),
        (json!([{ "op": "Remove", "path": format!("members[value eq \"{bob_id}\"]") }]), vec![]),
        // Okta
        (
            json!([{ "op": "add", "path": "members", "value": [{ "value": ada_id, "display": "Ada" }] }]),
            vec![ada_id],
        ),
        (json!([{ "op": "replace", "path": "members", "value": [{ "value": bob_id }] }]), vec![bob_id]),
        (json!([{ "op": "remove", "path": "members" }]), vec![]),
        (json!([{ "op": "add", "value": { "members": [{ "value": ada_id }] } }]), vec![ada_id]),
        (json!([{ "op": "remove", "path": "members[value eq \"nobody\"]" }]), vec![ada_id]),
    ] {
        directory.patch(&sales, operations.clone()).await.with(StatusCode::OK);
        assert_eq!(members().await, expected, "{operations}");
        for (address, id) in [("ada@acme.com", ada_id), ("bob@acme.com", bob_id)] {
            let team = if expected.contains(&id) { "Sales" } else { "-" };
            assert_eq!(team_of(&acme, address).await, team, "{operations}");
        }
    }
    let asked = format!(r#"id eq "{}" and members eq "{ada_id}""#, id_of(&sales));
    assert_eq!(directory.find("Groups", &asked).await.len(), 1);
    assert!(directory.find("Groups", &asked.replace(ada_id, bob_id)).await.is_empty());
    let without = directory.get("/Groups?excludedAttributes=members").await.json();
    assert!(without["Resources"][0].get("members").is_none());
    acme.close().await;
}

/// S6, T1: names are those of the sub-teams, on both sides.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_group_and_its_sub_team_have_one_name(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    // A sub-team that is there becomes the group.
    let team = acme.team("Sales").await.to_string();
    let sales = directory.provision_group(" sales ", &[]).await;
    assert_eq!(acme.server.number("select count(*) from teams").await, 1);
    assert_eq!(directory.get(&sales).await.json()["displayName"], "Sales");
    let twin = json!({ "displayName": "SALES" });
    is_error(&directory.post("/Groups", &twin).await, StatusCode::CONFLICT, Some("uniqueness"));
    // Okta sends the id along.
    let renamed =
        json!([{ "op": "replace", "value": { "id": id_of(&sales), "displayName": "Field sales" } }]);
    assert_eq!(directory.patch(&sales, renamed).await.json()["displayName"], "Field sales");
    assert_eq!(acme.server.text("select name from teams").await, "Field sales");
    acme.lead.call("teams/rename", &[("team", &team), ("name", "Sales & Co")]).await.with(StatusCode::OK);
    assert_eq!(directory.find("Groups", r#"displayName eq "sales & co""#).await.len(), 1);
    acme.team("Ops").await;
    let taken = json!([{ "op": "Replace", "path": "displayName", "value": "Ops" }]);
    is_error(&directory.patch(&sales, taken).await, StatusCode::CONFLICT, Some("uniqueness"));
    for name in [json!(""), json!(7), json!(null), json!("x".repeat(81))] {
        let put = directory.put(&sales, &json!({ "displayName": name })).await;
        is_error(&put, StatusCode::BAD_REQUEST, Some("invalidValue"));
    }
    let put = json!({ "displayName": "People", "externalId": "g-7", "members": [] });
    let put = directory.put(&sales, &put).await.with(StatusCode::OK).json();
    assert_eq!((&put["displayName"], &put["externalId"]), (&json!("People"), &json!("g-7")));
    assert_eq!(directory.find("Groups", r#"externalId eq "g-7""#).await.len(), 1);
    // A lead who deletes the sub-team deletes the group.
    acme.lead.call("teams/delete", &[("team", &team)]).await.with(StatusCode::OK);
    is_error(&directory.get(&sales).await, StatusCode::NOT_FOUND, None);
    acme.close().await;
}

/// S6: somebody in several groups is in the sub-team of the last one, and falls back when that ends.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn who_is_in_several_groups_is_in_the_sub_team_of_the_last(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let (acme, directory) = acme_with_directory(connect).await;
    let ada = directory.provision("ada@acme.com").await;
    let groups = [
        directory.provision_group("One", &[&ada]).await,
        directory.provision_group("Two", &[&ada]).await,
        directory.provision_group("Three", &[&ada]).await,
    ];
    let team = async || team_of(&acme, "ada@acme.com").await;
    assert_eq!(team().await, "Three");
    let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", id_of(&ada)) }]);
    directory.patch(&groups[0], remove.clone()).await.with(StatusCode::OK);
    assert_eq!(team().await, "Three");
    directory.delete(&groups[2]).await.with(StatusCode::NO_CONTENT);
    assert_eq!(team().await, "Two");
    assert_eq!(acme.server.number("select count(*) from teams where name = 'Three'").await, 0);
    // Where a lead moves somebody, they stay until a group of theirs changes.
    let own = acme.team("Own").await;
    acme.server.execute(&format!("update members set team_id = '{own}' where email = 'ada@acme.com'")).await;
    directory.patch(&groups[1], remove).await.with(StatusCode::OK);
    assert_eq!(team().await, "Own");
    assert_eq!(acme.server.number("select count(*) from members").await, 2);
    acme.close().await;
}

/// S6, N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn what_a_group_cannot_be_is_refused(_: PgPoolOptions, connect: PgConnectOptions) {
    let (acme, directory) = acme_with_directory(connect).await;
    let sales = directory.provision_group("Sales", &[]).await;
    let nobody = headcount::store::fresh_id();
    for (operations, word) in [
        (json!([{ "op": "add", "path": "members", "value": [{ "value": nobody }] }]), "invalidValue"),
        (json!([{ "op": "add", "path": "members", "value": [{ "value": "x" }] }]), "invalidValue"),
        (json!([{ "op": "add", "path": "members", "value": [{ "display": "x" }] }]), "invalidValue"),
        (json!([{ "op": "remove", "path": "members[display eq \"x\"]" }]), "invalidFilter"),
        (json!([{ "op": "add", "path": "members[value eq \"x\"]", "value": {} }]), "invalidPath"),
        (json!([{ "op": "remove", "path": "displayName" }]), "mutability"),
        (json!([{ "op": "replace", "path": "id", "value": "x" }]), "mutability"),
        (json!([{ "op": "replace", "path": "color", "value": "x" }]), "invalidPath"),
    ] {
        is_error(&directory.patch(&sales, operations).await, StatusCode::BAD_REQUEST, Some(word));
    }
    let members = json!({ "displayName": "New", "members": [{ "value": nobody }] });
    is_error(&directory.post("/Groups", &members).await, StatusCode::BAD_REQUEST, Some("invalidValue"));
    assert_eq!(acme.server.number("select count(*) from teams").await, 1);
    acme.close().await;
}
