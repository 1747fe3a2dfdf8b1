//! What docs/ says against the sources: each cited rule exists, a rule is planned or proven, and the
//! files and functions that the pages name are there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The letters that ids of rules begin with.
const LETTERS: &str = "CDILMJTPSHN";

/// Where rules are cited.
const CITING: [&str; 6] = ["src", "tests", "benches", "end2end", "migrations", "style"];

#[test]
fn every_cited_rule_is_in_the_rules() {
    let rules = rules();
    let unknown = citations().into_iter().filter(|citation| !rules.contains_key(&citation.id));
    none(unknown.map(|citation| format!("{} cites {}", citation.place, citation.id)));
}

/// Who implements a planned rule takes the word "Planned" out; who adds a rule adds its test.
#[test]
fn a_rule_is_planned_or_has_a_test() {
    let mut proven: BTreeMap<String, String> = BTreeMap::new();
    for citation in citations().into_iter().filter(|citation| citation.in_test) {
        proven.entry(citation.id).or_insert(citation.place);
    }
    none(rules().into_iter().filter_map(|(id, planned)| match (proven.get(&id), planned) {
        (Some(place), true) => Some(format!("docs/rules.md says that {id} is planned, and {place} tests it")),
        // What is measured is no test, and screens are tested under the other ids.
        (None, false) if !id.starts_with("QUALITY") => Some(format!("no test cites {id}")),
        _ => None,
    }));
}

#[test]
fn files_that_the_pages_name_are_there() {
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        let folder = page.parent().expect("a page is in a folder");
        let leads_nowhere = |link: &&str| !folder.join(link.split('#').next().unwrap_or_default()).exists();
        let own = links(&text).filter(|link| !link.contains("://") && !link.starts_with('#'));
        wrong.extend(own.filter(leads_nowhere).map(|link| format!("{} links to {link}", page.display())));
        let paths = code(&text).filter(|code| is_path(code) && !Path::new(code).exists());
        wrong.extend(paths.map(|path| format!("{} names {path}", page.display())));
    }
    none(wrong.into_iter());
}

#[test]
fn functions_and_types_that_the_pages_name_are_there() {
    let sources: Vec<(PathBuf, String)> = files("src".into(), &["rs"]);
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        let items = code(&text).filter(|code| is_item(code) && !is_declared(code, &sources));
        wrong.extend(items.map(|item| format!("{} names {item}", page.display())));
    }
    none(wrong.into_iter());
}

/// Each setting is explained, and what is explained is a setting.
#[test]
fn settings_are_in_the_manual() {
    let manual = read(Path::new("docs/operating.md"));
    let mut settings: BTreeSet<String> = BTreeSet::new();
    for (_, text) in files("src".into(), &["rs"]) {
        let names = text.split("env = \"").skip(1).filter_map(|rest| rest.split('"').next());
        settings.extend(names.map(str::to_owned));
    }
    assert!(settings.len() > 15, "there are fewer settings than there were: {}", settings.len());
    let table =
        manual.split("## Settings").nth(1).and_then(|rest| rest.split("\n##").next()).unwrap_or_default();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let mut explained: BTreeSet<String> =
        rows.flat_map(|names| names.split(", ")).map(|name| name.trim_matches('`').to_owned()).collect();
    // The library that logs reads it.
    assert!(explained.remove("RUST_LOG"), "RUST_LOG is not explained");
    assert_eq!(settings, explained);
}

/// The readers of this file see what they look for.
#[test]
fn citations_are_read() {
    let cited = |text: &str| ids(text).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(cited("I7 to I9, I11: whoever"), "I7 I9 I11");
    assert_eq!(cited("L3, QUALITY 9, 11: all"), "L3 QUALITY 9 QUALITY 11");
    assert_eq!(cited("QUALITY performance 5, 6"), "QUALITY performance 5 QUALITY performance 6");
    assert_eq!(cited("QUALITY screens 8"), "QUALITY screens 8");
    assert_eq!(cited("H264, UTF-8, M2h, xC2, RFC 8058, QUALITY"), "QUALITY");
    assert!(is_path("src/store/") && !is_path("https://src/") && !is_path("migrations/<time>_name.sql"));
    assert!(is_item("links::redeem()") && is_item("Keys::new") && !is_item("a::b c") && !is_item("std::fs"));
    let sources = [("src/store/links.rs".into(), "pub async fn redeem(db: &mut X)\nimpl Keys {".to_owned())];
    assert!(is_declared("links::redeem", &sources) && is_declared("Keys::redeem()", &sources));
    assert!(!is_declared("invites::redeem", &sources) && !is_declared("links::red", &sources));
}

/// Fails with everything that is wrong, a line each.
#[track_caller]
fn none(wrong: impl Iterator<Item = String>) {
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Each rule, and whether it is planned.
fn rules() -> BTreeMap<String, bool> {
    let mut rules = BTreeMap::new();
    for line in read(Path::new("docs/rules.md")).lines() {
        let Some(begins) = line.strip_prefix("- **").or_else(|| line.strip_prefix("| **")) else { continue };
        let Some((id, rest)) = begins.split_once("** ") else { continue };
        if ids(id).first().is_some_and(|first| first == id) {
            let planned = rest.starts_with("**Planned**");
            assert!(rules.insert(id.to_owned(), planned).is_none(), "{id} is there twice");
        }
    }
    assert!(rules.len() > 100, "the rules are cut short: {}", rules.len());
    rules
}

struct Citation {
    id: String,
    /// File and line.
    place: String,
    in_test: bool,
}

fn citations() -> Vec<Citation> {
    let mut found = Vec::new();
    for folder in CITING {
        for (path, text) in files(folder.into(), &["rs", "ts", "sql", "css"]) {
            if path == Path::new("tests/docs.rs") {
                continue;
            }
            let rust = path.extension().is_some_and(|kind| kind == "rs");
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let mut in_test =
                folder == "tests" || path.starts_with("end2end/tests") || rust && stem.ends_with("tests");
            for (n, line) in text.lines().enumerate() {
                in_test |= rust && line == "mod tests {";
                let said = if rust { line.split_once("//").map_or("", |(_, comment)| comment) } else { line };
                let place = format!("{}:{}", path.display(), n + 1);
                found.extend(ids(said).into_iter().map(|id| Citation { id, place: place.clone(), in_test }));
            }
        }
    }
    assert!(found.len() > 1_000, "the sources cite less than they did: {}", found.len());
    found
}

/// The ids in a line, in their order. A lone `QUALITY` is one that no rule has.
fn ids(line: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut quality: Option<String> = None;
    for word in line.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if bare == "QUALITY" && !line.contains("const QUALITY") {
            quality = Some(bare.to_owned());
            ids.push(bare.to_owned());
            continue;
        }
        if let Some(prefix) = &mut quality {
            let numbered = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
            if matches!(bare, "performance" | "screens") && ids.last().is_some_and(|last| last == "QUALITY") {
                *prefix = format!("QUALITY {bare}");
                continue;
            }
            if numbered {
                if ids.last().is_some_and(|last| last == "QUALITY") {
                    ids.pop();
                }
                ids.push(format!("{prefix} {bare}"));
                if !word.ends_with(',') {
                    quality = None;
                }
                continue;
            }
            quality = None;
        }
        let pieces = word.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        ids.extend(pieces.filter(|piece| is_id(piece)).map(str::to_owned));
    }
    ids
}

fn is_id(word: &str) -> bool {
    let mut chars = word.chars();
    let letter = chars.next().is_some_and(|first| LETTERS.contains(first));
    let number = chars.as_str();
    letter && matches!(number.len(), 1 | 2) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The pages with their texts.
fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = files("docs".into(), &["md"]);
    for page in ["./README.md", "./SECURITY.md", "./CHANGELOG.md"] {
        pages.push((page.into(), read(Path::new(page))));
    }
    assert!(pages.len() > 5, "there are fewer pages than there were");
    pages
}

/// What stands between backquotes, outside of code blocks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2))
}

/// Where links lead.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// Whether a piece of code names one file or folder of the repository.
fn is_path(code: &str) -> bool {
    const TOPS: [&str; 11] = [
        "src",
        "tests",
        "deploy",
        "docs",
        "benches",
        "end2end",
        "migrations",
        "style",
        "scripts",
        "public",
        ".sqlx",
    ];
    let top = code.split('/').next().unwrap_or_default();
    let plain = !code.contains(|c: char| c.is_whitespace() || "<>…*{}|".contains(c));
    code.contains('/') && TOPS.contains(&top) && plain
}

/// Whether a piece of code is `module::item` or `Type::item`.
fn is_item(code: &str) -> bool {
    let name = code.trim_end_matches("()");
    let parts: Vec<&str> = name.split("::").collect();
    let word = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    parts.len() > 1 && parts.iter().all(word) && parts[0] != "std"
}

/// Whether an item is declared in a file of its module, or in one that has to do with its type.
fn is_declared(item: &str, sources: &[(PathBuf, String)]) -> bool {
    let name = item.trim_end_matches("()");
    let (outer, name) = name.rsplit_once("::").expect("an item has a module or type");
    let outer = outer.rsplit("::").next().expect("there is a last part");
    let is_type = outer.starts_with(char::is_uppercase);
    sources.iter().any(|(path, text)| {
        let mut parts = path.with_extension("");
        parts = parts.strip_prefix("src").map(Path::to_path_buf).unwrap_or(parts);
        let belongs = if is_type {
            ["struct", "enum", "impl", "trait"].iter().any(|kind| has_word_after(text, kind, outer))
        } else {
            parts.components().any(|part| part.as_os_str() == outer)
        };
        let kinds: &[&str] = &["fn", "struct", "enum", "const", "static", "type", "mod", "trait"];
        let declared = kinds.iter().any(|kind| has_word_after(text, kind, name));
        let variant = is_type && name.starts_with(char::is_uppercase) && has_word(text, name);
        let module = parts.ends_with(name);
        belongs && (declared || variant || module)
    })
}

fn has_word_after(text: &str, before: &str, word: &str) -> bool {
    let begins = format!("{before} {word}");
    let ends = |at: usize| !text[at + begins.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    text.match_indices(&begins).any(|(at, _)| ends(at))
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|piece| piece == word)
}

/// The files of these kinds below a folder, with their texts.
fn files(folder: PathBuf, kinds: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut names: BTreeSet<PathBuf> = BTreeSet::new();
    for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        names.insert(entry.expect("a readable folder").path());
    }
    for path in names {
        if path.is_dir() && !path.ends_with("node_modules") {
            found.extend(files(path, kinds));
        } else if path.extension().is_some_and(|kind| kinds.iter().any(|wanted| kind == *wanted)) {
            let text = read(&path);
            found.push((path, text));
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
