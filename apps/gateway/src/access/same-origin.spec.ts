import { expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { isSameOrigin } from './same-origin.ts';

const publicUrl = new URL('https://cloud.example.com');
const request = (method: string, headers: Record<string, string>) =>
  ({ method, headers: { host: 'gateway.internal:8080', ...headers } }) as unknown as FastifyRequest;

test.each([
  [true, 'GET', { 'sec-fetch-site': 'cross-site' }],
  [true, 'POST', { 'sec-fetch-site': 'same-origin' }],
  [true, 'POST', { 'sec-fetch-site': 'none' }],
  [false, 'POST', { 'sec-fetch-site': 'same-site' }],
  [false, 'DELETE', { 'sec-fetch-site': 'cross-site' }],
  [false, 'POST', { 'sec-fetch-site': 'anything new', origin: 'https://cloud.example.com' }],
  [true, 'POST', { origin: 'https://cloud.example.com' }],
  [true, 'POST', { origin: 'http://gateway.internal:8080' }],
  [true, 'POST', { origin: 'http://gateway.internal:8080', host: 'Gateway.Internal:8080' }],
  [false, 'POST', { origin: 'https://cloud.example.com.evil.example' }],
  [false, 'POST', { origin: 'http://gateway.internal' }],
  [false, 'PATCH', { origin: 'null' }],
  [false, 'POST', { origin: '' }],
  [true, 'POST', {}],
])('%s for %s with %j', (same, method, headers) => {
  expect(isSameOrigin(request(method, headers as Record<string, string>), publicUrl)).toBe(same);
});
