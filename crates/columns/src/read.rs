use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Span, Timestamp, tz::TimeZone};
use parquet::basic::{LogicalType, TimeUnit};
use parquet::data_type::Decimal;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Number, Value};

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read at all.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is no table, or broken.
    #[error("no Parquet table, or a broken one: {0}")]
    Broken(String),
    /// Columns that were asked for and are not there.
    #[error("no column {}", .0.join(", "))]
    Lacking(Vec<String>),
    /// A value that cannot be told as text.
    #[error("column {column}: {message}")]
    Value {
        /// Its column.
        column: String,
        /// What is wrong with it.
        message: String,
    },
}

impl From<ParquetError> for ReadError {
    fn from(error: ParquetError) -> ReadError {
        let words = match error {
            ParquetError::External(error) => error.to_string(),
            ParquetError::General(words) | ParquetError::NYI(words) | ParquetError::EOF(words) => words,
            other => other.to_string(),
        };
        ReadError::Broken(words)
    }
}

/// A Parquet file that is open.
///
/// A file that was made to break the format's reader may make it panic: whoever reads files of others guards that.
pub struct Table {
    reader: SerializedFileReader<File>,
}

impl Table {
    /// Opens a file and reads what it says of its columns.
    ///
    /// # Errors
    /// [`ReadError`] where it is no table.
    pub fn open(path: &Path) -> Result<Table, ReadError> {
        Ok(Table { reader: SerializedFileReader::new(File::open(path)?)? })
    }

    fn schema(&self) -> &Type {
        self.reader.metadata().file_metadata().schema()
    }

    /// The names of its columns, in their order.
    pub fn columns(&self) -> Vec<&str> {
        self.schema().get_fields().iter().map(|field| field.name()).collect()
    }

    /// Its rows with every column; no more than some of them are held at once.
    ///
    /// # Errors
    /// [`ReadError`] where the first of them cannot be read.
    pub fn into_rows(self) -> Result<Rows, ReadError> {
        let fields = self.schema().get_fields().to_vec();
        self.rows_of(fields)
    }

    /// Its rows with these columns only, as texts: numbers in plain decimals, nothing as the empty text, the parts of
    /// a list joined by `|`.
    ///
    /// # Errors
    /// [`ReadError::Lacking`] where one of the columns is not there.
    pub fn into_texts<const N: usize>(self, columns: [&str; N]) -> Result<Texts<N>, ReadError> {
        let fields = self.schema().get_fields();
        let found = columns.map(|name| fields.iter().find(|field| field.name() == name).cloned());
        let lacking: Vec<String> =
            columns.iter().zip(&found).filter(|(_, f)| f.is_none()).map(|(n, _)| (*n).to_owned()).collect();
        if !lacking.is_empty() {
            return Err(ReadError::Lacking(lacking));
        }
        // A projection has its columns in the order of the file.
        let mine: Vec<TypePtr> =
            fields.iter().filter(|field| columns.contains(&field.name())).cloned().collect();
        Ok(Texts { rows: self.rows_of(mine)?, columns: columns.map(str::to_owned) })
    }

    fn rows_of(self, fields: Vec<TypePtr>) -> Result<Rows, ReadError> {
        let columns = fields.iter().map(Arc::clone).collect();
        let projection = Type::group_type_builder(self.schema().name()).with_fields(fields).build()?;
        let rows = RowIter::from_file_into(Box::new(self.reader)).project(Some(projection))?;
        Ok(Rows { columns, rows: Some(rows) })
    }
}

/// The rows of a table, each an object with a value per column that holds one.
///
/// Whole numbers and floating ones are numbers, everything else is text: decimals with all their digits, days as
/// `2023-10-19`, moments as `2023-10-19T00:00:00Z`. Not-a-number is nothing. A broken file ends in one error; a value that
/// cannot be told costs its row.
pub struct Rows {
    columns: Vec<TypePtr>,
    /// None after an error: what follows it would be guesswork.
    rows: Option<RowIter<'static>>,
}

impl Iterator for Rows {
    type Item = Result<Map<String, Value>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = match self.rows.as_mut()?.next()? {
            Ok(row) => row,
            Err(error) => {
                self.rows = None;
                return Some(Err(error.into()));
            }
        };
        let cells = row.into_columns().into_iter().zip(&self.columns);
        let values = cells.filter_map(|((name, field), column)| match value(&field, column) {
            Ok(Value::Null) => None,
            Ok(value) => Some(Ok((name, value))),
            Err(message) => Some(Err(ReadError::Value { column: name, message })),
        });
        Some(values.collect())
    }
}

/// The rows of a table with some of its columns, as texts.
pub struct Texts<const N: usize> {
    rows: Rows,
    columns: [String; N],
}

impl<const N: usize> Iterator for Texts<N> {
    type Item = Result<[String; N], ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        Some(row.map(|row| self.columns.each_ref().map(|name| row.get(name).map(text).unwrap_or_default())))
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        // Never with an exponent, and with no more digits than tell it from its neighbours.
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("|"),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn value(field: &Field, column: &Type) -> Result<Value, String> {
    let value = match field {
        Field::Null => Value::Null,
        Field::Bool(yes) => Value::from(*yes),
        Field::Byte(n) => Value::from(*n),
        Field::Short(n) => Value::from(*n),
        Field::Int(n) => Value::from(*n),
        Field::Long(n) => match unit(column) {
            // The format's own reader knows no moments this fine.
            Some(TimeUnit::NANOS) => moment(Timestamp::from_nanosecond(i128::from(*n)), column)?,
            _ => Value::from(*n),
        },
        Field::UByte(n) => Value::from(*n),
        Field::UShort(n) => Value::from(*n),
        Field::UInt(n) => Value::from(*n),
        Field::ULong(n) => Value::from(*n),
        Field::Float16(n) => number(n.to_string())?,
        Field::Float(n) => number(n.to_string())?,
        Field::Double(n) => number(n.to_string())?,
        Field::Decimal(decimal) => Value::from(digits(decimal)?),
        Field::Str(text) => Value::from(text.as_str()),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => Value::from(text),
            Err(_) => return Err("bytes that are no text".to_owned()),
        },
        Field::Date(days) => {
            let epoch = Date::constant(1970, 1, 1);
            let date = epoch.checked_add(Span::new().try_days(*days).map_err(|e| e.to_string())?);
            Value::from(date.map_err(|e| e.to_string())?.to_string())
        }
        Field::TimestampMillis(n) => moment(Timestamp::from_millisecond(*n), column)?,
        Field::TimestampMicros(n) => moment(Timestamp::from_microsecond(*n), column)?,
        Field::TimeMillis(_) | Field::TimeMicros(_) => {
            return Err("a time of day without its day".to_owned());
        }
        Field::Group(row) => {
            let values = row.get_column_iter().map(|(name, field)| Ok((name.clone(), value(field, column)?)));
            Value::Object(values.collect::<Result<_, String>>()?)
        }
        Field::ListInternal(list) => {
            list.elements().iter().map(|field| value(field, column)).collect::<Result<_, _>>()?
        }
        Field::MapInternal(map) => {
            let entries =
                map.entries().iter().map(|(k, v)| Ok((text(&value(k, column)?), value(v, column)?)));
            Value::Object(entries.collect::<Result<_, String>>()?)
        }
    };
    Ok(value)
}

/// A floating number by its shortest digits; what is no number is nothing.
fn number(shortest: String) -> Result<Value, String> {
    let number: f64 = shortest.parse().map_err(|_| format!("«{shortest}» is no number"))?;
    match Number::from_f64(number) {
        Some(number) => Ok(Value::Number(number)),
        None if number.is_nan() => Ok(Value::Null),
        None => Err("an infinite number".to_owned()),
    }
}

/// The unit of a column of moments.
fn unit(column: &Type) -> Option<TimeUnit> {
    match column.get_basic_info().logical_type_ref() {
        Some(LogicalType::Timestamp(moment)) => Some(moment.unit),
        _ => None,
    }
}

/// A moment; without a zone where the column says that its clock is nobody's in particular.
fn moment(moment: Result<Timestamp, jiff::Error>, column: &Type) -> Result<Value, String> {
    let moment = moment.map_err(|e| e.to_string())?;
    let local = match column.get_basic_info().logical_type_ref() {
        Some(LogicalType::Timestamp(moment)) => !moment.is_adjusted_to_u_t_c,
        _ => false,
    };
    Ok(Value::from(if local {
        moment.to_zoned(TimeZone::UTC).datetime().to_string()
    } else {
        moment.to_string()
    }))
}

/// The digits of a decimal: its whole number, with a point put in.
fn digits(decimal: &Decimal) -> Result<String, String> {
    let bytes = decimal.data();
    let scale = usize::try_from(decimal.scale()).map_err(|_| "a decimal with a negative scale".to_owned())?;
    if bytes.len() > 16 || scale > 38 {
        return Err("a decimal of more than 38 digits".to_owned());
    }
    let negative = bytes.first().is_some_and(|b| b & 0x80 != 0);
    let mut wide = [if negative { 0xff } else { 0 }; 16];
    wide[16 - bytes.len()..].copy_from_slice(bytes);
    let whole = i128::from_be_bytes(wide);
    let padded = format!("{:0>width$}", whole.unsigned_abs(), width = scale + 1);
    let (before, after) = padded.split_at(padded.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    Ok(format!("{}{before}{point}{after}", if negative { "-" } else { "" }))
}
