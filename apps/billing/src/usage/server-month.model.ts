import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { DaySums, ServerMonth } from './server-month.ts';

/** What a server used in a month, under its id. */
export interface StoredServerMonth extends Omit<ServerMonth, 'sums'> {
  /** `<serverId>/<month>` */
  _id: string;
  /** `days` as one text, `0 0 1440`: an account is read whole for every question, and BSON's arrays are slow. */
  sums: (Omit<DaySums, 'days'> & { days: string })[];
  /** Whether there is any `rest`, which belongs to later months too. */
  goesOn: boolean;
}

const priced = {
  meter: { type: String, required: true },
  region: { type: String, required: true },
  size: { type: String, default: null },
};

const schema = documentSchema<StoredServerMonth>(
  {
    _id: String,
    accountId: { type: String, required: true },
    serverId: { type: String, required: true },
    month: { type: String, required: true },
    until: { type: Date, required: true },
    sums: { type: [{ _id: false, ...priced, days: { type: String, required: true } }], required: true },
    rest: {
      type: [
        {
          _id: false,
          ...priced,
          unitsPerMinute: { type: Number, required: true },
          from: { type: Date, required: true },
          to: { type: Date, default: null },
        },
      ],
      required: true,
    },
    goesOn: { type: Boolean, required: true },
  },
  { collection: 'server_months', tenantScoped: true },
)
  // An account's in a month, and the accounts of a month.
  .index({ month: 1, accountId: 1, serverId: 1 })
  // What of an account's reaches past its month, and whose does.
  .index({ accountId: 1, month: 1 }, { partialFilterExpression: { goesOn: true } })
  .index({ month: 1, accountId: 1 }, { partialFilterExpression: { goesOn: true } });

/** For the database. */
export const packed = ({ sums, ...month }: ServerMonth): Omit<StoredServerMonth, '_id' | 'goesOn'> => ({
  ...month,
  sums: sums.map((sum) => ({ ...sum, days: sum.days.join(' ') })),
});

/** From the database. */
export const unpacked = ({ sums, ...month }: StoredServerMonth): ServerMonth => ({
  ...month,
  sums: sums.map(({ meter, region, size, days }) => ({ meter, region, size, days: numbersIn(days) })),
});

const [ZERO, NINE, SPACE] = ['0', '9', ' '].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
];

/** Read digit by digit: `split` would leave a text behind for each day, sixty thousand for an account of a thousand servers. */
function numbersIn(text: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code >= ZERO && code <= NINE) number = number * 10 + code - ZERO;
    else if (code === SPACE) {
      numbers.push(number);
      number = 0;
    } else return text.split(' ').map(Number);
  }
  numbers.push(number);
  return numbers;
}

export const ServerMonthModel = { name: 'ServerMonth', schema } satisfies ModelDefinition;
