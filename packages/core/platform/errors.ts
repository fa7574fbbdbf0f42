/** Codes of expected failures, as the API's `UserErrorCode` names them. */
export type DomainErrorCode =
  | 'ARCHIVED'
  | 'BATCH_UNAVAILABLE'
  | 'IDEMPOTENCY_CONFLICT'
  | 'INVALID'
  | 'IN_USE'
  | 'MODEL_UNAVAILABLE'
  | 'NOT_FOUND'
  | 'SAMPLE_NOT_READY'
  | 'UPLOAD_CLOSED'
  | 'UPLOAD_INCOMPLETE'
  | 'VERSION_CONFLICT';

/** A failure the caller can mend: it is answered as data, with the path of the offending input. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;
  readonly path: readonly string[];

  constructor(code: DomainErrorCode, message: string, path: readonly string[] = ['input']) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

/** The credential is missing, malformed, unknown or suspended. */
export class UnauthenticatedError extends Error {
  override readonly name = 'UnauthenticatedError';
}

/** The credential may not perform the action; says which action. */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
  readonly action: string;

  constructor(action: string) {
    super(`This credential may not perform ${action}.`);
    this.action = action;
  }
}

export type LimitCode = 'QUOTA_EXCEEDED' | 'RATE_LIMITED';

/** More was asked for than the plan allows, now or this month. */
export class LimitError extends Error {
  override readonly name = 'LimitError';
  readonly code: LimitCode;
  /** When to ask again, in ms; undefined when waiting does not help. */
  readonly retryAfterMs: number | undefined;
  readonly quota: string | undefined;

  constructor(
    code: LimitCode,
    message: string,
    details: { readonly retryAfterMs?: number; readonly quota?: string } = {},
  ) {
    super(message);
    this.code = code;
    this.retryAfterMs = details.retryAfterMs;
    this.quota = details.quota;
  }
}

/** Answers for an id that does not exist and for another tenant's id alike. */
export function createNotFoundError(what: string, path: readonly string[]): DomainError {
  return new DomainError('NOT_FOUND', `There is no such ${what}.`, path);
}
