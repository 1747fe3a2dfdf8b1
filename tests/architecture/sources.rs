//! The source files as the tests read them: their code without comments and tests, and what each
//! imports, be it in a `use` or as a path in the code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// A file below `src`.
pub struct Source {
    pub path: PathBuf,
    /// Its module, such as `["store", "invites"]`; empty for the crate's root.
    module: Vec<String>,
    pub code: String,
}

/// The files below a folder of the crate.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(Path::new(folder), &mut found);
    assert!(!found.is_empty(), "there is nothing in {folder}");
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") && !is_test(&path) {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap()).collect();
            found.push(Source { module: module_of(&path), code: code.join("\n"), path });
        }
    }
}

fn is_test(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    name.ends_with("tests") || name == "testing"
}

fn module_of(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix("src").unwrap_or(path).with_extension("");
    let mut parts: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

impl Source {
    /// The paths of this crate that the file names, from the crate's root.
    pub fn imports(&self) -> BTreeSet<Vec<String>> {
        let mut paths = Vec::new();
        let mut rest = self.code.as_str();
        let mut inline: Vec<(usize, String)> = Vec::new();
        for line in Lines(&mut rest) {
            let indent = line.len() - line.trim_start().len();
            if line.trim() == "}" {
                inline.retain(|(other, _)| *other != indent);
            }
            if let Some(name) = inline_module(line.trim_start()) {
                inline.push((indent, name));
            }
            let here: Vec<String> =
                self.module.iter().cloned().chain(inline.iter().map(|(_, name)| name.clone())).collect();
            for path in paths_in(&line) {
                paths.extend(absolute(&path, &here));
            }
        }
        paths.into_iter().collect()
    }

    /// The rooms, that is the top folders of `src`, that the file names.
    pub fn rooms(&self) -> BTreeSet<String> {
        let rooms = self.imports().into_iter().filter_map(|path| path.first().cloned());
        rooms.filter(|room| Path::new("src").join(room).exists()).collect()
    }

    /// Whether the file names a path that begins so.
    pub fn names(&self, path: &[&str]) -> bool {
        self.imports()
            .iter()
            .any(|import| import.len() >= path.len() && import.iter().zip(path).all(|(a, b)| a == b))
    }

    /// Whether a library is named as a path.
    pub fn uses(&self, library: &str) -> bool {
        uses(&self.code, library)
    }
}

/// Which file imports which.
pub fn import_graph(sources: &[Source]) -> BTreeMap<&Path, BTreeSet<&Path>> {
    let files: BTreeMap<&[String], &Path> =
        sources.iter().map(|source| (source.module.as_slice(), source.path.as_path())).collect();
    let mut graph = BTreeMap::new();
    for source in sources {
        let imported = source.imports().into_iter().filter_map(|path| {
            // The longest part of it that is a module is the file.
            (1..=path.len()).rev().find_map(|n| files.get(&path[..n]).copied())
        });
        graph.insert(source.path.as_path(), imported.filter(|path| *path != source.path).collect());
    }
    graph
}

/// A circle of imports, each file importing the next and the last one the first.
pub fn find_circle<'a>(graph: &BTreeMap<&'a Path, BTreeSet<&'a Path>>) -> Option<Vec<&'a Path>> {
    let mut done = BTreeSet::new();
    graph.keys().find_map(|file| walk(graph, file, &mut Vec::new(), &mut done))
}

fn walk<'a>(
    graph: &BTreeMap<&'a Path, BTreeSet<&'a Path>>,
    file: &'a Path,
    way: &mut Vec<&'a Path>,
    done: &mut BTreeSet<&'a Path>,
) -> Option<Vec<&'a Path>> {
    if let Some(at) = way.iter().position(|other| *other == file) {
        return Some(way[at..].to_vec());
    }
    if done.contains(file) {
        return None;
    }
    way.push(file);
    let circle = graph.get(file).into_iter().flatten().find_map(|next| walk(graph, next, way, done));
    way.pop();
    done.insert(file);
    circle
}

/// Lines of code, with a `use` that runs over several of them as one.
struct Lines<'a, 'b>(&'b mut &'a str);

impl Iterator for Lines<'_, '_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let line = self.0.split('\n').next().unwrap();
        let bare = line.trim_start();
        let is_use = ["use ", "pub use ", "pub(crate) use ", "pub(super) use "]
            .iter()
            .any(|word| bare.starts_with(word));
        let end = if is_use { self.0.find(';').unwrap_or(line.len()) } else { line.len() };
        let whole = self.0[..end].replace('\n', " ");
        *self.0 = self.0.get(end + 1..).unwrap_or_default();
        Some(whole)
    }
}

fn inline_module(line: &str) -> Option<String> {
    let line = line.trim_start_matches("pub ").trim_start_matches("pub(super) ");
    let name = line.strip_prefix("mod ")?.strip_suffix(" {")?;
    Some(name.to_owned())
}

/// The paths in a line that begin with `crate`, `super` or `self`; those in braces one by one.
fn paths_in(line: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let begins = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        if begins && ["crate::", "super::", "self::"].iter().any(|root| line[at..].starts_with(root)) {
            // What stands in its braces belongs to it.
            let (paths, read) = tree(&line[at..]);
            found.extend(paths);
            at += read;
        } else {
            at += line[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// Reads `a::{b, c::d}` up to where it ends, and says where that is.
fn tree(text: &str) -> (Vec<Vec<String>>, usize) {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let mut at = name.len();
    if name.is_empty() {
        return (Vec::new(), at);
    }
    let Some(rest) = text[at..].strip_prefix("::") else { return (vec![vec![name]], at) };
    at += 2;
    let mut below = Vec::new();
    if rest.starts_with('{') {
        at += 1;
        loop {
            at += text[at..].len() - text[at..].trim_start_matches([' ', ',']).len();
            if text[at..].is_empty() || text[at..].starts_with('}') {
                break;
            }
            let (paths, read) = tree(&text[at..]);
            below.extend(paths);
            at += read;
            // An `as` or a star; its name is of no interest.
            at += text[at..].find([',', '}']).unwrap_or(text[at..].len());
        }
        at += 1;
    } else {
        let (paths, read) = tree(rest);
        below = paths;
        at += read;
    }
    if below.is_empty() {
        below.push(Vec::new());
    }
    let paths = below.into_iter().map(|path| std::iter::once(name.clone()).chain(path).collect());
    (paths.collect(), at.min(text.len()))
}

fn absolute(path: &[String], here: &[String]) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let base: &[String] = match path[0].as_str() {
        "crate" => &[],
        "self" => here,
        _ => &here[..here.len().checked_sub(ups)?],
    };
    let rest = &path[ups.max(1)..];
    let rest = rest.iter().filter(|part| *part != "self");
    Some(base.iter().chain(rest).cloned().collect())
}

fn uses(code: &str, library: &str) -> bool {
    let path = format!("{library}::");
    let begins = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    code.match_indices(&path).any(|(at, _)| begins(at)) || code.contains(&format!("use {library};"))
}

/// The reading above sees what it looks for.
#[test]
fn breaches_are_seen() {
    let source = Source {
        path: "src/app/guest/code.rs".into(),
        module: ["app", "guest", "code"].map(str::to_owned).to_vec(),
        code: "use crate::{\n    app::{self, error::{A, B as C}},\n    domain::ids,\n};\nlet x = crate::server::ctx::now();\n\
               use super::{super::live, Page};\nmod inner {\n    use super::super::join;\n}\nlet y = self::z::f();"
            .into(),
    };
    let imports: Vec<String> = source.imports().into_iter().map(|path| path.join("::")).collect();
    assert_eq!(
        imports,
        [
            "app",
            "app::error::A",
            "app::error::B",
            "app::guest::Page",
            "app::guest::code::z::f",
            "app::guest::join",
            "app::live",
            "domain::ids",
            "server::ctx::now",
        ]
    );
    assert!(uses("    sqlx::query!(…)", "sqlx") && !uses("my_sqlx::query", "sqlx"));
    let graph = [("a", vec!["b"]), ("b", vec!["c"]), ("c", vec!["b"])]
        .into_iter()
        .map(|(file, imports)| (Path::new(file), imports.into_iter().map(Path::new).collect()))
        .collect();
    assert_eq!(find_circle(&graph), Some(vec![Path::new("b"), Path::new("c")]));
}
