import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Gate } from './access/gate.ts';
import { Users, type UserOptions } from './access/users.ts';
import type { ServerState } from './commands/command.ts';
import { Dispatcher } from './commands/dispatcher.ts';
import { FailPoints } from './commands/fail-points.ts';
import { Cursors } from './cursors.ts';
import { DatabaseFile, type SyncMode } from './persistence/database-file.ts';
import { Sessions } from './sessions.ts';
import { Engine } from './store/engine.ts';
import { removeExpired } from './store/ttl.ts';
import { serveConnection } from './wire/connection.ts';

export interface EmbeddedMongoOptions {
  /** Where to keep the data; absent: in memory only. Locked while open. */
  file?: string;
  /** Default 0: any free port. */
  port?: number;
  /** There is no encryption, so it listens on the loopback interface only. */
  host?: '127.0.0.1';
  /** Who may connect, and to which databases; absent: everybody to all. Passwords are plain ASCII. */
  users?: UserOptions;
  /** Default `normal`: survives `kill -9`; `full` also a power cut. */
  sync?: SyncMode;
  /** How long an abandoned transaction may keep others waiting; default 60, as in MongoDB. */
  transactionLifetimeLimitSeconds?: number;
  /** How often TTL indexes remove what has expired; default 5. */
  ttlSweepSeconds?: number;
  /** Allows `configureFailPoint`, to try how a client copes with a failing database. */
  failPoints?: boolean;
}

const replicaSet = 'embedded';

/** A MongoDB for development and tests inside this process. See README.md for what it supports. */
export class EmbeddedMongo {
  /** For the plain driver and for mongoose; append a database with `new URL(...)` or the client's own option. */
  readonly uri: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #state: ServerState;
  readonly #file: DatabaseFile;
  readonly #timer: NodeJS.Timeout;

  private constructor(
    server: Server,
    sockets: Set<Socket>,
    state: ServerState,
    file: DatabaseFile,
    sweepSeconds: number,
  ) {
    this.#server = server;
    this.#sockets = sockets;
    this.#state = state;
    this.#file = file;
    this.uri = `mongodb://${state.address}/?replicaSet=${replicaSet}&directConnection=true`;
    this.#timer = setInterval(() => this.#sweep(), sweepSeconds * 1000);
    this.#timer.unref();
  }

  /** Opens the file, if any, and listens. Throws when the file is in use or the port taken. */
  static async start(options: EmbeddedMongoOptions = {}): Promise<EmbeddedMongo> {
    const { host = '127.0.0.1', port = 0, sync = 'normal', ttlSweepSeconds = 5 } = options;
    const file = new DatabaseFile(options.file, sync);
    try {
      const engine = new Engine(file);
      const sessions = new Sessions(engine, file, options.transactionLifetimeLimitSeconds ?? 60);
      const state: ServerState = { engine, sessions, cursors: new Cursors(), address: '', replicaSet };
      const dispatcher = new Dispatcher(state, options.failPoints ? new FailPoints() : null);
      const users = options.users ? new Users(options.users) : null;
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        const gate = new Gate(users);
        serveConnection(socket, (command) => dispatcher.handle(command, gate));
      });
      server.listen(port, host);
      await once(server, 'listening');
      state.address = `${host}:${(server.address() as AddressInfo).port}`;
      return new EmbeddedMongo(server, sockets, state, file, ttlSweepSeconds);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Ends all connections and open transactions and closes the file with everything acknowledged on it. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    const { engine } = this.#state;
    engine.abortAll();
    engine.journal.flush();
    this.#file.close();
  }

  #sweep(): void {
    const now = Date.now();
    removeExpired(this.#state.engine, now);
    this.#state.cursors.expire(now);
    this.#state.sessions.expire(now);
  }
}
