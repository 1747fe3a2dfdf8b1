//! Files that are on their way, kept by the browser until they are in, so that they go on by themselves when the page
//! is loaded again: in its cache storage, each in a cache of its own, called by who sends it and the path of its upload.
//! The server has a browser empty it at sign-out. Where there is none, as on pages without HTTPS, nothing is kept. H1, H6

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, CacheStorage, File, FilePropertyBag, Response};

use crate::domain::ids::MemberId;

/// Forgets what others kept who sat here before, and what is kept under `folder` but for these paths.
pub async fn forget_others(viewer: MemberId, folder: &str, paths: &[String]) -> Option<()> {
    let storage = storage()?;
    let names = JsFuture::from(storage.keys()).await.ok()?;
    let own = name(viewer, "");
    for name in js_sys::Array::from(&names).iter().filter_map(|name| name.as_string()) {
        let path = name.strip_prefix(&own);
        if path.is_none_or(|path| path.starts_with(folder) && !paths.iter().any(|other| other == path)) {
            let _gone = storage.delete(&name);
        }
    }
    Some(())
}

/// The file that is kept under a path.
pub async fn find(path: &str, file_name: &str) -> Option<File> {
    let found: Response = JsFuture::from(storage()?.match_with_str(path)).await.ok()?.dyn_into().ok()?;
    let blob: Blob = JsFuture::from(found.blob().ok()?).await.ok()?.dyn_into().ok()?;
    let kind = FilePropertyBag::new();
    kind.set_type(&blob.type_());
    File::new_with_blob_sequence_and_options(&js_sys::Array::of1(&blob), file_name, &kind).ok()
}

/// Keeps a file, as long as somebody wants it.
pub async fn keep(viewer: MemberId, path: &str, file: &File) -> Option<()> {
    let cache: Cache = JsFuture::from(storage()?.open(&name(viewer, path))).await.ok()?.dyn_into().ok()?;
    let blob: &Blob = file;
    let answer = Response::new_with_opt_blob(Some(blob)).ok()?;
    JsFuture::from(cache.put_with_str(path, &answer)).await.ok()?;
    Some(())
}

/// Forgets the file under this path.
pub fn forget(viewer: MemberId, path: &str) {
    if let Some(storage) = storage() {
        let _gone = storage.delete(&name(viewer, path));
    }
}

fn name(viewer: MemberId, path: &str) -> String {
    format!("{viewer} {path}")
}

fn storage() -> Option<CacheStorage> {
    let storage = window().caches().ok()?;
    (!JsValue::is_undefined(&storage)).then_some(storage)
}
