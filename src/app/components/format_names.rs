//! What the shapes and the backgrounds of a headshot are called.

use crate::{
    domain::headshot::{Background, Shape},
    words,
};

#[must_use]
pub fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::Portrait => words::shared::shape_portrait(),
        Shape::Square => words::shared::shape_square(),
        Shape::Round => words::shared::shape_round(),
        Shape::Chat => words::shared::shape_chat(),
    }
}

#[must_use]
pub fn background_name(background: Background) -> &'static str {
    match background {
        Background::Original => words::shared::background_original(),
        Background::Soft => words::shared::background_soft(),
        Background::Plain => words::shared::background_plain(),
    }
}
