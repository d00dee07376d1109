import { runService } from '@berth/messaging';
import { CatalogModule } from './catalog.module.ts';

await runService(CatalogModule, 'catalog');
