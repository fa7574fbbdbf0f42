import { DataFolderError } from '../data-folder.ts';

/** A file of the data folder cannot be used: which one, `what` is wrong, and how to go on. */
export function createDamage(path: string, what: string): DataFolderError {
  return new DataFolderError(
    'UNREADABLE',
    `${path} ${what}. Put a sound copy of the data folder in its place, or start afresh: npm start -- --reset`,
  );
}
