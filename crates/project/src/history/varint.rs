//! Whole numbers in as few bytes as they need, for the columns of the history.

/// Appends `x`, seven bits to a byte, the lowest first.
pub(crate) fn put(out: &mut Vec<u8>, mut x: u64) {
    while x >= 128 {
        out.push(x as u8 | 128);
        x >>= 7;
    }
    out.push(x as u8);
}

/// Appends `x` so that small numbers of either sign are short.
pub(crate) fn put_signed(out: &mut Vec<u8>, x: i64) {
    put(out, ((x << 1) ^ (x >> 63)) as u64);
}

/// The number that `put_signed` wrote as `x`.
pub(crate) const fn signed(x: u64) -> i64 {
    (x >> 1) as i64 ^ -((x & 1) as i64)
}

/// Reads what `put` wrote. Every answer is `None` once the bytes are at their end or senseless.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// What is not read yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn get(&mut self) -> Option<u64> {
        let mut x = 0u64;
        for (i, &byte) in self.bytes.iter().enumerate().take(10) {
            let part = u64::from(byte & 127);
            let shift = 7 * i as u32;
            if shift == 63 && part > 1 {
                return None;
            }
            x |= part << shift;
            if byte < 128 {
                self.bytes = &self.bytes[i + 1..];
                return Some(x);
            }
        }
        None
    }

    pub(crate) fn get_u32(&mut self) -> Option<u32> {
        self.get()?.try_into().ok()
    }

    pub(crate) fn get_i64(&mut self) -> Option<i64> {
        self.get()?.try_into().ok()
    }

    pub(crate) fn get_signed(&mut self) -> Option<i64> {
        self.get().map(signed)
    }

    pub(crate) fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.bytes.split_at_checked(n)?;
        self.bytes = tail;
        Some(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_read_back(xs: Vec<u64>, ys: Vec<i64>) {
            let mut out = vec![];
            for &x in &xs { put(&mut out, x) }
            for &y in &ys { put_signed(&mut out, y) }
            let mut reader = Reader::new(&out);
            for &x in &xs { prop_assert_eq!(reader.get(), Some(x)) }
            for &y in &ys { prop_assert_eq!(reader.get_signed(), Some(y)) }
            prop_assert!(reader.is_empty());
            prop_assert_eq!(reader.get(), None);
        }
    }

    #[test]
    fn a_number_without_an_end_is_none() {
        assert_eq!(Reader::new(&[0x80; 20]).get(), None);
        assert_eq!(Reader::new(&[0xff; 9]).get(), None);
    }
}
