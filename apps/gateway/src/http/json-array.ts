/** A list as a JSON array, an item a line, written as its pages come. */
export async function* jsonArray(pages: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const items of pages) {
    for (const item of items) {
      yield before + JSON.stringify(item);
      before = ',\n';
    }
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
