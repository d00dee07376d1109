import { createHmac, timingSafeEqual } from 'node:crypto';
import { AgentReport, type SignedAgentReport } from '@berth/contracts';

/** What the payload claims; undefined when it is no report. Nothing of it is proven. */
export function claimOf({ payload }: SignedAgentReport): AgentReport | undefined {
  try {
    return AgentReport.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}

/** Whether the payload's exact bytes were signed (HMAC-SHA256, RFC 2104) with this secret, base64. */
export function isSignedWith(secret: string, { payload, signature }: SignedAgentReport): boolean {
  const expected = createHmac('sha256', Buffer.from(secret, 'base64')).update(payload, 'utf8').digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
