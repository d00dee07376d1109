import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { calls } from '../api/calls.ts';
import { readingAll } from '../api/reading.ts';
import type { Wanted } from './filter.ts';
import { ACTIONS, OUTCOMES } from './words.ts';

interface Props {
  wanted: Wanted;
  onChange: (part: Partial<Wanted>) => void;
}

/** By whom, what, how it went and when. */
export function Filters({ wanted, onChange }: Props) {
  return (
    <search aria-label="Entries">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="xs">
        <Select name="actor" label="Who" any="Anybody" options={useActors()} {...{ wanted, onChange }} />
        <Select name="action" label="What" any="Anything" options={WHAT} {...{ wanted, onChange }} />
        <Select name="outcome" label="How it went" any="However" options={HOW} {...{ wanted, onChange }} />
        <Day name="from" label="From" {...{ wanted, onChange }} />
        <Day name="to" label="Until" {...{ wanted, onChange }} />
      </SimpleGrid>
    </search>
  );
}

interface Option {
  value: string;
  label: string;
}

const byLabel = (a: Option, b: Option) => a.label.localeCompare(b.label);
const WHAT = Object.entries(ACTIONS)
  .map(([value, label]) => ({ value, label }))
  .toSorted(byLabel);
const HOW = Object.entries(OUTCOMES).map(([value, { label }]) => ({ value, label }));

/** Members and API tokens, once they are known. */
function useActors(): Option[] {
  const { data: members = [] } = useQuery(readingAll(calls.members()));
  const { data: tokens = [] } = useQuery(readingAll(calls.tokens()));
  return [
    ...members.map(({ userId, name }) => ({ value: userId, label: name })).toSorted(byLabel),
    ...tokens.map(({ id, name }) => ({ value: id, label: `API token ${name}` })).toSorted(byLabel),
  ];
}

function Select({
  name,
  label,
  any,
  options,
  wanted,
  onChange,
}: Props & { name: 'actor' | 'action' | 'outcome'; label: string; any: string; options: Option[] }) {
  const value = wanted[name];
  // Somebody may have left since.
  const isKnown = value === '' || options.some((option) => option.value === value);
  return (
    <NativeSelect
      label={label}
      value={value}
      onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
      data={[{ value: '', label: any }, ...(isKnown ? [] : [value]), ...options]}
    />
  );
}

const Day = ({ name, label, wanted, onChange }: Props & { name: 'from' | 'to'; label: string }) => (
  <TextInput
    type="date"
    label={label}
    value={wanted[name]}
    onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
  />
);
