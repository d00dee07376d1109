import { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';

/**
 * Sends all that amqplib writes in one go together: it collects the frames of one turn of the event loop and then writes
 * each by itself. With Nagle's algorithm a request would wait for a delayed ACK (40 ms), without it every frame is a packet
 * and half the publish rate is gone. Should amqplib hide its socket one day, it is only slower.
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
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    return write(...args);
  };
  socket.write = coalesced as Socket['write'];
}
