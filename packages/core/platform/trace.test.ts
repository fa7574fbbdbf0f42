import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { continueTrace, parseTraceparent, renderTraceparent } from './trace.ts';

const zeros = (digits: number) => '1'.repeat(digits);

describe('traces', () => {
  test('the example of the W3C recommendation is read', () => {
    expect(parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      parentId: 'b7ad6b7169203331',
    });
  });

  test.each([
    ['another version', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['a trace id of zeros', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['a parent of zeros', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['capitals', '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01'],
    ['more behind it', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x'],
  ])('%s is none', (_, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  test('a header of AWS’s load balancers is continued', () => {
    const headers = { 'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678;Sampled=1' };
    expect(continueTrace(headers, zeros).traceId).toBe('67891233abcdef012345678912345678');
  });

  test('whatever the headers hold, a trace comes of it that can be handed on', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (traceparent, amazon) => {
        const trace = continueTrace({ traceparent, 'x-amzn-trace-id': amazon }, zeros);
        expect(parseTraceparent(renderTraceparent(trace))).toEqual(trace);
      }),
    );
  });
});
