import { deserialize } from 'bson';
import type { DatabaseFile } from '../persistence/database-file.ts';
import { deserializeOptions } from '../values/document.ts';
import { absent, type Version } from './slot.ts';

/** Decoded documents are let go beyond this, counted as BSON; in memory each takes several times as much. */
const mostDecodedBytes = 32 * 1024 * 1024;

/** What is committed, by row: read and decoded when asked for. What was used last stays decoded. */
export class Documents {
  readonly #file: DatabaseFile;
  readonly #mostBytes: number;
  #recent = new Map<number, Version>();
  #former = new Map<number, Version>();
  #recentBytes = 0;

  constructor(file: DatabaseFile, mostBytes = mostDecodedBytes) {
    this.#file = file;
    this.#mostBytes = mostBytes;
  }

  read(sequence: number): Version {
    const recent = this.#recent.get(sequence);
    if (recent) return recent;
    const version = this.#former.get(sequence) ?? this.#load(sequence);
    this.#keep(sequence, version);
    return version;
  }

  #load(sequence: number): Version {
    const bytes = this.#file.readDocument(sequence);
    return bytes ? { document: deserialize(bytes, deserializeOptions), bytes, at: 0 } : absent;
  }

  /** Puts a version into the file. */
  save(sequence: number, collection: number, version: Version): void {
    if (version.document) {
      this.#file.saveDocument(sequence, collection, version.bytes);
      this.#keep(sequence, version);
    } else {
      this.#file.deleteDocument(sequence);
      this.#recent.delete(sequence);
      this.#former.delete(sequence);
    }
  }

  /** Two generations: when the younger is full it becomes the elder, from which what is asked for moves on. */
  #keep(sequence: number, version: Version): void {
    if (!version.document) return;
    this.#recent.set(sequence, version);
    this.#recentBytes += version.bytes.length;
    if (this.#recentBytes > this.#mostBytes / 2) this.#age();
  }

  #age(): void {
    this.#former = this.#recent;
    this.#recent = new Map();
    this.#recentBytes = 0;
  }

  /** Lets go what is decoded: the file has taken something back. */
  forget(): void {
    this.#age();
    this.#former = new Map();
  }
}
