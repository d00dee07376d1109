import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

const TIMEOUT_MILLISECONDS = 2_000;

/**
 * Whether a GET of this URL is answered with 2xx within 2 s. Redirects are not followed and the body is not read, so a
 * server can send the probe nowhere. Certificates are not checked: the URL names an address, the certificate a name.
 */
export function answers(url: string): Promise<boolean> {
  const get = url.startsWith('https:') ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  return new Promise((resolve) => {
    const request = get(url, { agent: false, rejectUnauthorized: false, signal });
    request.on('response', ({ statusCode = 0 }) => {
      resolve(statusCode >= 200 && statusCode < 300);
      request.destroy();
    });
    request.on('error', () => resolve(false));
    request.end();
  });
}
