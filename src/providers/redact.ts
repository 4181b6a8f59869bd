/**
 * Takes out of a provider's words what speaks of the gateway's own account. Every text is cut into
 * words once and each word is judged by tests that look at it from its start: time grows with the
 * length of the text, whatever the text is.
 */

import { address, arn, email, host, url } from "./redact-hosts.ts";
import {
  accountWord,
  amount,
  type Before,
  credential,
  identifier,
  type Judge,
  path,
} from "./redact-judges.ts";

/** Longest text that is looked at, in UTF-16 units. */
const LONGEST = 20_000;

/** What separates words. Kept in the text as it is. */
const BETWEEN_WORDS = /([\s"'`()<>{}[\],;|\\]+)/;
/** What separates the pieces of one word: `key=sk-…`, `projects/12/locations`. */
const BETWEEN_PIECES = /([=:/&?#]+)/;

/** Whether the client itself said a word: then it is no secret. */
export type Known = (text: string) => boolean;

/** What nobody but the account's owner may see, whoever else has said it. */
const owners: readonly Judge[] = [amount];
const credentials: readonly Judge[] = [credential];
const account: readonly Judge[] = [url, arn, email, path, address, host, credential, identifier];

/** The text without credentials, for the operator's trace. */
export function redactCredentials(text: string): string {
  return redact(text, (word, before) => firstVerdict(word, credentials, before));
}

/**
 * The text without credentials, account and project ids, amounts of money, host names, addresses,
 * e-mail addresses and paths, for a client. URLs stay where they lead to a vendor's documentation, and
 * words stay that are `known`; it is asked about words alone that would otherwise go.
 */
export function redactAccount(text: string, known: Known = unknown): string {
  return redact(text, (word, before) => {
    const verdict = firstVerdict(word, account, before);
    if (verdict !== undefined && verdict !== word && known(word)) return word;
    return verdict ?? firstVerdict(word, owners, before);
  });
}

function unknown(): boolean {
  return false;
}

function redact(text: string, judge: Judge): string {
  const pieces = shorten(text).split(BETWEEN_WORDS);
  let before: Before = { word: "", gap: "" };
  let out = "";
  for (let index = 0; index < pieces.length; index += 2) {
    const word = pieces[index] ?? "";
    const gap = pieces[index + 1] ?? "";
    // The letter after a backslash is an escape's (`\\nsk-…` in JSON within JSON), not the word's.
    const escaped = before.gap.endsWith("\\") && /^[nrtbf]./.test(word) ? 1 : 0;
    out += word.slice(0, escaped) + judgeWord(word.slice(escaped), judge, before) + gap;
    if (word !== "") before = { word: subject(word, before), gap };
  }
  return out;
}

/** A text of bounded length that ends with a whole word, so that no secret is cut in two. */
function shorten(text: string): string {
  if (text.length <= LONGEST) return text;
  const pieces = text.slice(0, LONGEST).split(BETWEEN_WORDS);
  return `${pieces.slice(0, -1).join("")}…`;
}

function judgeWord(word: string, judge: Judge, before: Before): string {
  if (word === "") return word;
  const end = wordEnd(word);
  const bare = word.slice(0, end);
  const tail = word.slice(end);
  const whole = judge(bare, before);
  if (whole !== undefined) return whole + tail;
  const parts = bare.split(BETWEEN_PIECES);
  if (parts.length === 1) return word;
  let last = before;
  let out = "";
  for (let index = 0; index < parts.length; index += 2) {
    const part = parts[index] ?? "";
    const gap = parts[index + 1] ?? "";
    out += (part === "" ? part : (judge(part, last) ?? part)) + gap;
    if (part !== "") last = { word: part.toLowerCase(), gap };
  }
  return out + tail;
}

/** What the next word is judged by: "id" in "project id 12" leaves it the project's. */
function subject(word: string, before: Before): string {
  const lower = word.toLowerCase();
  const joins = /^(?:ids?|names?|named|called|number|no)[.:=]?$/.test(lower);
  return joins && accountWord(before.word) !== undefined ? before.word : lower;
}

function firstVerdict(word: string, judges: readonly Judge[], before: Before): string | undefined {
  for (const judge of judges) {
    const verdict = judge(word, before);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** Where a word ends when the sentence's own punctuation is left out. */
function wordEnd(word: string): number {
  let end = word.length;
  while (end > 0 && ".:!?".includes(word.charAt(end - 1))) end -= 1;
  return end;
}
