/** OWASP's advice for an API (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers). */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Once a browser has come by HTTPS, it never again comes without, to this very host: below it may lie the zone of customers' servers, which
 * speak HTTP as they like. A neighbour's page gains nothing by it, for cookies are `__Host-`, which only this host can set.
 */
export const HTTPS_ONLY = { 'strict-transport-security': 'max-age=31536000' };
