//! The rooms of the crate and who may import whom, as the source tree has it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Each room, the rooms that it may import, and the crates that it may not.
const ROOMS: [(&str, &[&str], &[&str]); 7] = [
    (
        "domain",
        &["domain"],
        &["sqlx", "leptos", "axum", "tokio", "rand", "reqwest", "lettre", "image", "object_store"],
    ),
    ("store", &["domain", "store"], &["leptos", "axum", "lettre", "image", "object_store"]),
    ("mail", &["domain", "mail"], &["sqlx", "leptos", "axum", "image", "object_store"]),
    ("studio", &["domain", "studio"], &["sqlx", "leptos", "axum", "lettre"]),
    ("server", &["domain", "mail", "server", "store", "studio"], &["sqlx"]),
    ("routes", &["app", "domain", "server", "store"], &["sqlx", "lettre", "image", "object_store"]),
    ("app", &["app", "domain", "server", "store"], &["sqlx", "axum", "lettre", "image", "object_store"]),
];

/// What tells the time or makes a name that depends on it, and the only file that may.
const CLOCKS: [(&str, &str); 5] = [
    ("SystemTime::now", ""),
    ("Instant::now", ""),
    ("now_utc", ""),
    ("now_local", ""),
    ("now_v7", "src/store/mod.rs"),
];

#[test]
fn each_room_imports_only_what_lies_further_in() {
    for (room, may, may_not) in ROOMS {
        let sources = sources(Path::new("src").join(room));
        assert!(!sources.is_empty(), "there is no room {room}");
        for (path, code) in sources {
            for import in rooms_used(&code) {
                assert!(may.contains(&import.as_str()), "{} imports crate::{import}", path.display());
            }
            for library in may_not {
                assert!(!uses(&code, library), "{} uses {library}", path.display());
            }
        }
    }
}

#[test]
fn sqlx_is_used_in_the_store_alone() {
    for (path, code) in sources("src".into()) {
        assert!(path.starts_with("src/store") || !uses(&code, "sqlx"), "{} uses sqlx", path.display());
    }
}

/// Only the server's side of a server function looks at server and store.
#[test]
fn views_know_neither_server_nor_store() {
    let bridges = ["src/app/error.rs", "src/app/idna.rs", "src/app/invites/follow_up.rs"];
    for (path, code) in sources("src/app".into()) {
        if path.ends_with("api.rs") || bridges.iter().any(|bridge| path == Path::new(bridge)) {
            continue;
        }
        let used = rooms_used(&code);
        assert!(!used.contains("server") && !used.contains("store"), "{}", path.display());
    }
}

#[test]
fn the_domain_knows_few_libraries_and_does_nothing_but_decide() {
    let known = ["std", "serde", "thiserror", "time", "uuid", "crate", "super", "self"];
    for (path, code) in sources("src/domain".into()) {
        for line in code.lines().map(str::trim_start) {
            if let Some(import) = line.strip_prefix("use ").or_else(|| line.strip_prefix("pub use ")) {
                let library = import.split([':', ';', ' ']).next().unwrap();
                assert!(
                    known.contains(&library)
                        || import.starts_with(char::is_lowercase)
                            && code.contains(&format!("mod {library};")),
                    "{} uses {library}",
                    path.display()
                );
            }
        }
        for doing in ["async fn", "std::fs", "std::net", "std::env", "println!", "thread::"] {
            assert!(!code.contains(doing), "{} has {doing}", path.display());
        }
    }
}

#[test]
fn nothing_looks_at_a_clock_of_its_own() {
    for (path, code) in sources("src".into()) {
        for (clock, allowed) in CLOCKS {
            assert!(path == Path::new(allowed) || !code.contains(clock), "{} has {clock}", path.display());
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

/// The files below a folder with their code: no comments, no tests.
fn sources(folder: PathBuf) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(path));
        } else if path.extension().is_some_and(|kind| kind == "rs")
            && !path.ends_with("tests.rs")
            && !path.ends_with("testing.rs")
        {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap()).collect();
            found.push((path, code.join("\n")));
        }
    }
    found
}

/// The names that stand right behind `crate::`, also inside braces.
fn rooms_used(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        let Some(group) = rest.strip_prefix('{') else {
            rooms.insert(first_word(rest));
            continue;
        };
        let mut depth = 0;
        let mut at_a_name = true;
        for (n, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => at_a_name = true,
                _ if at_a_name && depth == 0 && c.is_alphabetic() => {
                    rooms.insert(first_word(&group[n..]));
                    at_a_name = false;
                }
                _ => {}
            }
        }
    }
    rooms.retain(|room| Path::new("src").join(room).exists());
    rooms
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Whether a library is named as a path.
fn uses(code: &str, library: &str) -> bool {
    let path = format!("{library}::");
    let begins = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    code.match_indices(&path).any(|(at, _)| begins(at)) || code.contains(&format!("use {library};"))
}

/// The greps above see what they look for.
#[test]
fn breaches_are_seen() {
    let code =
        "use crate::{\n    app::{error, store},\n    domain::ids,\n};\nlet x = crate::server::ctx::now();";
    let rooms: Vec<String> = rooms_used(code).into_iter().collect();
    assert_eq!(rooms, ["app", "domain", "server"]);
    assert!(uses("    sqlx::query!(…)", "sqlx") && !uses("my_sqlx::query", "sqlx"));
}
