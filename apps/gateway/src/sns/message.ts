import { z } from 'zod';

const signed = {
  MessageId: z.string().min(1).max(100),
  TopicArn: z.string().max(400),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.base64().max(2_000),
  SigningCertURL: z.string().max(400),
};
const aboutSubscription = { ...signed, Token: z.string().max(2_000), SubscribeURL: z.string().max(4_000) };

/** What SNS posts, by https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html; what is not signed is left out. */
export const SnsMessage = z.discriminatedUnion('Type', [
  z.object({ Type: z.literal('Notification'), ...signed, Subject: z.string().nullish() }),
  z.object({ Type: z.literal('SubscriptionConfirmation'), ...aboutSubscription }),
  z.object({ Type: z.literal('UnsubscribeConfirmation'), ...aboutSubscription }),
]);
export type SnsMessage = z.output<typeof SnsMessage>;
export type SnsNotification = Extract<SnsMessage, { Type: 'Notification' }>;
export type SnsConfirmation = Extract<SnsMessage, { Type: 'SubscriptionConfirmation' }>;
