import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { deserialize, serialize } from 'bson';
import type { Doc } from '../values/document.ts';

/** A client for specs that sends exactly what it is told, unlike a driver with its own sessions and retries. */
export class RawConnection {
  readonly socket: Socket;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => (this.#received = Buffer.concat([this.#received, chunk])));
    socket.on('error', () => socket.destroy());
  }

  static async open(uri: string): Promise<RawConnection> {
    const { hostname, port } = new URL(uri);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Sends a command (with its `$db`) and reads the reply; throws when the other side hangs up. */
  async command(command: Doc): Promise<Doc> {
    this.socket.write(message(command));
    return this.reply();
  }

  /** The next reply. */
  async reply(): Promise<Doc> {
    while (this.#received.length < 4 || this.#received.length < this.#received.readInt32LE(0)) {
      if (this.socket.closed) throw new Error('the connection was closed');
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')]);
    }
    const length = this.#received.readInt32LE(0);
    const body = this.#received.subarray(21, length);
    this.#received = this.#received.subarray(length);
    return deserialize(body);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A command as an OP_MSG; `flags` as on the wire. */
export function message(command: Doc, flags = 0): Buffer {
  const body = serialize(command);
  const header = Buffer.alloc(21);
  header.writeInt32LE(21 + body.length, 0);
  header.writeInt32LE(2013, 12);
  header.writeInt32LE(flags, 16);
  return Buffer.concat([header, body]);
}
