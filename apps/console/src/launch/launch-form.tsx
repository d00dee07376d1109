import { Accordion, Select, Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { LaunchServerBody, OfferedCatalog } from '@berth/contracts';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { calls } from '../api/calls.ts';
import { reading, readingAll } from '../api/reading.ts';
import { ApiCalls } from '../ui/api-calls.tsx';
import { money } from '../ui/money.ts';
import { Page } from '../ui/page.tsx';
import { TagsField } from '../ui/tags-field.tsx';
import { problemOf, tagsOf } from '../ui/tags.ts';
import { Choice } from './choice.tsx';
import { fitted, regionsOf, type Configuration } from './configuration.ts';
import { DiskField } from './disk-field.tsx';
import { friendlyName } from './friendly-name.ts';
import { useLaunch } from './launching.ts';
import classes from './launch.module.css';
import { NameFields } from './name-fields.tsx';
import { computePrice, priceOf } from './prices.ts';
import { refusalOf } from './refusal.ts';
import { Summary } from './summary.tsx';

const BlockedBanner = lazy(() => import('../budget/blocked-banner.tsx'));

const CHOOSING_MILLISECONDS = 300;

interface Props {
  catalog: OfferedCatalog;
  initial: Configuration;
}

/** All that can be chosen, filled in already. */
export function LaunchForm({ catalog, initial }: Props) {
  const [wanted, setWanted] = useState<Partial<Configuration>>(initial);
  const [name, setName] = useState(friendlyName);
  const [hostname, setHostname] = useState<string | null>(null);
  const [tags, setTags] = useState<string[]>([]);
  // A new revision of the catalog may no longer offer what was chosen.
  const chosen = fitted(catalog, wanted) ?? initial;
  const choose = (change: Partial<Configuration>) => setWanted({ ...chosen, ...change });

  const { zone, ...configuration } = chosen;
  const body: LaunchServerBody = {
    name: name.trim(),
    ...configuration,
    ...(zone && { zone }),
    ...(hostname !== null && { hostname }),
    ...(tags.length > 0 && { tags: tagsOf(tags) }),
  };
  const launch = useLaunch(body, chosen, () => setHostname((now) => now ?? name));
  const errors = launch.problem ? refusalOf(launch.problem).fields : {};
  const price = usePrice(catalog, chosen);
  const hostZone = useHostZone();

  const product = catalog.products.find(({ id }) => id === chosen.product);
  const version = product?.versions.find(({ id }) => id === chosen.version);
  const sizes = catalog.sizes.filter(({ id }) => product?.sizes.includes(id));
  const regions = regionsOf(catalog, version);
  return (
    <Page
      title="Launch a server"
      actions={
        <ApiCalls
          of={[
            { title: 'Launch', call: calls.launch(body) },
            { title: 'Price it', call: calls.quote(quoteBody(chosen)) },
            { title: 'Read what is offered', call: calls.catalog() },
          ]}
        />
      }
    >
      <Suspense>
        <BlockedBanner />
      </Suspense>
      <form
        className={classes.layout}
        onSubmit={(event) => {
          event.preventDefault();
          if (!problemOf(tags)) launch.launch();
        }}
      >
        <Stack gap="xl">
          <Section title="Product">
            <Choice
              label="Product"
              value={chosen.product}
              onChange={(id) => choose({ product: id, version: undefined, diskGib: undefined })}
              columns={{ base: 1, sm: 2 }}
              error={errors['product']}
              options={catalog.products.map(({ id, name: title, description }) => ({
                value: id,
                title,
                children: (
                  <Text size="sm" c="dimmed">
                    {description}
                  </Text>
                ),
              }))}
            />
            <Select
              label="Version"
              maw={260}
              allowDeselect={false}
              value={chosen.version}
              onChange={(id) => id && choose({ version: id })}
              error={errors['version']}
              data={product?.versions.map(({ id }, at) => ({
                value: id,
                label: at === 0 ? `${id} (newest)` : id,
              }))}
            />
          </Section>
          <Section title="Size">
            <Choice
              label="Size"
              value={chosen.size}
              onChange={(size) => choose({ size })}
              columns={{ base: 2, sm: 3 }}
              error={errors['size']}
              options={sizes.map(({ id, name: title, vcpu, memoryGib }) => ({
                value: id,
                title,
                children: (
                  <>
                    <Text size="sm">
                      {vcpu} vCPU · {memoryGib} GiB
                    </Text>
                    <SizePrice catalog={catalog} size={id} region={chosen.region} />
                  </>
                ),
              }))}
            />
          </Section>
          <Section title="Region">
            <Choice
              label="Region"
              value={chosen.region}
              onChange={(region) => choose({ region })}
              columns={{ base: 1, xs: 2, sm: 3 }}
              error={errors['region']}
              options={regions.map(({ id, name: title }) => ({
                value: id,
                title,
                children: (
                  <Text size="sm" c="dimmed">
                    {id}
                  </Text>
                ),
              }))}
            />
          </Section>
          {product && (
            <Section title="Disk">
              <DiskField
                limits={product.disk}
                gib={chosen.diskGib}
                onChange={(diskGib) => choose({ diskGib })}
                price={price}
                error={errors['diskGib']}
              />
            </Section>
          )}
          <Section title="Name">
            <NameFields
              name={name}
              onName={setName}
              hostname={hostname}
              onHostname={setHostname}
              zone={hostZone}
              errors={{ name: errors['name'], hostname: errors['hostname'] }}
            />
          </Section>
          <Accordion variant="contained">
            <Accordion.Item value="more">
              <Accordion.Control>More: zone and tags</Accordion.Control>
              <Accordion.Panel>
                <Stack>
                  <Select
                    label="Zone"
                    description="A data centre of the region; where there is room, unless you need a certain one"
                    value={zone ?? ''}
                    onChange={(id) => choose({ zone: id || null })}
                    allowDeselect={false}
                    error={errors['zone']}
                    data={[
                      { value: '', label: 'Where there is room' },
                      ...(regions.find(({ id }) => id === chosen.region)?.zones ?? []),
                    ]}
                  />
                  <TagsField value={tags} onChange={setTags} error={errors['tags']} />
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        </Stack>
        <Summary price={price} isLaunching={launch.isLaunching} problem={launch.problem} />
      </form>
    </Page>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <Stack gap="sm" component="section" aria-label={title}>
    <Title order={2} size="h4">
      {title}
    </Title>
    {children}
  </Stack>
);

function SizePrice({ catalog, size, region }: { catalog: OfferedCatalog; size: string; region: string }) {
  const price = computePrice(catalog, { size, region }, new Date());
  if (!price) return null;
  return (
    <Text size="sm" c="dimmed" className={classes.figures}>
      {money(price.perHour, price.currency)} / hour
      <br />
      {money(price.perMonth, price.currency)} / month
    </Text>
  );
}

const quoteBody = ({ zone, ...configuration }: Configuration) => ({
  ...configuration,
  ...(zone && { zone }),
});

/** At once by the catalog, then as the API quotes it. */
function usePrice(catalog: OfferedCatalog, chosen: Configuration) {
  const wanted = JSON.stringify(quoteBody(chosen));
  const [settled] = useDebouncedValue(wanted, CHOOSING_MILLISECONDS);
  const { data } = useQuery(reading(calls.quote(JSON.parse(settled))));
  return (settled === wanted ? data : undefined) ?? priceOf(catalog, chosen, new Date());
}

/** What follows the host name, as another server of the account shows it. */
function useHostZone(): string | undefined {
  const { data: servers } = useQuery(readingAll(calls.servers()));
  return servers?.[0]?.hostname.replace(/^[^.]*\./, '');
}
