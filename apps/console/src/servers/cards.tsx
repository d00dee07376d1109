import { Anchor } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { Server } from '@berth/contracts';
import { memo, useImperativeHandle } from 'react';
import { Link } from 'wouter';
import { Status } from '../ui/status.tsx';
import { toggled, type ListProps } from './list.ts';
import { Address, configurationOf, CostSoFar, Price, productOf, remarkOn, TagList } from './parts.tsx';
import { useRows } from './rows.ts';
import classes from './servers.module.css';
import { Tick } from './tick.tsx';

const NARROWEST = 300;
const CARD = 208;

/** Servers as cards, as many beside each other as there is room for. */
export function ServerCards({ servers, costs, selected, onSelect, handle }: ListProps) {
  const { ref: frame, width } = useElementSize();
  const columns = Math.max(1, Math.floor(width / NARROWEST));
  const { container, virtualizer, go, handlers } = useRows<HTMLDivElement>({
    count: servers.length,
    columns,
    height: CARD,
    head: 0,
  });
  useImperativeHandle(handle, () => ({ focus: go }));
  return (
    <div ref={frame}>
      <div
        ref={container}
        className={classes.cards}
        style={{ height: virtualizer.getTotalSize() }}
        role="list"
        aria-label="Servers"
        {...handlers}
      >
        {virtualizer.getVirtualItems().map(({ index: row, start }) => (
          <div
            key={row}
            ref={virtualizer.measureElement}
            data-index={row}
            role="presentation"
            className={classes.cardRow}
            style={{
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              transform: `translateY(${start - virtualizer.options.scrollMargin}px)`,
            }}
          >
            {servers.slice(row * columns, (row + 1) * columns).map((server, column) => (
              <Card
                key={server.id}
                server={server}
                index={row * columns + column}
                count={servers.length}
                cost={costs?.get(server.id)}
                isCostKnown={costs !== undefined}
                isSelected={selected.has(server.id)}
                onSelect={onSelect}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

interface CardProps {
  server: Server;
  index: number;
  count: number;
  cost: string | undefined;
  isCostKnown: boolean;
  isSelected: boolean;
  onSelect: ListProps['onSelect'];
}

const Card = memo(function Card({
  server,
  index,
  count,
  cost,
  isCostKnown,
  isSelected,
  onSelect,
}: CardProps) {
  return (
    <div
      role="listitem"
      aria-posinset={index + 1}
      aria-setsize={count}
      className={classes.card}
      data-item={index}
      data-selected={isSelected || undefined}
    >
      <header>
        <Anchor component={Link} to={`/servers/${server.id}`} className={classes.name} title={server.name}>
          {server.name}
        </Anchor>
        {onSelect && (
          <Tick
            label={`Select ${server.name}`}
            isOn={isSelected}
            onChange={() => onSelect((ids) => toggled(ids, server.id))}
          />
        )}
      </header>
      <div>
        <Status of={server.status} />
        <small className={classes.cut} title={remarkOn(server)}>
          {remarkOn(server)}
        </small>
      </div>
      <div className={classes.cut}>
        {productOf(server)}
        <small className={classes.cut}>{configurationOf(server)}</small>
      </div>
      <Address of={server} />
      <TagList tags={server.tags} />
      <footer>
        <span>
          <Price of={server} />
        </span>
        <span>
          <CostSoFar of={server} known={isCostKnown} cost={cost} />{' '}
          <span className={classes.quiet}>this month</span>
        </span>
      </footer>
    </div>
  );
});
