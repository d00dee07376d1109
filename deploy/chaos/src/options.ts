import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

/** What `npm run chaos -- …` was told. */
export interface Options {
  /** Of workload and faults; a random one unless given. */
  seed: string;
  /** In at most 5 minutes, start and stop included. */
  short: boolean;
  /** So many servers are launched; without it and without `minutes` until told to stop. */
  lifecycles: number | undefined;
  /** New lifecycles are begun for so long. */
  minutes: number | undefined;
  /** So often every process is restarted. */
  rounds: number | undefined;
  /** So many servers live at once. */
  atOnce: number | undefined;
  /** A fault begins every so many seconds, on average. */
  faultEvery: number | undefined;
  /** A named seed, see seeds.ts. */
  named: string | undefined;
  /** Rewrites the table in docs/chaos.md. */
  record: boolean;
  /** The names of the flags that choose a mode: at most one. */
  mode: string | undefined;
}

export const HELP_OF_OPTIONS = `
  --seed S         the seed of workload and faults (printed at the start; default: a random one)
  --named NAME     a seed of the list in deploy/chaos/src/seeds.ts
  --short          at most 5 minutes in all
  --lifecycles N   end after N servers
  --minutes M      end after M minutes; with neither, Ctrl-C ends it: faults stop, then the system is checked
  --rounds N       rolling: so often every process is restarted (default: 20)
  --at-once N      so many servers live at once (default: 100); more of them get further while a fault holds them all up
  --fault-every S  a fault begins every S seconds on average (default: 1.6); what a crowded machine needs to get anywhere
  --record         write the table into docs/chaos.md
`;

/** Throws an error for people when something is not understood. */
export function readOptions(args: readonly string[], modes: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(modes.map((mode) => [mode, { type: 'boolean' as const }])),
      seed: { type: 'string' },
      named: { type: 'string' },
      short: { type: 'boolean', default: false },
      lifecycles: { type: 'string' },
      minutes: { type: 'string' },
      rounds: { type: 'string' },
      'at-once': { type: 'string' },
      'fault-every': { type: 'string' },
      record: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const chosen = modes.filter((mode) => (values as Record<string, unknown>)[mode]);
  if (chosen.length > 1) throw new Error(`Choose one of ${chosen.map((mode) => `--${mode}`).join(', ')}`);
  return {
    seed: values.seed ?? randomBytes(3).toString('hex'),
    short: values.short,
    lifecycles: positive('lifecycles', values.lifecycles),
    minutes: positive('minutes', values.minutes),
    rounds: positive('rounds', values.rounds),
    atOnce: positive('at-once', values['at-once']),
    faultEvery: positive('fault-every', values['fault-every']),
    named: values.named,
    record: values.record,
    mode: chosen[0],
  };
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0, not ${text}`);
  return number;
}
