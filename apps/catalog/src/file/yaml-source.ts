import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { PriceFault } from '@berth/contracts';
import { pathText, type Finding } from './finding.ts';

/** A YAML text that can say on which line something stands. */
export class YamlSource {
  private readonly lines = new LineCounter();
  private readonly document: Document;

  constructor(text: string) {
    this.document = parseDocument(text, { lineCounter: this.lines });
  }

  /** What is no YAML at all. */
  syntaxFaults(): PriceFault[] {
    return this.document.errors.map(({ pos, message }) => ({
      line: this.lines.linePos(pos[0]).line,
      key: '',
      message: message.split('\n')[0]?.replace(/:$/, '') ?? '',
    }));
  }

  /** Throws on aliases that lead nowhere, or unfold without end. */
  content(): unknown {
    return this.document.toJS();
  }

  locate({ path, message }: Finding): PriceFault {
    return { line: this.lineOf(path), key: pathText(path), message };
  }

  /** What is missing has no line of its own: then it is that of the nearest thing around it. */
  private lineOf(path: readonly PropertyKey[]): number {
    const node = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    if (isNode(node) && node.range) return this.lines.linePos(node.range[0]).line;
    return path.length === 0 ? 1 : this.lineOf(path.slice(0, -1));
  }
}

/** `57: products[0].minSize: "tiny" is not a size` */
export const faultText = ({ line, key, message }: PriceFault): string =>
  [line, ...(key === '' ? [] : [key]), message].join(': ');
