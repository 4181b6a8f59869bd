/** What a failure may not say of the channel through which it came, whoever said it. */
import type { Channel } from "../core/channel.ts";
import type { Failure } from "../failures/failure.ts";

/** What a channel holds that its provider might repeat. */
export interface ChannelSecrets {
  /** The credential of the call. */
  credential: string | undefined;
  channel: Pick<Channel, "options" | "overrides">;
  /** The headers by which the call was authorized: tokens and signatures made from the credential. */
  headers: Readonly<Record<string, string>>;
  baseUrl: string;
}

/** A run of a credential of this length or more is a part of it, and no word that happens to be in it. */
const PART = 9;
/** A credential shorter than this is a placeholder (`none`, `EMPTY`) and may be an ordinary word. */
const SHORTEST = 6;
/** Options shorter than this are words (a region, a version) that tell nothing. */
const SHORTEST_OPTION = 12;

const secretHeader = /auth|key|token|secret|cookie|signature|password/i;

/**
 * What takes the secrets out of a failure: the credential and its parts from all of it, the channel's
 * host and account also from what the client sees. Time grows with the length of text and secrets.
 */
export function secretsScrubber(secrets: ChannelSecrets): (failure: Failure) => Failure {
  const credentials = new Credentials(credentialsOf(secrets));
  const names = namesOf(secrets);
  const forOperator = (text: string): string => credentials.scrub(text);
  const forClient = (text: string): string => names.reduce(withoutName, credentials.scrub(text));
  return (failure) => {
    const message = forClient(failure.message);
    const param = failure.param === undefined ? undefined : forClient(failure.param);
    const suggestion = forClient(failure.suggestion);
    const operator = failure.operator === undefined ? undefined : forOperator(failure.operator);
    const details =
      failure.details === undefined ? undefined : scrubbed(failure.details, forClient);
    return failure.with({ message, param, suggestion, operator, details });
  };
}

function credentialsOf({ credential = "", channel, headers }: ChannelSecrets): string[] {
  const found = [...partsOfCredential(credential)];
  // The scheme before a token, and the names in a signature's list, are none of it.
  for (const [name, value] of Object.entries({ ...headers, ...channel.overrides.headers }))
    if (secretHeader.test(name))
      found.push(...value.split(/[\s,=;]+/).filter((one) => /[0-9]/.test(one) || one.length >= 20));
  return [...new Set(found)].filter((one) => one.length >= SHORTEST);
}

/** A credential may be a document (a service account): its values are the secrets, not its form. */
function partsOfCredential(credential: string): string[] {
  if (!credential.trimStart().startsWith("{")) return [credential];
  try {
    const document: unknown = JSON.parse(credential);
    if (typeof document !== "object" || document === null) return [credential];
    return Object.entries(document)
      .filter(([name]) => /key|secret|token$|password|email|client_id|project/i.test(name))
      .flatMap(([, value]) => (typeof value === "string" ? value.split("\n") : []))
      .filter((line) => !line.startsWith("-----"));
  } catch {
    return [credential];
  }
}

/** The channel's host, with and without its port, and its options: in lower case, the longest first. */
function namesOf({ baseUrl, channel }: ChannelSecrets): Name[] {
  const names: Name[] = [];
  const url = URL.parse(baseUrl);
  if (url !== null) {
    names.push({ text: url.host.toLowerCase(), instead: "[host]" });
    // A host of one label (`ollama`) is an ordinary word without its port.
    if (url.hostname.includes(".") || url.hostname.includes(":"))
      names.push({ text: url.hostname.toLowerCase(), instead: "[host]" });
  }
  for (const value of Object.values(channel.options))
    if (value.length >= SHORTEST_OPTION || (value.length >= SHORTEST && /[0-9]/.test(value)))
      names.push({ text: value.toLowerCase(), instead: "[id]" });
  return names
    .filter(({ text }) => /[.:]/.test(text) || text.length >= SHORTEST)
    .sort((a, b) => b.text.length - a.text.length);
}

interface Name {
  text: string;
  instead: string;
}

function withoutName(text: string, { text: name, instead }: Name): string {
  // Letters that change their length in lower case would move the offsets.
  const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  let out = "";
  let from = 0;
  for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + name.length)) {
    if (isInWord(lower, at - 1) || isInWord(lower, at + name.length)) continue;
    out += text.slice(from, at) + instead;
    from = at + name.length;
  }
  return from === 0 ? text : out + text.slice(from);
}

function isInWord(text: string, at: number): boolean {
  return /[a-z0-9_-]/.test(text.charAt(at));
}

/** Finds credentials and their parts by the runs of {@link PART} characters that they hold. */
class Credentials {
  readonly #runs = new Set<string>();
  /** Those too short to have parts. */
  readonly #short: Name[] = [];

  constructor(credentials: readonly string[]) {
    for (const credential of credentials) {
      const lower = credential.toLowerCase();
      if (lower.length < PART) this.#short.push({ text: lower, instead: "[key]" });
      for (let at = 0; at + PART <= lower.length; at++) this.#runs.add(lower.slice(at, at + PART));
    }
  }

  scrub(text: string): string {
    let out = "";
    let from = 0;
    // Where the credential that is being passed over ends.
    let end = 0;
    if (this.#runs.size > 0) {
      const lower = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
      for (let at = 0; at + PART <= lower.length; at++) {
        if (!this.#runs.has(lower.slice(at, at + PART))) continue;
        if (at > end || end === 0) {
          out += text.slice(from, at);
          out += "[key]";
        }
        end = at + PART;
        from = end;
      }
    }
    return this.#short.reduce(withoutName, out + text.slice(from));
  }
}

/** Every text in the details, whatever they are. */
function scrubbed(
  details: Record<string, unknown>,
  scrub: (text: string) => string,
): Record<string, unknown> {
  return JSON.parse(JSON.stringify(details), (_name, value: unknown) =>
    typeof value === "string" ? scrub(value) : value,
  );
}
