/** What a boot template may name between `{{` and `}}`. */
export interface Placeholders {
  hostname: string;
  serverName: string;
  serverId: string;
  version: string;
  size: string;
  region: string;
  dataPath: string;
}

/**
 * The text with its placeholders filled in. A customer chooses `serverName`, and a template may put it into a shell
 * command or a file of any syntax: of it only letters, digits, spaces and `._-` remain.
 */
export function filled(text: string, values: Placeholders): string {
  const safe: Readonly<Record<string, string>> = {
    ...values,
    serverName: values.serverName.replaceAll(/[^\p{L}\p{N} ._-]/gu, ''),
  };
  return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(safe, name) ? (safe[name] ?? whole) : whole,
  );
}
