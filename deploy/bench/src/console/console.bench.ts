import type { Bench } from '../bench.ts';
import { ConsolePage } from './console-page.ts';
import { PlainPage } from './plain-page.ts';

const PLAIN = 'a page of plain rows';

export const consoleList: Bench = {
  name: 'console',
  about:
    'The list of 1,000 servers in the console, in Chromium, with the whole system on the same machine: frames missed while it is ' +
    'scrolled from top to bottom, against a page of as many plain rows that does nothing; the time from a search to its result on ' +
    'the screen, the slowest of 20; and the time from a host’s failure in the simulator to the row that says so, of 12 servers.',
  rounds: 5,
  ours: (stage) => ConsolePage.open(stage),
  references: { [PLAIN]: () => PlainPage.open() },
  goals: [
    { measure: 'missed frames %', against: PLAIN, by: 'difference', atMost: 1 },
    { measure: 'filter ms', atMost: 50 },
    { measure: 'status s, p95', atMost: 1 },
    { measure: 'status s, median' },
  ],
};
