import { runService } from '@berth/messaging';
import { CatalogModule } from './catalog.module.ts';
import { Config } from './config.ts';

await runService(() => CatalogModule.forRoot(new Config(process.env)), 'catalog');
