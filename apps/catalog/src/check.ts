import { readCatalogFile } from './file/read-catalog-file.ts';

/** `node apps/catalog/dist/check.js my-catalog.yaml`: says what is wrong with a catalog file, before it is deployed. */
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Which file? check.js <catalog.yaml>');
try {
  const { products, sizes, regions } = await readCatalogFile(file, new Date());
  console.log(
    `${file} is fine: ${products.length} products, ${sizes.length} sizes, ${regions.length} regions`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
