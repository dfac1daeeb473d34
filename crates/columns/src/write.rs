use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, or nothing.
    Text,
    /// A whole number, or nothing.
    Integer,
    /// A number whose last digits do not matter, such as a probability, or nothing.
    Number,
    /// Texts, or none.
    List,
}

/// A column: its name and what it holds.
pub type Column = (&'static str, Kind);

/// What one row holds in one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// For [`Kind::Text`].
    Text(String),
    /// For [`Kind::Integer`].
    Integer(i64),
    /// For [`Kind::Number`].
    Number(f64),
    /// For [`Kind::List`].
    List(Vec<String>),
}

/// So many rows are held before they are written.
const GROUP: usize = 1 << 16;

/// Writes a table as its rows come.
pub struct Writer<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Values>,
    rows: usize,
}

/// The cells of one column that wait, with what Parquet calls levels: whether there is a value, and whether it goes on
/// in the row of the one before.
struct Values {
    name: &'static str,
    held: Held,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

enum Held {
    Texts(Vec<ByteArray>),
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Lists(Vec<ByteArray>),
}

impl<W: Write + Send> Writer<W> {
    /// Begins a table.
    ///
    /// # Errors
    /// Those of the output.
    pub fn new(columns: &[Column], out: W) -> io::Result<Writer<W>> {
        let fields = columns.iter().map(|column| field(*column)).collect::<Result<Vec<_>, _>>();
        let schema = fields.and_then(|fields| Type::group_type_builder("table").with_fields(fields).build());
        // Snappy is what every reader of the format unpacks.
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = SerializedFileWriter::new(out, Arc::new(schema.map_err(plain)?), Arc::new(properties));
        let columns = columns.iter().map(|column| Values::new(*column)).collect();
        Ok(Writer { file: file.map_err(plain)?, columns, rows: 0 })
    }

    /// Adds a row: a cell for every column, in their order.
    ///
    /// # Errors
    /// Those of the output, and cells that are not those of the columns.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> io::Result<()> {
        let mut cells = cells.into_iter();
        for column in &mut self.columns {
            column.push(cells.next().unwrap_or(Cell::Nothing))?;
        }
        if cells.next().is_some() {
            return Err(io::Error::other("a row has more cells than the table has columns"));
        }
        self.rows += 1;
        if self.rows < GROUP { Ok(()) } else { self.group() }
    }

    /// Ends the table: without this it is none.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.group()?;
        }
        self.file.finish().map_err(plain)?;
        self.file.inner_mut().flush()
    }

    fn group(&mut self) -> io::Result<()> {
        self.rows = 0;
        let write = |file: &mut SerializedFileWriter<W>, columns: &mut [Values]| {
            let mut group = file.next_row_group()?;
            columns.iter_mut().try_for_each(|column| column.write(&mut group))?;
            group.close().map(|_| ())
        };
        write(&mut self.file, &mut self.columns).map_err(plain)
    }
}

impl Values {
    fn new((name, kind): Column) -> Values {
        let held = match kind {
            Kind::Text => Held::Texts(Vec::new()),
            Kind::Integer => Held::Integers(Vec::new()),
            Kind::Number => Held::Numbers(Vec::new()),
            Kind::List => Held::Lists(Vec::new()),
        };
        Values { name, held, definition: Vec::new(), repetition: Vec::new() }
    }

    fn push(&mut self, cell: Cell) -> io::Result<()> {
        let nothing = cell == Cell::Nothing;
        match (&mut self.held, cell) {
            (Held::Lists(all), Cell::List(texts)) if !texts.is_empty() => {
                for (i, text) in texts.into_iter().enumerate() {
                    all.push(ByteArray::from(text.into_bytes()));
                    self.definition.push(1);
                    self.repetition.push(i16::from(i > 0));
                }
                return Ok(());
            }
            (Held::Lists(_), Cell::List(_) | Cell::Nothing) => {
                self.definition.push(0);
                self.repetition.push(0);
                return Ok(());
            }
            (Held::Texts(all), Cell::Text(text)) => all.push(ByteArray::from(text.into_bytes())),
            (Held::Integers(all), Cell::Integer(number)) => all.push(number),
            (Held::Numbers(all), Cell::Number(number)) => all.push(number),
            (_, Cell::Nothing) => {}
            (_, cell) => {
                return Err(io::Error::other(format!("column {} cannot hold {cell:?}", self.name)));
            }
        }
        self.definition.push(i16::from(!nothing));
        Ok(())
    }

    fn write<W: Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        let (definition, repetition) = (&self.definition, &self.repetition);
        match &mut self.held {
            Held::Texts(all) => filled::<ByteArrayType, W>(group, all, definition, None)?,
            Held::Integers(all) => filled::<Int64Type, W>(group, all, definition, None)?,
            Held::Numbers(all) => filled::<DoubleType, W>(group, all, definition, None)?,
            Held::Lists(all) => filled::<ByteArrayType, W>(group, all, definition, Some(repetition))?,
        }
        self.definition.clear();
        self.repetition.clear();
        Ok(())
    }
}

fn filled<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &mut Vec<T::T>,
    definition: &[i16],
    repetition: Option<&[i16]>,
) -> Result<(), ParquetError> {
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(values, Some(definition), repetition)?;
        column.close()?;
    }
    values.clear();
    Ok(())
}

/// A column as the format's schema has it.
fn field((name, kind): Column) -> Result<TypePtr, ParquetError> {
    let text = |name, repetition| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(repetition)
            .with_logical_type(Some(LogicalType::String))
            .with_converted_type(ConvertedType::UTF8)
            .build()
    };
    let number =
        |physical| Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL).build();
    let field = match kind {
        Kind::Text => text(name, Repetition::OPTIONAL)?,
        Kind::Integer => number(Physical::INT64)?,
        Kind::Number => number(Physical::DOUBLE)?,
        Kind::List => {
            let element = text("element", Repetition::REQUIRED)?;
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![Arc::new(element)])
                .build()?;
            Type::group_type_builder(name)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::List))
                .with_converted_type(ConvertedType::LIST)
                .with_fields(vec![Arc::new(list)])
                .build()?
        }
    };
    Ok(Arc::new(field))
}

/// The error of the output itself, so that a closed pipe is still seen as one.
fn plain(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        other => io::Error::other(other),
    }
}
