import type { ApiCall } from './call.ts';

/** The same call from a shell; `$TOKEN` is an API token. */
export function curlOf({ method, path, body, idempotencyKey, ifMatch }: ApiCall, origin: string): string {
  const headers = [
    'Authorization: Bearer $TOKEN',
    ...(body ? ['Content-Type: application/json'] : []),
    ...(idempotencyKey ? ['Idempotency-Key: $(uuidgen)'] : []),
    ...(ifMatch ? [`If-Match: ${ifMatch}`] : []),
  ];
  return [
    `curl -sS${method === 'GET' || (method === 'POST' && body) ? '' : ` -X ${method}`} ${quoted(origin + path)}`,
    ...headers.map((header) => `-H ${doublyQuoted(header)}`),
    ...(body ? [`-d ${quoted(JSON.stringify(body, null, 2))}`] : []),
  ].join(' \\\n  ');
}

/** Nothing in it means anything to the shell. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The shell fills in variables and commands. */
const doublyQuoted = (text: string) => `"${text.replaceAll('"', '\\"')}"`;
