import { Page } from '../ui/page.tsx';

export default function FleetScreen() {
  return <Page title="Fleet">…</Page>;
}
