import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Anchor, Button, Group, Paper, ScrollArea, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Costs, Server } from '@berth/contracts';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { METER_CHOICES } from '../ui/meters.ts';
import { money } from '../ui/money.ts';
import classes from './costs.module.css';
import { stackOf, type Day, type Part } from './days.ts';
import { dayName } from './months.ts';

/** Told apart by hue and by lightness; each at least 3 : 1 against both backgrounds. */
const COLOURS = [
  '#227bae',
  '#c2570c',
  '#0f8a66',
  '#8b5cf6',
  '#c2337c',
  '#7a8a12',
  '#0891a5',
  '#b07608',
  '#5470d6',
  '#d14343',
];
const GREY = '#7b858f';
const LIGHT_GREY = 'light-dark(#c9d1d8, #3d4650)';

interface Props {
  costs: Costs;
  servers: ReadonlyMap<string, Server>;
}

/** What each day cost, stacked by the servers that cost most; the same as a table for who would rather read it. */
export function CostsByDay({ costs: { month, items, currency }, servers }: Props) {
  const [isTable, { toggle }] = useDisclosure(false);
  const { parts, days } = useMemo(() => stackOf(month, items), [month, items]);
  const nameOf = ({ kind, key }: Part) => {
    if (kind === 'server') return servers.get(key)?.name ?? key;
    return NAMES[key] ?? key;
  };
  return (
    <section aria-labelledby="by-day">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="by-day">
          By day
        </Title>
        <Button variant="default" size="xs" onClick={toggle} aria-expanded={isTable}>
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </Group>
      {isTable ? (
        <DayTable {...{ days, parts, nameOf, currency }} />
      ) : (
        <Paper withBorder p="md" radius="md">
          <div
            role="img"
            aria-label="Cost of each day as stacked bars. “Show as table” has the same in words."
          >
            <BarChart
              h={280}
              data={days.map(({ day, parts: amounts }) => ({ day: dayName(day), ...numbersOf(amounts) }))}
              dataKey="day"
              type="stacked"
              series={parts.map((part, i) => ({
                name: part.key,
                label: nameOf(part),
                color: colourOf(part, i),
              }))}
              valueFormatter={(amount) => money(amount, currency)}
              tickLine="none"
              gridAxis="x"
              maxBarWidth={28}
              xAxisProps={{ minTickGap: 24 }}
              yAxisProps={{ width: 64 }}
              tooltipProps={{ wrapperStyle: { zIndex: 10 } }}
              barProps={{ isAnimationActive: false }}
            />
          </div>
          <ul className={classes.legend}>
            {parts.map((part, i) => (
              <li key={part.key}>
                <span className={classes.swatch} style={{ background: colourOf(part, i) }} aria-hidden />
                {part.kind === 'server' ? (
                  <Anchor component={Link} to={`/servers/${part.key}`} size="sm">
                    {nameOf(part)}
                  </Anchor>
                ) : (
                  <Text size="sm">{nameOf(part)}</Text>
                )}
              </li>
            ))}
          </ul>
        </Paper>
      )}
    </section>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(METER_CHOICES.map(({ value, label }) => [value, label])),
  ...{ others: 'Others', forecast: 'Still to come' },
};

const colourOf = ({ kind }: Part, i: number) =>
  kind === 'forecast' ? LIGHT_GREY : kind === 'others' ? GREY : (COLOURS[i % COLOURS.length] ?? GREY);

/** Heights of bars; what is written comes from the texts. */
const numbersOf = (amounts: Day['parts']) =>
  Object.fromEntries(Object.entries(amounts).map(([key, amount]) => [key, Number(amount)]));

interface DayTableProps {
  days: readonly Day[];
  parts: readonly Part[];
  nameOf: (part: Part) => string;
  currency: string;
}

function DayTable({ days, parts, nameOf, currency }: DayTableProps) {
  const used = days.filter(({ parts: amounts }) =>
    Object.values(amounts).some((amount) => Number(amount) > 0),
  );
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Cost of each day' }}>
      <Table className={classes.amounts}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Day (UTC)</Table.Th>
            <Table.Th>Total</Table.Th>
            {parts.map((part) => (
              <Table.Th key={part.key}>{nameOf(part)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {used.map(({ day, total, parts: amounts }) => (
            <Table.Tr key={day}>
              <Table.Th scope="row">{dayName(day)}</Table.Th>
              <Table.Td fw={600}>{money(total, currency)}</Table.Td>
              {parts.map(({ key }) => (
                <Table.Td key={key}>{money(amounts[key] ?? '0', currency)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
