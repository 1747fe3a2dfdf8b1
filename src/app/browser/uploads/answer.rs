//! What the server says to files, read by the browser's own parser of JSON: one of Rust would be a twelfth of the
//! client, and this is all that it reads.

use js_sys::{Array, JSON, Reflect};
use serde::{Deserialize, de};
use wasm_bindgen::{JsCast, JsValue};

use super::wire::{PhotoView, RefusedPhoto, UploadAnswer};
use crate::domain::photo_advice::PhotoAdvice;

/// Nothing, where it is no answer of ours.
pub fn read(text: &str) -> Option<UploadAnswer> {
    let answer = JSON::parse(text).ok()?;
    Some(UploadAnswer {
        taken: list(&answer, "taken")?.iter().filter_map(|photo| taken(&photo)).collect(),
        refused: list(&answer, "refused")?.iter().filter_map(|file| refused(&file)).collect(),
        submitted: field(&answer, "submitted").is_truthy(),
        busy: field(&answer, "busy").is_truthy(),
    })
}

/// A photo that was just taken has no fault yet.
fn taken(photo: &JsValue) -> Option<PhotoView> {
    Some(PhotoView {
        id: field(photo, "id").as_string()?.parse().ok()?,
        file_name: field(photo, "file_name").as_string()?,
        fault: None,
        digest: field(photo, "digest").as_string(),
        advice: list(photo, "advice")?.iter().filter_map(|word| advice(&word.as_string()?)).collect(),
    })
}

fn refused(file: &JsValue) -> Option<RefusedPhoto> {
    let (file_name, reason) = (field(file, "file_name").as_string()?, field(file, "reason").as_string()?);
    Some(RefusedPhoto { file_name, reason })
}

fn advice(word: &str) -> Option<PhotoAdvice> {
    PhotoAdvice::deserialize(de::value::StrDeserializer::<de::value::Error>::new(word)).ok()
}

fn list(of: &JsValue, name: &str) -> Option<Array> {
    field(of, name).dyn_into().ok()
}

fn field(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &JsValue::from_str(name)).unwrap_or_default()
}
