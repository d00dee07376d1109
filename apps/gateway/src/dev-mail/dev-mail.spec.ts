import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ListKeptMails } from '@berth/contracts';
import { broker, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import { keptMail } from '../fixtures/samples.ts';

const one = `/dev/mail/${keptMail.id}`;

let bus: TestBroker;
/** With the mailbox, and as everywhere else; both are answered by the first one's services. */
let open: GatewayUnderTest;
let shut: GatewayUnderTest;

beforeAll(async () => {
  bus = await broker();
  open = await GatewayUnderTest.start(bus.url, { BERTH_DEV_MAIL: 'on' });
  shut = await GatewayUnderTest.start(bus.url, {}, { services: false });
});
afterAll(async () => {
  await shut?.stop();
  await open?.stop();
  await bus?.stop();
});
beforeEach(() => {
  open.services.forget();
  open.services.answer(ListKeptMails, () => ({ items: [keptMail] }));
});

describe('the mailbox of a local run', () => {
  test('lists the mails, shows one, and gives them to tools', async () => {
    const list = await open.call('GET', '/dev/mail');
    expect(list).toMatchObject({ status: 200, text: expect.stringContaining(`href="${one}"`) });
    const page = await open.call('GET', one);
    expect(page.text).toContain(`<a href="${keptMail.link}">`);
    expect(page.text).toContain(keptMail.subject);
    for (const { headers } of [list, page])
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect((await open.call('GET', '/dev/mail.json')).body).toEqual({ items: [keptMail] });
  });

  test('takes nothing of a mail for markup, and runs nothing', async () => {
    const bad = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>';
    const mail = { ...keptMail, to: bad, subject: bad, text: bad, html: bad };
    open.services.answer(ListKeptMails, () => ({ items: [mail] }));
    for (const path of ['/dev/mail', one]) {
      const { headers, text } = await open.call('GET', path);
      expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(text).not.toMatch(/<(?:script|img)/);
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  test('says when there is nothing, and does not show what is not there', async () => {
    open.services.answer(ListKeptMails, () => ({ items: [] }));
    expect((await open.call('GET', '/dev/mail')).text).toContain('Nothing yet');
    expect((await open.call('GET', one)).status).toBe(404);
  });

  test.each(['/dev/mail', '/dev/mail.json', one])(
    'is not there unless it is switched on: %s',
    async (path) => {
      const { status, body } = await shut.call('GET', path);
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' });
      expect(open.services.asked).toEqual([]);
    },
  );
});
