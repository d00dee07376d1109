import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';

const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** A moment in local time, in UTC for who points at it or focuses it. `short`: the time of day alone. */
export function Moment({ at, short = false }: { at: string; short?: boolean }) {
  const date = new Date(at);
  return (
    <Tooltip
      label={date.toISOString().replace('T', ' ').replace('Z', ' UTC')}
      events={{ hover: true, focus: true, touch: true }}
    >
      <time dateTime={at} tabIndex={0}>
        {(short ? TIME : FORMAT).format(date)}
      </time>
    </Tooltip>
  );
}

/** `2 min 5 s`; the largest two units. */
export function duration(seconds: number): string {
  const units: [string, number][] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ];
  let rest = Math.max(0, Math.round(seconds));
  const parts = units.flatMap(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [`${count} ${name}`] : [];
  });
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** Milliseconds since 1970, once a second, for what shows how long something takes. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
