//! The body of a fuzz target, which the tests call too.

use crate::sse::{Payload, Reader, TooLong};

/// Reads any bytes as a stream of events. The first byte says how long the pieces are that the rest comes
/// in; however it is cut, the same events come out, and nothing panics.
///
/// # Panics
/// If a cut changes what is read: a defect.
pub fn check(bytes: &[u8]) {
    let Some((length, stream)) = bytes.split_first() else {
        return;
    };
    let whole = read([stream]);
    let pieces = stream.chunks(usize::from(*length) + 1);
    assert_eq!(read(pieces), whole, "in pieces of {length} + 1 bytes");
}

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<Payload>, TooLong> {
    let mut reader = Reader::default();
    for piece in pieces {
        reader.push(piece)?;
    }
    reader.finish()?;
    Ok(std::iter::from_fn(|| reader.next()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_any_kind_are_read_the_same_in_any_pieces() {
        let streams: [&[u8]; 4] = [
            b"data: {\"n\":1}\r\n\r\ndata: [DONE]\n\n",
            b"\xef\xbb\xbf: c\rdata: {\"t\":\"\xe9\x9b\xbe\"}\r\rdata: {\"n\":",
            b"<html>\n[1]\ndata:data: x\n{\n",
            b"\xff\xfe\r\n\0data: [",
        ];
        for stream in streams {
            for length in 0..=stream.len() as u8 {
                check(&[&[length], stream].concat());
            }
        }
    }
}
