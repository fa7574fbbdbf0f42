import { writeXml, type XmlNode } from './xml.ts';

/** What an operation made; one place writes it to the socket. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** Called once the answer is written or can no longer be. */
  readonly release?: () => void;
}

const XML = { 'Content-Type': 'application/xml' };

/** An XML document that is written already. */
export function answerText(body: string): Answer {
  return { status: 200, headers: XML, body };
}

interface XmlOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** S3 puts its namespace on results but not on errors and POST responses. */
  readonly namespace?: boolean;
}

export function answerXml(root: string, node: XmlNode, options: XmlOptions = {}): Answer {
  const { status = 200, headers, namespace = true } = options;
  return { status, headers: { ...XML, ...headers }, body: writeXml(root, node, { namespace }) };
}
