//! Makes Rust of the words in `src/words`: a module for each file, a function for each message, so that
//! no client carries a parser or a table, and a message that is missing is an error of the compiler.
//!
//! The format is Project Fluent's (<https://projectfluent.org>), less functions, terms and choices by
//! words. Used by `build.rs` and by `tests/words.rs`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs, io,
    path::Path,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
    unicode::unescape_unicode_to_string,
};

/// The language that says which messages there are, with which arguments.
const FIRST: &str = "en";

/// How a language forms plurals, as patterns of a `match`; `other` is everything else.
type PluralRule = &'static [(&'static str, &'static str)];

const ONE: PluralRule = &[("one", "1")];
const SLAVIC_FEW: &str = "n if matches!(n % 10, 2..=4) && !matches!(n % 100, 12..=14)";

/// The rules for whole numbers by language. CLDR 47
const PLURAL_RULES: [(&str, PluralRule); 16] = [
    ("cs", &[("one", "1"), ("few", "2..=4")]),
    ("da", ONE),
    ("de", ONE),
    ("en", ONE),
    ("es", ONE),
    ("fi", ONE),
    ("fr", &[("one", "0 | 1")]),
    ("it", ONE),
    ("ja", &[]),
    ("nb", ONE),
    ("nl", ONE),
    ("pl", &[("one", "1"), ("few", SLAVIC_FEW), ("many", "_")]),
    ("pt", &[("one", "0 | 1")]),
    ("sv", ONE),
    ("uk", &[("one", "n if n % 10 == 1 && n % 100 != 11"), ("few", SLAVIC_FEW), ("many", "_")]),
    ("zh", &[]),
];

/// The files of one language, by their names without ending.
#[derive(Clone, Debug)]
pub struct Language {
    /// Such as `en` or `pt-BR`. BCP 47
    pub tag: String,
    pub files: BTreeMap<String, String>,
}

/// Reads a folder that has a folder for each language.
pub fn read(folder: &Path) -> io::Result<Vec<Language>> {
    let mut languages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        let mut files = BTreeMap::new();
        for file in fs::read_dir(&path)? {
            let file = file?.path();
            if file.extension().is_some_and(|kind| kind == "ftl") {
                files.insert(name_of(&file), fs::read_to_string(&file)?);
            }
        }
        languages.push(Language { tag: name_of(&path), files });
    }
    languages.sort_by(|one, other| one.tag.cmp(&other.tag));
    Ok(languages)
}

fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The code for all languages, or everything that is wrong with their files, a line each.
pub fn generate(languages: &[Language]) -> Result<String, String> {
    let mut problems = Vec::new();
    let parsed: Vec<Words> = languages.iter().map(|language| Words::parse(language, &mut problems)).collect();
    let Some(first) = parsed.iter().find(|words| words.tag == FIRST) else {
        return Err(format!("there is no folder {FIRST}"));
    };
    for other in parsed.iter().filter(|words| words.tag != FIRST) {
        first.compare(other, &mut problems);
    }
    if problems.is_empty() { Ok(write_all(first, &parsed)) } else { Err(problems.join("\n")) }
}

/// The parsed files of one language.
struct Words {
    tag: String,
    files: BTreeMap<String, File>,
}

#[derive(Default)]
struct File {
    about: String,
    messages: Vec<Message>,
}

/// A message, or an attribute of one.
struct Message {
    /// As the file has it: `join-button` or `join-button.hint`.
    key: String,
    /// Of its function.
    name: String,
    comment: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Argument(String),
    /// Where the page puts something of its own; its name is in capitals.
    Slot(String),
    /// Another message, with the arguments of the same names.
    Reference {
        name: String,
        arguments: Vec<String>,
        numbers: Vec<String>,
    },
    /// By a number; the last case is that of all others.
    Choice {
        by: String,
        cases: Vec<(String, Vec<Part>)>,
    },
}

impl Words {
    fn parse(language: &Language, problems: &mut Vec<String>) -> Self {
        let mut files = BTreeMap::new();
        for (name, text) in &language.files {
            let place = format!("{}/{name}.ftl", language.tag);
            files.insert(name.clone(), File::parse(&place, &language.tag, text, problems));
        }
        Self { tag: language.tag.clone(), files }
    }

    /// What `other` lacks, has beyond, or says with other arguments.
    fn compare(&self, other: &Self, problems: &mut Vec<String>) {
        for (name, file) in &self.files {
            let place = format!("{}/{name}.ftl", other.tag);
            let Some(others) = other.files.get(name) else {
                problems.push(format!("{place} is missing"));
                continue;
            };
            for message in &file.messages {
                let Some(same) = others.find(&message.key) else {
                    problems.push(format!("{place} lacks {}", message.key));
                    continue;
                };
                let (wanted, found) = (message.inputs(), same.inputs());
                for input in wanted.difference(&found) {
                    problems.push(format!("{place}: {} lacks {{ ${input} }}", message.key));
                }
                for input in found.difference(&wanted) {
                    problems
                        .push(format!("{place}: {} has {{ ${input} }}, which {FIRST} lacks", message.key));
                }
            }
            for message in others.messages.iter().filter(|message| file.find(&message.key).is_none()) {
                problems.push(format!("{place} has {}, which {FIRST} lacks", message.key));
            }
        }
        for name in other.files.keys().filter(|name| !self.files.contains_key(*name)) {
            problems.push(format!("{}/{name}.ftl has no counterpart in {FIRST}", other.tag));
        }
    }
}

impl File {
    fn parse(place: &str, tag: &str, text: &str, problems: &mut Vec<String>) -> Self {
        let resource = match parser::parse(text) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                for error in errors {
                    let line = text[..error.pos.start].lines().count().max(1);
                    problems.push(format!("{place}:{line}: {}", error.kind));
                }
                resource
            }
        };
        let mut file = Self::default();
        for entry in &resource.body {
            match entry {
                Entry::ResourceComment(comment) if file.about.is_empty() => {
                    file.about = comment.content.join("\n");
                }
                Entry::Message(message) => {
                    let comment = message.comment.as_ref().map_or_else(String::new, |c| c.content.join("\n"));
                    let value = message.value.iter().map(|value| (message.id.name.to_owned(), value));
                    let attributes = message.attributes.iter().map(|attribute| {
                        (format!("{}.{}", message.id.name, attribute.id.name), &attribute.value)
                    });
                    for (key, pattern) in value.chain(attributes) {
                        match parts(tag, pattern) {
                            Ok(parts) => file.messages.push(Message::new(key, &comment, parts)),
                            Err(problem) => problems.push(format!("{place}: {key} {problem}")),
                        }
                    }
                }
                Entry::Term(term) => {
                    problems.push(format!("{place}: -{} is a term; make it a message", term.id.name));
                }
                _ => {}
            }
        }
        file.resolve(place, problems);
        file.check(place, problems);
        file
    }

    fn find(&self, key: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.key == key)
    }

    /// Gives each reference the arguments of its message; one without any becomes its text.
    fn resolve(&mut self, place: &str, problems: &mut Vec<String>) {
        let known: BTreeMap<String, Vec<Part>> =
            self.messages.iter().map(|message| (message.name.clone(), message.parts.clone())).collect();
        for message in &mut self.messages {
            for part in &mut message.parts {
                let mut seen = BTreeSet::from([message.name.clone()]);
                if let Err(problem) = resolve(part, &known, &mut seen) {
                    problems.push(format!("{place}: {} {problem}", message.key));
                }
            }
            message.parts = joined(std::mem::take(&mut message.parts));
        }
    }

    fn check(&self, place: &str, problems: &mut Vec<String>) {
        let mut names = BTreeSet::new();
        for message in &self.messages {
            if !names.insert(&message.name) {
                problems.push(format!("{place}: {} is there twice", message.key));
            }
            if is_keyword(&message.name) {
                problems.push(format!("{place}: {} is a word of Rust; choose another name", message.key));
            }
            let slots = message.parts.iter().filter(|part| matches!(part, Part::Slot(_))).count();
            if slots > 1 || slots != inputs(&message.parts).iter().filter(|name| is_slot(name)).count() {
                problems.push(format!(
                    "{place}: {} may have one name in capitals, and not within a choice or reference",
                    message.key
                ));
            }
        }
    }
}

impl Message {
    fn new(key: String, comment: &str, parts: Vec<Part>) -> Self {
        let name = key.replace(['-', '.'], "_");
        Self { key, name, comment: comment.to_owned(), parts }
    }

    /// Arguments and slots.
    fn inputs(&self) -> BTreeSet<String> {
        inputs(&self.parts).into_iter().collect()
    }
}

/// What Fluent's syntax tree says, as far as it is used here.
fn parts(tag: &str, pattern: &Pattern<&str>) -> Result<Vec<Part>, String> {
    let mut found = Vec::new();
    for element in &pattern.elements {
        found.push(match element {
            PatternElement::TextElement { value } => Part::Text((*value).to_owned()),
            PatternElement::Placeable { expression } => part(tag, expression)?,
        });
    }
    Ok(joined(found))
}

fn part(tag: &str, expression: &Expression<&str>) -> Result<Part, String> {
    match expression {
        Expression::Inline(inline) => match inline {
            InlineExpression::StringLiteral { value } => {
                Ok(Part::Text(unescape_unicode_to_string(value).into_owned()))
            }
            InlineExpression::NumberLiteral { value } => Ok(Part::Text((*value).to_owned())),
            InlineExpression::VariableReference { id } if is_slot(id.name) => {
                Ok(Part::Slot(id.name.to_owned()))
            }
            InlineExpression::VariableReference { id } => Ok(Part::Argument(argument(id.name)?)),
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map_or_else(String::new, |name| format!("_{}", name.name));
                let name = format!("{}{attribute}", id.name).replace('-', "_");
                Ok(Part::Reference { name, arguments: Vec::new(), numbers: Vec::new() })
            }
            InlineExpression::Placeable { expression } => part(tag, expression),
            InlineExpression::FunctionReference { id, .. } => {
                Err(format!("calls {}; functions are not supported", id.name))
            }
            InlineExpression::TermReference { id, .. } => {
                Err(format!("names -{}; terms are not supported", id.name))
            }
        },
        Expression::Select { selector, variants } => {
            let InlineExpression::VariableReference { id } = selector else {
                return Err("chooses by something else than an argument".into());
            };
            let mut cases = Vec::new();
            let mut default = None;
            for variant in variants {
                let parts = parts(tag, &variant.value)?;
                if variant.default {
                    default = Some(parts);
                } else {
                    cases.push((case(tag, &variant.key)?, parts));
                }
            }
            cases.push(("_".into(), default.unwrap_or_default()));
            Ok(Part::Choice { by: argument(id.name)?, cases })
        }
    }
}

fn argument(name: &str) -> Result<String, String> {
    let name = name.replace('-', "_");
    if is_keyword(&name) { Err(format!("has {{ ${name} }}, a word of Rust")) } else { Ok(name) }
}

/// The pattern of a `match` for the key of a variant.
fn case(tag: &str, key: &VariantKey<&str>) -> Result<String, String> {
    match key {
        VariantKey::NumberLiteral { value } => match value.parse::<i64>() {
            Ok(number) => Ok(number.to_string()),
            Err(_) => Err(format!("has the case [{value}], which is no whole number")),
        },
        VariantKey::Identifier { name } => {
            let language = tag.split('-').next().unwrap_or(tag);
            let rule = PLURAL_RULES.iter().find(|(of, _)| *of == language).map(|(_, rule)| *rule);
            let rule = rule.ok_or_else(|| {
                format!("chooses by number; add {language} to PLURAL_RULES in build/words.rs")
            })?;
            let pattern =
                rule.iter().find(|(form, _)| form == name).map(|(_, pattern)| (*pattern).to_owned());
            pattern.ok_or_else(|| {
                let forms: Vec<&str> = rule.iter().map(|(form, _)| *form).collect();
                format!("has the case [{name}]; in {language} there are {} and other", forms.join(", "))
            })
        }
    }
}

/// Neighboring texts as one; a line break is a space.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut all: Vec<Part> = Vec::new();
    for part in parts {
        match (all.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => all.push(part),
        }
    }
    for part in &mut all {
        if let Part::Text(text) = part {
            *text = on_one_line(text);
        }
    }
    all
}

fn on_one_line(text: &str) -> String {
    let mut lines = text.split('\n');
    let mut all = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        all.truncate(all.trim_end().len());
        all.push(' ');
        all.push_str(line.trim_start());
    }
    all
}

fn resolve(
    part: &mut Part,
    known: &BTreeMap<String, Vec<Part>>,
    seen: &mut BTreeSet<String>,
) -> Result<(), String> {
    match part {
        Part::Choice { cases, .. } => {
            cases.iter_mut().flat_map(|(_, parts)| parts).try_for_each(|part| resolve(part, known, seen))
        }
        Part::Reference { name, arguments, numbers } => {
            let mut target =
                known.get(name).ok_or_else(|| format!("names {name}, which is not there"))?.clone();
            if !seen.insert(name.clone()) {
                return Err(format!("is in a circle with {name}"));
            }
            target.iter_mut().try_for_each(|part| resolve(part, known, seen))?;
            seen.remove(name);
            *arguments = inputs(&target);
            *numbers = choices(&target);
            if let ([], [Part::Text(text)]) = (arguments.as_slice(), joined(target).as_slice()) {
                *part = Part::Text(text.clone());
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The arguments and slots in the order in which they come, each once.
fn inputs(parts: &[Part]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in parts {
        let names = match part {
            Part::Text(_) => Vec::new(),
            Part::Argument(name) | Part::Slot(name) => vec![name.clone()],
            Part::Reference { arguments, .. } => arguments.clone(),
            Part::Choice { by, cases } => {
                std::iter::once(by.clone()).chain(cases.iter().flat_map(|(_, parts)| inputs(parts))).collect()
            }
        };
        for name in names {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// The arguments by which something is chosen: numbers.
fn choices(parts: &[Part]) -> Vec<String> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Choice { by, cases } => {
                found.push(by.clone());
                found.extend(cases.iter().flat_map(|(_, parts)| choices(parts)));
            }
            Part::Reference { numbers, .. } => found.extend(numbers.iter().cloned()),
            _ => {}
        }
    }
    found
}

fn is_slot(name: &str) -> bool {
    name.chars().any(char::is_alphabetic) && !name.chars().any(char::is_lowercase)
}

fn is_keyword(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "as", "async", "await", "box", "break", "const", "continue", "crate", "dyn", "else", "enum",
        "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move",
        "mut", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type",
        "unsafe", "use", "where", "while", "yield",
    ];
    WORDS.contains(&name)
}

fn write_all(first: &Words, languages: &[Words]) -> String {
    let mut code = String::from("// Made by build.rs.\n\n");
    write_languages(&mut code, languages);
    for (name, file) in &first.files {
        code.push('\n');
        write_doc(&mut code, "", &file.about);
        writeln!(code, "pub mod {name} {{").ok();
        for message in &file.messages {
            let same: Vec<(&str, &Message)> = languages
                .iter()
                .filter_map(|words| Some((words.tag.as_str(), words.files.get(name)?.find(&message.key)?)))
                .collect();
            write_function(&mut code, message, &same);
        }
        code.push_str("}\n");
    }
    code
}

fn write_languages(code: &mut String, languages: &[Words]) {
    let tags: Vec<&str> = languages.iter().map(|words| words.tag.as_str()).collect();
    let variants: Vec<String> = tags.iter().map(|tag| variant(tag)).collect();
    let all: Vec<String> = variants.iter().map(|variant| format!("Self::{variant}")).collect();
    let arms: Vec<String> =
        tags.iter().zip(&all).map(|(tag, variant)| format!("            {variant} => {tag:?},\n")).collect();
    write!(
        code,
        "/// A language that there are words in.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
         pub enum Language {{\n    {},\n}}\n\n\
         impl Language {{\n    \
             /// All of them, by their tags.\n    \
             pub const ALL: [Self; {}] = [{}];\n\n    \
             /// For `lang` attributes. BCP 47\n    \
             #[must_use]\n    \
             pub const fn tag(self) -> &'static str {{\n        \
                 match self {{\n{}        }}\n    }}\n}}\n",
        variants.join(",\n    "),
        all.len(),
        all.join(", "),
        arms.concat(),
    )
    .ok();
}

/// `pt-BR` as `PtBr`.
fn variant(tag: &str) -> String {
    tag.split('-')
        .map(|part| {
            let (initial, rest) = part.split_at(1.min(part.len()));
            initial.to_uppercase() + &rest.to_lowercase()
        })
        .collect()
}

fn write_function(code: &mut String, message: &Message, languages: &[(&str, &Message)]) {
    let numbers: BTreeSet<String> =
        languages.iter().flat_map(|(_, message)| choices(&message.parts)).collect();
    let is_number = |name: &str| name == "count" || numbers.contains(name);
    let arguments: Vec<String> = inputs(&message.parts).into_iter().filter(|name| !is_slot(name)).collect();
    let parameters: Vec<String> = arguments
        .iter()
        .map(|name| {
            let kind = if is_number(name) { "i64" } else { "impl std::fmt::Display" };
            format!("{name}: {kind}")
        })
        .collect();
    let text = if arguments.is_empty() { Text::Static } else { Text::Owned };
    let has_slot = message.parts.iter().any(|part| matches!(part, Part::Slot(_)));
    let returned = match (text, has_slot) {
        (Text::Static, false) => "&'static str",
        (Text::Owned, false) => "String",
        (Text::Static, true) => "(&'static str, &'static str)",
        (Text::Owned, true) => "(String, String)",
    };
    let direct = languages.len() == 1;
    let constant = if direct && text == Text::Static { "const " } else { "" };
    code.push('\n');
    write_doc(code, "    ", &message.comment);
    if !message.comment.is_empty() {
        code.push_str("    ///\n");
    }
    write!(code, "    /// ```text\n    /// {}\n    /// ```\n", shown(&message.parts)).ok();
    write!(
        code,
        "    #[must_use]\n    pub {constant}fn {}({}) -> {returned} {{\n        ",
        message.name,
        parameters.join(", ")
    )
    .ok();
    if direct {
        code.push_str(&body(&message.parts, text, &is_number));
    } else {
        code.push_str("match crate::words::language() {\n");
        for (tag, message) in languages {
            let body = body(&message.parts, text, &is_number);
            writeln!(code, "            crate::words::Language::{} => {body},", variant(tag)).ok();
        }
        code.push_str("        }");
    }
    code.push_str("\n    }\n");
}

fn write_doc(code: &mut String, indent: &str, text: &str) {
    for line in text.lines() {
        writeln!(code, "{indent}///{}{line}", if line.is_empty() { "" } else { " " }).ok();
    }
}

/// The text for whoever calls the function: arguments in braces, choices with bars.
fn shown(parts: &[Part]) -> String {
    parts.iter().fold(String::new(), |all, part| match part {
        Part::Text(text) => all + text,
        Part::Argument(name) | Part::Slot(name) | Part::Reference { name, .. } => {
            all + &format!("{{{name}}}")
        }
        Part::Choice { cases, .. } => {
            let cases: Vec<String> = cases.iter().map(|(_, parts)| shown(parts)).collect();
            all + &format!("({})", cases.join(" | "))
        }
    })
}

/// What a function returns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Static,
    Owned,
}

fn body(parts: &[Part], text: Text, is_number: &dyn Fn(&str) -> bool) -> String {
    match parts.iter().position(|part| matches!(part, Part::Slot(_))) {
        None => expression(parts, text, is_number),
        Some(at) => format!(
            "({}, {})",
            expression(&parts[..at], text, is_number),
            expression(&parts[at + 1..], text, is_number)
        ),
    }
}

fn expression(parts: &[Part], text: Text, is_number: &dyn Fn(&str) -> bool) -> String {
    match (parts, text) {
        ([], Text::Static) => "\"\"".into(),
        ([], Text::Owned) => "String::new()".into(),
        ([Part::Text(words)], Text::Static) => format!("{words:?}"),
        ([Part::Text(words)], Text::Owned) => format!("{words:?}.to_owned()"),
        ([Part::Argument(name)], _) => format!("{name}.to_string()"),
        ([reference @ Part::Reference { .. }], _) => call(reference, is_number),
        ([Part::Choice { by, cases }], _) => choose(by, cases, text, is_number),
        (parts, _) => {
            let mut pattern = String::new();
            let mut values = Vec::new();
            for part in parts {
                match part {
                    Part::Text(words) => pattern.push_str(&words.replace('{', "{{").replace('}', "}}")),
                    Part::Argument(name) => pattern.extend(["{", name, "}"]),
                    Part::Reference { .. } => {
                        pattern.push_str("{}");
                        values.push(call(part, is_number));
                    }
                    Part::Choice { by, cases } => {
                        pattern.push_str("{}");
                        let plain = cases.iter().all(|(_, parts)| matches!(parts[..], [] | [Part::Text(_)]));
                        let kind = if plain { Text::Static } else { Text::Owned };
                        values.push(choose(by, cases, kind, is_number));
                    }
                    Part::Slot(_) => {}
                }
            }
            let values: String = values.iter().map(|value| format!(", {value}")).collect();
            format!("format!({pattern:?}{values})")
        }
    }
}

fn choose(by: &str, cases: &[(String, Vec<Part>)], text: Text, is_number: &dyn Fn(&str) -> bool) -> String {
    let mut arms = String::new();
    for (pattern, parts) in cases {
        write!(arms, "{pattern} => {}, ", expression(parts, text, is_number)).ok();
        // What comes behind could not be reached.
        if pattern == "_" {
            break;
        }
    }
    format!("match {by} {{ {arms}}}")
}

fn call(reference: &Part, is_number: &dyn Fn(&str) -> bool) -> String {
    let Part::Reference { name, arguments, .. } = reference else { return String::new() };
    let arguments: Vec<String> = arguments
        .iter()
        .map(|argument| if is_number(argument) { argument.clone() } else { format!("&{argument}") })
        .collect();
    // An argument may be called the same.
    format!("self::{name}({})", arguments.join(", "))
}
