import { connect, type AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Config } from '../config.ts';
import { startGateway } from '../run.ts';
import { StubServices } from './stub-services.ts';

export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  /** The body, when it is JSON. */
  body: Record<string, unknown>;
}

export interface Call {
  /** Authorization: Bearer brt_<as>. */
  as?: string;
  key?: string;
  headers?: Record<string, string>;
  /** Sent as JSON; text as it is. */
  body?: unknown;
}

/** Every warning and error logged since it was last emptied; Nest has one logger for all applications of a process. */
export const logged: string[] = [];

/** A gateway on a free port in front of stub services, and ways to call it. */
export class GatewayUnderTest {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly services: StubServices,
  ) {}

  static async start(
    amqpUrl: string,
    environment: Record<string, string> = {},
    { services: served = true } = {},
  ): Promise<GatewayUnderTest> {
    const services = served ? await StubServices.start(amqpUrl) : new StubServices();
    const write = (...parts: unknown[]) => void logged.push(parts.map(textOf).join(' '));
    const config = Config.from({ AMQP_URL: amqpUrl, BERTH_PORT: '0', ...environment });
    const app = await startGateway(config, { log: () => {}, debug: () => {}, warn: write, error: write });
    return new GatewayUnderTest(app, services);
  }

  get port(): number {
    return (this.app.getHttpServer().address() as AddressInfo).port;
  }

  async call(method: string, path: string, { as, key, headers = {}, body }: Call = {}): Promise<Answered> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: {
        ...(as !== undefined && { authorization: `Bearer brt_${as}` }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
  }

  /** Sends bytes (Latin-1 text) as they are and resolves to all that came back until the connection ended. */
  raw(bytes: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
      let received = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
      socket.on('close', () => resolve(received)).on('error', reject);
    });
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.services.stop();
  }
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const textOf = (part: unknown): string =>
  part instanceof Error
    ? (part.stack ?? part.message)
    : typeof part === 'string'
      ? part
      : JSON.stringify(part);
