import { ClockModule } from '@berth/clock';
import { BusModule } from '@berth/messaging';
import { MongoModule } from '@berth/mongo';
import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Config } from './config.ts';
import { CatalogHandlers } from './publication/catalog.handlers.ts';
import { Publication } from './publication/publication.ts';
import { revisionSchema } from './publication/revision.model.ts';

const config = new Config(process.env);

/** What can be bought: see README.md for the messages. */
@Module({
  imports: [
    ClockModule.forRoot(),
    MongoModule.forRoot({ uri: config.mongoUri, database: 'berth_catalog' }),
    BusModule.forRoot({ service: 'catalog', amqpUrl: config.amqpUrl }),
    MongooseModule.forFeature([{ name: 'Revision', schema: revisionSchema }]),
  ],
  controllers: [CatalogHandlers],
  providers: [Publication, { provide: Config, useValue: config }],
})
export class CatalogModule {}
