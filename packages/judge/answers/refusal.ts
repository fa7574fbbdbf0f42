const REFUSALS = [
  /\b(?:i'?m|i am|we are|we're)\s+(?:\w+\s+)?(?:sorry|unable|not able|not allowed|not permitted)\b/i,
  /\b(?:sorry|apologi[sz]e),?\s+(?:but|i|we|for)\b/i,
  /\b(?:i|we)\s+(?:can'?t|cannot|can not|won'?t|must decline|decline)\b/i,
  /\b(?:cannot|can'?t|unable to|not able to)\s+(?:assist|help|comply|provide|fulfil)/i,
  /\bas an ai\b/i,
  // In the language of the class name, or of the text in the picture.
  /\b(?:tut mir leid|leider)\b.{0,30}\b(?:kann|darf) ich\b.{0,60}\b(?:nicht|keine)\b/i,
  /(?<!\p{L})désolée?.{0,60}\bje ne (?:peux|suis)\b/iu,
  /\blo siento\b.{0,60}\bno (?:puedo|me es)\b/i,
  /(?:对不起|抱歉|很遗憾|對不起|很遺憾).{0,30}(?:无法|不能|無法)/u,
  /申し訳.{0,40}(?:できません|いたしかねます)/u,
];

/** What a refusal in the form of an answer begins with; "I cannot see a defect" is none. */
const DECLINING = [
  /^\W*(?:i'?m|i am|we are|we're)\s+(?:\w+\s+)?sorry\b.{0,30}\b(?:can'?t|cannot|can not|unable|not able|won'?t)\b/i,
  /^\W*sorry,?\s+(?:but\s+)?(?:i|we)\s+(?:can'?t|cannot|can not|am unable|are unable|won'?t)\b/i,
  /^\W*(?:i|we)(?:'m| am| are|'re)?\s+(?:can'?t|cannot|can not|won'?t|unable to|not able to)\s+(?:assist|help|comply|diagnose|(?:provide|give|offer|make)\s+(?:an?\s+|any\s+)?(?:medical|clinical|diagnos|anomaly scores?))/i,
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

/** Whether the reasoning of an answer declines to judge: then the verdict beside it only fills the form. */
export function declinesToJudge(reasoning: string): boolean {
  const head = reasoning.slice(0, HEAD).replaceAll('’', "'");
  return DECLINING.some((pattern) => pattern.test(head));
}

/** Whether a text speaks of medicine: then a refusal may come from taking quality control for diagnosis. */
export function isMedical(text: string): boolean {
  return MEDICAL.test(text.slice(0, 4 * HEAD));
}
