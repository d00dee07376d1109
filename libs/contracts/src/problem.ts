import { z } from 'zod';

/** One invalid field of a body or query: a JSON pointer and what is wrong with it. */
export const FieldError = z.object({ pointer: z.string(), detail: z.string() });
export type FieldError = z.output<typeof FieldError>;

/**
 * Why something was refused, as services answer it and as the REST API shows it
 * (RFC 9457 problem details; the gateway adds `type`, `instance` and `requestId`).
 */
export const ProblemBody = z.object({
  /** A `ProblemCode`: `hostname_taken`. Text here, for services of different versions run side by side. */
  code: z.string(),
  /** HTTP status code. */
  status: z.number().int().min(400).max(599),
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(FieldError).optional(),
  /** Further members the code documents, such as the `id` of what already exists. */
  extensions: z.record(z.string(), z.unknown()).optional(),
});
export type ProblemBody = z.output<typeof ProblemBody>;
