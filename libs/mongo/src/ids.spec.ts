import { describe, expect, test } from '@jest/globals';
import { ID_PREFIXES, isId, madeAt, newId } from './ids.ts';

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
