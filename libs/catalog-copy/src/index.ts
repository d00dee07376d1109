export { CatalogCopy } from './catalog-copy.ts';
export { CatalogCopyModule } from './catalog-copy.module.ts';
