import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { pathText, type Finding } from './finding.ts';

/** A YAML text that can say on which line something stands. */
export class YamlSource {
  private readonly file: string;
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(file: string, text: string) {
    this.file = file;
    this.document = parseDocument(text, { lineCounter: this.lines });
  }

  /** What is no YAML at all, one line each. */
  syntaxErrors(): string[] {
    return this.document.errors.map(
      ({ pos, message }) =>
        `${this.file}:${this.lines.linePos(pos[0]).line}: ${message.split('\n')[0]?.replace(/:$/, '')}`,
    );
  }

  /** Throws on aliases that lead nowhere, or unfold without end. */
  content(): unknown {
    return this.document.toJS();
  }

  /** `deploy/catalog.yaml:57: products[0].minSize: "tiny" is not a size` */
  describe({ path, message }: Finding): string {
    const where = path.length === 0 ? '' : `${pathText(path)}: `;
    return `${this.file}:${this.lineOf(path)}: ${where}${message}`;
  }

  /** What is missing has no line of its own: then it is that of the nearest thing around it. */
  private lineOf(path: readonly PropertyKey[]): number {
    const node = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    if (isNode(node) && node.range) return this.lines.linePos(node.range[0]).line;
    return path.length === 0 ? 1 : this.lineOf(path.slice(0, -1));
  }
}
