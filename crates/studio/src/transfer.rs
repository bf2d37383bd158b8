//! Files in and out.

use std::fs;
use std::path::Path;

use crafts::{Craft, FileForm, LineEnds, TextEncoding, decode, encode};
use project::{DocumentId, Origin};

use crate::error::Error;
use crate::papers::Papers;

/// What a document is exported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Its own text, in the form of the file that it came from.
    Source,
    /// A page to read and print.
    Html,
}

const ENCODING: &str = "file.encoding";
const LINE_ENDS: &str = "file.line_ends";
const BOM: &str = "file.bom";

/// Reads a text file: its craft by its name, its text, and what it is apart from that.
///
/// # Errors
/// When its ending is no craft's, it cannot be read, or it is no text.
pub fn read_file(path: &Path, craft: Option<Craft>) -> Result<(Craft, String, FileForm), Error> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let craft = craft
        .or_else(|| Craft::from_file_name(&name))
        .ok_or(Error::NotACraft { name })?;
    let bytes = fs::read(path).map_err(|source| Error::File {
        path: path.to_path_buf(),
        writing: false,
        source,
    })?;
    let decoded = decode(&bytes)?;
    Ok((craft, decoded.text, decoded.form))
}

impl Papers {
    /// Imports a file as a new document.
    ///
    /// # Errors
    /// As [`read_file`]; when the project cannot be written.
    pub fn import(&mut self, path: &Path, craft: Option<Craft>) -> Result<DocumentId, Error> {
        let (craft, text, form) = read_file(path, craft)?;
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let title = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let title = title.strip_suffix(".fountain").unwrap_or(&title).to_owned();
        let id = self.create(craft, &title, text, Origin::File(name))?;
        let project = &mut self.project;
        project.set_document_attribute(id, ENCODING, Some(form.encoding.name()))?;
        project.set_document_attribute(id, LINE_ENDS, Some(form.line_ends.name()))?;
        project.set_document_attribute(id, BOM, Some(if form.bom { "true" } else { "false" }))?;
        Ok(id)
    }

    /// The bytes of a document's export.
    ///
    /// # Errors
    /// When there is no such document, or its old encoding lacks a character.
    pub fn exported(&mut self, id: DocumentId, format: Format) -> Result<Vec<u8>, Error> {
        let info = self.project.document(id)?;
        let attributes = self.project.document_attributes(id)?;
        let language = self.project.language().to_owned();
        let page = self.sheet(id)?.page();
        match format {
            Format::Html => Ok(page.html(&info.title, &language).into_bytes()),
            Format::Source => {
                let named = |name: &str| attributes.get(name).map(String::as_str);
                let form = FileForm {
                    encoding: named(ENCODING)
                        .and_then(TextEncoding::from_name)
                        .unwrap_or(TextEncoding::Utf8),
                    line_ends: named(LINE_ENDS)
                        .and_then(LineEnds::from_name)
                        .unwrap_or(LineEnds::Lf),
                    bom: named(BOM) == Some("true"),
                };
                // An encoding that lacks a character written since gives way to UTF-8 rather than lose it.
                let plain = FileForm {
                    encoding: TextEncoding::Utf8,
                    ..form
                };
                Ok(encode(page.text(), &form).or_else(|_| encode(page.text(), &plain))?)
            }
        }
    }

    /// Exports a document to a file, whole or not at all.
    ///
    /// # Errors
    /// As [`Self::exported`]; when the file cannot be written.
    pub fn export(&mut self, id: DocumentId, path: &Path) -> Result<(), Error> {
        let html = path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("html"));
        let bytes = self.exported(id, if html { Format::Html } else { Format::Source })?;
        write_whole(path, &bytes)
    }
}

/// Writes a file beside its place and moves it there.
///
/// # Errors
/// When it cannot be written; an old file of that name stands then.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::File {
        path: path.to_path_buf(),
        writing: true,
        source,
    };
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    fs::write(&part, bytes).map_err(failed)?;
    fs::rename(&part, path).map_err(failed)
}
