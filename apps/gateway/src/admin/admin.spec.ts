import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  deadLettersOf,
  GetMe,
  GetStaffMe,
  nudgeIn,
  stuckIn,
  type ServiceName,
  type StuckThing,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { broker, type TestBroker } from '@berth/testing';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';
import { SERVICES } from '../health/service-readiness.ts';

let bus: TestBroker;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  bus = await broker();
  gateway = await GatewayUnderTest.start(bus.url);
});
afterAll(async () => {
  await gateway?.stop();
  await bus?.stop();
});
beforeEach(() => gateway.services.forget());

const staff = (path: string, method = 'GET') => gateway.call(method, path, { as: 'staff' });

describe('what is stuck', () => {
  const at = (minute: number) => `2026-11-22T10:0${minute}:00.000Z`;
  const thing = (service: ServiceName, minute: number): StuckThing => ({
    ...sample.stuckThing,
    service,
    id: `${service}_${minute}`,
    stuckSince: at(minute),
  });

  /** Every service keeps to the contract: in order, after the place, so many. */
  function know(things: readonly StuckThing[]): void {
    for (const service of SERVICES) {
      const own = things.filter((each) => each.service === service);
      gateway.services.answer(stuckIn(service), ({ after, limit }) => ({
        items: own
          .filter(({ stuckSince, id }) => !after || stuckSince + id > after.stuckSince + after.id)
          .slice(0, limit),
      }));
    }
  }

  test('is listed from all services, longest first, page by page, nothing twice', async () => {
    know([thing('dns', 1), thing('provisioning', 2), thing('dns', 3), thing('billing', 3), thing('dns', 5)]);
    const ids: unknown[] = [];
    let cursor: unknown;
    do {
      const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const { body } = await staff(`/v1/admin/stuck?limit=2${query}`);
      ids.push(...(body.items as StuckThing[]).map(({ id }) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual(['dns_1', 'provisioning_2', 'billing_3', 'dns_3', 'dns_5']);
  });

  test('is listed without what a service that does not answer knows, and that is said', async () => {
    know([thing('dns', 1)]);
    gateway.services.answer(stuckIn('billing'), () => {
      throw problem('internal_error');
    });
    const { status, body } = await staff('/v1/admin/stuck');
    expect(status).toBe(200);
    expect(body).toMatchObject({ items: [{ id: 'dns_1' }], nextCursor: null, unanswered: ['billing'] });
  });

  test.each(['x', '~', '2026~srv', `${at(1)}`])('is not listed from the cursor %j on', async (cursor) => {
    const { body } = await staff(`/v1/admin/stuck?cursor=${encodeURIComponent(cursor)}`);
    expect(body.code).toBe('invalid_cursor');
  });

  test('is nudged by whichever service has it', async () => {
    gateway.services.answer(nudgeIn('dns'), ({ id }) => ({ ...thing('dns', 1), id }));
    const { status, body } = await staff('/v1/admin/stuck/rec_1/nudge', 'POST');
    expect({ status, id: body.id }).toEqual({ status: 200, id: 'rec_1' });
  });

  test('is not there for a nudge when no service has it, and unknown when one does not answer', async () => {
    expect((await staff('/v1/admin/stuck/rec_1/nudge', 'POST')).body.code).toBe('not_found');
    gateway.services.answer(nudgeIn('dns'), () => {
      throw problem('overloaded');
    });
    expect((await staff('/v1/admin/stuck/rec_1/nudge', 'POST')).body.code).toBe('overloaded');
  });
});

describe('dead letters', () => {
  beforeEach(() => {
    for (const service of SERVICES) {
      const letter = {
        ...sample.deadLetter,
        service,
        deadAt: service === 'dns' ? null : sample.deadLetter.deadAt,
      };
      gateway.services.answer(deadLettersOf(service), () => ({ items: [letter], total: 7 }));
    }
  });

  test('are listed of all services, with their number', async () => {
    const { body } = await staff('/v1/admin/dead-letters?limit=2');
    expect(body).toMatchObject({
      items: [{ service: 'dns' }, {}],
      total: 7 * SERVICES.length,
      unanswered: [],
    });
    expect(body.items).toHaveLength(2);
  });

  test('are listed of one service alone', async () => {
    const { body } = await staff('/v1/admin/dead-letters?service=billing');
    expect(body).toMatchObject({ items: [{ service: 'billing' }], total: 7 });
    expect(gateway.services.asked).toHaveLength(1);
  });

  test('of a service that there is not are not there', async () => {
    const { body } = await staff('/v1/admin/dead-letters/kitchen/replay', 'POST');
    expect(body.code).toBe('not_found');
    expect((await staff('/v1/admin/dead-letters?service=kitchen')).body.code).toBe('invalid_request');
  });
});

test('staff are told who they are; customers are told the same way as ever', async () => {
  gateway.services.answer(GetStaffMe, () => sample.staffMe);
  gateway.services.answer(GetMe, () => sample.me);
  expect((await staff('/v1/me')).body).toEqual(sample.staffMe);
  expect((await gateway.call('GET', '/v1/me', { as: 'owner' })).body).toEqual(sample.me);
});
