//! Views that are hydrated after the rest of their page.

use std::{cell::RefCell, rc::Rc};

use leptos::{
    either::Either,
    prelude::*,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        ssr::StreamBuilder,
        view::{Mountable, Position, PositionState, add_attr::AddAnyAttr},
    },
    wasm_bindgen::JsCast,
    web_sys::Element,
};

use crate::app::browser::later::later;

/// A view of one element that stays as the server sent it until the page has time for it, or somebody touches it.
/// Where it does not come from the server, it is drawn at once.
///
/// Nothing in it may load data or wait: the server numbers such things in the order in which they are hydrated. And it says
/// at first what the server said, however late that is: hydration writes no attribute.
pub struct Deferred(Box<dyn FnOnce() -> AnyView + Send>);

/// The element as it was sent, or what has been made of it.
type Shown = Either<Element, <AnyView as Render>::State>;

impl Deferred {
    pub fn new<V: IntoView + 'static>(view: impl FnOnce() -> V + Send + 'static) -> Self {
        Self(Box::new(move || view().into_any()))
    }

    fn made(self) -> AnyView {
        (self.0)()
    }
}

impl Render for Deferred {
    type State = Rc<RefCell<Shown>>;

    fn build(self) -> Self::State {
        Rc::new(RefCell::new(Either::Right(self.made().build())))
    }

    fn rebuild(self, state: &mut Self::State) {
        if let Either::Right(made) = &mut *state.borrow_mut() {
            return self.made().rebuild(made);
        }
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl AddAnyAttr for Deferred {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}

impl RenderHtml for Deferred {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = <AnyView as RenderHtml>::MIN_LENGTH;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.made().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.made().to_html_async_with_buf::<OUT_OF_ORDER>(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        // As an element finds itself, and leaves it to the next to go on from there.
        match position.get() {
            Position::Current => {}
            Position::FirstChild => cursor.child(),
            _ => cursor.sibling(),
        }
        position.set(Position::NextChild);
        let element: Element = cursor.current().dyn_into().expect("the server sent the view as one element");

        let owner = Owner::current().expect("views are hydrated under an owner").downgrade();
        // Gone when its owner is cleaned up: then there is nothing left that it could show.
        let view = StoredValue::new_local(Some(self.0));
        let state = Rc::new(RefCell::new(Either::Left(element.clone())));
        let shown = Rc::downgrade(&state);
        later(element.clone(), move || {
            let (Some(shown), Some(owner)) = (shown.upgrade(), owner.upgrade()) else { return };
            let Some(view) = view.try_update_value(Option::take).flatten() else { return };
            let made =
                owner.with(|| view().hydrate_from_position::<FROM_SERVER>(&element, Position::Current));
            *shown.borrow_mut() = Either::Right(made);
        });
        state
    }

    fn into_owned(self) -> Self {
        self
    }
}
