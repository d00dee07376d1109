import type { ServerDocument } from './server.model.ts';

/**
 * A launch that has stood in line from the moment it began was never sent: should it be terminated there, EC2 need not be
 * asked what came of it. To be called within each change: its turn is stored before the request is sent.
 */
export function noteWhetherSent(server: ServerDocument, hasMoved: boolean): void {
  const { status, launch, progress } = server;
  if (!launch || status !== 'provisioning') return;
  const neverSent = progress.waitsIn != null && (hasMoved || launch.neverSent === true);
  if (neverSent !== (launch.neverSent ?? false)) server.launch = { ...launch, neverSent };
}
