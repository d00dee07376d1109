import { deserialize, serialize } from 'bson';
import { type Doc, deserializeOptions } from '../values/document.ts';
import { EncodedBatch } from './encoded-batch.ts';

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;
const checksumPresent = 1;
const moreToCome = 2;

export const maxMessageBytes = 48_000_000;

export interface Request {
  id: number;
  /** Asked by the legacy opcode (only the first hello of a driver) and to be answered in kind. */
  legacy: boolean;
  /** The client waits for no answer (`w: 0`). */
  silent: boolean;
  command: Doc;
}

/** Reads one whole message; throws on opcodes other than OP_MSG and OP_QUERY and on malformed BSON. */
export function readRequest(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === opQuery) {
    const nameEnd = message.indexOf(0, 20);
    const command = deserialize(message.subarray(nameEnd + 9), deserializeOptions);
    return { id, legacy: true, silent: false, command: { ...command, $db: 'admin' } };
  }
  if (opcode !== opMsg) throw new Error(`opcode ${opcode} is not supported`);
  const flags = message.readUInt32LE(16);
  const end = flags & checksumPresent ? message.length - 4 : message.length;
  return {
    id,
    legacy: false,
    silent: (flags & moreToCome) !== 0,
    command: readSections(message.subarray(20, end)),
  };
}

/** The body, with document sequences (kind 1) put in as the array fields they stand for. */
function readSections(sections: Buffer): Doc {
  let command: Doc = {};
  const sequences: Doc = {};
  for (let offset = 0; offset < sections.length;) {
    const kind = sections[offset];
    const size = sections.readInt32LE(offset + 1);
    const section = sections.subarray(offset + 1, offset + 1 + size);
    if (size < 5 || section.length < size) throw new Error('malformed message section');
    if (kind === 0) command = deserialize(section, deserializeOptions);
    else {
      const nameEnd = section.indexOf(0, 4);
      sequences[section.toString('utf8', 4, nameEnd)] = readSequence(section.subarray(nameEnd + 1));
    }
    offset += 1 + size;
  }
  return Object.assign(command, sequences);
}

function readSequence(bytes: Buffer): Doc[] {
  const docs: Doc[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const size = bytes.readInt32LE(offset);
    if (size < 5 || offset + size > bytes.length) throw new Error('malformed document sequence');
    docs.push(deserialize(bytes.subarray(offset, offset + size), deserializeOptions));
    offset += size;
  }
  return docs;
}

/** The message that answers a request. */
export function writeReply(request: Request, reply: Doc): Buffer {
  const body = encodeReply(reply);
  const bodyLength = body.reduce((sum, part) => sum + part.length, 0);
  const headerLength = request.legacy ? 36 : 21;
  const header = Buffer.alloc(headerLength);
  header.writeInt32LE(headerLength + bodyLength, 0);
  header.writeInt32LE(request.id, 8);
  header.writeInt32LE(request.legacy ? opReply : opMsg, 12);
  if (request.legacy) {
    const awaitCapable = 8;
    header.writeInt32LE(awaitCapable, 16);
    header.writeInt32LE(1, 32);
  }
  return Buffer.concat([header, ...body], headerLength + bodyLength);
}

function encodeReply(reply: Doc): Uint8Array[] {
  const { cursor, ...rest } = reply;
  return cursor instanceof EncodedBatch ? cursor.encodeWith(rest) : [serialize(reply)];
}
