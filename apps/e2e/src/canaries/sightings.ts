import { formsOf } from './forms.ts';

/** A text that was seen somewhere, and where: `bus berth.accounts.sign-up.v1 password`. */
export interface Seen {
  place: string;
  text: string;
}

/** The secrets of one run, by what they are: `password`, `token` … */
export class Secrets {
  private readonly forms = new Map<string, Set<string>>();

  /** Returns what it was given. */
  add(kind: string, ...secrets: string[]): string {
    const known = this.forms.get(kind) ?? new Set();
    this.forms.set(kind, known);
    for (const secret of secrets) {
      if (secret.length < 8) throw new Error(`A ${kind} of ${secret.length} letters is found everywhere`);
      for (const form of formsOf(secret)) known.add(form);
    }
    return secrets[0] ?? '';
  }

  get kinds(): string[] {
    return [...this.forms.keys()];
  }

  /** Where which of them was seen, each once: `<kind>: <place>`, sorted. */
  among(seen: Iterable<Seen>): string[] {
    const found = new Set<string>();
    for (const { place, text } of seen)
      for (const [kind, forms] of this.forms)
        for (const form of forms) if (text.includes(form)) found.add(`${kind}: ${place}`);
    return [...found].sort();
  }
}

/** Every text and every name in a value, with its place: fields by their names, items of a list by `[]`. */
export function* textsIn(value: unknown, place: string): Generator<Seen> {
  if (Array.isArray(value)) for (const item of value) yield* textsIn(item, `${place}[]`);
  else if (ArrayBuffer.isView(value))
    yield { place, text: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1') };
  else if (isRecord(value)) {
    // Binary data and the like of BSON.
    if (ArrayBuffer.isView(value['buffer'])) return yield* textsIn(value['buffer'], place);
    for (const [name, field] of Object.entries(value)) {
      yield { place: `${place} (a name)`, text: name };
      yield* textsIn(field, place.endsWith(' ') ? place + name : `${place}.${name}`);
    }
  } else if (value != null) yield { place, text: String(value) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

/** The same of a text that may be JSON. */
export function* textsInJson(text: string, place: string): Generator<Seen> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return yield { place, text };
  }
  yield* textsIn(value, place);
}
