import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type Logger as Pino } from 'pino';
import { prettyStream } from './pretty.ts';
import { logFields } from './scope.ts';

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** Never written, wherever in an object they stand (up to four levels deep). */
const SECRETS = [
  'password',
  'token',
  'accessToken',
  'secret',
  'credential',
  'authorization',
  'Authorization',
  'cookie',
];

/**
 * The log of a service: JSON lines on stdout, or text for people when that is a terminal or
 * `BERTH_LOG_FORMAT=pretty`. `BERTH_LOG_LEVEL` is trace, debug, info (the default), warn, error or fatal. Each line names
 * the request, account, server and trace that it was written for.
 */
export function logger(service: string, destination?: DestinationStream): LoggerService {
  return new ServiceLogger(pinoOf(service, destination));
}

function pinoOf(service: string, destination?: DestinationStream): Pino {
  const wanted = process.env.BERTH_LOG_LEVEL ?? 'info';
  const pretty = process.env.BERTH_LOG_FORMAT === 'pretty' || (!destination && process.stdout.isTTY);
  const options = {
    level: LEVELS.includes(wanted) ? wanted : 'info',
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: logFields,
    serializers: { err: told },
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]),
      censor: '[redacted]',
    },
  };
  if (pretty) return pino(options, prettyStream(destination ?? process.stdout));
  // Synchronous: the line that says why a process ends is the last one, and it is written.
  return pino(options, destination ?? pino.destination({ fd: 1, sync: true }));
}

/** Of an error what says what happened: a database driver's also carries half of its insides, too much to write down. */
function told(error: Error & { code?: unknown }) {
  const { name: type, message, stack, code, cause } = error;
  const why = cause instanceof Error ? `\ncaused by: ${cause.stack}` : '';
  return { type, message, stack: `${stack}${why}`, ...(code !== undefined && { code }) };
}

/** Nest passes the message (a text, an Error or an object), then details, then the context's name last. */
class ServiceLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, ...details: unknown[]): void {
    this.write('info', message, details);
  }
  error(message: unknown, ...details: unknown[]): void {
    this.write('error', message, details);
  }
  warn(message: unknown, ...details: unknown[]): void {
    this.write('warn', message, details);
  }
  debug(message: unknown, ...details: unknown[]): void {
    this.write('debug', message, details);
  }
  verbose(message: unknown, ...details: unknown[]): void {
    this.write('trace', message, details);
  }
  fatal(message: unknown, ...details: unknown[]): void {
    this.write('fatal', message, details);
  }

  private write(level: Level, message: unknown, details: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const last = details.at(-1);
    const context = typeof last === 'string' ? last : undefined;
    const rest = context === undefined ? details : details.slice(0, -1);
    const fields: Record<string, unknown> = context === undefined ? {} : { context };
    const texts: string[] = [];
    for (const part of [message, ...rest]) {
      if (part instanceof Error) fields.err = part;
      else if (typeof part === 'object' && part !== null) Object.assign(fields, part);
      else if (part !== undefined) texts.push(String(part));
    }
    this.pino[level](fields, texts.join('\n') || (fields.err instanceof Error ? fields.err.message : ''));
  }
}
