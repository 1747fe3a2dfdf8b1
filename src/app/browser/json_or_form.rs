//! The arguments of server functions that take long lists: JSON from our own pages, in which a letter
//! takes as many bytes as it has; a form from pages whose scripts are not there yet, in which a Cyrillic
//! one takes six. I13, J2

use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::JsonEncoding};
use serde::{Serialize, de::DeserializeOwned};

/// Writes JSON, and reads JSON or a form.
pub struct JsonOrForm;

impl ContentType for JsonOrForm {
    const CONTENT_TYPE: &'static str = JsonEncoding::CONTENT_TYPE;
}

impl FormatType for JsonOrForm {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonOrForm {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        JsonEncoding::encode(value)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonOrForm {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        #[cfg(feature = "ssr")]
        if bytes.first() != Some(&b'{') {
            // Each field once; of two with one name the last counts.
            let fields = url::form_urlencoded::parse(&bytes)
                .map(|(name, value)| (name.into_owned(), value.into_owned().into()));
            return serde_json::from_value(serde_json::Value::Object(fields.collect()));
        }
        JsonEncoding::decode(bytes)
    }
}
