import { routes, type Route } from '@berth/contracts';
import type { IncomingMessage } from 'node:http';
import { pages } from '../pages/pages.ts';

/** First segments that are never the console's: those of all that is declared, and `dev`, what only a local run may serve. */
const TAKEN = new Set([
  'dev',
  ...[...Object.values<Route>(routes), ...Object.values<Route>(pages)].map(({ path }) => path.split('/')[1]),
]);
/** Another version of the API, or its case mistaken: nothing there, and no page that seems to be an answer. */
const API_LIKE = /^v\d+$/i;
/** No dot, so no file and no way up; nothing encoded, so no slash in disguise. */
const CLIENT_SIDE = /^\/([\w~:@+-]+)(?:\/[\w~:@+-]+)*\/?$/;

/**
 * The URL to route a request by: `/` where somebody opens the console on one of its own paths (`/servers/srv_…`), which only
 * the browser can tell apart, else the one it came with. A query is for the console's eyes, too.
 */
export function routedUrl({ method, url = '', headers }: IncomingMessage): string {
  if (method !== 'GET' && method !== 'HEAD') return url;
  const path = url.split('?', 1)[0] ?? '';
  if (path === '/' || path === '/index.html') return '/';
  const first = CLIENT_SIDE.exec(path)?.[1];
  return first !== undefined && !TAKEN.has(first) && !API_LIKE.test(first) && takesHtml(headers.accept)
    ? '/'
    : url;
}

/** Whoever takes anything gets the page, but not who names JSON: a client of the API that left out `/v1` is told so. */
function takesHtml(accept = '*/*'): boolean {
  return /\btext\/html\b/i.test(accept) || (/(?:\*|\btext)\/\*/i.test(accept) && !/\bjson\b/i.test(accept));
}
