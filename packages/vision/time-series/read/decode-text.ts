const NEWLINE = 10;
const RETURN = 13;

/**
 * Text as UTF-8 without a byte order mark, its last line ended. UTF-16 is known by its mark; anything else is taken as
 * it is, since numbers and delimiters are the same in all the 8-bit encodings.
 */
export function decodeText(bytes: Uint8Array): Uint8Array {
  const text = removeMark(bytes);
  // Line ends of the old Macintosh.
  const ended =
    text.includes(NEWLINE) || !text.includes(RETURN) ? text : text.map((b) => (b === RETURN ? NEWLINE : b));
  if (ended.at(-1) === NEWLINE) return ended;
  const longer = new Uint8Array(ended.length + 1);
  longer.set(ended);
  longer[ended.length] = NEWLINE;
  return longer;
}

function removeMark(bytes: Uint8Array): Uint8Array {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(new TextDecoder('utf-16le').decode(bytes));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(new TextDecoder('utf-16be').decode(bytes));
  return bytes;
}
