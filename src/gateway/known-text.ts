/** Whether a client said something itself, by the bytes of its request. */

/** Shortest text that counts: less is in every request. */
const SHORTEST = 4;
/** What one failure may cost: so many searches, and so many bytes of them. */
const MOST_SEARCHES = 32;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Tells whether the request holds a text as a whole word. Searches are bounded in number and in bytes, so
 * that a provider that names a thousand things costs no more than one that names a few; beyond that, and
 * for texts of less than four characters, nothing is known.
 */
export function knownText(request: Buffer): (text: string) => boolean {
  let left = Math.max(1, Math.min(MOST_SEARCHES, Math.floor(MOST_BYTES / (request.length + 1))));
  return (text) => {
    if (text.length < SHORTEST) return false;
    const written = JSON.stringify(text).slice(1, -1);
    const forms = written.includes("/") ? [written, written.replaceAll("/", "\\/")] : [written];
    for (const form of forms) {
      if (left <= 0) return false;
      left -= 1;
      if (holdsWord(request, Buffer.from(form))) return true;
    }
    return false;
  };
}

function holdsWord(request: Buffer, word: Buffer): boolean {
  for (let at = request.indexOf(word); at >= 0; at = request.indexOf(word, at + word.length)) {
    if (!isInWord(request[at + word.length]) && !continues(request, at)) return true;
  }
  return false;
}

/** Whether the word goes on before `at`: the letter of an escape (`\n`) is none of it. */
function continues(request: Buffer, at: number): boolean {
  const before = request[at - 1];
  return isInWord(before) && !(request[at - 2] === 0x5c && isEscapeLetter(before));
}

function isEscapeLetter(byte: number | undefined): boolean {
  return byte !== undefined && "nrtbf".includes(String.fromCharCode(byte));
}

function isInWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const digit = byte >= 0x30 && byte <= 0x39;
  const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return digit || letter;
}
