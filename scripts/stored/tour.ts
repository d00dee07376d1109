import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Accepted, Me, Operation, Server } from '@berth/contracts';
import { Api } from '@berth/local';
import { TOTP } from 'otpauth';
import { eventually } from './eventually.ts';
import { invoiced } from './invoiced.ts';

/** What the tour is known by afterwards. */
export const LOGIN = { email: 'ada@example.com', password: 'correct horse battery' };
export const STAFF = { email: 'staff@example.com', password: LOGIN.password };
/** Somebody with a second factor. */
const PROTECTED = { email: 'grace@example.com', password: LOGIN.password };
/** A launch that can be repeated: the same key, the same body, the same answer. */
export const REPEATABLE = {
  key: 'stored-launch',
  body: {
    ...{ name: 'Runs', product: 'web', version: '1.26', size: 'small', region: 'eu-central-1', diskGib: 20 },
    tags: { team: 'sales' },
  },
};

/**
 * Does with a running system what leaves a document of every sort behind: servers in every state that lasts, operations that
 * ended in every way, tokens, an invitation, a second factor, mails and their links, usage and what is void of it, a credit, terms and announced
 * prices, a budget, an invoice, a replay of usage and a comparison with AWS, an account that is deleted and one that is closing. The servers are named by the state they are left in. Gives the API token that all of it was done with, and
 * who has the second factor.
 */
export async function tour(
  url: string,
  awsEndpoint: string,
): Promise<{ token: string; secondFactor: SecondFactor }> {
  const stranger = new Api(url);
  await invoiced(stranger, {
    staff: STAFF,
    server: REPEATABLE.body,
    now: () => simulatedNow(awsEndpoint),
    advance: (advanceSeconds) => simulator(awsEndpoint, 'POST', 'clock', { advanceSeconds }),
    report: async (month) =>
      (await simulator<{ report: string }>(awsEndpoint, 'POST', 'cost-report', { month })).report,
  });
  await leavers(stranger, awsEndpoint);
  await stranger.post('/v1/signup', { ...LOGIN, name: 'Ada', accountName: 'Analytical Engines' });
  const { accessToken } = await stranger.post<{ accessToken: string }>('/v1/sessions', LOGIN);
  const { token } = await stranger
    .as(accessToken)
    .post<{ token: string }>('/v1/tokens', { name: 'ci' }, 'stored-token');
  const api = stranger.as(token);
  const ended = async ({ operation, server }: Accepted): Promise<Server> => {
    await api.get<Operation>(`/v1/operations/${operation.id}?wait=60`);
    return api.get(`/v1/servers/${server.id}`);
  };
  const launch = (name: string) => api.post<Accepted>('/v1/servers', { ...REPEATABLE.body, name });
  const act = (id: string, action: string) => api.post<Accepted>(`/v1/servers/${id}/actions/${action}`);
  const reached = (id: string, status: string) =>
    eventually(async () => (await api.get<Server>(`/v1/servers/${id}`)).status === status);

  const heldTo = { expiresAt: '2100-01-01T00:00:00Z', scopes: ['read'], networks: ['192.0.2.0/24'] };
  await api.post('/v1/tokens', { name: 'short', ...heldTo });
  await api.post('/v1/invitations', { email: 'charles@example.com', role: 'operator' });
  const secondFactor = await protectedPerson(stranger, awsEndpoint);
  const session = stranger.as(accessToken);
  await session.post('/v1/email-changes', { email: 'ada.king@example.com', password: LOGIN.password });
  await stranger.post('/v1/password-resets', { email: LOGIN.email });
  await eventually(async () => {
    const { items } = await stranger.get<{ items: { subject: string }[] }>('/dev/mail.json');
    return items.some(({ subject }) => subject === 'Choose a new password') && items.length >= 3;
  });
  const { id: accountId } = (await api.get<Me>('/v1/me')).account;
  await credited(stranger, accountId);
  await agreed(stranger, accountId);
  const running = await ended(await api.post<Accepted>('/v1/servers', REPEATABLE.body, REPEATABLE.key));
  await api.patch(`/v1/servers/${running.id}`, {
    protected: true,
    tags: { team: 'ops', 'cost-center': '7' },
  });
  await ended(await act(running.id, 'restart'));

  const [paused, killed, gone, stops] = await Promise.all(
    ['Paused', 'Unavailable', 'Terminated', 'Pausing'].map(async (name) => ended(await launch(name))),
  );
  if (!paused || !killed || !gone || !stops) throw new Error('A server is missing');
  await ended(await act(paused.id, 'pause'));
  await ended(await api.delete<Accepted>(`/v1/servers/${gone.id}`));

  await simulator(awsEndpoint, 'PUT', 'faults', { boots: { never_ready: { next: 1 } } });
  const failing = await launch('Failed');
  await reached(failing.server.id, 'configuring');
  await simulator(awsEndpoint, 'POST', 'clock', { advanceSeconds: 3600 });
  await ended(failing);

  const { instances } = await simulator<{ instances: { id: string; tags: Record<string, string> }[] }>(
    awsEndpoint,
    'GET',
    'state',
  );
  const instance = instances.find(({ tags }) => tags['berth:server-id'] === killed.id);
  await simulator(awsEndpoint, 'POST', `instances/${instance?.id}/kill`, { leaves: 'terminated' });
  await reached(killed.id, 'unavailable');

  const { topicArn } = await simulator<{ topicArn: string }>(awsEndpoint, 'GET', 'landing-zone');
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const topic = new SNSClient({ endpoint: awsEndpoint, region: 'eu-central-1', credentials });
  await topic.send(new PublishCommand({ TopicArn: topicArn, Message: 'not a report' }));
  topic.destroy();

  await simulator(awsEndpoint, 'PUT', 'faults', { capacity: { '*/*': 0 } });
  const resume = await act(paused.id, 'resume');
  await reached(paused.id, 'waiting_for_capacity');
  await api.post(`/v1/operations/${resume.operation.id}/cancel`);
  await reached(paused.id, 'paused');

  await simulator(awsEndpoint, 'PUT', 'faults', { capacity: { '*/m7i.large': 0 } });
  await simulator(awsEndpoint, 'POST', 'clock', {
    advanceSeconds: (await secondsToTheHour(awsEndpoint)) - 20,
  });
  const waiting = await api.post<Accepted>('/v1/servers', {
    ...REPEATABLE.body,
    name: 'Waiting',
    size: 'medium',
  });
  await reached(waiting.server.id, 'waiting_for_capacity');
  const booting = await launch('Configuring');
  await reached(booting.server.id, 'configuring');
  // It has blocked, and does so no longer.
  for (const amount of ['0.01', '1000.00']) await api.put('/v1/budget', { amount, action: 'block_launches' });
  await act(stops.id, 'pause');
  return { token, secondFactor };
}

/** So long an account that is closing can be opened again. */
const GRACE_SECONDS = 30 * 86_400;

/** One leaves whose account is deleted, then one whose account is closing. */
async function leavers(stranger: Api, awsEndpoint: string): Promise<void> {
  const { password } = LOGIN;
  const closing = async (email: string) => {
    await stranger.post('/v1/signup', { email, password, name: 'Edsger', accountName: 'Structures' });
    const { accessToken } = await stranger.post<{ accessToken: string }>('/v1/sessions', { email, password });
    const api = stranger.as(accessToken);
    await api.post('/v1/account/close', { password, accountName: 'Structures' });
    return api;
  };
  const gone = await closing('edsger@example.com');
  await simulator(awsEndpoint, 'POST', 'clock', { advanceSeconds: GRACE_SECONDS });
  const isDeleted = () =>
    gone.post('/v1/sessions', { email: 'edsger@example.com', password }).then(
      () => false,
      () => true,
    );
  await eventually(isDeleted);
  await closing('barbara@example.com');
}

interface SecondFactor {
  login: typeof LOGIN;
  /** What the authenticator app has, in base32. */
  secret: string;
}

async function protectedPerson(stranger: Api, awsEndpoint: string): Promise<SecondFactor> {
  const login = PROTECTED;
  await stranger.post('/v1/signup', { ...login, name: 'Grace', accountName: 'Compilers' });
  const { accessToken } = await stranger.post<{ accessToken: string }>('/v1/sessions', login);
  const api = stranger.as(accessToken);
  const path = '/v1/me/second-factor/totp';
  const { secret } = await api.post<{ secret: string }>(path, { password: login.password });
  const code = new TOTP({ secret }).generate({ timestamp: await simulatedNow(awsEndpoint) });
  await api.post(`${path}/confirm`, { code });
  return { login, secret };
}

/** Terms of its own, and prices that staff have announced. */
async function agreed(stranger: Api, accountId: string): Promise<void> {
  const { accessToken } = await stranger.post<{ accessToken: string }>('/v1/sessions', STAFF);
  const staff = stranger.as(accessToken);
  const activeFrom = '2100-01-01T00:00:00Z';
  const price = {
    meter: 'compute',
    size: 'small',
    region: 'eu-central-1',
    currency: 'EUR',
    perMinute: '0.002',
  };
  await staff.patch(`/v1/admin/accounts/${accountId}/terms`, {
    ...{ basedOnSequence: 0, currencies: [{ currency: 'EUR', activeFrom }] },
    prices: [{ ...price, activeFrom, activeUntil: null }],
  });
  const { revision } = await staff.get<{ revision: number }>('/v1/admin/prices');
  const yaml = `prices:\n  - { region: eu-central-1, currency: USD, activeFrom: ${activeFrom}, compute: { micro: '0.0011' } }\n`;
  await staff.post('/v1/admin/prices', { yaml, basedOnRevision: revision });
}

async function credited(stranger: Api, accountId: string): Promise<void> {
  const { accessToken } = await stranger.post<{ accessToken: string }>('/v1/sessions', STAFF);
  const credit = { amount: '25.00', reason: 'Thank you', expiresAt: '2100-01-01T00:00:00Z' };
  await stranger.as(accessToken).post(`/v1/admin/accounts/${accountId}/credits`, credit);
}

/** Until the simulated world's next full hour that is more than half a minute away. */
async function secondsToTheHour(awsEndpoint: string): Promise<number> {
  const seconds = 3600 - (((await simulatedNow(awsEndpoint)) / 1000) % 3600);
  return seconds > 30 ? seconds : seconds + 3600;
}

/** In milliseconds. */
async function simulatedNow(awsEndpoint: string): Promise<number> {
  const { offsetMilliseconds } = await simulator<{ offsetMilliseconds: number }>(awsEndpoint, 'GET', 'clock');
  return Date.now() + offsetMilliseconds;
}

/** The simulator's own API: apps/aws-simulator/README.md. */
export async function simulator<Answer>(
  endpoint: string,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${endpoint}/_sim/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} /_sim/${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
