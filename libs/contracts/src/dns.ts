import { z } from 'zod';
import { Instant, ServerId } from './fields.ts';
import { command, event } from './message.ts';

const Host = z.string().max(253);

/**
 * The A record of a host as it shall be: this address, or none. `sequence` grows with every wish for the host, also when
 * the name passes to another server: a command with a lower one than was seen for the host is ignored.
 */
export const SetRecord = command(
  'dns',
  'berth.dns.set-record.v1',
  z.object({
    serverId: ServerId,
    host: Host,
    ip: z.ipv4().nullable(),
    sequence: z.number().int().positive(),
  }),
);

/** Route 53 has the record (or its absence) on all its servers, INSYNC; not said of a wish that has changed. */
export const RecordInSync = event(
  'berth.dns.record-in-sync.v1',
  z.object({
    serverId: ServerId,
    host: Host,
    ip: z.ipv4().nullable(),
    sequence: z.number().int().positive(),
    at: Instant,
  }),
);

/** Route 53 refused the record for good; `code` is its error code (`OutsideZone` is ours). */
export const RecordRefused = event(
  'berth.dns.record-refused.v1',
  z.object({
    serverId: ServerId,
    host: Host,
    sequence: z.number().int().positive(),
    code: z.string(),
    at: Instant,
  }),
);
