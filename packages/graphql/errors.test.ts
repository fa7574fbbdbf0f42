import { DomainError, ForbiddenError, UnauthenticatedError } from '@loupe/core/platform';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createContextError, formatError, isUnexpected } from './errors.ts';

/** As Apollo hands over what a resolver threw. */
function throwIn(original: Error): GraphQLError {
  return new GraphQLError(original.message, { path: ['field'], originalError: original });
}

const format = (error: GraphQLError) => formatError(error.toJSON(), error, 'req-1');

describe('what a caller sees of an error', () => {
  it('is the code of an expected one', () => {
    expect(format(throwIn(new DomainError('INVALID', 'first lies between 1 and 100.', ['first'])))).toEqual({
      message: 'first lies between 1 and 100.',
      path: ['field'],
      extensions: { code: 'BAD_USER_INPUT', requestId: 'req-1', argumentPath: ['first'] },
    });
    expect(format(throwIn(new ForbiddenError('tenant.list')))).toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    });
  });

  it('is nothing of an unexpected one but the request id', () => {
    const secret = 'User: arn:aws:sts::123456789012:assumed-role/api is not authorized';
    for (const shown of [
      format(throwIn(new Error(secret))),
      createContextError(new Error(secret), 'req-1').toJSON(),
    ]) {
      expect(JSON.stringify(shown)).not.toContain('arn:aws');
      expect(shown).toMatchObject({ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-1' } });
    }
  });

  it('is 401 for a refused credential', () => {
    expect(createContextError(new UnauthenticatedError('No.'), 'req-1').extensions).toEqual({
      code: 'UNAUTHENTICATED',
      requestId: 'req-1',
      http: { status: 401 },
    });
  });
});

describe('what is ours to repair', () => {
  it('is everything but what callers did', () => {
    expect(isUnexpected(throwIn(new Error('bug')))).toBe(true);
    expect(isUnexpected(new GraphQLError('Cannot return null for non-nullable field.'))).toBe(true);
    expect(isUnexpected(throwIn(new DomainError('NOT_FOUND', 'x')))).toBe(false);
    expect(isUnexpected(new GraphQLError('x', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }))).toBe(
      false,
    );
  });
});
