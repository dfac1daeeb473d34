//! From bytes to a readable document.
