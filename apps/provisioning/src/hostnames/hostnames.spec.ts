import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@berth/mongo';
import { database, TestClock, type TestDatabase } from '@berth/testing';
import { HostnameModel, type HostnameDocument } from './hostname.model.ts';
import { Hostnames } from './hostnames.ts';

let mongo: TestDatabase;
let hostnames: Hostnames;
const clock = new TestClock();
const [owner, other] = [newId('acc'), newId('acc')];

beforeAll(async () => {
  mongo = await database();
  hostnames = new Hostnames(
    mongo.connection.model<HostnameDocument>(HostnameModel.name, HostnameModel.schema),
    clock,
  );
});
afterAll(() => mongo.stop());

describe('whether a host name is free', () => {
  test('is told to each account without saying who has it', async () => {
    expect(await hostnames.check('galata', owner)).toEqual({
      hostname: 'galata',
      available: true,
      reason: null,
      proposal: 'galata',
    });
    await hostnames.take('galata', owner, newId('srv'));
    for (const account of [owner, other]) {
      expect(await hostnames.check('galata', account)).toEqual({
        hostname: 'galata',
        available: false,
        reason: 'taken',
        proposal: expect.stringMatching(/^galata-[0-9a-f]{6}$/),
      });
    }
  });

  test('counts a name held for an account as free for it alone, until it is held no more', async () => {
    const serverId = newId('srv');
    await hostnames.take('halic', owner, serverId);
    await hostnames.giveBack('halic', serverId, { hold: true });
    expect(await hostnames.check('halic', owner)).toMatchObject({ available: true });
    expect(await hostnames.check('halic', other)).toMatchObject({ available: false, reason: 'taken' });
    clock.advance(30 * 86_400);
    expect(await hostnames.check('halic', other)).toMatchObject({ available: true });
  });

  test.each([
    ['www', 'reserved', /^www-/],
    ['mx2', 'reserved', /^mx2-/],
    ['xn--gis', 'reserved', /^xn-gis$/],
    ['Ä Größe!', 'invalid', /^a-gro-e$/],
    ['-maps-', 'invalid', /^maps$/],
    ['a', 'invalid', /^a-/],
    ['', 'invalid', /^server-/],
    ['🗺️', 'invalid', /^server-/],
    ['maps.example', 'invalid', /^maps-example$/],
    ['\u0000', 'invalid', /^server-/],
    ['x'.repeat(5_000), 'invalid', /^x{40}$/],
  ])('of %j is answered as %s, with a proposal that can be had', async (name, reason, proposal) => {
    const answer = await hostnames.check(name, owner);
    expect(answer).toMatchObject({ hostname: name, available: false, reason });
    expect(answer.proposal).toMatch(proposal);
    expect(await hostnames.check(answer.proposal, owner)).toMatchObject({ available: true });
  });
});
