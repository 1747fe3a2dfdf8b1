//! What other programs call, without cookies and without an origin.

pub mod bounces;
pub mod engine;
