import { ActionIcon, Button, CloseButton, Group, Kbd, NativeSelect, Text, TextInput } from '@mantine/core';
import { IconLayoutGrid, IconList, IconSearch } from '@tabler/icons-react';
import type { Server } from '@berth/contracts';
import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react';
import { isTyping } from '../app/shortcuts.ts';
import classes from './servers.module.css';
import { countsOf, tagsOf } from './shown.ts';
import { GROUPS, SORTS, type Group as StatusGroup, type SortKey, type View } from './view.ts';

export type Look = 'table' | 'cards';

interface Props {
  servers: readonly Server[];
  /** How many of them fit. */
  shown: number;
  view: View;
  onChange: (part: Partial<View>) => void;
  /** Undefined where there is no choice. */
  look: Look | undefined;
  onLook: (look: Look) => void;
  /** Leads from the search into the list. */
  onDown: () => void;
}

/** Search, filters, order and look of the list. */
export function Toolbar({ servers, shown, view, onChange, look, onLook, onDown }: Props) {
  const tags = useMemo(() => tagsOf(servers), [servers]);
  const isKnown = view.tag === '' || tags.includes(view.tag);
  return (
    <search aria-label="Servers">
      <Group gap="xs" mb="sm">
        <SearchInput view={view} onChange={onChange} onDown={onDown} />
        {(tags.length > 0 || view.tag) && (
          <NativeSelect
            aria-label="Tag"
            value={view.tag}
            onChange={({ currentTarget }) => onChange({ tag: currentTarget.value })}
            data={[{ value: '', label: 'Any tag' }, ...(isKnown ? [] : [view.tag]), ...tags]}
            className={classes.choice}
          />
        )}
        {look !== 'table' && <SortSelect view={view} onChange={onChange} />}
        {look && <Looks look={look} onLook={onLook} />}
      </Group>
      <Group gap={6} role="group" aria-label="Status">
        <Groups servers={servers} view={view} onChange={onChange} />
        <Text size="sm" c="dimmed" ml="auto" role="status">
          {shown === 1 ? '1 server' : `${shown} servers`}
        </Text>
      </Group>
    </search>
  );
}

function SearchInput({ view, onChange, onDown }: Pick<Props, 'view' | 'onChange' | 'onDown'>) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      input.current?.select();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      onDown();
    } else if (event.key === 'Escape' && view.q) {
      event.preventDefault();
      onChange({ q: '' });
    }
  };
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label="Search servers"
      aria-keyshortcuts="/"
      placeholder="Search by name, address, tag …"
      value={view.q}
      onChange={({ currentTarget }) => onChange({ q: currentTarget.value })}
      onKeyDown={onKeyDown}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        view.q ? (
          <CloseButton size="sm" aria-label="Clear the search" onClick={() => onChange({ q: '' })} />
        ) : (
          <Kbd size="xs" visibleFrom="md" aria-hidden>
            /
          </Kbd>
        )
      }
      style={{ flex: '1 1 14rem' }}
      maw={420}
    />
  );
}

function SortSelect({ view: { sort }, onChange }: Pick<Props, 'view' | 'onChange'>) {
  return (
    <NativeSelect
      aria-label="Sort by"
      className={classes.choice}
      value={sort.by}
      onChange={({ currentTarget }) => {
        const by = currentTarget.value as SortKey;
        onChange({ sort: { by, descending: SORTS[by].descending } });
      }}
      data={Object.entries(SORTS).map(([value, { label }]) => ({ value, label }))}
    />
  );
}

function Looks({ look, onLook }: { look: Look; onLook: (look: Look) => void }) {
  const looks = [
    { name: 'table', icon: IconList },
    { name: 'cards', icon: IconLayoutGrid },
  ] as const;
  return (
    <ActionIcon.Group ml="auto" role="group" aria-label="Show as">
      {looks.map(({ name, icon: Icon }) => (
        <ActionIcon
          key={name}
          size={36}
          variant={look === name ? 'light' : 'default'}
          aria-label={name === 'table' ? 'Table' : 'Cards'}
          aria-pressed={look === name}
          onClick={() => onLook(name)}
        >
          <Icon size={18} />
        </ActionIcon>
      ))}
    </ActionIcon.Group>
  );
}

/** Each kind of status with how many there are: the state of all at a glance, and a filter. */
function Groups({ servers, view, onChange }: Pick<Props, 'servers' | 'view' | 'onChange'>) {
  const { terminated, ...counts } = useMemo(() => countsOf(servers), [servers]);
  const chips: { group: StatusGroup | null; label: string; count: number | undefined }[] = [
    { group: null, label: 'All', count: servers.length - terminated },
    ...Object.entries(counts).map(([group, count]) => ({
      group: group as StatusGroup,
      label: GROUPS[group as StatusGroup],
      count,
    })),
    // Asked for only when somebody wants them.
    { group: 'terminated', label: GROUPS.terminated, count: undefined },
  ];
  return chips.map(({ group, label, count }) => (
    <Button
      key={label}
      size="compact-sm"
      radius="xl"
      variant={view.group === group ? 'filled' : 'default'}
      aria-pressed={view.group === group}
      onClick={() => onChange({ group })}
      mih={28}
      fw={500}
    >
      {label}
      {count !== undefined && (
        <Text span inherit ml={6} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {count}
        </Text>
      )}
    </Button>
  ));
}
