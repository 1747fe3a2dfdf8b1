//! `/events`: open pages hear that something changed, whichever server did it. N7, N9

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures_util::{FutureExt, StreamExt};
use headcount::{
    server::live::{self, Subscription},
    store::fresh_id,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{harness::*, routes::ROUTES};

/// Shorter than the time after which a page looks without having been told.
const SOON: Duration = Duration::from_secs(15);

async fn listen(server: &Server, lead: &Browser) -> BodyDataStream {
    let request = lead.request(Method::GET, "/events").body(Body::empty()).unwrap();
    let response = server.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    response.into_body().into_data_stream()
}

async fn hear(events: &mut BodyDataStream) -> String {
    loop {
        let frame = tokio::time::timeout(SOON, events.next()).await.expect("nothing was heard");
        let text = String::from_utf8(frame.expect("the stream ended").unwrap().to_vec()).unwrap();
        if text.starts_with("event:") {
            return text;
        }
    }
}

/// N2, N7, N9: it says that something changed and whom that is about, and nothing else.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_page_hears_of_what_another_server_did(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect.clone(), 2).await;
    let other = Server::start(connect).await;
    let stop = CancellationToken::new();
    let running = [&acme.server, &other].map(|server| {
        tokio::spawn(live::run(server.state.live.clone(), server.state.pool.clone(), stop.clone()))
    });
    while !acme.server.state.live.is_listening() || !other.state.live.is_listening() {
        tokio::task::yield_now().await;
    }
    let mut events = listen(&other, &acme.lead.browser).await;
    // The first may be about the server's own start; from the second on it is about what was done.
    for team in ["Sales", "Ops", "People"] {
        acme.lead.call("teams/create", &[("name", team)]).await.with(StatusCode::OK);
        assert_eq!(hear(&mut events).await, "event: changed\ndata: *\n\n");
    }
    // By a form of somebody who holds a link.
    let invite = acme.invite("ada@acme.com").await;
    acme.server.work().await;
    assert_eq!(hear(&mut events).await, format!("event: changed\ndata: {invite}\n\n"));
    acme.server.browser().post(&acme.invite_path(invite), &[("name", "Ada")]).await.to("/me");
    let member = acme.server.text("select id::text from members where kind = 'invite'").await;
    assert_eq!(hear(&mut events).await, format!("event: changed\ndata: {member}\n\n"));
    // Streams end with the server.
    stop.cancel();
    for run in running {
        run.await.unwrap();
    }
    while let Some(frame) = tokio::time::timeout(SOON, events.next()).await.expect("the stream goes on") {
        frame.unwrap();
    }
    other.close().await;
    acme.close().await;
}

/// Waits for the end of a stream, of which the page is told; events before that do not matter.
async fn ended(events: &mut BodyDataStream) {
    let mut last = Vec::new();
    while let Some(frame) = tokio::time::timeout(SOON, events.next()).await.expect("the stream goes on") {
        last = frame.unwrap().to_vec();
    }
    assert_eq!(String::from_utf8(last).unwrap(), "event: ended\ndata: -\n\n");
}

/// N3: a login that is ended from another device loses its streams at once, whichever server has them, and
/// nothing has to happen in the organization; others keep theirs.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_login_that_is_ended_elsewhere_loses_its_streams_at_once(
    _: PgPoolOptions,
    connect: PgConnectOptions,
) {
    let acme = Acme::found(connect.clone(), 0).await;
    let other = Server::start(connect).await;
    let stop = CancellationToken::new();
    let running = [&acme.server, &other].map(|server| {
        tokio::spawn(live::run(server.state.live.clone(), server.state.pool.clone(), stop.clone()))
    });
    while !acme.server.state.live.is_listening() || !other.state.live.is_listening() {
        tokio::task::yield_now().await;
    }
    let mut logins = Vec::new();
    for _ in 0..3 {
        logins.push(acme.server.signed_in("olga@acme.com").await);
    }
    let [phone, tablet, laptop] = &logins[..] else { unreachable!() };
    let mut on_tablet = listen(&other, tablet).await;
    let mut on_laptop = listen(&acme.server, laptop).await;
    let mut on_phone = listen(&acme.server, phone).await;
    tablet.post("/sign-out", &[]).await.to("/sign-in");
    ended(&mut on_tablet).await;
    phone.post("/account/logins/close-others", &[]).await.to("/account");
    ended(&mut on_laptop).await;
    acme.server.signed_in("olga@acme.com").await;
    phone.call("teams/create", &[("org", &acme.lead.org()), ("name", "Sales")]).await.with(StatusCode::OK);
    while hear(&mut on_phone).await != "event: changed\ndata: *\n\n" {}
    stop.cancel();
    for run in running {
        run.await.unwrap();
    }
    other.close().await;
    acme.close().await;
}

/// N2, P3: whoever is removed, demoted or signed out elsewhere loses the stream of an open page at once;
/// the others keep theirs.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_lead_who_is_none_any_more_loses_the_stream_at_once(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2).await;
    let stop = CancellationToken::new();
    let (live, pool) = (acme.server.state.live.clone(), acme.server.state.pool.clone());
    let running = tokio::spawn(live::run(live, pool, stop.clone()));
    while !acme.server.state.live.is_listening() {
        tokio::task::yield_now().await;
    }
    let mut leads = Vec::new();
    for address in ["removed@acme.com", "demoted@acme.com", "out@acme.com"] {
        let (id, browser) = acme.member(address).await;
        acme.server.execute(&format!("update members set role = 'team_lead' where id = '{id}'")).await;
        let events = listen(&acme.server, &browser).await;
        leads.push((id, browser, events));
    }
    let mut owners = listen(&acme.server, &acme.lead.browser).await;
    let [(removed, _, gone), (demoted, ..), (_, out, signed_out)] = &mut leads[..] else { unreachable!() };
    acme.lead.call("members/remove", &[("member", &removed.to_string())]).await.with(StatusCode::OK);
    ended(gone).await;
    out.post("/sign-out", &[]).await.to("/sign-in");
    acme.server.execute(&format!("update members set role = 'member' where id = '{demoted}'")).await;
    // Whatever happens next in the organization.
    acme.lead.call("teams/create", &[("name", "Sales")]).await.with(StatusCode::OK);
    ended(signed_out).await;
    ended(&mut leads[1].2).await;
    // A page whose stream broke off meanwhile opens another, and hears the same.
    for (_, browser, _) in &leads {
        let request = browser.request(Method::GET, "/events").header(header::ACCEPT, "text/event-stream");
        let answer = acme.server.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        ended(&mut answer.into_body().into_data_stream()).await;
        assert_ne!(browser.get("/events").await.status, StatusCode::OK, "who opens no stream is refused");
    }
    // Of the removal, and then of anybody.
    while hear(&mut owners).await != "event: changed\ndata: *\n\n" {}
    stop.cancel();
    running.await.unwrap();
    acme.close().await;
}

/// N9: where nobody can listen, the page looks now and comes again by itself.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_server_that_cannot_listen_says_so_by_ending(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let answer = acme.lead.browser.get("/events").await.with(StatusCode::OK);
    assert!(
        answer.text().contains("event: changed") && answer.text().contains("retry: 30000"),
        "{}",
        answer.text()
    );
    acme.close().await;
}

/// Waits for the next change of an organization.
async fn changed(subscription: &mut Subscription) {
    let heard = tokio::time::timeout(SOON, subscription.changed()).await.expect("nothing was heard");
    assert!(heard.is_some(), "the server stopped listening");
}

/// N2, N7: a token that nobody made is proof of nothing; whoever sends one makes nobody's page load
/// anything.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_token_that_proves_nothing_tells_nobody(_: PgPoolOptions, connect: PgConnectOptions) {
    let cast = Cast::gather(connect).await;
    let (acme, foreigner) = (&cast.acme, &cast.foreigner);
    let stop = CancellationToken::new();
    let live = acme.server.state.live.clone();
    let running = tokio::spawn(live::run(live.clone(), acme.server.state.pool.clone(), stop.clone()));
    while !live.is_listening() {
        tokio::task::yield_now().await;
    }
    let mut ours = live.subscribe(acme.org(), fresh_id()).unwrap();
    let mut theirs = live.subscribe(foreigner.actor.org, fresh_id()).unwrap();
    // From the moment on at which something is heard at all.
    for team in ["Minus one", "Zero"] {
        foreigner.call("teams/create", &[("name", team)]).await.with(StatusCode::OK);
        changed(&mut theirs).await;
    }
    ours.changed().now_or_never();

    let mut unproven = cast.names.clone();
    for (name, token) in unproven.iter_mut().filter(|(name, _)| name.ends_with("-token")) {
        let end = if token.ends_with("AAAA") { "BBBB" } else { "AAAA" };
        token.replace_range(token.len() - 4.., end);
        assert_ne!(*token, cast.names[name]);
    }
    let forms = ROUTES.iter().filter(|route| route.method == "POST" && route.path.contains("{token}"));
    for form in forms {
        form.ask(&cast.stranger, &unproven).await;
    }
    // Again the second word is later than any about those forms.
    for team in ["One", "Two"] {
        foreigner.call("teams/create", &[("name", team)]).await.with(StatusCode::OK);
        changed(&mut theirs).await;
    }
    assert!(ours.changed().now_or_never().is_none(), "something unproven was told");
    let decline = spell("/i/{invite-token}/decline", &cast.names);
    cast.stranger.post(&decline, &[]).await.with(StatusCode::SEE_OTHER);
    changed(&mut ours).await;
    stop.cancel();
    running.await.unwrap();
    cast.close().await;
}

/// N7, N8: a server that ends closes its streams, and pages come back when there is somebody again, not all in
/// the same moment.
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn a_server_that_ends_says_when_to_come_back(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 2).await;
    let (live, stop) = (acme.server.state.live.clone(), CancellationToken::new());
    let running = tokio::spawn(live::run(live.clone(), acme.server.state.pool.clone(), stop.clone()));
    while !live.is_listening() {
        tokio::task::yield_now().await;
    }
    let mut events = listen(&acme.server, &acme.lead.browser).await;
    stop.cancel();
    let mut said = String::new();
    while let Some(frame) = tokio::time::timeout(SOON, events.next()).await.expect("the stream goes on") {
        said.push_str(std::str::from_utf8(&frame.unwrap()).unwrap());
    }
    let last = said.trim_end().rsplit("\n\n").next().unwrap();
    let wait: u64 = last.strip_prefix("retry: ").unwrap_or_else(|| panic!("{said:?}")).parse().unwrap();
    assert!((1_000..4_000).contains(&wait), "{said:?}");
    running.await.unwrap();
    acme.close().await;
}
