import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccountClient, Client } from './client.ts';
import { newRecord, type WorkloadRecord } from './record.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let answers: Answer[];
let keys: (string | undefined)[];
let record: WorkloadRecord;
let givenUp: AbortController;
let customer: AccountClient;

beforeEach(async () => {
  [answers, keys, record, givenUp] = [[], [], newRecord(), new AbortController()];
  server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'] as string | undefined);
    answers.shift()?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Client(() => url, givenUp.signal);
  customer = new AccountClient(client, { id: 'acc_1', token: 'brt_1' }, record);
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const says =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(JSON.stringify(body));
const accepted = says(202, { server: { id: 'srv_1' }, operation: { id: 'op_1' } });
const launch = {
  life: 'life-1',
  what: 'launch',
  method: 'POST',
  path: '/v1/servers',
  body: {},
  key: 'k',
} as const;

test('what was lost or not possible just now is said again under the same key, until there is an answer', async () => {
  const lost: Answer = (request) => request.socket.destroy();
  answers = [lost, says(503, { code: 'outcome_unknown' }, { 'retry-after': '0' }), accepted];
  await customer.order(launch);
  expect(keys).toEqual(['k', 'k', 'k']);
  expect(record.orders).toMatchObject([
    {
      attempts: ['lost', '503 outcome_unknown'],
      answer: { status: 202, code: null, serverId: 'srv_1', operationId: 'op_1' },
    },
  ]);
});

test('a refusal is an answer', async () => {
  answers = [says(409, { code: 'server_locked' })];
  await customer.order(launch);
  expect(record.orders).toMatchObject([{ attempts: [], answer: { status: 409, code: 'server_locked' } }]);
});

test('what is given up has no answer', async () => {
  answers = [(request) => (givenUp.abort(), request.socket.destroy())];
  await customer.order(launch);
  expect(record.orders).toMatchObject([{ answer: null, answeredAt: null }]);
});

test('a read of what was accepted and is not there is noted, and so is a fault on the way to it', async () => {
  answers = [
    says(500, { code: 'internal_error' }, { 'retry-after': '0' }),
    says(404, { code: 'not_found' }),
    says(200, { id: 'srv_1' }),
  ];
  await expect(customer.read('/v1/servers/srv_1')).resolves.toBeUndefined();
  await expect(customer.read('/v1/servers/srv_1')).resolves.toEqual({ id: 'srv_1' });
  expect(record.surprises.map(({ answer }) => answer)).toEqual(['500 internal_error', '404 not_found']);
});
