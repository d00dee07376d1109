import PDFDocument from 'pdfkit';
import { INK, MUTED, RULE, SHADE, Typesetting, type Style } from './typesetting.ts';

/** A4 in points, of 1/72 inch. */
const [WIDTH, HEIGHT] = [595.28, 841.89];
export const LEFT = 50;
export const CONTENT_WIDTH = WIDTH - 2 * LEFT;
const TOP = 50;
const BOTTOM = HEIGHT - 74;
const FOOT = HEIGHT - 48;
const FOOT_STYLE: Style = { size: 7.5, color: MUTED };

type Structure = PDFKit.PDFStructureElement;

/** What a document says of itself, and where it comes from. */
export interface About {
  title: string;
  author: string;
  /** Stands below on every page. */
  foot: string;
  /** When it is said to have been made: not by a clock, or the same invoice would not make the same bytes. */
  at: Date;
}

/**
 * Sheets of A4 that are filled from top to bottom. What is written is tagged with what it is (ISO 32000-1, 14.8), so that it is read
 * out in order; rules, feet and what is repeated on the next sheet are not.
 */
export class Paper {
  readonly text: Typesetting;
  /** Where the next thing goes. */
  y = TOP;
  private readonly doc: PDFKit.PDFDocument;
  private readonly root: Structure;
  /** The part of the structure that is being written. */
  private parent: Structure;

  constructor(private readonly about: About) {
    const { title, author, at } = about;
    this.doc = new PDFDocument({
      size: [WIDTH, HEIGHT],
      margin: 0,
      bufferPages: true,
      pdfVersion: '1.7',
      lang: 'en-GB',
      tagged: true,
      displayTitle: true,
      // No font is assumed to be there: all that are used are embedded.
      font: '',
      info: {
        Title: title,
        Author: author,
        Creator: 'Berth',
        Producer: 'PDFKit',
        CreationDate: at,
        ModDate: at,
      },
    });
    this.text = new Typesetting(this.doc);
    this.root = this.doc.struct('Document');
    this.doc.addStructure(this.root);
    this.parent = this.root;
  }

  /** Begins a new sheet when less than this height is left. Returns whether it did. */
  ensure(height: number): boolean {
    if (this.y + height <= BOTTOM) return false;
    this.doc.addPage();
    this.y = TOP;
    return true;
  }

  /** What is written meanwhile is a part of this: a `Table`, a row of one. */
  within(type: string, write: () => void): void {
    const outer = this.parent;
    const element = this.doc.struct(type);
    outer.add(element);
    this.parent = element;
    write();
    element.end();
    this.parent = outer;
  }

  /** Writes something that is a piece of the document: a heading (`H1`), a paragraph (`P`), a cell (`TD`), one that others are under (`TH`). */
  piece(type: string, of: { scope?: 'Column' | 'Row' }, write: () => void): void {
    // The types do not know `scope` yet.
    const options: object = of;
    this.parent.add(this.doc.struct(type, options, [write]));
  }

  /** Writes something that is none, such as a line between two. */
  ornament(write: () => void, options?: { type: 'Pagination' | 'Layout' }): void {
    this.doc.markContent('Artifact', options ?? { type: 'Layout' });
    write();
    this.doc.endMarkedContent();
  }

  /** A line across the sheet at this height. */
  rule(y: number, { width = 0.6, color = RULE, x = LEFT, length = CONTENT_WIDTH } = {}): void {
    this.ornament(() =>
      this.doc
        .moveTo(x, y)
        .lineTo(x + length, y)
        .lineWidth(width)
        .strokeColor(color)
        .stroke(),
    );
  }

  /** A shaded band across the sheet. */
  band(y: number, height: number): void {
    this.ornament(() => this.doc.rect(LEFT, y, CONTENT_WIDTH, height).fillColor(SHADE).fill());
  }

  /** Writes the feet, now that it is known how many sheets there are, and gives the document's bytes. */
  async finished(): Promise<Buffer> {
    const { count } = this.doc.bufferedPageRange();
    for (let index = 0; index < count; index++) {
      this.doc.switchToPage(index);
      this.foot(`Page ${index + 1} of ${count}`);
    }
    this.root.end();
    this.doc.end();
    const chunks: Buffer[] = [];
    for await (const chunk of this.doc as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  private foot(page: string): void {
    this.rule(FOOT - 8);
    this.ornament(
      () => {
        this.text.line(this.about.foot, { x: LEFT, y: FOOT, width: CONTENT_WIDTH - 90 }, FOOT_STYLE);
        const right = { x: LEFT + CONTENT_WIDTH - 80, y: FOOT, width: 80 };
        this.text.line(page, right, { ...FOOT_STYLE, align: 'right', color: INK });
      },
      { type: 'Pagination' },
    );
  }
}
