import type { Part } from '../part.ts';
import { Agreements } from './agreements.ts';
import { TermsHandlers } from './terms.handlers.ts';
import { TermsModel } from './terms.model.ts';
import { Terms } from './terms.ts';

/** On what terms accounts buy. Answers `GetTerms`, `DecideTerms`, obeys `SendTerms`, publishes `TermsChanged`. Owns `terms`. */
export const terms: Part = {
  models: [TermsModel],
  controllers: [TermsHandlers],
  providers: [Terms, Agreements],
};
