export { csvLine, type Cell } from './csv-line.ts';
