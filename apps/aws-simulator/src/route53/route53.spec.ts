import { ListHostedZonesByNameCommand } from '@aws-sdk/client-route-53';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { refusal } from '../conformance/target.ts';
import { Fixture } from '../fixture.ts';

let sim: Fixture;
let zoneId: string;
beforeAll(async () => {
  sim = await Fixture.start({}, eventually);
  zoneId = (await sim.landingZone()).hostedZoneId;
});
afterAll(() => sim.stop());

const change = (name: string) => sim.aws.change(zoneId, ['UPSERT', `${name}.berth.localhost`, '127.20.0.1']);

describe('Route 53', () => {
  test('works on one change of a zone at a time', async () => {
    const both = await Promise.all([refusal(change('one')), refusal(change('other'))]);
    expect(both.sort()).toEqual(['PriorRequestNotComplete', 'no error']);
    expect(await refusal(change('other'))).toBe('no error');
  });

  test('refuses more than fifty calls at once', async () => {
    await sim.advance(10);
    const list = () => refusal(sim.aws.route53.send(new ListHostedZonesByNameCommand({})));
    const burst = await Promise.all(Array.from({ length: 80 }, list));
    expect(burst).toContain('no error');
    expect(burst).toContain('Throttling');
    await sim.advance(1);
    expect(await list()).toBe('no error');
  });

  test.each([
    ['no XML', 'POST', '/rrset', 'nonsense', 400, 'InvalidInput'],
    ['an empty batch', 'POST', '/rrset', '<R><ChangeBatch><Changes/></ChangeBatch></R>', 400, 'InvalidInput'],
    ['an operation that is not simulated', 'DELETE', '', '', 501, 'NotImplemented'],
    ['a path that Route 53 has not', 'PUT', '/nonsense', '', 404, 'UnknownOperation'],
  ])('answers %s in its own form', async (_what, method, path, body, status, code) => {
    await sim.advance(10);
    const url = `${sim.simulator.endpoint}/2013-04-01/hostedzone/${zoneId}${path}`;
    const response = await fetch(url, { method, ...(body && { body }) });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });
});
