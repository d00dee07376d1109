import { Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { InvoiceFormat, InvoiceSummary } from '@berth/contracts';
import { useState } from 'react';
import type { ApiCall } from '../api/call.ts';
import { Dot } from '../ui/status.tsx';
import { standingOf } from './standing.ts';

/** How it stands, at the time at which it is first shown. */
export function Standing({ of }: { of: Pick<InvoiceSummary, 'kind' | 'status' | 'dueAt'> }) {
  const [now] = useState(Date.now);
  return <Dot {...standingOf(of, now)} />;
}

const FORMATS: readonly InvoiceFormat[] = ['pdf', 'csv', 'json'];

interface DownloadsProps {
  of: Pick<InvoiceSummary, 'number' | 'documents'>;
  file: (format: InvoiceFormat) => ApiCall;
  size?: 'xs' | 'sm';
}

/** Its files, once they are made. */
export function Downloads({ of: { number, documents }, file, size = 'sm' }: DownloadsProps) {
  return (
    <Group gap="xs" wrap="nowrap">
      {FORMATS.map((format) => {
        const name = format.toUpperCase();
        const label = `Download ${name} of ${number}`;
        const common = {
          size,
          variant: 'default',
          leftSection: <IconDownload size={14} aria-hidden />,
          children: name,
        } as const;
        return documents ? (
          <Button
            key={format}
            {...common}
            component="a"
            href={file(format).path}
            download
            aria-label={label}
          />
        ) : (
          <Button key={format} {...common} disabled title="It is being made" aria-label={label} />
        );
      })}
    </Group>
  );
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** The UTC day of an instant, as it stands on the invoice. */
export const dayOf = (instant: string): string => DAY.format(new Date(instant));
