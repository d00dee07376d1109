import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';
import { VisuallyHidden } from '@mantine/core';
import type { Costs } from '@berth/contracts';
import { money } from '../ui/money.ts';
import { daysOf } from './days.ts';

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Compute and disk, a bar for each UTC day; the same as a table for who does not see it. */
export default function CostChart({ costs }: { costs: Costs }) {
  const days = daysOf(costs).map(({ day, ...cost }) => ({ ...cost, day: DAY.format(new Date(day)) }));
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
          series={[
            { name: 'compute', label: 'Compute', color: 'harbour.6' },
            { name: 'disk', label: 'Disk', color: 'teal.7' },
          ]}
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
              <th scope="col">Compute</th>
              <th scope="col">Disk</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, compute, disk }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td>{inMoney(compute)}</td>
                <td>{inMoney(disk)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </>
  );
}
