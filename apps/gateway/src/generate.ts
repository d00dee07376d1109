import { openApiText } from './openapi/document.ts';

/** Prints the OpenAPI document; `npm run generate` writes it to docs/generated/openapi.json. */
process.stdout.write(openApiText());
