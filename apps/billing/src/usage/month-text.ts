import type { Meter } from '@berth/contracts';
import type { DaySums, Rest, ServerMonth } from './server-month.ts';

/** Neither stands in the names of regions and sizes. */
const [LINE, FIELD] = ['\n', '\t'];
/** Before lines of the rest. */
const REST = '+';
const [ZERO, NINE, SPACE] = ['0', '9', ' '].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
];

type Used = Pick<ServerMonth, 'sums' | 'rest'>;

/**
 * What a server used in a month as one text: an account is read whole for every question, and each field of BSON costs. A line for each of the sums (meter,
 * region, size, days) and of the rest (`+`, meter, region, size, units a minute, from, to as Unix time in milliseconds).
 */
export const textOf = ({ sums, rest }: Used): string =>
  [
    ...sums.map(({ meter, region, size, days }) => [meter, region, size ?? '', days.join(' ')].join(FIELD)),
    ...rest.map(({ meter, region, size, unitsPerMinute, from, to }) =>
      [REST + meter, region, size ?? '', unitsPerMinute, from.getTime(), to?.getTime() ?? ''].join(FIELD),
    ),
  ].join(LINE);

/** The same back from the text. */
export function usedIn(text: string): Used {
  const used: { sums: DaySums[]; rest: Rest[] } = { sums: [], rest: [] };
  for (const line of text === '' ? [] : text.split(LINE)) {
    const [first = '', region = '', size = '', quantity = '', from, to] = line.split(FIELD);
    const isRest = from !== undefined;
    const meter = (isRest ? first.slice(REST.length) : first) as Meter;
    const priced = { meter, region, size: size === '' ? null : size };
    if (isRest) {
      const unitsPerMinute = Number(quantity);
      used.rest.push({
        ...priced,
        unitsPerMinute,
        from: new Date(Number(from)),
        to: to ? new Date(Number(to)) : null,
      });
    } else used.sums.push({ ...priced, days: numbersIn(quantity) });
  }
  return used;
}

/** Read digit by digit: `split` would leave a text behind for each day, sixty thousand for an account of a thousand servers. */
function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code >= ZERO && code <= NINE) number = number * 10 + (code - ZERO);
    else if (code === SPACE) {
      numbers.push(number);
      number = 0;
    } else return text.split(' ').map(Number);
  }
  numbers.push(number);
  return numbers;
}
