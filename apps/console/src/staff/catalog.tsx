import { Page } from '../ui/page.tsx';

export default function CatalogScreen() {
  return <Page title="Catalog">…</Page>;
}
