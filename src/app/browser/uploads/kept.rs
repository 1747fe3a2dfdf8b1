//! Files that are on their way, kept by the browser until they are in, so that they go on by themselves when the page
//! is loaded again: in its cache storage, under the path of their upload. The server has a browser empty it at
//! sign-out. Where there is none, as on pages without HTTPS, nothing is kept. H1, H6

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, CacheStorage, File, FilePropertyBag, Request, Response, Url};

use crate::domain::ids::MemberId;

/// The cache of whoever looks; those of others who sat here before go.
pub async fn open(viewer: MemberId) -> Option<Cache> {
    let (storage, own) = (storage()?, viewer.to_string());
    let names = JsFuture::from(storage.keys()).await.ok()?;
    for name in js_sys::Array::from(&names).iter().filter_map(|name| name.as_string()) {
        if name != own {
            JsFuture::from(storage.delete(&name)).await.ok();
        }
    }
    JsFuture::from(storage.open(&own)).await.ok()?.dyn_into().ok()
}

/// Forgets what is kept under `folder`, but for these paths.
pub async fn forget_others(cache: &Cache, folder: &str, paths: &[String]) {
    let Ok(kept) = JsFuture::from(cache.keys()).await else { return };
    for request in js_sys::Array::from(&kept).iter().filter_map(|kept| kept.dyn_into::<Request>().ok()) {
        let path = Url::new(&request.url()).map(|url| url.pathname()).unwrap_or_default();
        if path.starts_with(folder) && !paths.contains(&path) {
            JsFuture::from(cache.delete_with_str(&path)).await.ok();
        }
    }
}

/// The file that is kept under a path.
pub async fn find(cache: &Cache, path: &str, file_name: &str) -> Option<File> {
    let found: Response = JsFuture::from(cache.match_with_str(path)).await.ok()?.dyn_into().ok()?;
    let blob: Blob = JsFuture::from(found.blob().ok()?).await.ok()?.dyn_into().ok()?;
    let kind = FilePropertyBag::new();
    kind.set_type(&blob.type_());
    File::new_with_blob_sequence_and_options(&js_sys::Array::of1(&blob), file_name, &kind).ok()
}

/// Keeps a file, as long as somebody wants it.
pub async fn keep(viewer: MemberId, path: &str, file: &File) -> Option<()> {
    let cache: Cache = JsFuture::from(storage()?.open(&viewer.to_string())).await.ok()?.dyn_into().ok()?;
    let blob: &Blob = file;
    let answer = Response::new_with_opt_blob(Some(blob)).ok()?;
    JsFuture::from(cache.put_with_str(path, &answer)).await.ok()?;
    Some(())
}

/// Forgets the file under this path.
pub fn forget(viewer: MemberId, path: String) {
    leptos::task::spawn_local(async move {
        let Some(storage) = storage() else { return };
        if let Ok(cache) = JsFuture::from(storage.open(&viewer.to_string())).await
            && let Ok(cache) = cache.dyn_into::<Cache>()
        {
            JsFuture::from(cache.delete_with_str(&path)).await.ok();
        }
    });
}

fn storage() -> Option<CacheStorage> {
    let storage = window().caches().ok()?;
    (!JsValue::is_undefined(&storage)).then_some(storage)
}
