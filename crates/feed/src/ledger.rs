use serde::Deserialize;
use serde_json::Value;

/// Why an earlier export cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EarlierError(String);

/// What an earlier export published and withdrew, as its `figures.json` has it: without it nobody could tell what is
/// withdrawn. Nothing, for a first one.
#[derive(Debug, Default)]
pub struct Earlier {
    /// Each figure that was published once, the withdrawn ones after the others.
    pub(crate) told: Vec<Told>,
}

/// A figure that was published.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) entity: String,
    pub(crate) metric: String,
    pub(crate) aspect: String,
    pub(crate) period: String,
    pub(crate) modality: String,
    pub(crate) qualifiers: Vec<String>,
    pub(crate) unit: String,
    pub(crate) value: String,
    /// The day of the feed that withdrew it, where it was withdrawn before.
    #[serde(default)]
    pub(crate) since: Option<String>,
    /// Whether an earlier feed withdrew it.
    #[serde(skip)]
    pub(crate) gone: bool,
}

impl Earlier {
    /// Reads the `figures.json` of an earlier export.
    ///
    /// # Errors
    /// [`EarlierError`] where it is none.
    pub fn read(text: &str) -> Result<Earlier, EarlierError> {
        let refused = |message: String| EarlierError(format!("no figures of an earlier export: {message}"));
        let feed: Value = serde_json::from_str(text).map_err(|e| refused(e.to_string()))?;
        if feed["schema_version"] != crate::SCHEMA_VERSION {
            return Err(refused(format!("schema_version is {}", feed["schema_version"])));
        }
        let read = |field: &str| -> Result<Vec<Told>, EarlierError> {
            serde_json::from_value(feed[field].clone()).map_err(|e| refused(format!("{field}: {e}")))
        };
        let withdrawn = read("withdrawn")?.into_iter().map(|told| Told { gone: true, ..told });
        Ok(Earlier { told: read("figures")?.into_iter().chain(withdrawn).collect() })
    }
}
