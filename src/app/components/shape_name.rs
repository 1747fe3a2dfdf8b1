//! What the shapes of a headshot are called.

use crate::{domain::headshot::Shape, words};

#[must_use]
pub fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::Portrait => words::shared::shape_portrait(),
        Shape::Square => words::shared::shape_square(),
        Shape::Round => words::shared::shape_round(),
        Shape::Chat => words::shared::shape_chat(),
    }
}
