//! consilience report.
