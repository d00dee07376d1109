import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ConsumeMessage } from 'amqplib';
import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { RequestContract } from '@berth/contracts';
import { count } from '@berth/telemetry';
import type { MessageContext } from '../context.ts';
import { sourceOf, textHeader } from '../envelope.ts';
import { problem } from '../errors.ts';
import { BUS_OPTIONS, type BusOptions } from '../options.ts';
import { objectionTo, type Objection } from './objection.ts';
import { ALGORITHM, Bearer, ISSUER, LIFETIME_SECONDS, PASSPORT_HEADER, TYPE } from './passport.ts';

/** Clocks of two machines may differ by so much. */
const LEEWAY_SECONDS = 10;
/** Of one caller there are a few a minute; what is pushed out is checked again. */
const MOST_KEPT = 5_000;
const LONGEST = 2_000;

type Refusal = 'missing' | 'forged' | 'expired' | Objection;

interface Checked {
  bearer: Bearer;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Whether a request may be answered: it has to bring the passport of somebody who may ask it. */
@Injectable()
export class PassportControl {
  private readonly logger = new Logger('Passports');
  /** By their text. What is forged is not kept, so that it pushes nothing out. */
  private readonly checked = new LRUCache<string, Checked>({ max: MOST_KEPT });

  constructor(@Inject(BUS_OPTIONS) private readonly options: BusOptions) {}

  /** Whether requests are checked here at all: not without the keys of accounts. */
  get isOpen(): boolean {
    return this.options.passportKeys !== undefined;
  }

  /**
   * Who makes a request, before anything is done about it; null when that does not matter. Throws 503 `dependency_unavailable` when
   * there is no valid passport: an honest asker can meet that only while a release is rolled out or a clock is wrong.
   */
  async bearerOf(
    { permissions }: RequestContract,
    context: MessageContext,
    message: ConsumeMessage,
  ): Promise<Bearer | null> {
    if (!this.isOpen || permissions.includes('public')) return null;
    const found = await this.look(textHeader(message, PASSPORT_HEADER));
    if (typeof found !== 'string') return found;
    this.refuse(found, context, message);
    throw problem('dependency_unavailable');
  }

  /** Throws 403 `forbidden` when they may not ask this. */
  check(
    contract: RequestContract,
    bearer: Bearer,
    data: unknown,
    context: MessageContext,
    message: ConsumeMessage,
  ): void {
    const objection = objectionTo(contract, bearer, data, context);
    if (objection === null) return;
    this.refuse(objection, context, message);
    throw problem('forbidden');
  }

  private refuse(reason: Refusal, { id, type }: MessageContext, message: ConsumeMessage): void {
    this.logger.warn({ reason, type, id, source: sourceOf(message) }, 'A request was refused');
    count('berth.bus.request.refusals', { 'rpc.method': type, reason });
  }

  private async look(text: string | undefined): Promise<Bearer | Refusal> {
    if (text === undefined) return 'missing';
    if (text.length > LONGEST) return 'forged';
    const known = this.checked.get(text);
    if (known) return isOver(known) ? 'expired' : known.bearer;
    try {
      const checked = await this.verify(text);
      this.checked.set(text, checked);
      return checked.bearer;
    } catch (error) {
      return error instanceof errors.JWTExpired ? 'expired' : 'forged';
    }
  }

  private async verify(text: string): Promise<Checked> {
    const { payload } = await jwtVerify(text, ({ kid = '' }) => this.keyOf(kid), {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: this.options.service,
      requiredClaims: ['exp'],
      // However long it says that it is good.
      maxTokenAge: LIFETIME_SECONDS,
      clockTolerance: LEEWAY_SECONDS,
    });
    return { bearer: Bearer.parse(payload), expiresAt: (payload.exp ?? 0) * 1000 };
  }

  private keyOf(id: string) {
    const key = this.options.passportKeys?.get(id);
    if (!key) throw new Error('The key is unknown');
    return key;
  }
}

const isOver = ({ expiresAt }: Checked) => expiresAt + LEEWAY_SECONDS * 1000 <= Date.now();
