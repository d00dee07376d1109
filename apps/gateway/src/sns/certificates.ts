import { X509Certificate, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '@berth/clock';
import { problem } from '@berth/messaging';
import { SnsSite } from './sns-site.ts';

/** There is one a region at a time, and another one a year. */
const MOST_KEPT = 20;
const KEPT_MILLISECONDS = 24 * 3_600_000;
/** Addresses can be made up that only SNS knows to be none. */
const MOST_ASKED_AT_ONCE = 4;
const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const SNS = /^sns(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/;

/** The certificates with whose keys SNS signs. */
@Injectable()
export class Certificates {
  private readonly known = new LRUCache<string, readonly X509Certificate[]>({
    max: MOST_KEPT,
    ttl: KEPT_MILLISECONDS,
  });
  private readonly asked = new Map<string, Promise<readonly X509Certificate[]>>();

  constructor(
    private readonly site: SnsSite,
    private readonly clock: Clock,
  ) {}

  /**
   * The key in the certificate there; undefined when it is not SNS's, or not good at present. Throws 503
   * `dependency_unavailable` when it cannot be had: SNS tries again.
   */
  async keyAt(url: URL): Promise<KeyObject | undefined> {
    const chain = this.known.get(url.href) ?? (await this.fetch(url));
    const [own] = chain;
    return own && isSns(own) && isWhole(chain) && chain.every((each) => this.isInDate(each))
      ? own.publicKey
      : undefined;
  }

  private async fetch(url: URL): Promise<readonly X509Certificate[]> {
    const asked = this.asked.get(url.href) ?? this.ask(url);
    this.asked.set(url.href, asked);
    try {
      const chain = await asked;
      if (chain.length > 0) this.known.set(url.href, chain);
      return chain;
    } catch (cause) {
      throw problem('dependency_unavailable', { cause });
    } finally {
      this.asked.delete(url.href);
    }
  }

  private async ask(url: URL): Promise<readonly X509Certificate[]> {
    if (this.asked.size >= MOST_ASKED_AT_ONCE) throw new Error('Too many certificates are being asked for');
    return certificatesIn(await this.site.get(url));
  }

  private isInDate({ validFromDate, validToDate }: X509Certificate): boolean {
    const now = this.clock.now();
    return validFromDate <= now && now <= validToDate;
  }
}

function certificatesIn(text: string): X509Certificate[] {
  try {
    return (text.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
  } catch {
    return [];
  }
}

/** It names SNS, for which a public authority vouches as it does for the site that it came from, and can have signed. */
function isSns({ subject, publicKey }: X509Certificate): boolean {
  const names = subject.split('\n').flatMap((line) => (line.startsWith('CN=') ? [line.slice(3)] : []));
  return names.length === 1 && SNS.test(names[0] ?? '') && publicKey.asymmetricKeyType === 'rsa';
}

/** Each that comes with it has issued the one before. */
const isWhole = (chain: readonly X509Certificate[]): boolean =>
  chain.every((each, index) => {
    const issuer = chain[index + 1];
    return !issuer || (issuer.ca && each.checkIssued(issuer) && each.verify(issuer.publicKey));
  });
