import { Injectable } from '@nestjs/common';

const MOST_BYTES = 64 * 1024;
const TIMEOUT_MILLISECONDS = 5_000;

/** The web site of SNS. Who asks it for something has made sure that the address is SNS's: its certificate vouches for what it answers. */
@Injectable()
export class SnsSite {
  /** The text there. Throws when that is no success, takes longer than 5 s, is more than 64 KiB, or leads elsewhere. */
  async get(url: URL): Promise<string> {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${url.host} answers ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) throw new Error(`${url.host} answers more than ${MOST_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}
