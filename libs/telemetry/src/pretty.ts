import { Writable } from 'node:stream';

/** Turns pino's JSON lines into lines for people: `10:41:50.123 WARN  billing Bus: what happened {more}`. */
export function prettyStream(out: { write(text: string): unknown }): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      out.write(pretty(String(line)));
      done();
    },
  });
}

function pretty(line: string): string {
  const { time, level, service, context, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const where = context === undefined ? String(service) : `${String(service)} ${String(context)}`;
  const more = Object.keys(rest).length ? ` ${JSON.stringify(rest)}` : '';
  const stack = hasStack(err) ? `\n${err.stack}` : '';
  return `${String(time).slice(11, 23)} ${String(level).toUpperCase().padEnd(5)} ${where}: ${String(msg)}${more}${stack}\n`;
}

function hasStack(err: unknown): err is { stack: string } {
  return typeof err === 'object' && err !== null && 'stack' in err && typeof err.stack === 'string';
}
