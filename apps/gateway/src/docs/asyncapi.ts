import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const Schema = z.record(z.string(), z.unknown());
const Ref = z.object({ $ref: z.string() });

const Message = z.object({
  /** `berth.server.running.v1`; answers have none. */
  name: z.string().default(''),
  title: z.string(),
  summary: z.string().optional(),
  description: z.string().optional(),
  tags: z.array(z.object({ name: z.string() })).default([]),
  payload: z.union([Ref, Schema]).optional(),
  'x-delivery': z.string().optional(),
  'x-sent-by': z.array(z.string()).default([]),
  'x-handled-by': z.array(z.string()).default([]),
});
export type Message = z.output<typeof Message>;

/** The part of an AsyncAPI 3 document that its page shows. */
export const AsyncApi = z.object({
  info: z.object({ description: z.string() }),
  components: z.object({ messages: z.record(z.string(), Message), schemas: z.record(z.string(), Schema) }),
});
export type AsyncApi = z.output<typeof AsyncApi>;

/** Made by `npm run generate` out of all services, of which the gateway knows only what it asks: so it comes as a file. */
const FILE = new URL('../../../../docs/generated/asyncapi.json', import.meta.url);

/** The AsyncAPI 3 document of what Berth's services say to each other. Throws when the file is not there. */
export const asyncApiDocument = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(FILE, 'utf8'));
