import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Request } from './request.ts';

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  /** Of a stream, nothing. */
  text: string;
}

/** Longer than the gateway takes to say that it got no answer. */
const TIMEOUT_MILLISECONDS = 30_000;

/** Sends requests exactly as they are: `fetch` would mend paths and headers on the way. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  send({ method, target, headers, body, bytes }: Request): Promise<Answered> {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          ...{ agent: this.agent, hostname, port, method, path: target, timeout: TIMEOUT_MILLISECONDS },
          headers: {
            ...headers,
            ...(body !== undefined && { 'Content-Length': String(length(body, bytes)) }),
          },
        },
        (answer) => {
          const { statusCode: status = 0, headers: given } = answer;
          if (given['content-type']?.startsWith('text/event-stream')) {
            answer.destroy();
            return resolve({ status, headers: given, text: '' });
          }
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.once('end', () => resolve({ status, headers: given, text })).once('error', reject);
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error(`No answer to ${method} ${target}`)));
      outgoing.once('error', reject).end(body, bytes ? 'latin1' : 'utf8');
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

const length = (body: string, bytes?: boolean) => Buffer.byteLength(body, bytes ? 'latin1' : 'utf8');
