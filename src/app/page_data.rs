//! What the server sends along with a page, for the client that takes the page over.

use codee::binary::PostcardCodec;
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// The value itself on the server, which writes it into the page; in the client what the page brought, and
/// the value only where the page brought none. In Postcard, whose reader knows no names of fields: it is a
/// small part of what a reader of JSON costs each client.
pub fn page_data<T>(value: impl FnOnce() -> T) -> T
where
    T: Serialize + DeserializeOwned,
{
    SharedValue::<T, PostcardCodec>::new_with_encoding(value).into_inner()
}
