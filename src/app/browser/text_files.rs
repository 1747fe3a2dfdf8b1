//! Text that comes from outside the page: the clipboard, a file that was picked or dropped. I1

#[cfg(feature = "hydrate")]
pub use in_browser::*;
#[cfg(not(feature = "hydrate"))]
pub use on_server::*;

#[cfg(not(feature = "hydrate"))]
mod on_server {
    pub const fn pasted(_: &leptos::ev::ClipboardEvent) -> Option<String> {
        None
    }

    pub fn read_picked(_: &leptos::ev::Event, _: impl FnOnce(Vec<Result<String, String>>)) {}

    pub fn read_dropped(_: &leptos::ev::DragEvent, _: impl FnOnce(Vec<Result<String, String>>)) {}
}

#[cfg(feature = "hydrate")]
mod in_browser {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{File, HtmlInputElement, TextDecoder, TextDecoderOptions};

    use crate::{
        app::browser::dropped::Dropped,
        domain::{encoding::encoding, list_problem::LIST_BYTES_MAX},
        words,
    };

    pub fn pasted(event: &leptos::ev::ClipboardEvent) -> Option<String> {
        event.clipboard_data()?.get_data("text").ok()
    }

    /// What each file holds, or why it cannot be read.
    type Texts = Vec<Result<String, String>>;

    /// Reads the files of a field, which is empty again afterwards, so that the same can be picked again.
    pub fn read_picked(event: &leptos::ev::Event, then: impl FnOnce(Texts) + 'static) {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            read(Dropped::picked(&input), then);
        }
    }

    /// Reads what was dropped: files, or else text.
    pub fn read_dropped(event: &leptos::ev::DragEvent, then: impl FnOnce(Texts) + 'static) {
        let dropped = Dropped::of(event);
        if !dropped.files.is_empty() || !dropped.folders.is_empty() {
            return read(dropped, then);
        }
        let text = event.data_transfer().and_then(|transfer| transfer.get_data("text").ok());
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            then(vec![Ok(text)]);
        }
    }

    fn read(dropped: Dropped, then: impl FnOnce(Texts) + 'static) {
        leptos::task::spawn_local(async move {
            let mut texts: Texts =
                dropped.folders.iter().map(|name| Err(words::console::file_folder(name))).collect();
            for file in &dropped.files {
                texts.push(text_of(file).await);
            }
            then(texts);
        });
    }

    async fn text_of(file: &File) -> Result<String, String> {
        let name = file.name();
        let spreadsheet =
            [".xlsx", ".xls", ".ods", ".numbers"].iter().any(|end| name.to_lowercase().ends_with(end));
        if spreadsheet {
            return Err(words::console::file_spreadsheet(name));
        }
        if file.size() > LIST_BYTES_MAX as f64 {
            return Err(words::console::file_too_large(name));
        }
        let bytes = JsFuture::from(file.array_buffer()).await;
        let bytes = bytes.map_err(|_| words::console::file_unreadable(&name))?;
        let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
        decode(&bytes).ok_or_else(|| words::console::file_no_text(name))
    }

    fn decode(bytes: &[u8]) -> Option<String> {
        let options = TextDecoderOptions::new();
        options.set_fatal(true);
        let decoder = TextDecoder::new_with_label_and_options(encoding(bytes)?, &options).ok()?;
        let array = js_sys::Uint8Array::from(bytes);
        decoder.decode_with_buffer_source(array.unchecked_ref::<js_sys::Object>()).ok()
    }
}
