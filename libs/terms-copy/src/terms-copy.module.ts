import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import type { ServiceName } from '@berth/contracts';
import { KeptTermsModel } from './kept-terms.model.ts';
import { KEEPER, TermsCopy } from './terms-copy.ts';
import { TermsHandlers } from './terms.handlers.ts';

/**
 * A copy of the terms of accounts for all modules of a service: {@link TermsCopy} can be injected. Needs `BusModule` and
 * `MongoModule` beside it. Consumes `TermsChanged`; sends `SendTerms`. Owns `kept_terms`.
 */
@Module({})
export class TermsCopyModule {
  static forRoot(service: ServiceName): DynamicModule {
    return {
      module: TermsCopyModule,
      global: true,
      imports: [MongooseModule.forFeature([KeptTermsModel])],
      controllers: [TermsHandlers],
      providers: [{ provide: KEEPER, useValue: service }, TermsCopy],
      exports: [TermsCopy],
    };
  }
}
