import type { z } from 'zod';

/** Some variables of the environment are missing or wrong: all of them, by name and in one line, never with their values. */
export class BadEnvironment extends Error {
  override readonly name = 'BadEnvironment';

  constructor(readonly problems: readonly string[]) {
    super(`the environment is not right: ${problems.join('; ')}`);
  }
}

/** What the schema makes of the environment of a process; throws {@link BadEnvironment}. */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.output<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new BadEnvironment(parsed.error.issues.map((issue) => describe(issue, environment)));
}

/** Messages of our schemas go on from the name (`must be …`, `is required with …`), zod's own do not. */
function describe({ code, path, message }: z.core.$ZodIssue, environment: NodeJS.ProcessEnv): string {
  const name = path.join('.');
  if (code === 'invalid_type' && environment[name] === undefined) return `${name} is not set`;
  return /^(is|must) /.test(message) ? `${name} ${message}` : `${name} is wrong (${message})`;
}
