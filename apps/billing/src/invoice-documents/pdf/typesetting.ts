import { fontFor, type NamedFont, type Weight } from './fonts.ts';

export interface Style {
  size: number;
  weight?: Weight;
  /** `#rrggbb`. */
  color?: string;
  align?: 'left' | 'right';
}

export const INK = '#16202c';
export const MUTED = '#5b6776';
export const RULE = '#cfd6de';
export const SHADE = '#f2f5f8';

/** Lines stand so many times their size apart: enough for the accents of every script. */
const LEADING = 1.4;
/** Where the letters stand in a line's height. */
const BASELINE = 1.05;

export const lineHeight = ({ size }: Style): number => size * LEADING;

/** Writes text of any script into a PDF: each character in the first font that has it. Lengths are points. */
export class Typesetting {
  constructor(private readonly doc: PDFKit.PDFDocument) {}

  widthOf(text: string, { size, weight = 'regular' }: Style): number {
    return runsOf(text, weight).reduce(
      (width, run) => width + this.using(run, size).widthOfString(run.text),
      0,
    );
  }

  /** One line with its upper edge at `y`; one that is wider than that is written smaller. */
  line(text: string, at: { x: number; y: number; width: number }, style: Style): void {
    const { weight = 'regular', color = INK, align = 'left' } = style;
    const natural = this.widthOf(text, style);
    const size = natural > at.width ? (style.size * at.width) / natural : style.size;
    let x = align === 'right' ? at.x + at.width - Math.min(natural, at.width) : at.x;
    for (const run of runsOf(text, weight)) {
      const width = this.using(run, size).widthOfString(run.text);
      const options = { lineBreak: false, baseline: 'alphabetic' } as const;
      this.doc.fillColor(color).text(run.text, x, at.y + style.size * BASELINE, options);
      x += width;
    }
  }

  /** All of a text, in as many lines as it takes. Returns their height. */
  block(text: string, at: { x: number; y: number; width: number }, style: Style): number {
    const lines = this.wrapped(text, at.width, style);
    for (const [index, line] of lines.entries())
      this.line(line, { ...at, y: at.y + index * lineHeight(style) }, style);
    return lines.length * lineHeight(style);
  }

  /** A text as lines of at most this width, broken between words, or within one that is longer than a line. */
  wrapped(text: string, width: number, style: Style): string[] {
    const lines: string[] = [];
    let line = '';
    const fits = (candidate: string) => this.widthOf(candidate.trimEnd(), style) <= width;
    for (const piece of piecesOf(text)) {
      if (fits(line + piece)) {
        line += piece;
        continue;
      }
      if (line.trim()) lines.push(line.trim());
      line = '';
      for (const letter of fits(piece) ? [piece] : lettersOf(piece)) {
        if (line && !fits(line + letter)) {
          lines.push(line.trim());
          line = '';
        }
        line += letter;
      }
    }
    if (line.trim()) lines.push(line.trim());
    return lines;
  }

  private using({ font }: Run, size: number): PDFKit.PDFDocument {
    // PDFKit takes a font that fontkit has opened; its types do not say so.
    this.doc.registerFont(font.name, font.font as unknown as Uint8Array);
    return this.doc.font(font.name, size);
  }
}

interface Run {
  text: string;
  font: NamedFont;
}

/** A text in stretches of one font each. */
function runsOf(text: string, weight: Weight): Run[] {
  const runs: Run[] = [];
  for (const character of printable(text)) {
    const font = fontFor(character, weight);
    const last = runs.at(-1);
    if (last?.font === font) last.text += character;
    else runs.push({ text: character, font });
  }
  return runs;
}

/** Composed, and without what shows nothing or would turn the direction of what follows. */
const printable = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '');

const WORDS = new Intl.Segmenter('en', { granularity: 'word' });
const LETTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Between these a line may end: after white space, and where a script has words without any. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let before = { isWord: false, isSpace: true };
  for (const { segment, isWordLike = false } of WORDS.segment(printable(text))) {
    const isSpace = segment.trim() === '';
    const begins = !isSpace && (before.isSpace || (before.isWord && isWordLike));
    if (begins || pieces.length === 0) pieces.push(segment);
    else pieces[pieces.length - 1] += segment;
    before = { isWord: isWordLike, isSpace };
  }
  return pieces;
}

const lettersOf = (text: string): string[] => [...LETTERS.segment(text)].map(({ segment }) => segment);
