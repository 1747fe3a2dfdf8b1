//! Text that comes from outside the page: the clipboard, a file that was picked or dropped. I1

#[cfg(feature = "hydrate")]
pub use in_browser::*;
#[cfg(not(feature = "hydrate"))]
pub use on_server::*;

/// Bytes that a list may have: 5,000 people with long names take less than half of it.
const MAX_BYTES: f64 = 2.0 * 1024.0 * 1024.0;

#[cfg(not(feature = "hydrate"))]
mod on_server {
    pub const fn pasted(_: &leptos::ev::ClipboardEvent) -> Option<String> {
        let _ = super::MAX_BYTES;
        None
    }

    pub fn read_picked(_: &leptos::ev::Event, _: impl Fn(Result<String, String>)) {}

    pub fn read_dropped(_: &leptos::ev::DragEvent, _: impl Fn(Result<String, String>)) {}
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{File, HtmlInputElement, TextDecoder, TextDecoderOptions};

    use crate::words;

    pub fn pasted(event: &leptos::ev::ClipboardEvent) -> Option<String> {
        event.clipboard_data()?.get_data("text").ok()
    }

    /// Reads the file of a field, which is empty again afterwards, so that the same can be picked anew.
    pub fn read_picked(event: &leptos::ev::Event, then: impl Fn(Result<String, String>) + 'static) {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let file = input.files().and_then(|files| files.get(0));
        input.set_value("");
        read(file, then);
    }

    /// Reads what was dropped: a file, or else text.
    pub fn read_dropped(event: &leptos::ev::DragEvent, then: impl Fn(Result<String, String>) + 'static) {
        let Some(transfer) = event.data_transfer() else { return };
        match transfer.files().and_then(|files| files.get(0)) {
            Some(file) => read(Some(file), then),
            None => match transfer.get_data("text") {
                Ok(text) if !text.is_empty() => then(Ok(text)),
                _ => {}
            },
        }
    }

    fn read(file: Option<File>, then: impl Fn(Result<String, String>) + 'static) {
        let Some(file) = file else { return };
        leptos::task::spawn_local(async move { then(text_of(&file).await) });
    }

    async fn text_of(file: &File) -> Result<String, String> {
        let name = file.name();
        let spreadsheet =
            [".xlsx", ".xls", ".ods", ".numbers"].iter().any(|end| name.to_lowercase().ends_with(end));
        if spreadsheet {
            return Err(words::console::file_spreadsheet(name));
        }
        if file.size() > super::MAX_BYTES {
            return Err(words::console::file_too_large(name));
        }
        let bytes = JsFuture::from(file.array_buffer()).await;
        let bytes = bytes.map_err(|_| words::console::file_unreadable(&name))?;
        let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
        decode(&bytes).ok_or_else(|| words::console::file_no_text(name))
    }

    /// UTF-8, UTF-16 by its mark, or else what older Windows programs write.
    fn decode(bytes: &[u8]) -> Option<String> {
        let label = match bytes {
            [0xff, 0xfe, ..] => "utf-16le",
            [0xfe, 0xff, ..] => "utf-16be",
            _ if std::str::from_utf8(bytes).is_ok() => "utf-8",
            _ => "windows-1252",
        };
        let options = TextDecoderOptions::new();
        options.set_fatal(true);
        let decoder = TextDecoder::new_with_label_and_options(label, &options).ok()?;
        let array = js_sys::Uint8Array::from(bytes);
        let text = decoder.decode_with_buffer_source(array.unchecked_ref::<js_sys::Object>()).ok()?;
        // A picture or a program, not a list.
        (!text.contains('\0')).then_some(text)
    }
}
