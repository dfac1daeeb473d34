//! consilience.
fn main() {}
