import { type Long, serialize } from 'bson';
import { MongoError } from '../errors.ts';
import { maxDocumentBytes } from '../store/engine.ts';
import type { Doc } from '../values/document.ts';

/** Room for the reply around the documents, as the server allows itself. */
const envelopeBytes = 16 * 1024;

/** A reply's `cursor` field with its documents already in BSON: sizes are known, and each is encoded once. */
export class EncodedBatch {
  readonly #field: 'firstBatch' | 'nextBatch';
  readonly #namespace: string;
  readonly #docs: Uint8Array[];
  #id: Long;

  constructor(field: 'firstBatch' | 'nextBatch', namespace: string, docs: Uint8Array[], id: Long) {
    this.#field = field;
    this.#namespace = namespace;
    this.#docs = docs;
    this.#id = id;
  }

  /** The whole reply in parts: the cursor first, then the other fields. */
  encodeWith(rest: Doc): Uint8Array[] {
    const batch: Uint8Array[] = [];
    for (const [index, doc] of this.#docs.entries()) batch.push(arrayElement(index), doc);
    const cursor = [
      element(4, this.#field),
      ...enclosed(batch),
      fieldsOf({ id: this.#id, ns: this.#namespace }),
    ];
    return enclosed([element(3, 'cursor'), ...enclosed(cursor), fieldsOf(rest)]);
  }
}

/** A document of a result, or its BSON where it is at hand. */
export type Result = Doc | Uint8Array;

/** Encodes documents until `count` or 16 MB; at least one, if there is any and it is not larger than that itself. */
export function encodeSome(docs: Result[], from: number, count: number): Uint8Array[] {
  const encoded: Uint8Array[] = [];
  let bytes = 0;
  for (let index = from; index < docs.length && encoded.length < count; index++) {
    const result = docs[index] ?? {};
    const doc = result instanceof Uint8Array ? result : serialize(result);
    if (doc.length > maxDocumentBytes + envelopeBytes) {
      throw new MongoError('BSONObjectTooLarge', `a result document of ${doc.length} bytes exceeds 16 MB`);
    }
    bytes += doc.length + 16;
    if (bytes > maxDocumentBytes && encoded.length > 0) break;
    encoded.push(doc);
  }
  return encoded;
}

function element(type: number, name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(type)}${name}\0`, 'latin1');
}

const arrayElements: Buffer[] = [];

/** The header of a document in an array; those of the first positions, wanted in every reply, are made once. */
function arrayElement(index: number): Buffer {
  if (index >= 1000) return element(3, String(index));
  return (arrayElements[index] ??= element(3, String(index)));
}

function fieldsOf(doc: Doc): Uint8Array {
  return serialize(doc).subarray(4, -1);
}

const terminator = Buffer.of(0);

/** The parts as one BSON document: length before, zero behind. */
function enclosed(parts: Uint8Array[]): Uint8Array[] {
  const length = Buffer.allocUnsafe(4);
  length.writeInt32LE(parts.reduce((sum, part) => sum + part.length, 5));
  return [length, ...parts, terminator];
}
