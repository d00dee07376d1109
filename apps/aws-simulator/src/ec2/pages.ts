import { AwsError, invalid } from '../errors.ts';

/**
 * One page of a list that is sorted by creation. The token names the last item of the page before, so items that come
 * or go between two pages neither repeat nor hide others.
 */
export function page<T extends { id: string; createdAt: number }>(
  items: T[],
  {
    MaxResults: limit,
    NextToken: token,
  }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  { least }: { least: number },
): { items: T[]; nextToken: string | undefined } {
  if (limit !== undefined && (limit < least || limit > 1000)) {
    throw invalid(
      `Value ( ${limit} ) for parameter maxResults is invalid. Expecting a value between ${least} and 1000.`,
    );
  }
  const sorted = items.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  const rest = token ? sorted.filter((item) => key(item) > decoded(token)) : sorted;
  const shown = limit === undefined ? rest : rest.slice(0, limit);
  const last = shown.at(-1);
  const nextToken =
    last && shown.length < rest.length ? Buffer.from(key(last)).toString('base64url') : undefined;
  return { items: shown, nextToken };
}

const key = (item: { id: string; createdAt: number }) =>
  `${String(item.createdAt).padStart(16, '0')}/${item.id}`;

function decoded(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!/^\d{16}\/[a-z]+-[0-9a-f]+$/.test(text)) {
    throw new AwsError('InvalidParameterValue', 'Unable to parse pagination token');
  }
  return text;
}
