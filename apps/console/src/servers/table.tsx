import { Anchor, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { Server } from '@berth/contracts';
import { Fragment, memo, useImperativeHandle } from 'react';
import { Link } from 'wouter';
import { Status } from '../ui/status.tsx';
import { toggled, type ListProps } from './list.ts';
import { Address, configurationOf, CostSoFar, Price, productOf, remarkOn, TagList } from './parts.tsx';
import { useRows } from './rows.ts';
import classes from './servers.module.css';
import { Tick } from './tick.tsx';
import { SORTS, type Sort, type SortKey } from './view.ts';

const HEAD = 40;
const ROW = 61;

/** Servers in rows; only those in sight are in the page, which the row numbers tell to who cannot see it. */
export function ServerTable({ servers, costs, sort, onSort, selected, onSelect, handle }: ListProps) {
  const { container, virtualizer, go, handlers } = useRows<HTMLTableElement>({
    count: servers.length,
    columns: 1,
    height: ROW,
    head: HEAD,
  });
  useImperativeHandle(handle, () => ({ focus: go }));
  const isAll = servers.every(({ id }) => selected.has(id));
  const rows = virtualizer.getVirtualItems();
  const { scrollMargin } = virtualizer.options;
  const head = (by: SortKey, label: string, className?: string) => (
    <Head {...{ by, label, className, sort, onSort }} />
  );
  return (
    <table ref={container} className={classes.table} aria-rowcount={servers.length + 1} {...handlers}>
      <caption className={classes.hidden}>Servers</caption>
      <thead>
        <tr aria-rowindex={1}>
          {onSelect && (
            <th scope="col" className={classes.select}>
              <Tick
                label="Select all"
                isOn={isAll}
                isMixed={!isAll && servers.some(({ id }) => selected.has(id))}
                onChange={() => onSelect(new Set(isAll ? [] : servers.map(({ id }) => id)))}
              />
            </th>
          )}
          {head('name', 'Name')}
          {head('status', 'Status')}
          <th scope="col">Address</th>
          <th scope="col" className={classes.labels}>
            Tags
          </th>
          {head('price', 'Price', classes.amount)}
          {head('cost', 'This month', classes.amount)}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ index, start }, i) => {
          const server = servers[index];
          const gap = start - (rows[i - 1]?.end ?? scrollMargin);
          return (
            server && (
              <Fragment key={server.id}>
                <Gap height={gap} />
                <Row
                  server={server}
                  index={index}
                  cost={costs?.get(server.id)}
                  isCostKnown={costs !== undefined}
                  isSelected={selected.has(server.id)}
                  onSelect={onSelect}
                  measure={virtualizer.measureElement}
                />
              </Fragment>
            )
          );
        })}
        <Gap height={virtualizer.getTotalSize() + scrollMargin - (rows.at(-1)?.end ?? scrollMargin)} />
      </tbody>
    </table>
  );
}

/** The room of rows that are not in the page. */
const Gap = ({ height }: { height: number }) =>
  height > 0 && (
    <tr aria-hidden className={classes.gap}>
      <td style={{ height }} />
    </tr>
  );

interface HeadProps {
  by: SortKey;
  label: string;
  className: string | undefined;
  sort: Sort;
  onSort: (sort: Sort) => void;
}

function Head({ by, label, className, sort, onSort }: HeadProps) {
  const isBy = sort.by === by;
  const { descending } = isBy ? sort : SORTS[by];
  const Arrow = descending ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      className={className}
      aria-sort={isBy ? (descending ? 'descending' : 'ascending') : undefined}
    >
      <UnstyledButton
        className={classes.sort}
        onClick={() => onSort({ by, descending: isBy ? !descending : descending })}
      >
        {label}
        <Arrow size={14} aria-hidden className={isBy ? undefined : classes.unsorted} />
      </UnstyledButton>
    </th>
  );
}

interface RowProps {
  server: Server;
  index: number;
  cost: string | undefined;
  isCostKnown: boolean;
  isSelected: boolean;
  onSelect: ListProps['onSelect'];
  measure: (element: HTMLElement | null) => void;
}

const Row = memo(function Row({ server, index, cost, isCostKnown, isSelected, onSelect, measure }: RowProps) {
  return (
    <tr
      ref={measure}
      data-index={index}
      data-item={index}
      data-selected={isSelected || undefined}
      aria-rowindex={index + 2}
    >
      {onSelect && (
        <td className={classes.select}>
          <Tick
            label={`Select ${server.name}`}
            isOn={isSelected}
            onChange={() => onSelect((ids) => toggled(ids, server.id))}
          />
        </td>
      )}
      <th scope="row">
        <Anchor component={Link} to={`/servers/${server.id}`} className={classes.name} title={server.name}>
          {server.name}
        </Anchor>
        <small className={classes.cut} title={productOf(server)}>
          {configurationOf(server)}
        </small>
      </th>
      <td>
        <Status of={server.status} />
        <small className={classes.cut} title={remarkOn(server)}>
          {remarkOn(server)}
        </small>
      </td>
      <td>
        <Address of={server} />
      </td>
      <td className={classes.labels}>
        <TagList tags={server.tags} />
      </td>
      <td className={classes.amount}>
        <Price of={server} />
      </td>
      <td className={classes.amount}>
        <CostSoFar of={server} known={isCostKnown} cost={cost} />
      </td>
    </tr>
  );
});
