/** The one place where the test functions read their environment. */
const environment = process.env;

function read(name: string): string {
  const value = environment[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export const table = read('LOUPE_TABLE');
export const bucket = read('LOUPE_BUCKET');
export const secret = read('LOUPE_SECRET');
