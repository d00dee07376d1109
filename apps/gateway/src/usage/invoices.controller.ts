import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  CloseMonth,
  ListInvoiceLineUsage,
  ListInvoices,
  PayInvoice,
  routes,
  VoidInvoice,
  type Principal,
  type StaffPrincipal,
} from '@berth/contracts';
import { Caller } from '../access/caller.ts';
import { Bus } from '../bus/bus.ts';
import { Endpoint, Given } from '../http/endpoint.ts';
import type { InputOf } from '../http/input.ts';
import { invoiceOrFile } from '../invoices/invoice-file.ts';

@Controller()
export class InvoicesController {
  constructor(private readonly bus: Bus) {}

  @Endpoint(routes.listInvoices)
  list(@Caller() { accountId }: Principal, @Given() { query }: InputOf<'listInvoices'>) {
    return this.bus.ask(ListInvoices, { ...query, accountId });
  }

  @Endpoint(routes.getInvoice)
  get(
    @Caller() { accountId }: Principal,
    @Given() { params, query }: InputOf<'getInvoice'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const which = { accountId, invoiceId: params.id };
    return invoiceOrFile(this.bus, which, query.format, { request, reply });
  }

  @Endpoint(routes.listInvoiceLineUsage)
  lineUsage(@Caller() { accountId }: Principal, @Given() { params, query }: InputOf<'listInvoiceLineUsage'>) {
    return this.bus.ask(ListInvoiceLineUsage, { ...query, accountId, invoiceId: params.id, line: params.n });
  }

  @Endpoint(routes.listAccountInvoices)
  ofAccount(@Given() { params, query }: InputOf<'listAccountInvoices'>) {
    return this.bus.ask(ListInvoices, { ...query, accountId: params.id });
  }

  @Endpoint(routes.getAccountInvoice)
  oneOfAccount(
    @Given() { params, query }: InputOf<'getAccountInvoice'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const which = { accountId: params.id, invoiceId: params.invoiceId };
    return invoiceOrFile(this.bus, which, query.format, { request, reply });
  }

  @Endpoint(routes.listAccountInvoiceLineUsage)
  lineUsageOfAccount(@Given() { params, query }: InputOf<'listAccountInvoiceLineUsage'>) {
    const { id: accountId, invoiceId, n: line } = params;
    return this.bus.ask(ListInvoiceLineUsage, { ...query, accountId, invoiceId, line });
  }

  @Endpoint(routes.closeMonth)
  close(
    @Caller() { actor }: StaffPrincipal,
    @Given() { params, body, idempotencyKey }: InputOf<'closeMonth'>,
  ) {
    const accountId = params.id;
    return this.bus.order(CloseMonth, { ...body, accountId }, { accountId, actor }, idempotencyKey);
  }

  @Endpoint(routes.payInvoice)
  pay(
    @Caller() { actor, accountId }: StaffPrincipal,
    @Given() { params, body, idempotencyKey }: InputOf<'payInvoice'>,
  ) {
    const payment = { ...body, invoiceId: params.id };
    return this.bus.order(PayInvoice, payment, { accountId, actor }, idempotencyKey);
  }

  @Endpoint(routes.voidInvoice)
  void(@Caller() { actor, accountId }: StaffPrincipal, @Given() { params, body }: InputOf<'voidInvoice'>) {
    return this.bus.order(VoidInvoice, { ...body, invoiceId: params.id }, { accountId, actor });
  }
}
