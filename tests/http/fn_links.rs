//! `/fn/links/…`, `/links/{link}/…`: links that leads change, pause and print as QR codes, over HTTP. L1, L2, L6, N1

use crate::harness::*;

fn fields<'a>(link: &'a str, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    ["label", "domains", "usage_limit", "expires_at", "team"]
        .into_iter()
        .map(|name| (name, changed.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| *value)))
        .chain([("link", link)])
        .collect()
}

/// L2, N1
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn an_edit_is_seen_in_the_list_and_at_the_door(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let team = acme.team("Sales").await.to_string();
    let link = acme.link(limited_to(1)).await;
    let (id, path) = (link.to_string(), acme.link_path(link));
    acme.server.signed_in("ada@acme.com").await.join_as_viewer(&path).await.to("/me");
    let low = acme.lead.call("links/edit", &fields(&id, &[("usage_limit", "0")])).await;
    assert_eq!(low.with(StatusCode::UNPROCESSABLE_ENTITY).json()["Invalid"][0]["field"], "usage_limit");
    let change = [
        ("label", "Poster"),
        ("domains", "*.acme.com"),
        ("usage_limit", "2"),
        ("expires_at", "2999-01-01T12:00Z"),
        ("team", team.as_str()),
    ];
    acme.lead.call("links/edit", &fields(&id, &change)).await.with(StatusCode::OK);
    let listed = acme.lead.call("links/list", &[]).await.json();
    assert_eq!((&listed[0]["label"], &listed[0]["team"]), (&"Poster".into(), &"Sales".into()));
    assert_eq!((&listed[0]["state"], &listed[0]["usage_limit"]), (&"Live".into(), &2.into()));
    acme.server.signed_in("bob@acme.com").await.join_as_viewer(&path).await.with(StatusCode::FORBIDDEN);
    acme.server.signed_in("bob@eu.acme.com").await.join_as_viewer(&path).await.to("/me");
    assert_eq!(acme.server.number("select count(*) from members where team_id is not null").await, 1);

    let below = acme.lead.call("links/edit", &fields(&id, &[("usage_limit", "1")])).await;
    let below = below.with(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(below.json()["Invalid"][0]["field"], "usage_limit");
    assert!(below.text().contains("2 people have joined already. Type 2 or more"), "{below}");
    let past = acme.lead.call("links/edit", &fields(&id, &[("expires_at", "2001-01-01T12:00Z")])).await;
    assert_eq!(past.with(StatusCode::UNPROCESSABLE_ENTITY).json()["Invalid"][0]["field"], "expires_at");
    assert_eq!(acme.count_joined().await, 2);
    acme.lead.call("links/revoke", &[("link", &id)]).await.with(StatusCode::OK);
    for function in ["links/edit", "links/pause", "links/resume"] {
        acme.lead.call(function, &fields(&id, &[])).await.with(StatusCode::NOT_FOUND).says("revoked already");
    }
    acme.close().await;
}

/// L2, L5: whoever had the page open before the pause is turned away as well.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_paused_link_turns_everybody_away_kindly(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let link = acme.link(unlimited()).await;
    let (id, path) = (link.to_string(), acme.link_path(link));
    let typing = acme.server.browser();
    let page = typing.ask_to_join(&path, "ada@acme.com").await;
    let code = acme.server.code_for("ada@acme.com").await;
    let viewer = acme.server.signed_in("bob@acme.com").await;
    acme.lead.call("links/pause", &[("link", &id)]).await.with(StatusCode::OK);
    assert_eq!(acme.lead.call("links/list", &[]).await.json()[0]["state"], "Paused");
    for answer in [
        typing.get(&path).await,
        typing.post(&path, &[("name", "Ada"), ("email", "ada@acme.com")]).await,
        viewer.join_as_viewer(&path).await,
    ] {
        answer.with(StatusCode::CONFLICT).says("This link is paused").says("try again later");
    }
    acme.lead.call("links/resume", &[("link", &id)]).await.with(StatusCode::OK);
    viewer.join_as_viewer(&path).await.to("/me");
    typing.enter_code(&page, &path, &code).await.to("/me");
    assert_eq!(acme.count_joined().await, 2);
    acme.close().await;
}

/// L2, N2
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_qr_code_is_drawn_for_the_leads_of_the_organization(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let path = |kind: &str| spell(&format!("/links/{{link}}/qr.{kind}"), &cast.names);
    let lead = &cast.acme.lead.browser;
    let svg = lead.get(&path("svg")).await.with(StatusCode::OK);
    assert_eq!(svg.header(header::CONTENT_TYPE), "image/svg+xml");
    assert!(svg.text().starts_with("<svg") && !svg.text().contains("script"));
    let png = lead.get(&path("png")).await.with(StatusCode::OK);
    assert_eq!(png.header(header::CONTENT_TYPE), "image/png");
    assert!(image::load_from_memory(&png.body).is_ok());
    for kind in ["svg", "png"] {
        for browser in [&cast.stranger, &cast.member, &cast.foreigner.browser] {
            browser.get(&path(kind)).await.with(StatusCode::NOT_FOUND);
        }
        lead.get(&format!("/links/none/qr.{kind}")).await.with(StatusCode::NOT_FOUND);
    }
    cast.close().await;
}
