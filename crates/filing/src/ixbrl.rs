//! stub
use crate::fact::Facts;
pub(crate) const RULE: &str = "ixbrl";
pub(crate) fn read(_bytes: &[u8]) -> Option<Facts> {
    None
}
