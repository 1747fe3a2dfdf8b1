//! The command line with the environment behind it: secrets may stand in files, and everything that is wrong
//! with the settings is said at once.

use std::{error::Error as _, ffi::OsString, io::Write, path::Path};

use clap::{
    Arg, ArgMatches, Command, CommandFactory, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::server::config::{Build, Engine, Mail, Pictures, Web, problems};

/// The command whose settings have to hold for long.
const SERVE: &str = "serve";

/// What was asked for, read from the command line and the environment of this process. Ends the process where
/// that is no command, or where its settings are wrong.
#[must_use]
pub fn read<C: CommandFactory + FromArgMatches>() -> C {
    let mut wrong = Vec::new();
    let command = with_files(C::command(), &mut wrong);
    let matches = matches(command, &mut wrong);
    // `serve` adds what it finds itself where nothing is malformed.
    if !wrong.is_empty() {
        if let Some((SERVE, serve)) = matches.subcommand() {
            wrong.extend(later(serve));
        }
        writeln!(std::io::stderr(), "{}", list(&wrong)).ok();
        std::process::exit(2);
    }
    C::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// Problems as an operator reads them.
#[must_use]
pub fn list(problems: &[String]) -> String {
    let lines: Vec<String> = problems.iter().map(|problem| format!("  - {problem}")).collect();
    format!("Headcount cannot work like this:\n{}", lines.join("\n"))
}

/// What would break later, of the settings that can be read.
fn later(serve: &ArgMatches) -> Vec<String> {
    let sections = (
        Web::from_arg_matches(serve),
        Mail::from_arg_matches(serve),
        Pictures::from_arg_matches(serve),
        Engine::from_arg_matches(serve),
    );
    match &sections {
        (Ok(web), Ok(mail), Ok(pictures), Ok(engine)) => problems(web, mail, pictures, engine, Build::THIS),
        _ => Vec::new(),
    }
}

/// Gives each secret setting `NAME` the content of the file that the variable `NAME_FILE` names, as systemd,
/// Docker and Kubernetes hand over secrets; and takes empty variables for ones that are not set.
fn with_files(command: Command, wrong: &mut Vec<String>) -> Command {
    // Each is in several commands, and is said once.
    let mut seen = Vec::new();
    let command = each_arg(command, &mut |arg: Arg| {
        let Some(name) = arg.get_env().map(|name| name.to_string_lossy().into_owned()) else { return arg };
        let value = std::env::var_os(&name);
        let arg =
            if value.as_ref().is_some_and(|value| value.is_empty()) { arg.env(None::<&str>) } else { arg };
        let is_set = value.is_some_and(|value| !value.is_empty());
        if !arg.is_hide_env_values_set() {
            return arg;
        }
        let file = std::env::var_os(format!("{name}_FILE")).filter(|file| !file.is_empty());
        match file.map(|file| secret(&name, Path::new(&file), is_set)) {
            None => arg,
            // Never shown: help would tell the default.
            Some(Ok(secret)) => arg.default_value(secret).hide_default_value(true).required(false),
            Some(Err(problem)) => {
                seen.push(problem);
                arg.env(None::<&str>).required(false)
            }
        }
    });
    for problem in seen {
        if !wrong.contains(&problem) {
            wrong.push(problem);
        }
    }
    command
}

fn secret(name: &str, file: &Path, is_set: bool) -> Result<String, String> {
    if is_set {
        return Err(format!("{name} and {name}_FILE are both set; unset one of them"));
    }
    let content = std::fs::read_to_string(file)
        .map_err(|error| format!("{name}_FILE: {} cannot be read: {error}", file.display()))?;
    // Editors and echo end a file with a line break.
    let secret = content.trim();
    if secret.is_empty() {
        return Err(format!("{name}_FILE: {} is empty", file.display()));
    }
    Ok(secret.to_owned())
}

/// The matches of the command line, with what is wrong in the environment noted and left out. What is wrong
/// with the line itself ends the process, as does a question for help.
fn matches(mut command: Command, wrong: &mut Vec<String>) -> ArgMatches {
    let line: Vec<OsString> = std::env::args_os().collect();
    loop {
        let error = match command.clone().try_get_matches_from(&line) {
            Ok(matches) => return matches,
            Err(error) => error,
        };
        let flags = flags(&error);
        let mut found = Vec::new();
        command = each_arg(command, &mut |arg: Arg| {
            let is_meant = arg.get_long().is_some_and(|long| flags.iter().any(|flag| names(flag, long)));
            // A setting is called as its variable; one that is set to nothing is not asked for that any more.
            let name = arg.get_id().as_str().to_uppercase();
            if !is_meant || arg.get_env().is_none() && std::env::var_os(&name).is_none() {
                return arg;
            }
            let problem = sentence(&error, &name, &arg);
            // The same setting of another command.
            if !found.contains(&problem) {
                found.push(problem);
            }
            let arg = arg.env(None::<&str>).required(false);
            // What came from a file goes as well; an ordinary default is well.
            if arg.is_hide_default_value_set() { arg.default_value(None::<&str>) } else { arg }
        });
        // A second round of the same: it is the line that says it, not the environment.
        if found.is_empty() || found.iter().any(|problem| wrong.contains(problem)) {
            error.exit();
        }
        wrong.extend(found);
    }
}

/// Whether an error's `--base-url <BASE_URL>` is about this argument.
fn names(flag: &str, long: &str) -> bool {
    flag.trim_start_matches("--").split([' ', '=']).next() == Some(long)
}

/// The arguments that an error is about, as `--base-url <BASE_URL>`.
fn flags(error: &clap::Error) -> Vec<String> {
    if !matches!(
        error.kind(),
        ErrorKind::MissingRequiredArgument | ErrorKind::ValueValidation | ErrorKind::InvalidValue
    ) {
        return Vec::new();
    }
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(one)) => vec![one.clone()],
        Some(ContextValue::Strings(several)) => several.clone(),
        _ => Vec::new(),
    }
}

fn sentence(error: &clap::Error, name: &str, arg: &Arg) -> String {
    if error.kind() == ErrorKind::MissingRequiredArgument {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        return format!("{name} is missing: {help}");
    }
    match (error.source(), error.get(ContextKind::ValidValue)) {
        (Some(reason), _) => format!("{name}: {reason}"),
        (None, Some(ContextValue::Strings(values))) => {
            format!("{name}: it should be one of {}", values.join(", "))
        }
        (None, _) => format!("{name}: it has no value that can be read"),
    }
}

fn each_arg(command: Command, change: &mut dyn FnMut(Arg) -> Arg) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let command = command.mut_args(&mut *change);
    names
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(name, |inner| each_arg(inner, change)))
}
