import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { BillingProfile } from '@berth/contracts';
import type { ReactNode } from 'react';
import { useMe } from '../access/session.tsx';
import { calls } from '../api/calls.ts';
import { reading } from '../api/reading.ts';
import { FactsCard } from '../ui/facts-card.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { BillingProfileForm } from './billing-profile-form.tsx';

/** Whom the account's invoices are for, and a way to change it for who may. */
export function BillingProfileCard() {
  const { role } = useMe();
  const profile = useQuery(reading(calls.billingProfile()));
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Loaded of={profile} skeleton={<Skeleton h={240} radius="md" />}>
      {(known) => (
        <>
          <FactsCard
            title="Whom invoices are for"
            of={profileFacts(known)}
            note={
              <Group justify="space-between">
                <Text size="sm" maw={420}>
                  It stands on the next invoice. What was issued stays as it is; ask support about taxes.
                </Text>
                {MAY_CHANGE.has(role) && (
                  <Button variant="default" onClick={open}>
                    Change it
                  </Button>
                )}
              </Group>
            }
          />
          {isOpen && <BillingProfileForm of={known} onClose={close} />}
        </>
      )}
    </Loaded>
  );
}

const MAY_CHANGE: ReadonlySet<string> = new Set(['owner', 'admin', 'billing']);
const COUNTRIES = new Intl.DisplayNames(undefined, { type: 'region' });
const UNSET = 'not set';

/** What is known of whom invoices are for, and how they are taxed. */
export const profileFacts = (profile: BillingProfile): [string, ReactNode][] => [
  ['Name', profile.legalName ?? UNSET],
  ['Address', profile.addressLines.join(', ') || UNSET],
  ['Country', profile.country ? COUNTRIES.of(profile.country) : UNSET],
  ['Tax id', profile.taxId ?? UNSET],
  ['Invoices are also mailed to', profile.email ?? 'nobody besides owners and billing members'],
  ['Tax', taxText(profile.tax)],
];

const taxText = ({ rate, reverseCharge, note }: BillingProfile['tax']): string =>
  [reverseCharge ? 'Reverse charge: none is added' : `${rate}%`, note].filter(Boolean).join(' · ');
