import { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';

/**
 * Sends all that is written within one turn of the event loop together. amqplib writes every frame by itself: with
 * Nagle's algorithm a request then waits for a delayed ACK (40 ms), without it every frame is a packet and half the
 * publish rate is gone. Should amqplib hide its socket one day, it is only slower.
 */
export function coalesceWrites({ connection }: ChannelModel): void {
  if (!('stream' in connection) || !(connection.stream instanceof Socket)) return;
  const socket = connection.stream;
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let corked = false;
  const coalesced = (...args: unknown[]) => {
    if (!corked) {
      corked = true;
      socket.cork();
      setImmediate(() => {
        corked = false;
        socket.uncork();
      });
    }
    return write(...args);
  };
  socket.write = coalesced as Socket['write'];
}
