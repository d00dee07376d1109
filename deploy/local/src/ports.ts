import { createServer, type AddressInfo } from 'node:net';

/** `count` different ports on the loopback address that nobody listened on a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((found, failed) =>
          server
            .once('error', failed)
            .listen(0, '127.0.0.1', () => found((server.address() as AddressInfo).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** Fails with a message for people when somebody already listens on the port. */
export async function requireFree(port: number, setting: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((free, taken) =>
    server
      .once('error', () =>
        taken(
          new Error(`Port ${port} is in use. Stop what listens there or set ${setting} to another port.`),
        ),
      )
      .listen(port, '127.0.0.1', () => server.close(() => free())),
  );
}
