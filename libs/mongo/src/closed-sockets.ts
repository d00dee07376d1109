import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { Connection } from 'mongoose';

/** Every socket that this process makes for a client is told of there. */
const SOCKETS = 'net.client.socket';

/**
 * Makes a connection of which no command hangs on a socket that is gone. The driver (7.8, and still 7.9) waits for `drain`
 * when a socket does not take a command at once; one that was destroyed by then, or meanwhile, never says it. Such a command
 * never ends, and when it is the monitor's, the client never looks for its server again. A closed socket says `drain` here:
 * the driver looks at the connection after it, and finds why that was closed.
 */
export function endingWaitsForClosedSockets(make: () => Connection): Connection {
  const serverPorts = new Set<number>();
  const watch = (message: unknown) => sayDrainWhenClosed((message as { socket: Socket }).socket, serverPorts);
  // Before there is a client: its first socket, the monitor's, is made while it is constructed.
  subscribe(SOCKETS, watch);
  const connection = make();
  connection
    .getClient()
    .on('serverHeartbeatSucceeded', ({ connectionId }) => serverPorts.add(portIn(connectionId)))
    .once('topologyClosed', () => unsubscribe(SOCKETS, watch));
  return connection;
}

/** Only those to a port of the database: what others do at `drain` is their business. */
function sayDrainWhenClosed(socket: Socket, serverPorts: ReadonlySet<number>): void {
  socket.once('connect', () => {
    const { remotePort = 0 } = socket;
    socket.once('close', () => serverPorts.has(remotePort) && socket.emit('drain'));
  });
}

const portIn = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));
