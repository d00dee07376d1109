import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTerminal2 } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { ApiCall } from '../api/call.ts';

const ApiCallsDrawer = lazy(() => import('./api-calls-drawer.tsx'));

/** What a button does, and the call that does it. */
export interface ShownCall {
  /** `Pause` */
  title: string;
  call: ApiCall;
}

/** The button that shows how the same is done over the API: as curl, what each button of the screen does. */
export function ApiCalls({ of }: { of: readonly ShownCall[] }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open} leftSection={<IconTerminal2 size={16} />}>
        API
      </Button>
      {opened && (
        <Suspense>
          <ApiCallsDrawer of={of} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
