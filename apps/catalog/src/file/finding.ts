/** Something wrong in the catalog file: where (keys and list positions from the top) and what. */
export interface Finding {
  path: readonly PropertyKey[];
  message: string;
}

/** `products[0].versions[2].images.eu-central-1` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** A finding for each key that stands in a list for the second time. */
export function* repeated(
  path: readonly PropertyKey[],
  keys: readonly (string | number)[],
): Iterable<Finding> {
  for (const [index, key] of keys.entries()) {
    if (keys.indexOf(key) < index) yield { path: [...path, index], message: `"${key}" stands here twice` };
  }
}
