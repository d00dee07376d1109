import type { Part } from '../part.ts';
import { Declarations } from './declarations.ts';
import { VoidHandlers } from './void.handlers.ts';
import { VoidModel } from './void.model.ts';
import { Voids } from './voids.ts';

/** Minutes that are not billed. Answers `ListVoids`, `DeclareVoid`, `WithdrawVoid`. Owns `voids`. */
export const voids: Part = {
  models: [VoidModel],
  controllers: [VoidHandlers],
  providers: [Voids, Declarations],
};
