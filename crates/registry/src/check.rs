use std::io::Cursor;

use crate::Header;

/// Reads `bytes` as a model file. For fuzzing: it must end without a panic and without much memory.
pub fn header(bytes: &[u8]) {
    let len = bytes.len() as u64;
    if let Ok(header) = Header::parse(Cursor::new(bytes), len) {
        assert!(header.weights <= len, "the weights lie inside the file");
        let need = crate::need(&header, 4096, crate::CacheType::F16);
        assert!(need.total() >= header.weights);
    }
}
