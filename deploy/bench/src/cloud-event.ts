import { randomUUID } from 'node:crypto';

/**
 * The headers of a CloudEvent as Berth's messages have them, written by hand. They are the format, not a way to write it, and
 * what amqplib and the broker do about them is a good part of a message's cost: so every reference has them too.
 */
export const cloudEventHeaders = (type: string, source: string, id: string, time = new Date()) => ({
  'cloudEvents:specversion': '1.0',
  'cloudEvents:id': id,
  'cloudEvents:type': type,
  'cloudEvents:source': source,
  'cloudEvents:time': time.toISOString(),
  'cloudEvents:correlationid': randomUUID(),
  'cloudEvents:accountid': 'acc_bench',
});
