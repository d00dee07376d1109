import { Server, type RequestListener, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';

/**
 * An HTTP server that, when it stops, also closes connections on which no request has come yet. Browsers and clients
 * open such ahead of need; Node counts them as busy and would wait until they are cut off.
 */
export class StoppableServer extends Server {
  /** It will stop soon: no connection is kept alive any more. */
  leaving = false;
  private readonly silent = new Set<Socket>();

  constructor(options: ServerOptions, listener: RequestListener) {
    const listen: RequestListener = (request, response) => {
      this.silent.delete(request.socket);
      listener(request, response);
    };
    super(options, listen);
    // Without a listener of its own, Node would answer an unknown expectation by an empty 417.
    this.on('checkExpectation', listen);
    this.on('connection', (socket) => {
      this.silent.add(socket);
      socket.once('close', () => this.silent.delete(socket));
    });
  }

  /** Node calls this first thing in `close()`. */
  override closeIdleConnections(): void {
    super.closeIdleConnections();
    for (const socket of this.silent) socket.destroy();
  }
}
