import { Page } from '../ui/page.tsx';

export default function AccountScreen() {
  return <Page title="Account">…</Page>;
}
