//! `consilience schema`.

use std::io::{self, Write};

use clap::Args;
use clap::builder::PossibleValuesParser;
use consilience_report::schema;

use crate::exit::Exit;

/// Print the JSON Schema of what the program writes and reads
#[derive(Args)]
#[command(after_long_help = "\
EXAMPLES
  consilience schema                               the names, and what each describes
  consilience schema audit > audit.schema.json
  consilience schema claim-input                   what a line of another extractor must hold")]
pub(crate) struct Schema {
    /// Which one; without it they are listed
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(schema::NAMES))]
    name: Option<String>,
}

impl Schema {
    pub(crate) fn run(&self) -> Exit {
        Exit::Clean.after(self.write(&mut io::stdout().lock()), "standard output")
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.name.as_deref().and_then(schema::get) {
            Some(schema) => {
                serde_json::to_writer_pretty(&mut *out, &schema)?;
                writeln!(out)
            }
            None => schema::NAMES.into_iter().try_for_each(|name| {
                let schema = schema::get(name).unwrap_or_default();
                writeln!(out, "{name:<12} {}", schema["title"].as_str().unwrap_or_default())
            }),
        }
    }
}
