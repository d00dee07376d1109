import { describe, expect, test } from '@jest/globals';
import { ID_PREFIXES, idOfText, isId, madeAt, newId } from './ids.ts';

describe('an id', () => {
  test.each(ID_PREFIXES)('says that it is of a %s', (prefix) => {
    expect(newId(prefix)).toMatch(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`));
    expect(isId(prefix, newId(prefix))).toBe(true);
  });

  test('tells when it was made', () => {
    const before = Date.now();
    expect(madeAt(newId('msg')).getTime()).toBeGreaterThanOrEqual(before);
    expect(madeAt(newId('msg')).getTime()).toBeLessThanOrEqual(Date.now());
  });

  test('sorts by the time it was made', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) {
      ids.push(newId('srv'));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect([...ids].sort()).toEqual(ids);
  });

  test('of a text is the same for the same text and moment, and another for any other', () => {
    const at = new Date('2026-11-22T10:00:00.123Z');
    const id = idOfText('msg', 'a record', at);
    expect([isId('msg', id), madeAt(id)]).toEqual([true, at]);
    expect(idOfText('msg', 'a record', new Date(at))).toBe(id);
    const others = [
      idOfText('msg', 'another', at),
      idOfText('msg', 'a record', new Date(0)),
      idOfText('aud', 'a record', at),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  test.each([
    newId('acc'),
    'srv_',
    'srv_x',
    newId('srv').toUpperCase(),
    `${newId('srv')}0`,
    '',
    null,
    7,
    { $ne: 1 },
  ])('%p is not one of a server', (text) => {
    expect(isId('srv', text)).toBe(false);
  });
});
