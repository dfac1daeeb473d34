//! What a page shows and where: the characters of its text, in the order they are drawn.

use std::collections::HashMap;
use std::sync::Arc;

use hayro_cmap::BfString;
use hayro_font::kurbo::{Affine, Point};
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, UNITS_PER_EM};
use hayro_syntax::Pdf;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::dict::keys::{MATRIX, RESOURCES, SUBTYPE};
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};
use hayro_syntax::page::{Page, Resources};

/// Forms inside forms, no deeper than this.
const DEEPEST: usize = 12;
/// States saved and not restored, no more than this.
const SAVED: usize = 256;

/// How much work a file may ask for; counted, not timed, so that a file reads alike everywhere.
pub(super) struct Budget {
    /// Instructions of all pages.
    pub(super) steps: usize,
    /// Characters of all pages.
    pub(super) glyphs: usize,
}

/// A character where it stands; `y` grows downwards, from the top of the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) left: f32,
    pub(super) right: f32,
    /// The line it stands on.
    pub(super) base: f32,
    /// The height of its font.
    pub(super) size: f32,
    pub(super) c: char,
}

/// Fonts of a file, and what their codes stand for.
pub(super) struct Fonts<'a> {
    cache: FontCache<'a>,
    find_font: FontResolverFn,
    find_map: CMapResolverFn,
    /// By the font's place in the file and the code.
    codes: HashMap<(u128, u32), Code>,
}

/// What a code of a font shows.
#[derive(Clone)]
struct Code {
    text: Vec<char>,
    /// How far the pen moves on, in thousandths of the size.
    advance: f64,
}

impl Fonts<'_> {
    pub(super) fn new() -> Self {
        Fonts {
            cache: FontCache::new(),
            find_font: Arc::new(|query| {
                Some(match query {
                    FontQuery::Standard(font) => font.get_font_data(),
                    FontQuery::Fallback(font) => font.pick_standard_font().get_font_data(),
                })
            }),
            find_map: Arc::new(hayro_cmap::load_embedded),
            codes: HashMap::new(),
        }
    }
}

/// What is set while text is shown.
#[derive(Clone)]
struct State<'a> {
    transform: Affine,
    font: Option<(u128, Font<'a>)>,
    size: f64,
    spacing: f64,
    word_spacing: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// The characters of a page. Characters without a known meaning are U+FFFD.
pub(super) fn page<'a>(page: &Page<'a>, fonts: &mut Fonts<'a>, budget: &mut Budget) -> Vec<Glyph> {
    let mut out = Vec::new();
    let state = State {
        transform: Affine::new(page.initial_transform(true).as_coeffs()),
        font: None,
        size: 1.0,
        spacing: 0.0,
        word_spacing: 0.0,
        stretch: 1.0,
        leading: 0.0,
        rise: 0.0,
    };
    let mut reader = Reader { fonts, budget, out: &mut out };
    reader.content(page.typed_operations(), page.resources(), state, DEEPEST);
    let (width, height) = page.render_dimensions();
    // What lies off the page is not seen.
    out.retain(|g| {
        g.base > -1.0 && g.base < height + g.size && g.right > -1.0 && g.left < width + 1.0 && g.size > 0.5
    });
    out
}

/// The language that the file names for all of its text.
pub(super) fn language(pdf: &Pdf) -> Option<String> {
    let root: Dict<'_> = pdf.xref().get(pdf.xref().root_id())?;
    let lang: hayro_syntax::object::String<'_> = root.get("Lang")?;
    std::str::from_utf8(lang.as_bytes()).ok().map(str::to_owned)
}

struct Reader<'r, 'a> {
    fonts: &'r mut Fonts<'a>,
    budget: &'r mut Budget,
    out: &'r mut Vec<Glyph>,
}

impl<'a> Reader<'_, 'a> {
    fn content(
        &mut self,
        mut instructions: TypedIter<'_>,
        resources: &Resources<'a>,
        state: State<'a>,
        deepest: usize,
    ) {
        let mut state = state;
        let mut saved: Vec<State<'a>> = Vec::new();
        let (mut matrix, mut line) = (Affine::IDENTITY, Affine::IDENTITY);
        while let Some(instruction) = instructions.next() {
            if self.budget.steps == 0 || self.budget.glyphs == 0 {
                return;
            }
            self.budget.steps -= 1;
            let next_line = |line: &mut Affine, x: f64, y: f64| {
                *line *= Affine::translate((x, y));
                *line
            };
            match instruction {
                TypedInstruction::SaveState(_) if saved.len() < SAVED => saved.push(state.clone()),
                TypedInstruction::RestoreState(_) => {
                    if let Some(earlier) = saved.pop() {
                        state = earlier;
                    }
                }
                TypedInstruction::Transform(t) => {
                    let t = [t.0, t.1, t.2, t.3, t.4, t.5].map(|n| n.as_f64());
                    state.transform *= Affine::new(t);
                }
                TypedInstruction::CharacterSpacing(n) => state.spacing = n.0.as_f64(),
                TypedInstruction::WordSpacing(n) => state.word_spacing = n.0.as_f64(),
                TypedInstruction::HorizontalScaling(n) => state.stretch = n.0.as_f64() / 100.0,
                TypedInstruction::TextLeading(n) => state.leading = n.0.as_f64(),
                TypedInstruction::TextRise(n) => state.rise = n.0.as_f64(),
                TypedInstruction::TextFont(font) => {
                    state.size = font.1.as_f64();
                    state.font = self.font(font.0, resources);
                }
                TypedInstruction::BeginText(_) => (matrix, line) = (Affine::IDENTITY, Affine::IDENTITY),
                TypedInstruction::NextLine(by) => {
                    matrix = next_line(&mut line, by.0.as_f64(), by.1.as_f64());
                }
                TypedInstruction::NextLineAndSetLeading(by) => {
                    state.leading = -by.1.as_f64();
                    matrix = next_line(&mut line, by.0.as_f64(), by.1.as_f64());
                }
                TypedInstruction::NextLineUsingLeading(_) => {
                    matrix = next_line(&mut line, 0.0, -state.leading);
                }
                TypedInstruction::SetTextMatrix(t) => {
                    line = Affine::new([t.0, t.1, t.2, t.3, t.4, t.5].map(|n| n.as_f64()));
                    matrix = line;
                }
                TypedInstruction::ShowText(text) => self.show(text.0.as_bytes(), &state, &mut matrix),
                TypedInstruction::NextLineAndShowText(text) => {
                    matrix = next_line(&mut line, 0.0, -state.leading);
                    self.show(text.0.as_bytes(), &state, &mut matrix);
                }
                TypedInstruction::ShowTextWithParameters(text) => {
                    state.word_spacing = text.0.as_f64();
                    state.spacing = text.1.as_f64();
                    matrix = next_line(&mut line, 0.0, -state.leading);
                    self.show(text.2.as_bytes(), &state, &mut matrix);
                }
                TypedInstruction::ShowTexts(parts) => {
                    for part in parts.0.iter::<Object<'_>>() {
                        match part {
                            Object::String(text) => self.show(text.as_bytes(), &state, &mut matrix),
                            Object::Number(n) => {
                                let by = -n.as_f64() / f64::from(UNITS_PER_EM) * state.size * state.stretch;
                                matrix *= Affine::translate((by, 0.0));
                            }
                            _ => {}
                        }
                    }
                }
                TypedInstruction::XObject(name) if deepest > 0 => {
                    if let Some(form) = resources.get_x_object(name.0) {
                        self.form(&form, resources, &state, deepest - 1);
                    }
                }
                _ => {}
            }
        }
    }

    /// A piece of a page that stands on its own; an image shows no text.
    fn form(&mut self, form: &Stream<'a>, outer: &Resources<'a>, state: &State<'a>, deepest: usize) {
        let dict = form.dict();
        if dict.get::<Name<'_>>(SUBTYPE).is_none_or(|kind| kind.as_ref() != b"Form") {
            return;
        }
        let Ok(data) = form.decoded_data() else { return };
        // Unpacking is work too.
        self.budget.steps = self.budget.steps.saturating_sub(200 + data.len() / 64);
        let mut state = state.clone();
        if let Some(matrix) = dict.get::<Array<'_>>(MATRIX) {
            let mut numbers = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
            for (slot, n) in numbers.iter_mut().zip(matrix.iter::<Number>()) {
                *slot = n.as_f64();
            }
            state.transform *= Affine::new(numbers);
        }
        match dict.get::<Dict<'_>>(RESOURCES) {
            Some(own) => self.content(TypedIter::new(&data), &Resources::new(own), state, deepest),
            None => self.content(TypedIter::new(&data), outer, state, deepest),
        }
    }

    fn font(&mut self, name: &Name<'_>, resources: &Resources<'a>) -> Option<(u128, Font<'a>)> {
        let dict = resources.get_font(name)?;
        let key = u128::from(xxhash_rust::xxh3::xxh3_64(dict.data()))
            | dict.obj_id().map_or(0, |id| (u128::from(id.obj_number) << 64) + (1 << 127));
        let font = self.fonts.cache.font(&dict, &self.fonts.find_font, &self.fonts.find_map)?;
        Some((key, font))
    }

    fn show(&mut self, bytes: &[u8], state: &State<'a>, matrix: &mut Affine) {
        let Some((key, font)) = &state.font else { return };
        let mut at = 0;
        while at < bytes.len() {
            let (code, length) = font.read_code(bytes, at);
            at += length.max(1);
            if self.budget.glyphs == 0 {
                return;
            }
            self.budget.glyphs -= 1;
            let known = self.fonts.codes.entry((*key, code)).or_insert_with(|| known(font, code));
            let mut by = known.advance / f64::from(UNITS_PER_EM) * state.size + state.spacing;
            if code == 32 && length == 1 {
                by += state.word_spacing;
            }
            let width = known.advance / f64::from(UNITS_PER_EM) * state.size * state.stretch;
            let place = state.transform * *matrix * Affine::translate((0.0, state.rise));
            let [a, b, c, d, ..] = place.as_coeffs();
            let size = state.size.abs() * (c * c + d * d).sqrt();
            // Text on its side is a label of a drawing or a mark across the page.
            if a.abs() > 4.0 * b.abs() && size.is_finite() {
                let (from, to) = (place * Point::ORIGIN, place * Point::new(width, 0.0));
                let count = known.text.len().max(1);
                let part = (to.x - from.x) / count as f64;
                for (i, &c) in known.text.iter().enumerate() {
                    let left = from.x + part * i as f64;
                    self.out.push(Glyph {
                        left: narrow(left.min(left + part)),
                        right: narrow(left.max(left + part)),
                        base: narrow(from.y),
                        size: narrow(size),
                        c,
                    });
                }
            }
            let by = if font.is_horizontal() { (by * state.stretch, 0.0) } else { (0.0, by) };
            *matrix *= Affine::translate(by);
        }
    }
}

fn narrow(n: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "places on a page, checked to be finite")]
    let n = n.clamp(-1e6, 1e6) as f32;
    n
}

fn known(font: &Font<'_>, code: u32) -> Code {
    let glyph = font.glyph(font.map_code(code), code);
    let text = match &glyph {
        FontGlyph::Outline(glyph) => glyph.as_unicode(),
        FontGlyph::Type3(glyph) => glyph.as_unicode(),
    };
    let text: Vec<char> = match text {
        Some(BfString::Char(c)) => plain(c).chars().collect(),
        Some(BfString::String(text)) => {
            text.chars().flat_map(|c| plain(c).chars().collect::<Vec<_>>()).collect()
        }
        None if code == 32 => vec![' '],
        None => vec![char::REPLACEMENT_CHARACTER],
    };
    let advance = font.code_advance(code);
    let advance = if font.is_horizontal() { advance.x } else { advance.y };
    Code { text, advance: if advance.is_finite() { advance } else { 0.0 } }
}

/// A character without the dress that printing gives it: letters drawn together are letters, control characters
/// are blanks.
fn plain(c: char) -> String {
    match c {
        'ﬀ' => "ff".to_owned(),
        'ﬁ' => "fi".to_owned(),
        'ﬂ' => "fl".to_owned(),
        'ﬃ' => "ffi".to_owned(),
        'ﬄ' => "ffl".to_owned(),
        'ﬅ' | 'ﬆ' => "st".to_owned(),
        c if c.is_control() => " ".to_owned(),
        c => c.to_string(),
    }
}
