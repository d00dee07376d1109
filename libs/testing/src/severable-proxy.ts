import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Passes TCP connections on to an address, and cuts them when told to: at once, which no broker's API does. */
export class SeverableProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async to(host: string, port: number): Promise<SeverableProxy> {
    const server = createServer();
    const proxy = new SeverableProxy(server);
    server.on('connection', (client) => proxy.pass(client, connect({ host, port, noDelay: true })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Cuts all connections and returns how many there were. */
  cut(): number {
    const connections = this.sockets.size / 2;
    for (const socket of this.sockets) socket.destroy();
    return connections;
  }

  stop(): void {
    this.server.close();
    this.cut();
  }

  private pass(client: Socket, upstream: Socket): void {
    client.setNoDelay(true);
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  }
}
