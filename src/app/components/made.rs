//! Views that are made when they are drawn, and not before.

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

use crate::app::browser::later::{later, now};

/// See [`settled`] and [`deferred`].
pub struct Made {
    make: Make,
    hydrated: Hydrated,
}

type Make = Box<dyn FnOnce() -> AnyView + Send>;

enum Hydrated {
    WithThePage,
    Later {
        /// Whether what it follows is not as it was sent any more; then it waits no longer.
        changed: Option<Signal<bool>>,
    },
}

/// The element as it was sent, or what has been made of it.
type Shown = Either<Element, <AnyView as Render>::State>;

/// A view that waits for nothing. A boundary makes what is in it once more before, to find out what there is to wait
/// for; not this.
pub fn settled<V: IntoView + 'static>(view: impl FnOnce() -> V + Send + 'static) -> Made {
    Made { make: Box::new(move || view().into_any()), hydrated: Hydrated::WithThePage }
}

/// A view of one element that stays as the server sent it until the page has time for it, or somebody touches it.
/// Where it does not come from the server, it is drawn at once.
///
/// Nothing in it may load data or wait: the server numbers such things in the order in which they are hydrated. And it says
/// at first what the server said, however late that is: hydration writes no attribute.
pub fn deferred<V: IntoView + 'static>(view: impl FnOnce() -> V + Send + 'static) -> Made {
    Made { hydrated: Hydrated::Later { changed: None }, ..settled(view) }
}

/// As [`deferred`], for a view that follows `shown`: it is hydrated with what was sent, when that changes at the latest,
/// and follows from then on.
pub fn deferred_with<T, V>(
    shown: impl Into<Signal<T>>,
    view: impl FnOnce(Signal<T>) -> V + Send + 'static,
) -> Made
where
    T: Clone + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let shown = shown.into();
    if cfg!(not(feature = "hydrate")) {
        return deferred(move || view(shown));
    }
    let sent = RwSignal::new(shown.get_untracked());
    let changed = Signal::derive(move || shown.with(|now| sent.with_untracked(|sent| now != sent)));
    let view = move || {
        Effect::new(move || {
            let now = shown.get();
            if sent.with_untracked(|sent| *sent != now) {
                sent.set(now);
            }
        });
        view(sent.into())
    };
    Made { hydrated: Hydrated::Later { changed: Some(changed) }, ..settled(view) }
}

impl Render for Made {
    type State = Rc<RefCell<Shown>>;

    fn build(self) -> Self::State {
        Rc::new(RefCell::new(Either::Right((self.make)().build())))
    }

    fn rebuild(self, state: &mut Self::State) {
        if let Either::Right(made) = &mut *state.borrow_mut() {
            return (self.make)().rebuild(made);
        }
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl AddAnyAttr for Made {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self {
        self
    }
}

impl RenderHtml for Made {
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
        (self.make)().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        (self.make)().to_html_async_with_buf::<OUT_OF_ORDER>(
            buf,
            position,
            escape,
            mark_branches,
            extra_attrs,
        );
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        match self.hydrated {
            Hydrated::WithThePage => {
                let made = (self.make)().hydrate::<FROM_SERVER>(cursor, position);
                Rc::new(RefCell::new(Either::Right(made)))
            }
            Hydrated::Later { changed } => {
                let element = step_over(cursor, position);
                if let Some(changed) = changed {
                    let element = element.clone();
                    Effect::new(move || {
                        if changed.get() {
                            now(&element);
                        }
                    });
                }
                put_off::<FROM_SERVER>(self.make, element)
            }
        }
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// As an element finds itself, and leaves it to the next to go on from there.
fn step_over(cursor: &Cursor, position: &PositionState) -> Element {
    match position.get() {
        Position::Current => {}
        Position::FirstChild => cursor.child(),
        _ => cursor.sibling(),
    }
    position.set(Position::NextChild);
    cursor.current().dyn_into().expect("the server sent the view as one element")
}

fn put_off<const FROM_SERVER: bool>(make: Make, element: Element) -> Rc<RefCell<Shown>> {
    let owner = Owner::current().expect("views are hydrated under an owner").downgrade();
    // Gone when its owner is cleaned up: then there is nothing left that it could show.
    let make = StoredValue::new_local(Some(make));
    let state = Rc::new(RefCell::new(Either::Left(element.clone())));
    let shown = Rc::downgrade(&state);
    later(element.clone(), move || {
        let (Some(shown), Some(owner)) = (shown.upgrade(), owner.upgrade()) else { return };
        let Some(make) = make.try_update_value(Option::take).flatten() else { return };
        let made = owner.with(|| make().hydrate_from_position::<FROM_SERVER>(&element, Position::Current));
        *shown.borrow_mut() = Either::Right(made);
    });
    state
}
