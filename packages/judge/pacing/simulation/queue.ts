import { createHeap } from './heap.ts';

/** A simulated message: whose, and since when. */
export interface Message {
  readonly tenantId: string;
  tries: number;
  visibleAt: number;
  slotAt?: number | undefined;
}

/**
 * A queue as SQS's fair queues serve it: of the messages that are visible the next one is of the tenant with the fewest
 * under way. Messages that are hidden come back by themselves.
 */
export function createQueue() {
  const visible = new Map<string, Message[]>();
  const hidden = createHeap<Message>();
  const underWay = new Map<string, number>();

  function add(message: Message): void {
    hidden.push(message.visibleAt, message);
  }

  function show(now: number): void {
    while ((hidden.least() ?? now + 1) <= now) {
      const message = hidden.pop();
      if (message === undefined) return;
      const list = visible.get(message.tenantId) ?? [];
      list.push(message);
      visible.set(message.tenantId, list);
    }
  }

  function take(now: number): Message | undefined {
    show(now);
    const [tenant] = [...visible.entries()]
      .filter(([, list]) => list.length > 0)
      .toSorted(([a], [b]) => (underWay.get(a) ?? 0) - (underWay.get(b) ?? 0));
    const message = tenant?.[1].shift();
    if (message) underWay.set(message.tenantId, (underWay.get(message.tenantId) ?? 0) + 1);
    return message;
  }

  function release(message: Message): void {
    underWay.set(message.tenantId, (underWay.get(message.tenantId) ?? 1) - 1);
  }
  return { add, take, release };
}
