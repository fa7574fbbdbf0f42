/** The folder cannot be used; the message says why and what to do. */
export class DataFolderError extends Error {
  readonly code: 'UNWRITABLE' | 'IN_USE' | 'UNREADABLE';

  constructor(code: DataFolderError['code'], message: string) {
    super(message);
    this.name = 'DataFolderError';
    this.code = code;
  }
}

const RESTORE =
  'Put a sound copy of the data folder in its place, or start without the data: npm start -- --reset';

/** A file of the data folder cannot be used: which one, `what` is wrong, and how to go on. */
export function describeDamage(
  file: string,
  what = 'is damaged and cannot be read',
  remedy = RESTORE,
): DataFolderError {
  return new DataFolderError('UNREADABLE', `${file} ${what}. ${remedy}`);
}
