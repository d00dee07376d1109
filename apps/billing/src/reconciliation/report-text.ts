import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { ReportError } from './report-error.ts';
import { COLUMNS, lineOf, type ReportLine, type Row } from './report-line.ts';

/** A line of all columns that AWS has is a few kilobytes; a quote that never ends must not be gathered for ever. */
const MOST_LINE_CHARACTERS = 1_000_000;
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * The lines of one file of a report, plain or gzip, whatever it is called: as they come, never more of it in memory than the
 * streams hold. Throws {@link ReportError}, or what the source does.
 */
export async function* linesOf(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<ReportLine> {
  const { isGzip, whole } = await beginningOf(source);
  const parser = parse({
    bom: true,
    columns: wanted,
    skip_empty_lines: true,
    max_record_size: MOST_LINE_CHARACTERS,
  });
  const streams = isGzip ? [createGunzip(), parser] : [parser];
  // What fails ends the parser, which tells of it below.
  const work = pipeline([whole, ...streams], { signal });
  work.catch(() => {});
  try {
    for await (const row of parser as AsyncIterable<Row>) yield lineOf(row, parser.info.lines);
    await work;
  } catch (error) {
    throw understood(error);
  }
}

/** Leaves out the columns that nobody asks for. */
function wanted(header: string[]): (string | false)[] {
  const names = new Set<string>(Object.values(COLUMNS));
  const missing = [...names].filter((name) => !header.includes(name) && name !== COLUMNS.accountId);
  if (missing.length === 0) return header.map((name) => names.has(name) && name);
  const detail = `The report has no column ${missing.join(', ')}`;
  const isTags = missing.every((name) => name.startsWith('resourceTags/'));
  throw new ReportError(
    'missing_columns',
    isTags ? `${detail}: activate these cost allocation tags, and have resource ids included` : detail,
  );
}

async function beginningOf(source: AsyncIterable<Uint8Array>) {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= GZIP.length) break;
  }
  const rest = { [Symbol.asyncIterator]: () => chunks };
  const whole = Readable.from(
    (async function* () {
      try {
        yield head;
        yield* rest;
      } finally {
        // Whoever stops in the middle lets go of the connection that it comes by.
        await chunks.return?.();
      }
    })(),
    { objectMode: false },
  );
  return { isGzip: head.subarray(0, GZIP.length).equals(GZIP), whole };
}

function understood(cause: unknown): unknown {
  if (cause instanceof CsvError) return new ReportError('malformed_csv', cause.message, { cause });
  const { code } = Object(cause) as { code?: unknown };
  if (code === 'Z_BUF_ERROR')
    return new ReportError('truncated', 'The gzip file ends in the middle', { cause });
  if (typeof code === 'string' && code.startsWith('Z_'))
    return new ReportError('malformed_gzip', `The file cannot be unpacked: ${code}`, { cause });
  return cause;
}
