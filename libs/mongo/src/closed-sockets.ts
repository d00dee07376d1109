import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { mongo } from 'mongoose';

const SERVER_PORTS = new Set<number>();

// Before there is a client: its first socket, the monitor's, is made while it is constructed.
subscribe('net.client.socket', (message) => watch((message as { socket: Socket }).socket));

/**
 * Lets no command of the client hang on a socket that is gone. The driver (7.8, and still 7.9) waits for `drain` when a
 * socket does not take a command at once; one that was destroyed by then, or meanwhile, never says it. Such a command never
 * ends, and when it is the monitor's, the client never looks for its server again. A closed socket says `drain` here: the
 * driver looks at the connection after it, and finds why that was closed.
 */
export function endWaitsForClosedSockets(client: mongo.MongoClient): void {
  client.on('serverHeartbeatSucceeded', ({ connectionId }) => SERVER_PORTS.add(portIn(connectionId)));
}

/** Only those to a port of a database: what others do at `drain` is their business. */
function watch(socket: Socket): void {
  socket.once('connect', () => {
    const { remotePort = 0 } = socket;
    socket.once('close', () => SERVER_PORTS.has(remotePort) && socket.emit('drain'));
  });
}

const portIn = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));
