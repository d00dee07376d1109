import type { DynamicModule, INestMicroservice } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock } from '@berth/clock';
import { BusTransport } from '@berth/messaging';

/** A service in this process, as its main starts it but by this clock. Fails as the start does, with nothing left running. */
export async function serviceAt(clock: Clock, module: DynamicModule): Promise<INestMicroservice> {
  const parts = await Test.createTestingModule({ imports: [module] })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const app = parts.createNestMicroservice({ strategy: parts.get(BusTransport), logger: false });
  try {
    await app.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
