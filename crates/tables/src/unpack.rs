//! Bytes as they were before they were packed.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// How much is read of a packed file at a time.
const PACKED: usize = 256 << 10;

/// The content of `input`, which says itself whether it is packed: any number of gzip members or zstd frames.
pub(crate) fn unpacked(mut input: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let mut head = Vec::new();
    input.by_ref().take(ZSTD.len() as u64).read_to_end(&mut head)?;
    let (gzip, zstd) = (head.starts_with(GZIP), head == ZSTD);
    let whole = io::Cursor::new(head).chain(input);
    Ok(if gzip {
        Box::new(MultiGzDecoder::new(BufReader::with_capacity(PACKED, whole)))
    } else if zstd {
        Box::new(zstd::Decoder::with_buffer(BufReader::with_capacity(PACKED, whole))?)
    } else {
        Box::new(whole)
    })
}
