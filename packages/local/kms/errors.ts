const STATUS: Readonly<Record<string, number>> = { KMSInternalException: 500 };

/** An error of the KMS API: the shape's name as AWS documents it, and a message for the caller. */
export class KmsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'KmsError';
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code] ?? 400;
  }
}

/** As AWS words a parameter that breaks a constraint. */
export function refuseConstraint(parameter: string, constraint: string, value?: unknown): KmsError {
  const name = parameter.charAt(0).toLowerCase() + parameter.slice(1);
  const shown = value === undefined ? 'Value' : value === null ? 'Value null' : `Value '${String(value)}'`;
  return new KmsError(
    'ValidationException',
    `1 validation error detected: ${shown} at '${name}' failed to satisfy constraint: ${constraint}`,
  );
}
