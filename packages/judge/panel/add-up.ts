import type { Judgement } from '../judge.ts';
import type { LedgerTotal } from '../ledger.ts';
import type { Spent } from '../models/model-error.ts';

/** What a judgement used, or one that broke off. */
export type Bill = Pick<LedgerTotal, 'rawAnswers' | 'usage' | 'costMicroUsd'> | Spent;

type Sum = Pick<LedgerTotal, 'rawAnswers' | 'usage' | 'costMicroUsd'>;

/** What several judgements, or broken-off ones, used together; one unknown makes a sum unknown. */
export function addUp(bills: readonly Bill[]): Sum {
  const sum = (pick: (bill: Bill) => number | undefined | null) =>
    bills.reduce<number | null>((total, bill) => {
      const amount = pick(bill);
      return total === null || amount === null || amount === undefined ? null : total + amount;
    }, 0);
  const inputTokens = sum(({ usage }) => usage?.inputTokens);
  const outputTokens = sum(({ usage }) => usage?.outputTokens);
  return {
    rawAnswers: bills.flatMap(({ rawAnswers }) => rawAnswers),
    usage: inputTokens === null || outputTokens === null ? null : { inputTokens, outputTokens },
    costMicroUsd: sum(({ costMicroUsd }) => costMicroUsd),
  };
}

/** What several judgements said and used, apart from their verdicts. */
export function mergeRecords(
  judgements: readonly Judgement[],
): Sum & Pick<Judgement, 'looks' | 'promptTexts'> {
  return {
    ...addUp(judgements),
    looks: judgements.flatMap(({ looks }) => looks),
    promptTexts: judgements.flatMap(({ promptTexts }) => promptTexts),
  };
}
