import { BSONRegExp } from 'bson';
import { MongoError } from '../errors.ts';

/**
 * A `$regex` argument as a JavaScript expression. PCRE and JavaScript differ in rare constructs; what JavaScript
 * cannot read is refused. Options: i, m, s, x (blanks and comments ignored), u.
 */
export function toRegExp(pattern: unknown, options?: unknown): RegExp {
  let source: string;
  let flags = typeof options === 'string' ? options : '';
  if (pattern instanceof BSONRegExp) {
    source = pattern.pattern;
    if (options === undefined) flags = pattern.options;
  } else if (typeof pattern === 'string') source = pattern;
  else throw new MongoError('BadValue', '$regex has to be a string');
  const inline = /^\(\?([imsx]+)\)/.exec(source);
  if (inline) {
    source = source.slice(inline[0].length);
    flags += inline[1];
  }
  for (const flag of flags) {
    if (!'imsxu'.includes(flag)) throw new MongoError(51108, `invalid flag in regex options: ${flag}`);
  }
  if (flags.includes('x'))
    source = source.replace(/\\.|\s+|#.*$/gm, (part) => (part[0] === '\\' ? part : ''));
  const kept = [...'ims'].filter((flag) => flags.includes(flag)).join('');
  try {
    return new RegExp(source, kept + 'u');
  } catch {
    return withoutUnicode(source, kept);
  }
}

function withoutUnicode(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new MongoError(51091, `Regular expression is invalid: ${String(error)}`);
  }
}

/** The literal text every match starts with (`^abc` → `abc`), or null. Lets an index narrow the search. */
export function literalPrefix(regex: RegExp): string | null {
  if (regex.ignoreCase || regex.multiline || regex.source.includes('|')) return null;
  const match = /^\^([A-Za-z0-9 _@:/-]+)(.?)/.exec(regex.source);
  if (!match?.[1]) return null;
  const text = '*?{'.includes(match[2] || 'none') ? match[1].slice(0, -1) : match[1];
  return text || null;
}
