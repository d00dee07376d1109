import { Anchor, Button, ScrollArea, Table, Text, Title } from '@mantine/core';
import type { CostGroup, MeterCost, Server } from '@berth/contracts';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { METERS, metersOf } from '../ui/meters.ts';
import { duration } from '../ui/moment.tsx';
import { money } from '../ui/money.ts';
import { Status } from '../ui/status.tsx';
import classes from './costs.module.css';

/** More than these are shown when they are asked for. */
const SHOWN_FIRST = 50;

interface Props {
  groups: readonly CostGroup[];
  servers: ReadonlyMap<string, Server>;
  currency: string;
}

/** What each server costs, the dearest first, with what was used. */
export function CostsByServer({ groups, servers, currency }: Props) {
  const [isAll, setAll] = useState(false);
  const columns = metersOf(groups.flatMap(({ meters }) => meters));
  const dearest = useMemo(() => groups.toSorted((a, b) => Number(b.total) - Number(a.total)), [groups]);
  return (
    <section aria-labelledby="by-server">
      <Title order={2} size="h4" id="by-server" mb="sm">
        By server
      </Title>
      <ScrollArea
        type="auto"
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Cost of each server' }}
      >
        <Table className={classes.amounts} verticalSpacing="sm" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Server</Table.Th>
              {columns.map((meter) => (
                <Table.Th key={meter}>{METERS[meter].name}</Table.Th>
              ))}
              <Table.Th>Total</Table.Th>
              <Table.Th>Forecast</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {dearest.slice(0, isAll ? undefined : SHOWN_FIRST).map(({ key, total, forecast, meters }) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">
                  <Anchor component={Link} to={`/servers/${key}`} size="sm" fw={600}>
                    {servers.get(key)?.name ?? key}
                  </Anchor>
                  <Text component="div" size="xs" c="dimmed">
                    <StatusOf server={servers.get(key)} />
                  </Text>
                </Table.Th>
                {columns.map((column) => (
                  <MeterCell
                    key={column}
                    of={meters.find(({ meter }) => meter === column)}
                    currency={currency}
                  />
                ))}
                <Table.Td fw={600} title={`${total} ${currency}`}>
                  {money(total, currency)}
                </Table.Td>
                <Table.Td title={`${forecast} ${currency}`}>{money(forecast, currency)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {!isAll && dearest.length > SHOWN_FIRST && (
        <Button variant="default" mt="sm" onClick={() => setAll(true)}>
          {`Show all ${dearest.length}`}
        </Button>
      )}
    </section>
  );
}

const StatusOf = ({ server }: { server: Server | undefined }) => server && <Status of={server.status} />;

function MeterCell({ of, currency }: { of: MeterCost | undefined; currency: string }) {
  if (!of) return <Table.Td>{money('0', currency)}</Table.Td>;
  return (
    <Table.Td title={`${of.total} ${currency}`}>
      {money(of.total, currency)}
      <Text size="xs" c="dimmed">
        {usedOf(of)}
      </Text>
    </Table.Td>
  );
}

const MINUTES_OF_A_MONTH = 730 * 60;
const AMOUNT = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });

/** `2 h 5 min`, or `3.5 GiB-months` of 730 hours. */
const usedOf = ({ quantity, unit }: MeterCost): string =>
  unit === 'minute' ? duration(quantity * 60) : `${AMOUNT.format(quantity / MINUTES_OF_A_MONTH)} GiB-months`;
