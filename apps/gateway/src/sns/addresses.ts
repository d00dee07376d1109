import type { SnsConfirmation } from './message.ts';

/** `arn:aws:sns:eu-central-1:123456789012:name`, also of the partition in China. */
export const TOPIC_ARN = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z0-9-]+):\d{12}:[\w.-]{1,256}$/;
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[0-9a-f]{1,64}\.pem$/;

/** Where the certificate of a message lies, if that is where SNS in the topic's region keeps its own; undefined otherwise. */
export function certificateUrl(text: string, topicArn: string): URL | undefined {
  const url = snsUrl(text, topicArn);
  return url && url.search === '' && CERTIFICATE_PATH.test(url.pathname) ? url : undefined;
}

/** What confirms a subscription, if it confirms this one, at SNS in the topic's region, and does nothing else; undefined otherwise. */
export function confirmationUrl({
  SubscribeURL,
  TopicArn,
  Token,
}: Pick<SnsConfirmation, 'SubscribeURL' | 'TopicArn' | 'Token'>): URL | undefined {
  const url = snsUrl(SubscribeURL, TopicArn);
  if (url?.pathname !== '/') return undefined;
  const wanted = [`Action=ConfirmSubscription`, `Token=${Token}`, `TopicArn=${TopicArn}`];
  const given = [...url.searchParams].map(([name, value]) => `${name}=${value}`).sort();
  return JSON.stringify(given) === JSON.stringify(wanted) ? url : undefined;
}

/** By https, at the one host that the topic is of: no user, no port, no fragment, no other spelling of any of it. */
function snsUrl(text: string, topicArn: string): URL | undefined {
  const [, partition, region] = TOPIC_ARN.exec(topicArn) ?? [];
  if (!region || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const origin = `https://sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
  const isPlain = text.startsWith(`${origin}/`) && url.href === text;
  return isPlain && url.origin === origin && !url.username && !url.password && !url.hash ? url : undefined;
}
