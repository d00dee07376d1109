import { Controller } from '@nestjs/common';
import { CancelOperation, GetOperation, ListOperations, type DataOf } from '@berth/contracts';
import { OnRequest } from '@berth/messaging';
import { Orders } from '../servers/orders.ts';
import { Operations } from './operations.ts';

@Controller()
export class OperationHandlers {
  constructor(
    private readonly operations: Operations,
    private readonly orders: Orders,
  ) {}

  @OnRequest(GetOperation, { held: true })
  get(query: DataOf<typeof GetOperation>) {
    return this.operations.get(query);
  }

  @OnRequest(ListOperations)
  list(query: DataOf<typeof ListOperations>) {
    return this.operations.list(query);
  }

  @OnRequest(CancelOperation, { idempotent: true })
  cancel(order: DataOf<typeof CancelOperation>) {
    return this.orders.cancel(order);
  }
}
