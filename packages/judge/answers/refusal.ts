const REFUSALS = [
  /\b(?:i'?m|i am|we are|we're)\s+(?:\w+\s+)?(?:sorry|unable|not able|not allowed|not permitted)\b/i,
  /\b(?:sorry|apologi[sz]e),?\s+(?:but|i|we|for)\b/i,
  /\b(?:i|we)\s+(?:can'?t|cannot|can not|won'?t|must decline|decline)\b/i,
  /\b(?:cannot|can'?t|unable to|not able to)\s+(?:assist|help|comply|provide|fulfil)/i,
  /\bas an ai\b/i,
];

const MEDICAL =
  /\b(?:medical|clinical|diagnos\w*|patients?|physicians?|doctors?|radiolog\w*|health(?:care)?|disease|x-?rays?|ct|mri|oct|ultrasound|retina\w*|lesions?|tumou?rs?|biopsy|histolog\w*|mammogra\w*|scans? of (?:a|the) (?:body|head|chest))\b/i;

/** How far into an answer a refusal is looked for; one that comes later is prose. */
const HEAD = 600;

/**
 * Whether a text without a verdict declines to judge: the wordings seen with GPT-4V on anomaly scores and with MMAD's
 * runs ("I'm sorry, I am not able to provide anomaly scores", "cannot assist").
 */
export function isRefusal(text: string): boolean {
  const head = text.slice(0, HEAD).replaceAll('’', "'");
  return REFUSALS.some((pattern) => pattern.test(head));
}

/** Whether a text speaks of medicine: then a refusal may come from taking quality control for diagnosis. */
export function isMedical(text: string): boolean {
  return MEDICAL.test(text.slice(0, 4 * HEAD));
}
