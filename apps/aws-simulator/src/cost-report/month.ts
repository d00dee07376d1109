/** A billing period: virtual milliseconds since 1970, `[from, to)`. */
export interface Span {
  from: number;
  to: number;
}

/** `monthOf('2026-11')`, in UTC as AWS's months are. */
export function monthOf(name: string): Span {
  const from = new Date(`${name}-01T00:00:00Z`);
  return { from: from.getTime(), to: Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1) };
}

/** What of a span lies in another; undefined when nothing does. */
export function within(span: Span, other: Span): Span | undefined {
  const [from, to] = [Math.max(span.from, other.from), Math.min(span.to, other.to)];
  return from < to ? { from, to } : undefined;
}
