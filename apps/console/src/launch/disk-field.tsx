import { Group, NumberInput, Slider, Stack, Text } from '@mantine/core';
import type { OfferedCatalog } from '@berth/contracts';
import { money } from '../ui/money.ts';
import { diskStops, nearestStop } from './configuration.ts';
import classes from './launch.module.css';
import type { ShownPrice } from './prices.ts';

interface Props {
  limits: OfferedCatalog['products'][number]['disk'];
  gib: number;
  onChange: (gib: number) => void;
  price: ShownPrice | undefined;
  error?: string | undefined;
}

/** The disk's size: by the slider in round steps, or typed to the GiB. */
export function DiskField({ limits, gib, onChange, price, error }: Props) {
  const stops = diskStops(limits);
  return (
    <Stack gap="xs">
      <Group wrap="nowrap" gap="lg" align="center">
        <Slider
          flex={1}
          min={0}
          max={stops.length - 1}
          value={nearestStop(stops, gib)}
          onChange={(at) => onChange(stops[at] ?? gib)}
          label={(at) => `${stops[at]} GiB`}
          thumbLabel="Disk size"
          thumbValueText={(at) => `${stops[at]} GiB`}
        />
        <NumberInput
          w={130}
          aria-label="Disk size in GiB"
          value={gib}
          onChange={(value) => typeof value === 'number' && onChange(value)}
          min={limits.minGib}
          max={limits.maxGib}
          step={10}
          allowDecimal={false}
          clampBehavior="blur"
          suffix=" GiB"
          error={error}
        />
      </Group>
      <Text size="sm" c="dimmed" className={classes.figures}>
        {price && `${money(price.disk.perMonth, price.currency)} a month, also while it is paused · `}
        {limits.minGib} to {limits.maxGib} GiB
      </Text>
    </Stack>
  );
}
