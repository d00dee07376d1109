import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '@berth/clock';
import { TakeNotification } from '@berth/contracts';
import { Commands, problem } from '@berth/messaging';
import { count } from '@berth/telemetry';
import { Config } from '../config.ts';
import { certificateUrl, confirmationUrl } from './addresses.ts';
import { Certificates } from './certificates.ts';
import type { SnsConfirmation, SnsMessage, SnsNotification } from './message.ts';
import { isSigned } from './signature.ts';
import { SnsSite } from './sns-site.ts';

const OLDEST_MILLISECONDS = 3_600_000;
/** Clocks may differ by so much. */
const LEEWAY_MILLISECONDS = 60_000;

type Refusal =
  | 'unknown_topic'
  | 'stale'
  | 'foreign_address'
  | 'bad_certificate'
  | 'bad_signature'
  | 'foreign_confirmation';

/** What SNS posts by HTTPS: checked, and handed to state-tracking like what comes by SQS. */
@Injectable()
export class Sns {
  private readonly logger = new Logger('Sns');

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly certificates: Certificates,
    private readonly site: SnsSite,
    private readonly commands: Commands,
  ) {}

  get isOn(): boolean {
    return this.config.snsTopicArns.length > 0;
  }

  /**
   * Resolves when it need not come again. Throws 403 `forbidden` for what SNS has not said, or not of our topics, or too long
   * ago; 503 `dependency_unavailable` for what is to be tried again.
   */
  async take(message: SnsMessage): Promise<void> {
    const refusal = await this.refusalOf(message);
    if (refusal) throw this.refuse(refusal, message);
    switch (message.Type) {
      case 'Notification':
        return this.passOn(message);
      case 'SubscriptionConfirmation':
        return this.confirm(message);
      case 'UnsubscribeConfirmation':
        this.logger.warn({ topicArn: message.TopicArn }, 'SNS posts here no longer');
        return count('berth.sns.messages', { outcome: 'unsubscribed' });
    }
  }

  /** The cheapest first: nothing is fetched for what names another topic or another site. */
  private async refusalOf(message: SnsMessage): Promise<Refusal | null> {
    const { TopicArn, Timestamp, SigningCertURL } = message;
    if (!this.config.snsTopicArns.includes(TopicArn)) return 'unknown_topic';
    const age = this.clock.now().getTime() - Date.parse(Timestamp);
    if (age > OLDEST_MILLISECONDS || age < -LEEWAY_MILLISECONDS) return 'stale';
    const url = certificateUrl(SigningCertURL, TopicArn);
    if (!url) return 'foreign_address';
    const key = await this.certificates.keyAt(url);
    if (!key) return 'bad_certificate';
    return isSigned(message, key) ? null : 'bad_signature';
  }

  private async passOn({ Type, MessageId, TopicArn, Message, Timestamp }: SnsNotification): Promise<void> {
    // As SQS would have it.
    const body = JSON.stringify({ Type, MessageId, TopicArn, Message, Timestamp });
    try {
      await this.commands.send(TakeNotification, { body });
    } catch (cause) {
      throw problem('dependency_unavailable', { cause });
    }
    count('berth.sns.messages', { outcome: 'taken' });
  }

  private async confirm(message: SnsConfirmation): Promise<void> {
    const url = confirmationUrl(message);
    if (!url) throw this.refuse('foreign_confirmation', message);
    try {
      await this.site.get(url);
    } catch (cause) {
      throw problem('dependency_unavailable', { cause });
    }
    this.logger.log({ topicArn: message.TopicArn }, 'SNS posts here from now on');
    count('berth.sns.messages', { outcome: 'confirmed' });
  }

  private refuse(reason: Refusal, { Type: type, TopicArn }: SnsMessage) {
    // A topic that is not ours may be a text of anybody's.
    const topicArn = reason === 'unknown_topic' ? undefined : TopicArn;
    this.logger.warn({ reason, type, topicArn }, 'What claims to be of SNS was refused');
    count('berth.sns.messages', { outcome: reason });
    return problem('forbidden', { detail: 'The message is not of SNS, not of a known topic, or too old.' });
  }
}
