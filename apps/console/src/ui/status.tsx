import type { ServerStatus } from '@berth/contracts';
import classes from './status.module.css';
import { STATUSES, type Tone } from './statuses.ts';

/** A coloured dot and a word. */
export function Dot({ tone, label }: { tone: Tone; label: string }) {
  return (
    <span className={`${classes.status} ${classes[tone]}`}>
      <span className={classes.dot} aria-hidden />
      {label}
    </span>
  );
}

export const Status = ({ of }: { of: ServerStatus }) => <Dot {...STATUSES[of]} />;
