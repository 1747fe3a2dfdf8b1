//! The generator of words: what it makes of a message, what it refuses, and two languages side by side.
//! N10

#![cfg(test)]

#[path = "../build/words.rs"]
mod generator;

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use generator::{Language, generate, read};

fn language(tag: &str, text: &str) -> Language {
    Language { tag: tag.into(), files: BTreeMap::from([("guest".to_owned(), text.to_owned())]) }
}

/// What is made of English words alone.
fn made(text: &str) -> String {
    generate(&[language("en", text)]).expect("words that can be read")
}

fn refused(languages: &[Language]) -> String {
    generate(languages).expect_err("words that are refused")
}

#[test]
fn a_message_without_arguments_is_a_constant_text() {
    let code = made("join-button = Join and start my shoot\n    .hint = It costs \"nothing\".");
    assert!(
        code.contains("pub const fn join_button() -> &'static str {\n        \"Join and start my shoot\"")
    );
    assert!(code.contains(
        "pub const fn join_button_hint() -> &'static str {\n        \"It costs \\\"nothing\\\".\""
    ));
}

#[test]
fn arguments_come_in_the_order_of_the_text_and_counts_are_numbers() {
    let code = made("some = { $name } has { $count } of { $max }, { $name }");
    assert!(code.contains(
        "pub fn some(name: impl std::fmt::Display, count: i64, max: impl std::fmt::Display) -> String"
    ));
    assert!(code.contains("format!(\"{name} has {count} of {max}, {name}\")"));
}

#[test]
fn the_documentation_of_a_function_is_its_text() {
    let code =
        made("### All of it.\n\n# Below the form.\nleft = { $n ->\n [one] one\n *[other] many\n } left");
    assert!(code.contains("/// All of it.\npub mod guest {"));
    assert!(code.contains(
        "    /// Below the form.\n    ///\n    /// ```text\n    /// (one | many) left\n    /// ```\n"
    ));
}

#[test]
fn a_break_of_a_line_is_a_space() {
    assert!(made("long =\n    One\n    two { $n }\n\n    three").contains("format!(\"One two {n} three\")"));
}

#[test]
fn a_name_in_capitals_is_a_gap_in_the_text() {
    let code = made("sent = Sent to { $ADDRESS }.\nby = { $ADDRESS } by { $name }");
    assert!(
        code.contains("pub const fn sent() -> (&'static str, &'static str) {\n        (\"Sent to \", \".\")")
    );
    assert!(code.contains("(String::new(), format!(\" by {name}\"))"));
    assert!(
        refused(&[language("en", "two = { $A } and { $B }")]).contains("en/guest.ftl: two may have one name")
    );
}

#[test]
fn faults_are_named_with_their_place() {
    for (text, problem) in [
        ("a = A\na = B", "en/guest.ftl: a is there twice"),
        ("a = A\n\nb = { $x", "en/guest.ftl:3: "),
        ("a = { b }", "en/guest.ftl: a names b, which is not there"),
        ("a = { b }\nb = { a }", "is in a circle with"),
        ("a = { NUMBER($x) }", "en/guest.ftl: a calls NUMBER"),
        ("a = { -brand }", "en/guest.ftl: a names -brand"),
        ("a = { $n ->\n [few] some\n *[other] many\n }", "in en there are one and other"),
        ("a = { $n ->\n [open] some\n *[other] many\n }", "a has the case [open]"),
        ("type = A", "en/guest.ftl: type is a word of Rust"),
    ] {
        let said = refused(&[language("en", text)]);
        assert!(said.contains(problem), "{said}");
    }
}

/// N10
#[test]
fn all_languages_have_the_same_messages_and_arguments() {
    let english = language("en", "sent = Sent to { $name }\nonly = Only");
    let german = language("de", "sent = Gesendet\nmehr = { $x } mehr");
    assert_eq!(
        refused(&[german, english]),
        "de/guest.ftl: sent lacks { $name }\nde/guest.ftl lacks only\nde/guest.ftl has mehr, which en lacks"
    );
    let polish = Language { tag: "pl".into(), files: BTreeMap::from([("shoot".into(), String::new())]) };
    assert_eq!(
        refused(&[language("en", ""), polish]),
        "pl/guest.ftl is missing\npl/shoot.ftl has no counterpart in en"
    );
    assert_eq!(
        refused(&[
            language("en", "a = { $n -> \n *[other] A\n }"),
            language("xx", "a = { $n ->\n [one] A\n *[other] B\n }")
        ]),
        "xx/guest.ftl: a chooses by number; add xx to PLURAL_RULES in build/words.rs\nxx/guest.ftl lacks a"
    );
}

/// N10: the code that is made for several languages is compiled, and speaks each by its own plurals.
#[test]
fn a_second_language_is_a_folder() {
    let english = "photos = { $count ->\n    [one] { $count } photo\n   *[other] { $count } photos\n }\n\
                   left = { photos } of { $name }, { other } left\nother = some\n\
                   month = { $n ->\n    [1] January\n   *[12] December\n }\n\
                   sent = Sent { $DATE } to { $name }\nyes = Yes {\"{\"}\n";
    let polish = "photos = { $count ->\n    [one] { $count } zdjęcie\n    [few] { $count } zdjęcia\n   *[many] { $count } zdjęć\n }\n\
                  left = { $name }: { photos }\nother = inne\n\
                  month = { $n ->\n    [1] styczeń\n   *[12] grudzień\n }\n\
                  sent = { $DATE } do { $name }\nyes = Tak\n";
    let code = generate(&[language("en", english), language("pl", polish)]).unwrap();
    let program = format!(
        "mod words {{\n{code}\n\
         static POLISH: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);\n\
         pub fn speak_polish() {{ POLISH.store(true, std::sync::atomic::Ordering::Relaxed); }}\n\
         pub fn language() -> Language {{\n\
             if POLISH.load(std::sync::atomic::Ordering::Relaxed) {{ Language::Pl }} else {{ Language::En }}\n\
         }}\n}}\n\
         use words::{{Language, guest}};\n\
         fn main() {{\n\
             for turn in 0..2 {{\n\
                 if turn == 1 {{ words::speak_polish(); }}\n\
                 println!(\"{{}}\", words::language().tag());\n\
                 for n in [1, 2, 5, 12, 22] {{ println!(\"{{}}\", guest::photos(n)); }}\n\
                 println!(\"{{}}\", guest::left(1, \"Ada\"));\n\
                 println!(\"{{}}, {{}}\", guest::month(1), guest::month(7));\n\
                 let (before, after) = guest::sent(\"Ada\");\n\
                 println!(\"{{before}}today{{after}}. {{}}\", guest::yes());\n\
             }}\n\
             assert_eq!(Language::ALL.len(), 2);\n\
         }}\n"
    );
    assert_eq!(
        run(&program),
        "en\n1 photo\n2 photos\n5 photos\n12 photos\n22 photos\n1 photo of Ada, some left\nJanuary, December\n\
         Sent today to Ada. Yes {\n\
         pl\n1 zdjęcie\n2 zdjęcia\n5 zdjęć\n12 zdjęć\n22 zdjęcia\nAda: 1 zdjęcie\nstyczeń, grudzień\n\
         today do Ada. Tak\n"
    );
}

fn run(program: &str) -> String {
    let folder = tempfile::tempdir().expect("a program that runs");
    let (source, binary) = (folder.path().join("main.rs"), folder.path().join("main"));
    fs::write(&source, program).expect("a program that runs");
    let rustc = Command::new("rustc")
        .args(["--edition", "2024", "-D", "unused_variables", "-A", "dead_code", "-o"])
        .args([&binary, &source])
        .output()
        .expect("a program that runs");
    assert!(rustc.status.success(), "{}", String::from_utf8_lossy(&rustc.stderr));
    String::from_utf8(Command::new(binary).output().expect("a program that runs").stdout)
        .expect("a program that runs")
}

/// N10: no words are kept that nobody says, be it under the name of their file, under another that an
/// import gives it, or as a part of others.
#[test]
fn each_message_is_said_somewhere() {
    let languages = read(Path::new("src/words")).expect("the words are there");
    let made = generate(&languages).expect("they are good");
    let mut code = String::new();
    collect(Path::new("src"), &mut code);
    let texts = languages.iter().flat_map(|language| language.files.values());
    let named = texts.map(|text| text.replace(['-', '.'], "_")).collect::<String>();
    let unsaid: Vec<&str> = made
        .lines()
        .filter_map(|line| {
            line.strip_prefix("    pub fn ").or_else(|| line.strip_prefix("    pub const fn "))
        })
        .filter_map(|rest| rest.split('(').next())
        .filter(|name| *name != "tag" && !is_said(&code, name) && !named.contains(&format!("{{ {name} }}")))
        .collect();
    assert!(made.contains("pub mod shared") && unsaid.is_empty(), "{unsaid:?}");
}

/// Whether something is called so that is inside of something else.
fn is_said(code: &str, name: &str) -> bool {
    let path = format!("::{name}");
    code.match_indices(&path)
        .any(|(at, _)| !code[at + path.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn collect(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).expect("a program that runs") {
        let path = entry.expect("a program that runs").path();
        if path.is_dir() {
            collect(&path, code);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            code.push_str(&fs::read_to_string(path).expect("a program that runs"));
        }
    }
}
