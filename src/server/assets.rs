//! The built browser clients: which hashed files a page has to name. Read once at start.

use std::collections::BTreeMap;

use anyhow::Context;

use crate::server::static_files::StaticFiles;

/// The files of each client.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    pub console: Client,
    pub guest: Client,
    pub shoot: Client,
}

/// One client, as it was built: URLs, with the integrity values of script and WebAssembly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    pub style: String,
    pub script: String,
    pub wasm: String,
    pub wasm_integrity: Option<String>,
    /// Files of WebAssembly that are loaded when a part is shown, by the part.
    pub parts: BTreeMap<String, Vec<String>>,
}

impl Assets {
    /// Reads the manifests that the build wrote.
    ///
    /// # Errors
    /// A client is not built.
    pub fn read(clients: &StaticFiles) -> anyhow::Result<Self> {
        let client = |name: &str| {
            let path = format!("{name}/index.html");
            let manifest = clients.text(&path).with_context(|| {
                let file = clients.name(&path);
                format!("{file} is missing; build the clients with ./x run or ./x build, or let DIST_DIR say where they are")
            })?;
            Client::find(&manifest).with_context(|| format!("{} names no client", clients.name(&path)))
        };
        Ok(Self { console: client("console")?, guest: client("guest")?, shoot: client("shoot")? })
    }
}

impl Client {
    /// Finds the links in a manifest. A release build drops the quotes around attributes.
    fn find(manifest: &str) -> Option<Self> {
        let mut client = Self::default();
        for tag in manifest.split('<').filter(|tag| tag.starts_with("link")) {
            let Some(href) = attribute(tag, "href") else { continue };
            match attribute(tag, "rel").unwrap_or_default() {
                "stylesheet" => client.style = href.into(),
                "modulepreload" => client.script = href.into(),
                "preload" if href.contains(".wasm") => {
                    client.wasm = href.into();
                    client.wasm_integrity = attribute(tag, "integrity").map(str::to_owned);
                }
                "prefetch" => {
                    for part in attribute(tag, "data-parts").unwrap_or_default().split(',') {
                        client.parts.entry(part.into()).or_default().push(href.into());
                    }
                }
                _ => {}
            }
        }
        let complete = ![&client.style, &client.script, &client.wasm].iter().any(|file| file.is_empty());
        complete.then_some(client)
    }
}

impl Client {
    /// The files that a part consists of.
    pub fn files_of(&self, part: &str) -> impl Iterator<Item = String> {
        self.parts.get(part).into_iter().flatten().cloned()
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}="))? + name.len() + 2;
    let value = &tag[start..];
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([' ', '>']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_read_with_and_without_quotes() {
        let quoted = r#"<link rel="stylesheet" href="/pkg/console/main-1.css" integrity="sha384-c"/><link rel="modulepreload" href="/pkg/console/l-1.js" crossorigin="anonymous" integrity="sha384-j"><link rel="preload" href="/pkg/console/l-1_bg.wasm" crossorigin="anonymous" integrity="sha384-w" as="fetch" type="application/wasm"><link rel="prefetch" href="/pkg/console/1/a.wasm" data-parts="members"><link rel="prefetch" href="/pkg/console/1/b.wasm" data-parts="members,office">"#;
        let client = Client {
            style: "/pkg/console/main-1.css".into(),
            script: "/pkg/console/l-1.js".into(),
            wasm: "/pkg/console/l-1_bg.wasm".into(),
            wasm_integrity: Some("sha384-w".into()),
            parts: [
                (
                    "members".to_owned(),
                    vec!["/pkg/console/1/a.wasm".to_owned(), "/pkg/console/1/b.wasm".to_owned()],
                ),
                ("office".to_owned(), vec!["/pkg/console/1/b.wasm".to_owned()]),
            ]
            .into(),
        };
        assert_eq!(Client::find(quoted), Some(client.clone()));
        assert_eq!(Client::find(&quoted.replace('"', "")), Some(client));
        assert_eq!(Client::find("<html></html>"), None);
    }
}
