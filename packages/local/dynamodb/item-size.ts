import type { AttributeValue, Item } from './types.ts';

const COLLECTION_OVERHEAD_BYTES = 3;
const ELEMENT_OVERHEAD_BYTES = 1;

/**
 * Size of an item in bytes as DynamoDB counts it: UTF-8 names and strings, decoded binaries, about two digits
 * of a number per byte (AWS's "DynamoDB item sizes and formats"). The engine counts UTF-16 units instead.
 */
export function measureItem(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    bytes += Buffer.byteLength(name) + measureValue(value);
  }
  return bytes;
}

function measureValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return measureNumber(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.SS !== undefined) return sum(value.SS, (text) => Buffer.byteLength(text));
  if (value.NS !== undefined) return sum(value.NS, measureNumber);
  if (value.BS !== undefined) return sum(value.BS, (bytes) => Buffer.byteLength(bytes, 'base64'));
  if (value.L !== undefined) {
    return (
      COLLECTION_OVERHEAD_BYTES + sum(value.L, (element) => ELEMENT_OVERHEAD_BYTES + measureValue(element))
    );
  }
  if (value.M !== undefined) {
    const names = Object.keys(value.M).length;
    return COLLECTION_OVERHEAD_BYTES + names * ELEMENT_OVERHEAD_BYTES + measureItem(value.M);
  }
  return 1;
}

function measureNumber(text: string): number {
  const digits = text.replace(/[eE].*$|[-+.]/g, '').replace(/^0+|0+$/g, '').length;
  return 1 + Math.ceil(digits / 2) + (text.startsWith('-') ? 1 : 0);
}

function sum<Element>(elements: readonly Element[], measure: (element: Element) => number): number {
  return elements.reduce((total, element) => total + measure(element), 0);
}
