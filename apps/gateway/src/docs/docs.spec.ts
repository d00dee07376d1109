import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { broker, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import { ASSET_NAMES } from './assets.ts';
import { AsyncApi } from './asyncapi.ts';
import { messagesPage } from './messages-page.ts';
import { schemaHtml } from './schema-html.ts';

const generated = JSON.parse(
  readFileSync(new URL('../../../../docs/generated/asyncapi.json', import.meta.url), 'utf8'),
);

describe('the documentation', () => {
  let bus: TestBroker;
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    bus = await broker();
    gateway = await GatewayUnderTest.start(bus.url, {}, { services: false });
  });
  afterAll(async () => {
    await gateway?.stop();
    await bus?.stop();
  });

  test.each(['/docs', '/docs/messages'])(
    '%s loads nothing from elsewhere and runs nothing inline',
    async (path) => {
      const { status, headers, text } = await gateway.call('GET', path);
      expect({ status, type: headers.get('content-type') }).toEqual({
        status: 200,
        type: 'text/html; charset=utf-8',
      });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).not.toContain('unsafe');
      expect(text).not.toMatch(/<script>|<style>|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//);
      const files = [...text.matchAll(/(?:src|href)="(\/docs\/assets\/[^"]+)"/g)].map(
        ([, file]) => file ?? '',
      );
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect((await gateway.call('GET', file)).status).toBe(200);
    },
  );

  test.each(ASSET_NAMES)(
    '%s is a file of its own type, which browsers may keep for a while',
    async (name) => {
      const { status, headers, text } = await gateway.call('GET', `/docs/assets/${name}`);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe(
        `text/${name.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`,
      );
      expect(headers.get('cache-control')).toBe('public, max-age=3600');
      expect(text.length).toBeGreaterThan(100);
    },
  );

  test.each([
    'package.json',
    '..%2fpackage.json',
    '%2e%2e',
    'swagger-ui-bundle.js',
    '__proto__',
    'constructor',
  ])('no other file is given: %s', async (name) => {
    expect((await gateway.call('GET', `/docs/assets/${name}`)).status).toBe(404);
  });

  test('the AsyncAPI document is the generated one', async () => {
    expect((await gateway.call('GET', '/v1/asyncapi.json')).body).toEqual(generated);
  });
});

describe('the page of messages', () => {
  const page = messagesPage(AsyncApi.parse(generated));

  test('has every event, command and request, and links that lead somewhere', () => {
    for (const id of ['ServerRunning', 'SetRecord', 'LaunchServer', 'UsageRecorded']) {
      expect(page).toContain(`<section id="${id}">`);
    }
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
    expect(page).not.toMatch(/undefined|\[object/);
  });

  test('shows no text of the document as markup', () => {
    const schema = {
      properties: { '<b>': { type: 'string', description: '<script>alert(1)</script> & `<i>`' } },
    };
    const html = schemaHtml(schema, {});
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; <code>&lt;i&gt;</code>');
    expect(html).not.toMatch(/<b>|<script>|<i>/);
  });

  test('ends where a schema contains itself', () => {
    const Tree = { properties: { leaves: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } } };
    expect(schemaHtml({ $ref: '#/components/schemas/Tree' }, { Tree })).toContain('leaves');
  });
});
