import { isIP } from 'node:net';
import { z } from 'zod';

const Environment = z.object({
  /** The address to listen on. Only this machine by default: whoever opens it further decides so. */
  BERTH_HOST: z.string().min(1).default('127.0.0.1'),
  /** The TCP port to listen on; 0 takes a free one and logs which. */
  BERTH_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** The origin under which browsers see the API, `https://cloud.example.com`; needed when not listening on loopback. */
  BERTH_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
});

/** The gateway's settings, read once at the start. */
export class Config {
  constructor(
    readonly host: string,
    readonly port: number,
    /** Undefined when only this machine can come in, by plain HTTP. */
    readonly publicUrl: URL | undefined,
    readonly amqpUrl: string,
  ) {}

  /** Throws an error that names each wrong variable, never its value. */
  static from(environment: Record<string, string | undefined>): Config {
    const parsed = Environment.safeParse(environment);
    if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
    const { BERTH_HOST, BERTH_PORT, BERTH_PUBLIC_URL, AMQP_URL } = parsed.data;
    const publicUrl = BERTH_PUBLIC_URL === undefined ? undefined : new URL(BERTH_PUBLIC_URL);
    if (!publicUrl && !isLoopback(BERTH_HOST)) {
      throw new Error('BERTH_PUBLIC_URL is needed when BERTH_HOST is not a loopback address');
    }
    if (publicUrl?.protocol === 'http:' && !isLoopback(publicUrl.hostname)) {
      throw new Error(
        'BERTH_PUBLIC_URL must be https, but for localhost: sessions do not travel in the clear',
      );
    }
    return new Config(BERTH_HOST, BERTH_PORT, publicUrl, AMQP_URL);
  }

  /** Browsers come by HTTPS: cookies are `Secure` and bound to the host. */
  get secure(): boolean {
    return this.publicUrl?.protocol === 'https:';
  }
}

function isLoopback(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  if (isIP(address) === 4) return address.startsWith('127.');
  return address === '::1' || address === 'localhost' || address.endsWith('.localhost');
}
