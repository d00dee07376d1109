import { Controller } from '@nestjs/common';
import { CheckHostname, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Hostnames } from './hostnames.ts';

@Controller()
export class HostnameHandlers {
  constructor(private readonly hostnames: Hostnames) {}

  @OnRequest(CheckHostname)
  check({ name, accountId }: DataOf<typeof CheckHostname>) {
    return this.hostnames.check(name, accountId);
  }
}
