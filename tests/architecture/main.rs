//! The rooms of the crate and who may import whom, as the source tree has it; see
//! docs/architecture.md.

#[cfg(test)]
mod sources;
mod words;

use std::{fs, path::Path};

use self::sources::{find_circle, import_graph, sources};

/// Each room, the rooms that it may import beside [`EVERYWHERE`], and the crates that it may not.
const ROOMS: [(&str, &[&str], &[&str]); 10] = [
    (
        "domain",
        &["domain"],
        &["sqlx", "leptos", "axum", "tokio", "rand", "reqwest", "lettre", "image", "object_store"],
    ),
    ("store", &["domain", "store"], &["leptos", "axum", "lettre", "image", "object_store"]),
    ("mail", &["domain", "mail"], &["sqlx", "leptos", "axum", "image", "object_store"]),
    ("studio", &["domain", "studio"], &["sqlx", "leptos", "axum", "lettre"]),
    ("server", &["domain", "mail", "server", "store", "studio"], &["sqlx"]),
    ("worker", &["domain", "mail", "server", "store", "studio", "worker"], &["sqlx", "axum", "leptos"]),
    (
        "http",
        &["app", "domain", "http", "mail", "server", "store", "studio"],
        &["sqlx", "lettre", "image", "object_store"],
    ),
    ("commands", &["commands", "domain", "http", "mail", "server", "store", "studio", "worker"], &["sqlx"]),
    ("app", &["app", "domain", "server", "store"], &["sqlx", "axum", "lettre", "image", "object_store"]),
    ("words", &[], &["sqlx", "leptos", "axum", "tokio"]),
];

/// What every room may import.
const EVERYWHERE: &str = "words";

/// The folders of `app` that belong to one client each, and what all of them share.
const CLIENTS: [&str; 3] = ["console", "guest", "shoot"];
const SHARED: [&str; 4] = ["browser", "components", "error", "page_data"];

/// What tells the time or makes a name that depends on it, and the only file that may.
const CLOCKS: [(&str, &str); 5] = [
    ("SystemTime::now", "src/commands/check.rs"),
    ("Instant::now", "src/http/observe.rs"),
    ("now_utc", ""),
    ("now_local", ""),
    ("now_v7", "src/store/mod.rs"),
];

#[test]
fn each_room_imports_only_what_lies_further_in() {
    for (room, may, may_not) in ROOMS {
        for source in sources(&format!("src/{room}")) {
            for import in source.rooms() {
                let allowed = import == EVERYWHERE || may.contains(&import.as_str());
                assert!(allowed, "{} imports crate::{import}", source.path.display());
            }
            for library in may_not {
                assert!(!source.uses(library), "{} uses {library}", source.path.display());
            }
        }
    }
}

#[test]
fn no_file_is_in_a_circle_of_imports() {
    let sources = sources("src");
    let circle = find_circle(&import_graph(&sources));
    assert_eq!(circle, None);
}

/// The folder says which client a file lands in.
#[test]
fn no_client_imports_another() {
    for source in sources("src/app") {
        let inside = source.path.strip_prefix("src/app").unwrap();
        let place = inside.iter().next().unwrap().to_string_lossy().replace(".rs", "");
        if place == "mod" {
            continue;
        }
        assert!(CLIENTS.contains(&&*place) || SHARED.contains(&&*place), "{place} belongs to no client");
        for other in CLIENTS.into_iter().filter(|other| *other != place) {
            assert!(!source.names(&["app", other]), "{} imports {other}", source.path.display());
            // What only a browser can do is told apart by file, not by folder.
            let says = source.names(&["words", other]) && place != "browser";
            assert!(!says, "{} says words of {other}", source.path.display());
        }
    }
}

/// Views are the same on both sides: what differs stands behind functions of `app::browser`.
#[test]
fn only_the_browser_room_asks_which_side_it_is_on() {
    for source in sources("src/app") {
        let server_side = source.path.ends_with("api.rs") || source.path == Path::new("src/app/error.rs");
        let browser = source.path.starts_with("src/app/browser");
        let asks = source.code.contains("cfg(feature") || source.code.contains("cfg(not(feature");
        assert!(!asks || server_side || browser, "{}", source.path.display());
    }
}

#[test]
fn sqlx_is_used_in_the_store_alone() {
    for source in sources("src") {
        let path = &source.path;
        assert!(path.starts_with("src/store") || !source.uses("sqlx"), "{} uses sqlx", path.display());
    }
}

/// Only the server's side of a server function looks at server and store.
#[test]
fn views_know_neither_server_nor_store() {
    let bridges = ["src/app/error.rs", "src/app/browser/idna.rs", "src/app/browser/names.rs"];
    for source in sources("src/app") {
        if source.path.ends_with("api.rs") || bridges.iter().any(|bridge| source.path == Path::new(bridge)) {
            continue;
        }
        let used = source.rooms();
        assert!(!used.contains("server") && !used.contains("store"), "{}", source.path.display());
    }
}

#[test]
fn the_domain_knows_few_libraries_and_does_nothing_but_decide() {
    let known = ["std", "serde", "thiserror", "time", "uuid", "crate", "super", "self"];
    for source in sources("src/domain") {
        let (path, code) = (source.path.display(), &source.code);
        for line in code.lines().map(str::trim_start) {
            if let Some(import) = line.strip_prefix("use ").or_else(|| line.strip_prefix("pub use ")) {
                let library = import.split([':', ';', ' ']).next().unwrap();
                assert!(
                    known.contains(&library)
                        || import.starts_with(char::is_lowercase)
                            && code.contains(&format!("mod {library};")),
                    "{path} uses {library}"
                );
            }
        }
        for doing in ["async fn", "std::fs", "std::net", "std::env", "println!", "thread::"] {
            assert!(!code.contains(doing), "{path} has {doing}");
        }
    }
}

/// Committing is the one way to let an organization's open pages know that it changed: only
/// `AppState` commits, and it does both. N7
#[test]
fn nobody_commits_or_tells_of_changes_by_themselves() {
    // The outbox commits what became of mails of many organizations, and tells each.
    let outbox = Path::new("src/worker/outbox.rs");
    for room in ["src/app", "src/http", "src/worker"] {
        for source in sources(room) {
            let commits = source.code.contains(".commit()") || source.code.contains("pool.begin(");
            assert!(!commits, "{} commits", source.path.display());
            let tells = source.code.contains("live.changed(") || source.code.contains("changes::announce");
            assert!(!tells || source.path == outbox, "{} tells of changes", source.path.display());
        }
    }
}

/// A transaction that is given up while it begins must not stay open. N8
#[test]
fn transactions_are_begun_in_one_place() {
    // Where it is, and what only tests use.
    let may = ["src/store/pool.rs", "src/store/testing.rs", "src/store/lock_order.rs"].map(Path::new);
    for source in sources("src").into_iter().filter(|source| !may.contains(&source.path.as_path())) {
        let begins = source.code.contains("pool.begin(");
        assert!(!begins, "{} begins a transaction by itself", source.path.display());
    }
}

#[test]
fn nothing_looks_at_a_clock_of_its_own() {
    for source in sources("src") {
        for (clock, allowed) in CLOCKS {
            let may = source.path == Path::new(allowed);
            assert!(may || !source.code.contains(clock), "{} has {clock}", source.path.display());
        }
    }
}

/// Applied migrations are never edited, and each constraint has a name that code can map.
#[test]
fn constraints_have_names() {
    for entry in fs::read_dir("migrations").unwrap() {
        let path = entry.unwrap().path();
        let sql = fs::read_to_string(&path).unwrap();
        let sql: String =
            sql.lines().map(|line| line.split("--").next().unwrap()).collect::<Vec<_>>().join(" ");
        let words: Vec<&str> = sql.split_whitespace().collect();
        for (n, word) in words.iter().enumerate() {
            let begins = match *word {
                "check" | "unique" | "references" => true,
                "primary" | "foreign" => words.get(n + 1) == Some(&"key"),
                _ => false,
            };
            let named = words[n.saturating_sub(12)..n].iter().rev().position(|word| *word == "constraint");
            let index = *word == "unique" && words.get(n + 1) == Some(&"index");
            assert!(
                !begins || index || named.is_some(),
                "{}: {}",
                path.display(),
                words[n.saturating_sub(3)..n + 3].join(" ")
            );
        }
    }
}
