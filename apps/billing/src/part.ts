import type { Provider, Type } from '@nestjs/common';
import type { ModelDefinition } from '@nestjs/mongoose';

/**
 * What a folder brings into billing. Not a Nest module: what is recorded, rated and invoiced needs each other in one transaction, so modules
 * would import each other in a circle.
 */
export interface Part {
  models: ModelDefinition[];
  controllers: Type[];
  providers: Provider[];
}
