export * from './entity.ts';
export { type Journal, keepJournal, type RowChange } from './journal.ts';
export * from './list-entries.ts';
export * from './secret-reads.ts';
export * from './verbs.ts';
