//! Text files in and out: which encoding, which line ends, whether with a byte order mark.
//!
//! Inside, text is UTF-8 with LF and without a mark; [`FileForm`] keeps what the file was, so that an
//! unchanged text goes out byte for byte as it came.

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};

/// An encoding that text files are read and written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// UTF-8, of which ASCII is a part.
    Utf8,
    /// UTF-16, little end first, as Windows programs write it.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// GB18030, of which GBK and GB2312 are parts.
    Gb18030,
    /// Any other that the Encoding Standard names (Big5, Shift_JIS, windows-1252 …), by its name there.
    Other(&'static str),
}

impl TextEncoding {
    /// Its name in the Encoding Standard.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Gb18030 => "gb18030",
            Self::Other(name) => name,
        }
    }

    /// The encoding of a name as [`Self::name`] gives it, or of any label of the Encoding Standard.
    pub fn from_name(name: &str) -> Option<Self> {
        let encoding = Encoding::for_label(name.as_bytes())?;
        Some(match encoding.name() {
            "UTF-8" => Self::Utf8,
            "UTF-16LE" => Self::Utf16Le,
            "UTF-16BE" => Self::Utf16Be,
            // Whoever says GBK means what GB18030 reads and writes as well.
            "gb18030" | "GBK" => Self::Gb18030,
            "replacement" | "x-user-defined" => return None,
            other => Self::Other(other),
        })
    }

    fn standard(self) -> &'static Encoding {
        match self {
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => UTF_8,
            Self::Gb18030 => GB18030,
            Self::Other(name) => Encoding::for_label(name.as_bytes()).unwrap_or(UTF_8),
        }
    }
}

/// How lines end in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineEnds {
    /// LF, as on Linux and macOS; also of a file with one line.
    Lf,
    /// CR LF, as on Windows.
    CrLf,
    /// CR, as on old Macs.
    Cr,
}

impl LineEnds {
    /// `lf`, `crlf`, `cr`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lf => "lf",
            Self::CrLf => "crlf",
            Self::Cr => "cr",
        }
    }

    /// The line ends of a name as [`Self::name`] gives it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "lf" => Some(Self::Lf),
            "crlf" => Some(Self::CrLf),
            "cr" => Some(Self::Cr),
            _ => None,
        }
    }
}

/// What a text file is apart from its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileForm {
    /// Its encoding.
    pub encoding: TextEncoding,
    /// Its line ends; of a mixture those that are most.
    pub line_ends: LineEnds,
    /// Whether it begins with a byte order mark.
    pub bom: bool,
}

impl Default for FileForm {
    /// UTF-8, LF, no mark: what a new file gets.
    fn default() -> Self {
        Self {
            encoding: TextEncoding::Utf8,
            line_ends: LineEnds::Lf,
            bom: false,
        }
    }
}

/// A text file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text with LF and without a mark.
    pub text: String,
    /// What the file was.
    pub form: FileForm,
    /// Whether the text as it is would be written byte for byte as the file was. Not so where line ends
    /// are mixed, or where the encoding has several ways to write a character.
    pub exact: bool,
}

/// Why bytes are no text, or a text can't be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BytesError {
    /// Control characters, zero above all, that no text file has, or none so many.
    #[error("not a text file: control character {code:#04x} at byte {at}")]
    Binary {
        /// The offset of the first of them.
        at: usize,
        /// Which.
        code: u8,
    },
    /// Bytes that the encoding does not have.
    #[error("byte {at} is no character of {encoding}")]
    Undecodable {
        /// The offset of the first of them.
        at: usize,
        /// The encoding that fits best.
        encoding: &'static str,
    },
    /// A character that the file's encoding does not have.
    #[error("{character:?} at byte {at} can't be written in {encoding}")]
    Unencodable {
        /// Its offset in the text.
        at: usize,
        /// The character.
        character: char,
        /// The encoding of the file.
        encoding: &'static str,
    },
}

/// Reads the bytes of a text file: by its mark, else as UTF-8, else as UTF-16 where every other byte of
/// many is zero, else in the encoding that fits best by its letters (GB18030 above others of Chinese).
///
/// # Errors
/// If the bytes are no text: control characters, or bytes that no encoding has; with the place. Nothing is
/// ever replaced.
pub fn decode(bytes: &[u8]) -> Result<Decoded, BytesError> {
    let (encoding, mark) = match bytes {
        [0xef, 0xbb, 0xbf, ..] => (TextEncoding::Utf8, 3),
        [0xff, 0xfe, ..] => (TextEncoding::Utf16Le, 2),
        [0xfe, 0xff, ..] => (TextEncoding::Utf16Be, 2),
        _ => (detect(bytes), 0),
    };
    let body = &bytes[mark..];
    let raw = match encoding {
        TextEncoding::Utf16Le => utf16(body, mark, u16::from_le_bytes, encoding)?,
        TextEncoding::Utf16Be => utf16(body, mark, u16::from_be_bytes, encoding)?,
        TextEncoding::Utf8 => match std::str::from_utf8(body) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                let at = mark + error.valid_up_to();
                return Err(zero(bytes).unwrap_or(BytesError::Undecodable {
                    at,
                    encoding: encoding.name(),
                }));
            }
        },
        TextEncoding::Gb18030 | TextEncoding::Other(_) => {
            if let Some(error) = zero(bytes) {
                return Err(error);
            }
            strict(body, encoding)?
        }
    };
    if let Some((at, code)) = controls(&raw, encoding) {
        let at = match encoding {
            TextEncoding::Utf16Le | TextEncoding::Utf16Be => {
                mark + 2 * crate::utf16::utf16_len(&raw[..at]).0
            }
            TextEncoding::Utf8 => mark + at,
            // ASCII controls are one byte, and part of no longer character.
            TextEncoding::Gb18030 | TextEncoding::Other(_) => {
                bytes.iter().position(|b| *b == code).unwrap_or(at)
            }
        };
        return Err(BytesError::Binary { at, code });
    }
    let (text, line_ends) = lines(raw);
    let form = FileForm {
        encoding,
        line_ends,
        bom: mark > 0,
    };
    let exact = encode(&text, &form).is_ok_and(|again| again == bytes);
    Ok(Decoded { text, form, exact })
}

/// Writes a text (LF, no mark) as a file of this form. What [`decode`] read from a file with uniform
/// line ends is written byte for byte.
///
/// # Errors
/// If the encoding lacks a character of the text; GB18030 and the UTFs have them all.
pub fn encode(text: &str, form: &FileForm) -> Result<Vec<u8>, BytesError> {
    let ended = match form.line_ends {
        LineEnds::Lf => text.to_owned(),
        LineEnds::CrLf => text.replace('\n', "\r\n"),
        LineEnds::Cr => text.replace('\n', "\r"),
    };
    let marked = if form.bom {
        format!("\u{feff}{ended}")
    } else {
        ended
    };
    match form.encoding {
        TextEncoding::Utf8 => Ok(marked.into_bytes()),
        TextEncoding::Utf16Le => Ok(marked.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        TextEncoding::Utf16Be => Ok(marked.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        TextEncoding::Gb18030 | TextEncoding::Other(_) => narrow(text, &marked, form.encoding),
    }
}

/// Writes in an encoding that may lack characters.
fn narrow(text: &str, marked: &str, encoding: TextEncoding) -> Result<Vec<u8>, BytesError> {
    let (bytes, _, lost) = encoding.standard().encode(marked);
    if !lost {
        return Ok(bytes.into_owned());
    }
    let lacks = |c: char| encoding.standard().encode(c.encode_utf8(&mut [0; 4])).2;
    let (at, character) = text
        .char_indices()
        .find(|(_, c)| lacks(*c))
        .unwrap_or((0, '\u{feff}'));
    Err(BytesError::Unencodable {
        at,
        character,
        encoding: encoding.name(),
    })
}

/// The encoding of bytes without a mark.
fn detect(bytes: &[u8]) -> TextEncoding {
    if let Some(encoding) = bare_utf16(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return TextEncoding::Utf8;
    }
    // UTF-8 with a broken byte is more likely than Western text that happens to look like it.
    if mostly_utf8(bytes) {
        return TextEncoding::Utf8;
    }
    let chinese = looks_chinese(bytes);
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    // Of encodings that fit alike, the one of simplified Chinese.
    let hint = chinese.then_some(b"cn".as_slice());
    let guess = detector.guess(hint, chardetng::Utf8Detection::Deny);
    let fits = || {
        GB18030
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some()
    };
    if chinese && guess.is_single_byte() && fits() {
        return TextEncoding::Gb18030;
    }
    TextEncoding::from_name(guess.name()).unwrap_or(TextEncoding::Utf8)
}

/// UTF-16 without a mark: an even number of bytes, and zeros nearly only on one side, or line feeds
/// and spaces of that order where the text is Han.
fn bare_utf16(bytes: &[u8]) -> Option<TextEncoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) || !bytes.contains(&0) {
        return None;
    }
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in bytes.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let encoding = match (even, odd) {
        (0, _) => TextEncoding::Utf16Le,
        (_, 0) => TextEncoding::Utf16Be,
        _ => return None,
    };
    let read = match encoding {
        TextEncoding::Utf16Le => utf16(bytes, 0, u16::from_le_bytes, encoding),
        _ => utf16(bytes, 0, u16::from_be_bytes, encoding),
    }
    .ok()?;
    // Binary files with zeros give private, unassigned and control characters all over.
    let odd_ones = read.chars().filter(|c| !is_text(*c)).count();
    (odd_ones == 0).then_some(encoding)
}

/// What stands in a text: no controls but white space, nothing unassigned or private.
fn is_text(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{c}' => true,
        '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' => false,
        c => !c.is_control(),
    }
}

/// Whether multi-byte characters of UTF-8 are many and breaks few.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken > 0 && good >= broken * 8
}

/// Whether all bytes beyond ASCII begin pairs of GBK, most of them in the rows of GB2312 that hold
/// everyday characters and punctuation.
fn looks_chinese(bytes: &[u8]) -> bool {
    let (mut pairs, mut everyday) = (0usize, 0usize);
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] < 0x80 {
            at += 1;
            continue;
        }
        let pair = (bytes[at], bytes.get(at + 1).copied().unwrap_or(0));
        if !matches!(pair, (0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe)) {
            return false;
        }
        pairs += 1;
        everyday += usize::from(matches!(pair, (0xa1..=0xa3 | 0xb0..=0xf7, 0xa1..=0xfe)));
        at += 2;
    }
    pairs > 0 && everyday * 5 >= pairs * 4
}

/// The first control character (its offset in `text` and its code) where a text has no such: a zero
/// anywhere, any in an encoding that was guessed, and elsewhere more than one in a hundred characters. Tabs,
/// line ends, page breaks, Ctrl+Z and Escape are taken for text.
fn controls(text: &str, encoding: TextEncoding) -> Option<(usize, u8)> {
    let mut first = None;
    let mut count = 0usize;
    for (at, b) in text.bytes().enumerate() {
        if matches!(b, 0x00..=0x08 | 0x0e..=0x19 | 0x1c..=0x1f | 0x7f) {
            if b == 0 {
                return Some((at, b));
            }
            first = first.or(Some((at, b)));
            count += 1;
        }
    }
    let guessed = match encoding {
        TextEncoding::Utf8 | TextEncoding::Utf16Le | TextEncoding::Utf16Be => false,
        TextEncoding::Gb18030 | TextEncoding::Other(_) => true,
    };
    first.filter(|_| guessed || count * 100 > text.chars().count())
}

fn zero(bytes: &[u8]) -> Option<BytesError> {
    let at = bytes.iter().position(|b| *b == 0)?;
    Some(BytesError::Binary { at, code: 0 })
}

/// Decodes without replacing anything.
fn strict(bytes: &[u8], encoding: TextEncoding) -> Result<String, BytesError> {
    let mut decoder = encoding.standard().new_decoder_without_bom_handling();
    let room = decoder
        .max_utf8_buffer_length_without_replacement(bytes.len())
        .unwrap_or(0);
    let mut text = String::with_capacity(room);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(text),
        DecoderResult::Malformed(length, after) => {
            let at = read.saturating_sub(usize::from(length) + usize::from(after));
            Err(BytesError::Undecodable {
                at,
                encoding: encoding.name(),
            })
        }
        DecoderResult::OutputFull => Err(BytesError::Undecodable {
            at: read,
            encoding: encoding.name(),
        }),
    }
}

fn utf16(
    bytes: &[u8],
    mark: usize,
    unit: fn([u8; 2]) -> u16,
    encoding: TextEncoding,
) -> Result<String, BytesError> {
    let wrong = |at: usize| BytesError::Undecodable {
        at: mark + at,
        encoding: encoding.name(),
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut at = 0;
    for read in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let c = read.map_err(|_| wrong(at))?;
        text.push(c);
        at += 2 * c.len_utf16();
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(wrong(at))
    }
}

/// The text with LF, and the line ends that it had most of.
fn lines(raw: String) -> (String, LineEnds) {
    if !raw.contains('\r') {
        return (raw, LineEnds::Lf);
    }
    let (mut lf, mut crlf, mut cr) = (0usize, 0usize, 0usize);
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.as_str();
    while let Some(at) = rest.find(['\r', '\n']) {
        text.push_str(&rest[..at]);
        text.push('\n');
        let length = if rest[at..].starts_with("\r\n") {
            crlf += 1;
            2
        } else {
            if rest.as_bytes()[at] == b'\r' {
                cr += 1
            } else {
                lf += 1
            }
            1
        };
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    let ends = if crlf >= lf && crlf >= cr {
        LineEnds::CrLf
    } else if cr > lf {
        LineEnds::Cr
    } else {
        LineEnds::Lf
    };
    (text, ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1252;
    use proptest::prelude::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str, encoding: TextEncoding, line_ends: LineEnds, bom: bool) {
        let decoded = decode(bytes).unwrap();
        assert_eq!(decoded.text, text);
        assert_eq!(
            decoded.form,
            FileForm {
                encoding,
                line_ends,
                bom
            }
        );
        assert_eq!(encode(&decoded.text, &decoded.form).unwrap(), bytes);
    }

    #[test]
    fn utf8_is_read_with_and_without_a_mark() {
        check(b"", "", TextEncoding::Utf8, LineEnds::Lf, false);
        check(
            "末班车\n".as_bytes(),
            "末班车\n",
            TextEncoding::Utf8,
            LineEnds::Lf,
            false,
        );
        check(
            b"\xef\xbb\xbfa\r\nb\r\n",
            "a\nb\n",
            TextEncoding::Utf8,
            LineEnds::CrLf,
            true,
        );
        check(b"a\rb", "a\nb", TextEncoding::Utf8, LineEnds::Cr, false);
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        check(
            b"\xff\xfea\0\n\0",
            "a\n",
            TextEncoding::Utf16Le,
            LineEnds::Lf,
            true,
        );
        check(
            b"\xfe\xff\0a\0\r\0\n",
            "a\n",
            TextEncoding::Utf16Be,
            LineEnds::CrLf,
            true,
        );
        check(
            b"I\0N\0T\0.\0",
            "INT.",
            TextEncoding::Utf16Le,
            LineEnds::Lf,
            false,
        );
        check(
            b"\0I\0N\0T\0.",
            "INT.",
            TextEncoding::Utf16Be,
            LineEnds::Lf,
            false,
        );
    }

    #[test]
    fn chinese_files_of_windows_are_read() {
        for text in [
            "内景 渡轮船舱 - 夜\n",
            "末班车哼着借来的调\n每扇窗都像我的脸\n",
            "梅：你说过，天亮之前。",
            "你好",
            "Mei\n船",
        ] {
            let (bytes, _, _) = GB18030.encode(text);
            check(&bytes, text, TextEncoding::Gb18030, LineEnds::Lf, false);
        }
    }

    #[test]
    fn western_files_of_windows_are_read() {
        for text in [
            "café",
            "Füße, Straße\n",
            "“Don’t,” she said—",
            "Señor, ¿qué pasa?",
        ] {
            let (bytes, _, _) = WINDOWS_1252.encode(text);
            let encoding = TextEncoding::Other("windows-1252");
            check(&bytes, text, encoding, LineEnds::Lf, false);
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_place() {
        assert_eq!(
            decode(b"ab\0cd"),
            Err(BytesError::Binary { at: 2, code: 0 })
        );
        assert_eq!(
            decode(b"\xff\xfea\0\0\0"),
            Err(BytesError::Binary { at: 4, code: 0 })
        );
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0";
        assert_eq!(decode(png), Err(BytesError::Binary { at: 8, code: 0 }));
        let jpeg = b"\xff\xd8\xff\xe0\x10JFIF\x01\x01\x02";
        assert_eq!(decode(jpeg), Err(BytesError::Binary { at: 4, code: 0x10 }));
        assert_eq!(
            decode(b"a\x01\x02\x03"),
            Err(BytesError::Binary { at: 1, code: 1 })
        );
        let odd = decode(b"\xff\xfea\0b");
        assert_eq!(
            odd,
            Err(BytesError::Undecodable {
                at: 4,
                encoding: "UTF-16LE"
            })
        );
        let half = decode(b"\xff\xfea\0\x00\xd8b\0");
        assert_eq!(
            half,
            Err(BytesError::Undecodable {
                at: 4,
                encoding: "UTF-16LE"
            })
        );
        let cut = "末班车哼着借来的调\u{0}".replace('\0', "");
        let mut bytes = cut.into_bytes();
        bytes.insert(9, 0xff);
        assert_eq!(
            decode(&bytes),
            Err(BytesError::Undecodable {
                at: 9,
                encoding: "UTF-8"
            })
        );
    }

    #[test]
    fn a_character_that_the_file_can_not_hold_is_named() {
        let form = FileForm {
            encoding: TextEncoding::Other("windows-1252"),
            ..FileForm::default()
        };
        let error = encode("café 末", &form);
        let expected = BytesError::Unencodable {
            at: 6,
            character: '末',
            encoding: "windows-1252",
        };
        assert_eq!(error, Err(expected));
    }

    #[test]
    fn mixed_line_ends_become_one() {
        let decoded = decode(b"a\r\nb\r\nc\nd\r").unwrap();
        assert_eq!(decoded.text, "a\nb\nc\nd\n");
        assert_eq!(
            (decoded.form.line_ends, decoded.exact),
            (LineEnds::CrLf, false)
        );
    }

    #[test]
    fn names_lead_back_to_their_encoding() {
        for name in [
            "UTF-8",
            "UTF-16LE",
            "UTF-16BE",
            "gb18030",
            "Big5",
            "windows-1252",
        ] {
            assert_eq!(TextEncoding::from_name(name).unwrap().name(), name);
        }
        for ends in [LineEnds::Lf, LineEnds::CrLf, LineEnds::Cr] {
            assert_eq!(LineEnds::from_name(ends.name()), Some(ends));
        }
    }

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(
            prop_oneof![
                "[a-zA-Z ,.]{1,20}",
                "[\u{4e00}-\u{9fff}]{1,20}",
                Just("\n".to_owned()),
                Just("🎬é".to_owned()),
            ],
            0..20,
        )
        .prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn marked_files_come_back_byte_for_byte(
            text in text(),
            encoding in prop_oneof![
                Just(TextEncoding::Utf8), Just(TextEncoding::Utf16Le), Just(TextEncoding::Utf16Be)],
            line_ends in prop_oneof![Just(LineEnds::Lf), Just(LineEnds::CrLf), Just(LineEnds::Cr)],
        ) {
            let bytes = encode(&text, &FileForm { encoding, line_ends, bom: true }).unwrap();
            let decoded = decode(&bytes).unwrap();
            prop_assert_eq!(&decoded.text, &text);
            prop_assert!(decoded.exact);
            prop_assert_eq!(encode(&decoded.text, &decoded.form).unwrap(), bytes);
        }

        #[test]
        fn a_text_of_uniform_lines_comes_back_byte_for_byte(
            text in text(),
            line_ends in prop_oneof![Just(LineEnds::Lf), Just(LineEnds::CrLf), Just(LineEnds::Cr)],
        ) {
            let bytes = encode(&text, &FileForm { line_ends, ..FileForm::default() }).unwrap();
            let decoded = decode(&bytes).unwrap();
            prop_assert_eq!(&decoded.text, &text);
            prop_assert!(decoded.exact);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
            match decode(&bytes) {
                Ok(decoded) => prop_assert!(!decoded.text.contains(['\0', '\r'])),
                Err(BytesError::Binary { at, .. } | BytesError::Undecodable { at, .. }) => {
                    prop_assert!(at < bytes.len());
                }
                Err(BytesError::Unencodable { .. }) => prop_assert!(false),
            }
        }

        #[test]
        fn chinese_text_in_gb18030_comes_back(
            parts in prop::collection::vec(prop::sample::select(&[
                "末班车哼着借来的调", "内景 渡轮船舱 - 夜", "梅数着硬币", "，", "。", "\n", "雨打在玻璃上", "“你说过天亮”", "镕喆", "OK ",
            ][..]), 1..20),
        ) {
            let text = parts.concat();
            let (bytes, _, _) = GB18030.encode(&text);
            let decoded = decode(&bytes).unwrap();
            prop_assert_eq!(&decoded.text, &text);
            prop_assert!(decoded.exact);
        }
    }
}
