import { type OperationValidation, operationValidations } from './dynalite.ts';
import type { RequestData } from './types.ts';

const { Limit: _, ...queryTypes } = operationValidations.query.types;

const scanTypes = {
  ...operationValidations.scan.types,
  ConsistentRead: 'Boolean',
  TotalSegments: { type: 'Integer', greaterThanOrEqual: 1, lessThanOrEqual: 1_000_000 },
};

/** The validations of Query and Scan, with what the engine's own leave out. */
export const queryValidation = addCheck(
  { ...operationValidations.query, types: { ...queryTypes, Limit: 'Integer' } },
  (data) => findLimitError(data) ?? findSelectError(data),
);
export const scanValidation = addCheck(
  { ...operationValidations.scan, types: scanTypes },
  (data) => findSelectError(data) ?? findSegmentError(data),
);

function addCheck(
  validation: OperationValidation,
  check: (data: RequestData) => string | undefined,
): OperationValidation {
  return { ...validation, custom: (data, limits) => check(data) ?? validation.custom?.(data, limits) };
}

function findLimitError({ Limit }: RequestData): string | undefined {
  if (Limit === undefined || (Limit as number) >= 1) return undefined;
  return (
    "1 validation error detected: Value at 'Limit' failed to satisfy constraint: " +
    'Member must have value greater than or equal to 1'
  );
}

function findSelectError(data: RequestData): string | undefined {
  const { Select } = data;
  const isProjected = data.ProjectionExpression !== undefined || data.AttributesToGet !== undefined;
  if (Select === 'SPECIFIC_ATTRIBUTES' && !isProjected) {
    return 'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES';
  }
  if (Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES' && isProjected) {
    return `Cannot specify the AttributesToGet or ProjectionExpression when choosing to get ${Select}`;
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && data.IndexName === undefined) {
    return 'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName';
  }
  return undefined;
}

function findSegmentError(data: RequestData): string | undefined {
  if (data.Segment === undefined || data.TotalSegments !== undefined) return undefined;
  return 'The TotalSegments parameter is required but was not present in the request when Segment parameter is present';
}
