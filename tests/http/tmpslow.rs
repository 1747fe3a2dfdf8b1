use crate::harness::*;
#[sqlx::test(migrator = "headcount::store::MIGRATIONS")]
async fn tmpslow(_: PgPoolOptions, connect: PgConnectOptions) {
    let acme = Acme::found(connect, 1).await;
    let org = acme.lead.org();
    for (name, text) in [("<", "<".repeat(100_000)), ("quotes", "\"".repeat(100_000)), ("quote-a", "\"a ".repeat(33_000)),("<a", "<a ".repeat(33_000)), ("a<", "a@b.co<".repeat(14_000)), ("comma", ",".repeat(100_000)), ("at", "@ ".repeat(50_000)), ("tab", "a\t".repeat(50_000)), ("name,", "n, ".repeat(33_000)), ("q<", "\"<".repeat(50_000)), ("addr", "a@b.co ".repeat(14_000)), ("nl", "\n".repeat(100_000))] {
        let t = std::time::Instant::now();
        let a = acme.lead.browser.call("invites/check", &[("org", &org), ("addresses", &text)]).await;
        eprintln!("{name}: {:?} {}", t.elapsed(), a.status);
    }
    acme.close().await;
}
