import { sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TakeNotification } from '@berth/contracts';
import { broker, eventually, type Tap, type TestBroker } from '@berth/testing';
import { certificate, type Issued } from '../fixtures/certificate.ts';
import { GatewayUnderTest, type Call } from '../fixtures/gateway-under-test.ts';
import type { SnsMessage } from './message.ts';
import { canonical } from './signature.ts';
import { SnsSite } from './sns-site.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:berth-events';
const CHINA = 'arn:aws-cn:sns:cn-north-1:123456789012:berth-events';
const HOST = 'https://sns.eu-central-1.amazonaws.com';
const TOKEN = '2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92';

let bus: TestBroker;
let gateway: GatewayUnderTest;
let off: GatewayUnderTest;
let taken: Tap;
let own: Issued;
/** What lies at which address of SNS; the only thing here that is not real. */
let site: Map<string, string>;
const asked: string[] = [];

beforeAll(async () => {
  bus = await broker();
  gateway = await GatewayUnderTest.start(bus.url, { BERTH_SNS_TOPIC_ARNS: `${TOPIC}, ${CHINA}` });
  off = await GatewayUnderTest.start(bus.url, {}, { services: false });
  pretendSite(gateway);
  taken = await bus.bindTap('berth.commands', TakeNotification.type);
  own = certificate({ commonName: 'sns.amazonaws.com' });
});
afterAll(async () => {
  await off?.stop();
  await gateway?.stop();
  await bus?.stop();
});

/** Instead of the site of AWS. */
function pretendSite({ app }: GatewayUnderTest): void {
  app.get(SnsSite).get = async ({ href }) => {
    asked.push(href);
    const found = site.get(href);
    if (found === undefined) throw new Error('sns answers 404');
    return found;
  };
}

let certificates = 0;
/** Another address for each test: certificates are kept. */
let certificateUrl: string;
beforeEach(() => {
  asked.length = 0;
  taken.messages.splice(0);
  certificateUrl = `${HOST}/SimpleNotificationService-${(++certificates).toString(16)}.pem`;
  site = new Map([[certificateUrl, own.pem]]);
});

const notification = () => ({
  Type: 'Notification' as const,
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: TOPIC,
  Message: '{"source":"aws.ec2"}',
  Timestamp: new Date().toISOString(),
  SignatureVersion: '2' as '1' | '2',
  SigningCertURL: certificateUrl,
  UnsubscribeURL: `${HOST}/?Action=Unsubscribe`,
});
const confirmation = (more: object = {}) => ({
  ...notification(),
  Type: 'SubscriptionConfirmation' as const,
  Token: TOKEN,
  SubscribeURL: `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${TOKEN}`,
  ...more,
});
/** As SNS signs it, unless by another's key. */
function signed<Message extends object>(message: Message, key = own.privateKey) {
  const whole = { SignatureVersion: '2', ...message } as unknown as SnsMessage;
  const digest = whole.SignatureVersion === '1' ? 'sha1' : 'sha256';
  return { ...message, Signature: sign(digest, Buffer.from(canonical(whole)), key).toString('base64') };
}
const TEXT = { 'content-type': 'text/plain; charset=UTF-8' };
const post = async (body: unknown, call: Call = {}, at = gateway) => {
  const { status, body: problem } = await at.call('POST', '/v1/sns', {
    headers: TEXT,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...call,
  });
  return problem.code === undefined ? String(status) : `${status} ${String(problem.code)}`;
};

describe('what SNS posts', () => {
  test.each(['1', '2'] as const)(
    'with a signature of version %s goes on to state-tracking',
    async (version) => {
      expect(await post(signed({ ...notification(), SignatureVersion: version }))).toBe('204');
      await eventually(() => expect(taken.messages).toHaveLength(1));
      const { body } = taken.messages[0]!.data as { body: string };
      expect(JSON.parse(body)).toMatchObject({ Type: 'Notification', Message: '{"source":"aws.ec2"}' });
    },
  );

  test('with a subject is signed with it', async () => {
    expect(await post(signed({ ...notification(), Subject: 'news' }))).toBe('204');
    const without = signed(notification());
    expect(await post({ ...without, Subject: 'news' })).toBe('403 forbidden');
  });

  test('of the partition in China comes from the host there', async () => {
    const there = 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-ab.pem';
    site.set(there, own.pem);
    expect(await post(signed({ ...notification(), TopicArn: CHINA, SigningCertURL: there }))).toBe('204');
  });

  test('has its certificate asked for once', async () => {
    for (let count = 0; count < 3; count++) expect(await post(signed(notification()))).toBe('204');
    expect(asked).toEqual([certificateUrl]);
  });

  test('with the issuer of its certificate, which has to have issued it', async () => {
    const root = certificate({ commonName: 'Amazon', ca: true });
    const leaf = certificate({ commonName: 'sns.amazonaws.com', issuer: root });
    const stranger = certificate({ commonName: 'Amazon', ca: true });
    site.set(certificateUrl, leaf.pem + root.pem);
    expect(await post(signed(notification(), leaf.privateKey))).toBe('204');
    const elsewhere = certificateUrl.replace('.pem', 'f.pem');
    site.set(elsewhere, leaf.pem + stranger.pem);
    const other = signed({ ...notification(), SigningCertURL: elsewhere }, leaf.privateKey);
    expect(await post(other)).toBe('403 forbidden');
  });
});

describe('a subscription', () => {
  test('to a known topic is confirmed', async () => {
    const message = signed(confirmation());
    site.set(message.SubscribeURL, '<ConfirmSubscriptionResponse/>');
    expect(await post(message)).toBe('204');
    expect(asked).toEqual([certificateUrl, message.SubscribeURL]);
  });

  test('is asked for again when it cannot be confirmed', async () => {
    expect(await post(signed(confirmation()))).toBe('503 dependency_unavailable');
  });

  test('to another topic is not', async () => {
    const TopicArn = TOPIC.replace('berth', 'other');
    expect(await post(signed(confirmation({ TopicArn })))).toBe('403 forbidden');
    expect(asked).toEqual([]);
  });

  test.each([
    ['another host', 'https://sns.eu-central-1.amazonaws.com.evil.example/?Action=ConfirmSubscription'],
    ['another action', `${HOST}/?Action=DeleteTopic&TopicArn=${TOPIC}&Token=${TOKEN}`],
    ['another topic', `${HOST}/?Action=ConfirmSubscription&TopicArn=${CHINA}&Token=${TOKEN}`],
    ['one thing more', `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${TOKEN}&X=1`],
    ['a machine inside', 'http://169.254.169.254/latest/meta-data/'],
  ])('is not confirmed at an address that names %s', async (_, SubscribeURL) => {
    expect(await post(signed(confirmation({ SubscribeURL })))).toBe('403 forbidden');
    expect(asked).toEqual([certificateUrl]);
  });

  test('that ends is only noted', async () => {
    expect(await post(signed({ ...confirmation(), Type: 'UnsubscribeConfirmation' as const }))).toBe('204');
    expect(asked).toEqual([certificateUrl]);
  });
});

describe('what is refused', () => {
  const expectRefused = async (message: object) => {
    expect(await post(message)).toBe('403 forbidden');
    expect(taken.messages).toEqual([]);
  };

  test.each([
    'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-ab.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-ab.pem',
    'https://sns.eu-central-1.amazonaws.com.cn/SimpleNotificationService-ab.pem',
    'https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-ab.pem',
    'https://evil.example/SimpleNotificationService-ab.pem',
    'https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-ab.pem',
    'https://user:word@sns.eu-central-1.amazonaws.com/SimpleNotificationService-ab.pem',
    'https://sns.eu-central-1.amazonaws.com:443/SimpleNotificationService-ab.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/SimpleNotificationService-ab.pem',
    'https://sns.eu-central-1.amazonaws.com/other.pem',
    'https://sns.eu-central-1.amazonaws.com/x/../SimpleNotificationService-ab.pem',
    'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-ab.pem/x',
    'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-zz.pem',
    'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-ab.pem?x=1',
    'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-ab.pem#x',
    'https://my-bucket.s3.amazonaws.com/SimpleNotificationService-ab.pem',
    'HTTPS://SNS.eu-central-1.amazonaws.com/SimpleNotificationService-ab.pem',
    'http://169.254.169.254/SimpleNotificationService-ab.pem',
    'file:///SimpleNotificationService-ab.pem',
    'nowhere',
  ])('a certificate at %s, without asking for it', async (SigningCertURL) => {
    await expectRefused(signed({ ...notification(), SigningCertURL }));
    expect(asked).toEqual([]);
  });

  test('a topic that is not ours, without asking for anything', async () => {
    await expectRefused(
      signed({ ...notification(), TopicArn: TOPIC.replace('123456789012', '210987654321') }),
    );
    expect(asked).toEqual([]);
  });

  test.each([
    ['an hour and a minute old', -61],
    ['of in two minutes', 2],
  ])('a message that is %s', async (_, minutes) => {
    const Timestamp = new Date(Date.now() + minutes * 60_000).toISOString();
    await expectRefused(signed({ ...notification(), Timestamp }));
    expect(asked).toEqual([]);
  });

  test('one that is old but not too old is taken', async () => {
    const Timestamp = new Date(Date.now() - 55 * 60_000).toISOString();
    expect(await post(signed({ ...notification(), Timestamp }))).toBe('204');
  });

  test.each([
    ['Message', 'another'],
    ['MessageId', 'another'],
    ['Timestamp', new Date(Date.now() - 1_000).toISOString()],
    ['SignatureVersion', '1'],
    ['Signature', 'AAAA'],
  ])('a %s that was changed', (field, value) => expectRefused({ ...signed(notification()), [field]: value }));

  test('a notification that was made of a confirmation', () =>
    expectRefused({ ...signed(confirmation()), Type: 'Notification' }));

  test('a signature by somebody else', () =>
    expectRefused(signed(notification(), certificate({ commonName: 'sns.amazonaws.com' }).privateKey)));

  const day = 86_400_000;
  test.each([
    ['of another name', () => certificate({ commonName: 'evil.example' })],
    ['of a name that only begins so', () => certificate({ commonName: 'sns.amazonaws.com.evil.example' })],
    ['that is over', () => certificate({ commonName: 'sns.amazonaws.com', to: new Date(Date.now() - day) })],
    [
      'that is not good yet',
      () =>
        certificate({
          commonName: 'sns.amazonaws.com',
          from: new Date(Date.now() + day),
          to: new Date(Date.now() + 2 * day),
        }),
    ],
  ])('a certificate %s', async (_, made) => {
    const wrong = made();
    site.set(certificateUrl, wrong.pem);
    await expectRefused(signed(notification(), wrong.privateKey));
  });

  test('what is no certificate', async () => {
    site.set(certificateUrl, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----');
    await expectRefused(signed(notification()));
  });
});

describe('what cannot be read', () => {
  test.each<[string, string, unknown, Call]>([
    ['no JSON', '400 malformed_json', 'hello', {}],
    ['nothing', '400 malformed_json', '', {}],
    ['another type of message', '400 invalid_request', { Type: 'Other' }, {}],
    ['a field that is missing', '400 invalid_request', { Type: 'Notification' }, {}],
    ['objects where texts belong', '400 invalid_request', { Type: { $ne: 1 } }, {}],
    ['too deep', '400 invalid_request', '['.repeat(50) + ']'.repeat(50), {}],
    ['__proto__', '400 invalid_request', '{"__proto__":{}}', {}],
    ['too much', '413 body_too_large', JSON.stringify({ Message: 'a'.repeat(300_000) }), {}],
    [
      'another media type',
      '415 unsupported_media_type',
      { Type: 'Notification' },
      { headers: { 'content-type': 'application/xml' } },
    ],
  ])('%s', async (_, expected, body, call) => {
    expect(await post(body, call)).toBe(expected);
    expect(asked).toEqual([]);
  });
});

test('a certificate that cannot be had makes SNS try again, and is asked for again', async () => {
  site.delete(certificateUrl);
  expect(await post(signed(notification()))).toBe('503 dependency_unavailable');
  site.set(certificateUrl, own.pem);
  expect(await post(signed(notification()))).toBe('204');
});

test('what the bus does not take is to come again', async () => {
  // Nobody hears commands there.
  const silent = await broker();
  const lonely = await GatewayUnderTest.start(
    silent.url,
    { BERTH_SNS_TOPIC_ARNS: TOPIC },
    { services: false },
  );
  try {
    pretendSite(lonely);
    expect(await post(signed(notification()), {}, lonely)).toBe('503 dependency_unavailable');
  } finally {
    await lonely.stop();
    await silent.stop();
  }
});

test('where it is switched off there is nothing', async () => {
  expect(await post(signed(notification()), {}, off)).toMatch(/^404/);
});
