import type { Socket } from 'node:net';
import { asMongoError } from '../errors.ts';
import type { Doc } from '../values/document.ts';
import { maxMessageBytes, readRequest, writeReply, type Request } from './message.ts';

/** Answers one command; null ends the connection without an answer. */
export type Handler = (command: Doc) => Promise<Doc | null>;

/** Reads messages off a socket and answers them in order, one at a time. Garbage ends the connection. */
export function serveConnection(socket: Socket, handle: Handler): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  let received: Buffer[] = [];
  let size = 0;
  let busy = Promise.resolve();
  socket.on('data', (chunk: Buffer) => {
    received.push(chunk);
    size += chunk.length;
    while (size >= 16) {
      const [head] = received;
      if (received.length > 1 && (head?.length ?? 0) < 4) received = [Buffer.concat(received)];
      const length = received[0]?.readInt32LE(0) ?? 0;
      if (length < 16 || length > maxMessageBytes + 16_384) {
        socket.destroy();
        return;
      }
      if (size < length) return;
      const bytes = received.length > 1 ? Buffer.concat(received) : (received[0] ?? Buffer.alloc(0));
      received = bytes.length > length ? [bytes.subarray(length)] : [];
      size -= length;
      const message = bytes.subarray(0, length);
      busy = busy.then(() => answer(socket, message, handle));
    }
  });
}

async function answer(socket: Socket, message: Buffer, handle: Handler): Promise<void> {
  if (socket.destroyed) return;
  let request: Request;
  try {
    request = readRequest(message);
  } catch {
    socket.destroy();
    return;
  }
  const reply = await handle(request.command);
  if (reply === null) socket.destroy();
  else if (!request.silent) socket.write(encode(request, reply));
}

/** A result that can't be encoded becomes an error of its own. */
function encode(request: Request, reply: Doc): Buffer {
  try {
    return writeReply(request, reply);
  } catch (error) {
    return writeReply(request, asMongoError(error).reply());
  }
}
