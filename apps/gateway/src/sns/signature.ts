import { verify, type KeyObject } from 'node:crypto';
import type { SnsMessage } from './message.ts';

/** In this order, https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    ...['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  ],
  UnsubscribeConfirmation: [
    ...['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  ],
};
const DIGESTS = { 1: 'sha1', 2: 'sha256' };

/** What SNS signs of a message: each field's name and value, a line each. */
export function canonical(message: SnsMessage): string {
  const fields = message as Partial<Record<string, string | null>>;
  const present = SIGNED[message.Type].filter((name) => fields[name] !== undefined && fields[name] !== null);
  return present.map((name) => `${name}\n${fields[name]}\n`).join('');
}

/** Whether the holder of the key has signed the message, by version 1 (SHA-1) or 2 (SHA-256). */
export const isSigned = (message: SnsMessage, key: KeyObject): boolean =>
  verify(
    DIGESTS[message.SignatureVersion],
    Buffer.from(canonical(message)),
    key,
    Buffer.from(message.Signature, 'base64'),
  );
