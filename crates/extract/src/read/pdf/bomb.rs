//! How much a file unpacks to, measured before anything is unpacked for use: a few kilobytes can hold gigabytes.

use memchr::memmem;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

/// All streams of a file together unpack to no more than this.
const MOST: usize = 512 << 20;
/// One stream unpacks to no more than this.
const MOST_OF_ONE: usize = if cfg!(test) { 8 << 20 } else { 128 << 20 };
/// Streams packed into streams, no deeper than this.
const DEEPEST: usize = 3;
/// How far before its data the description of a stream is looked for.
const DESCRIPTION: usize = 2048;

/// Whether the streams of a file unpack to more than can be held. What is not packed in a way that inflates much
/// is bounded by the size of the file.
pub(super) fn is_bomb(bytes: &[u8]) -> bool {
    let mut left = MOST;
    let mut at = 0;
    while let Some(found) = memmem::find(&bytes[at..], b"stream") {
        let keyword = at + found;
        at = keyword + b"stream".len();
        if bytes[..keyword].ends_with(b"end") {
            continue;
        }
        let data = match &bytes[at..] {
            [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
            rest => rest,
        };
        let end = memmem::find(data, b"endstream").unwrap_or(data.len());
        let head = &bytes[keyword.saturating_sub(DESCRIPTION)..keyword];
        let head = &head[memmem::rfind(head, b" obj").unwrap_or(0)..];
        // What begins with other bytes may still be packed, behind a filter that writes bytes as letters.
        let plain: &[&[u8]] = &[b"A85", b"ASCII85", b"AHx", b"ASCIIHex", b"#", b"Filter "];
        let letters = plain.iter().any(|name| memmem::find(head, name).is_some());
        let fits = unpacked(data, end, DEEPEST, &mut left)
            && (!letters
                || [from_base85(&data[..end]), from_hex(&data[..end])]
                    .iter()
                    .all(|bytes| unpacked(bytes, bytes.len(), DEEPEST, &mut left)))
            && (memmem::find(head, b"LZW").is_none() || charge(lzw_length(&data[..end]), &mut left))
            && (memmem::find(head, b"RunLength").is_none() || charge(run_length(&data[..end]), &mut left));
        if !fits {
            return true;
        }
        at += end;
    }
    false
}

/// Takes a size from what is left; whether there was so much.
fn charge(size: usize, left: &mut usize) -> bool {
    let fits = size <= MOST_OF_ONE && size <= *left;
    *left = left.saturating_sub(size);
    fits
}

/// Unpacks what looks packed, as often as it does. `end` is where the data seem to end; the packed form knows better.
fn unpacked(data: &[u8], end: usize, deepest: usize, left: &mut usize) -> bool {
    let [first, second, ..] = data else { return true };
    let header = u16::from_be_bytes([*first, *second]);
    if first & 0x0f != 8 || !header.is_multiple_of(31) {
        return true;
    }
    if deepest == 0 {
        return false;
    }
    let limit = MOST_OF_ONE.min(*left);
    // Packed bytes may happen to say `endstream`.
    let data = &data[..data.len().min(end.saturating_add(1 << 16))];
    let out = match decompress_to_vec_zlib_with_limit(data, limit) {
        Ok(out) => out,
        Err(error) if error.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput => return false,
        Err(error) => error.output,
    };
    charge(out.len(), left) && unpacked(&out, out.len(), deepest - 1, left)
}

/// Bytes written as letters in base 85; what is no such letter is left out.
fn from_base85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut group = [84u32; 5];
    let mut filled = 0;
    for &byte in data.iter().take_while(|b| **b != b'~') {
        match byte {
            b'z' if filled == 0 => out.extend([0; 4]),
            b'!'..=b'u' => {
                group[filled] = u32::from(byte - b'!');
                filled += 1;
            }
            _ => {}
        }
        if filled == 5 {
            let word = group.iter().fold(0u32, |n, digit| n.wrapping_mul(85).wrapping_add(*digit));
            out.extend(word.to_be_bytes());
            (group, filled) = ([84; 5], 0);
        }
    }
    out
}

/// Bytes written as pairs of hexadecimal digits.
fn from_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|b| **b != b'>')
        .filter_map(|b| char::from(*b).to_digit(16))
        .filter_map(|d| u8::try_from(d).ok())
        .collect();
    digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect()
}

/// How much LZW data unpack to: the length of each code's string is that of the one before and one more.
fn lzw_length(data: &[u8]) -> usize {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut lengths: Vec<usize> = Vec::with_capacity(4096);
    let reset = |lengths: &mut Vec<usize>| {
        lengths.clear();
        lengths.resize(258, 1);
    };
    reset(&mut lengths);
    let (mut width, mut total, mut last) = (9usize, 0usize, 0usize);
    let (mut bits, mut held) = (0u32, 0usize);
    for &byte in data {
        bits = bits << 8 | u32::from(byte);
        held += 8;
        if held < width {
            continue;
        }
        let code = (bits >> (held - width)) as usize & ((1 << width) - 1);
        held -= width;
        bits &= (1 << held) - 1;
        match code {
            CLEAR => {
                reset(&mut lengths);
                (width, last) = (9, 0);
            }
            END => break,
            _ => {
                let length = lengths.get(code).copied().unwrap_or(last + 1);
                total = total.saturating_add(length);
                if last > 0 && lengths.len() < 4096 {
                    lengths.push(last + 1);
                }
                last = length;
                width = match lengths.len() {
                    0..511 => 9,
                    511..1023 => 10,
                    1023..2047 => 11,
                    _ => 12,
                };
            }
        }
        if total > MOST_OF_ONE {
            break;
        }
    }
    total
}

/// How much run-length data unpack to.
fn run_length(data: &[u8]) -> usize {
    let (mut at, mut total) = (0, 0);
    while let Some(&length) = data.get(at) {
        let (step, size) = match length {
            128 => break,
            0..128 => (2 + usize::from(length), 1 + usize::from(length)),
            _ => (2, 257 - usize::from(length)),
        };
        at += step;
        total += size;
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec_zlib;

    fn file(head: &str, data: &[u8]) -> Vec<u8> {
        [b"%PDF-1.7\n1 0 obj\n<<", head.as_bytes(), b">>\nstream\n", data, b"\nendstream\nendobj\n"].concat()
    }

    #[test]
    fn what_unpacks_to_too_much_is_found_in_any_dress() {
        let zeros = compress_to_vec_zlib(&vec![0; MOST_OF_ONE + 1], 1);
        let nested = compress_to_vec_zlib(&zeros, 9);
        let deep = compress_to_vec_zlib(&compress_to_vec_zlib(&compress_to_vec_zlib(b"text", 9), 9), 9);
        let hex: String = nested.iter().map(|b| format!("{b:02x}")).collect();
        for (head, data, expected) in [
            ("/Filter/FlateDecode", zeros.clone(), true),
            ("/Filter[/FlateDecode/FlateDecode]", nested.clone(), true),
            ("/Filter[/ASCIIHexDecode/FlateDecode/FlateDecode]", hex.into_bytes(), true),
            ("/Filter/FlateDecode", deep, false),
            ("/Filter/FlateDecode", compress_to_vec_zlib(b"BT ET", 9), false),
            ("/Filter/FlateDecode", zeros[..zeros.len() / 200].to_vec(), false),
            ("/Filter/RunLengthDecode", [129, 0].repeat(MOST_OF_ONE / 128 + 1), true),
            ("", b"BT ET".to_vec(), false),
        ] {
            assert_eq!(is_bomb(&file(head, &data)), expected, "{head} {}", data.len());
        }
    }

    #[test]
    fn the_length_of_lzw_data_is_counted() {
        // 45 45 45 45 45 65 45 45 45 66, the example of the format's description
        assert_eq!(lzw_length(&[0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01]), 10);
    }
}
