import { get } from 'node:http';

/** Opens a page as a browser does and returns its status: names under `localhost` are the loopback address (RFC 6761), which Node's resolver doesn't know. */
export function visit(url: string): Promise<number> {
  const { hostname, host, port, pathname, search } = new URL(url);
  const address = hostname.endsWith('.localhost') ? '127.0.0.1' : hostname;
  return new Promise((opened, failed) => {
    get({ host: address, port, path: pathname + search, headers: { host }, agent: false }, (response) => {
      response.resume();
      opened(response.statusCode ?? 0);
    }).once('error', failed);
  });
}
