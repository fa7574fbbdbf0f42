/** Sends a flood each time it is told to, and says how many requests of it came to which status. */
import { type Requests, sendAtRate } from './send-at-rate.ts';

export interface Flood {
  readonly requests: Requests;
  readonly perSecond: number;
  readonly forMs: number;
}

export interface Flooded {
  readonly served: number;
  readonly refused: number;
}

process.on('message', (flood: Flood) => void send(flood));

async function send({ requests, perSecond, forMs }: Flood): Promise<void> {
  const sent = await sendAtRate(requests, perSecond, forMs);
  const refused = sent.filter(({ status }) => status === 429).length;
  process.send?.({ served: sent.length - refused, refused } satisfies Flooded);
}
