import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { VisuallyHidden } from '@mantine/core';
import type { Costs } from '@berth/contracts';
import { METERS, metersOf } from '../ui/meters.ts';
import { money } from '../ui/money.ts';
import { daysOf } from './days.ts';

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** What each meter cost, a bar for each UTC day; the same as a table for who does not see it. */
export default function CostChart({ costs }: { costs: Costs }) {
  const days = daysOf(costs).map(({ day, ...cost }) => ({ ...cost, day: DAY.format(new Date(day)) }));
  const meters = metersOf(costs.items.flatMap((each) => each.meters));
  const inMoney = (amount: number) => money(amount, costs.currency);
  return (
    <>
      <div aria-hidden>
        <BarChart
          h={200}
          data={days}
          dataKey="day"
          type="stacked"
          withLegend
          valueFormatter={inMoney}
          series={meters.map((meter) => ({
            ...{ name: meter, label: METERS[meter].name, color: METERS[meter].color },
          }))}
          yAxisProps={{ width: 64 }}
          maxBarWidth={36}
          barChartProps={{ accessibilityLayer: false }}
        />
      </div>
      <VisuallyHidden>
        <table>
          <caption>Cost by day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              {meters.map((meter) => (
                <th scope="col" key={meter}>
                  {METERS[meter].name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, ...cost }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                {meters.map((meter) => (
                  <td key={meter}>{inMoney(cost[meter] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </>
  );
}
