import { SqsError } from './errors.ts';

/** Which receive of which message of which queue a handle stands for. */
export interface Receipt {
  readonly queue: string;
  readonly sequence: number;
  readonly nonce: string;
}

const SEPARATOR = '\n';

export function formatReceipt(receipt: Receipt): string {
  return Buffer.from([receipt.queue, receipt.sequence, receipt.nonce].join(SEPARATOR)).toString('base64');
}

/** Reads a handle back. Throws `ReceiptHandleIsInvalid` for bytes that never were one, or another queue's. */
export function parseReceipt(handle: string, queue: string): Receipt {
  const [name, sequence, nonce, ...rest] = Buffer.from(handle, 'base64').toString('utf8').split(SEPARATOR);
  if (!name || !nonce || rest.length > 0 || !/^\d{1,15}$/.test(sequence ?? '')) {
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  if (name !== queue) {
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The receipt handle "${handle}" is not valid for this queue.`,
    );
  }
  return { queue: name, sequence: Number(sequence), nonce };
}
