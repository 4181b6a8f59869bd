/**
 * Tokens of Microsoft Entra ID by client credentials, kept until shortly before they expire.
 * https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
import { createHash } from "node:crypto";
import type { Agent } from "undici";
import { isObject, type Json } from "../../core/json.ts";
import { Failure } from "../../failures/failure.ts";

/** An application that asks for tokens in its own name. */
export interface Application {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope: string;
}

export interface EntraSettings {
  /** Milliseconds for one token. Absent: 10 000. */
  timeout?: number;
  /** Milliseconds since 1970. */
  now?(): number;
}

interface Kept {
  token: string;
  /** When another one is to be asked for, in milliseconds since 1970. */
  until: number;
}

const defaultTimeout = 10_000;
/** A token is asked for anew this long before it expires, or when half its life is over if that is later. */
const EARLY = 5 * 60_000;
/** Most applications whose tokens are kept; the one used longest ago goes first. */
const MOST_KEPT = 500;

export class EntraTokens {
  readonly #kept = new Map<string, Kept>();
  readonly #asked = new Map<string, Promise<string>>();
  readonly #timeout: number;
  readonly #now: () => number;
  #agent: Agent | undefined;

  constructor(settings: EntraSettings = {}) {
    this.#timeout = settings.timeout ?? defaultTimeout;
    this.#now = settings.now ?? Date.now;
  }

  /**
   * A token that is valid for a while yet; those who ask at the same time get the same.
   * Throws `upstream.credential_rejected` where Entra refuses, `upstream.connect_failed`, `upstream.timeout`
   * and `upstream.server_error` where it cannot answer.
   */
  async token(application: Application): Promise<string> {
    const key = keyOf(application);
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#now() < kept.until) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept.token;
    }
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked;
    const asking = this.#ask(application, key).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asking);
    return asking;
  }

  async #ask(application: Application, key: string): Promise<string> {
    const { status, body } = await this.#fetch(application);
    if (status < 200 || status > 299) throw refusal(status, body, application);
    const token = isObject(body) ? body.access_token : undefined;
    if (!isObject(body) || typeof token !== "string" || token === "") {
      throw failure("upstream.credential_rejected", "Entra's answer holds no access token.");
    }
    const lifetime = Number(body.expires_in);
    if (Number.isFinite(lifetime) && lifetime > 0) {
      const life = lifetime * 1000;
      this.#keep(key, { token, until: this.#now() + life - Math.min(EARLY, life / 2) });
    }
    return token;
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #fetch(application: Application): Promise<{ status: number; body: Json }> {
    // Loaded when a token is needed: few installations have Azure, all would pay for it at their start.
    const { Agent, request } = await import("undici");
    this.#agent ??= new Agent({ connections: 4, maxResponseSize: 256 * 1024 });
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: application.clientId,
      client_secret: application.clientSecret,
      scope: application.scope,
    });
    try {
      const response = await request(application.tokenUrl, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          accept: "application/json",
        },
        body: form.toString(),
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(this.#timeout),
      });
      return { status: response.statusCode, body: jsonOr(await response.body.text()) };
    } catch (thrown) {
      const timedOut = thrown instanceof Error && thrown.name === "TimeoutError";
      const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
      throw failure(
        timedOut ? "upstream.timeout" : "upstream.connect_failed",
        timedOut ? "Entra gave no token in time." : `Entra could not be reached. ${code}`,
      );
    }
  }
}

/** No secret is a key of a map that might be shown. */
function keyOf(application: Application): string {
  const { tokenUrl, clientId, clientSecret, scope } = application;
  const text = JSON.stringify([tokenUrl, clientId, clientSecret, scope]);
  return createHash("sha256").update(text).digest("hex");
}

function jsonOr(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
function refusal(status: number, body: Json, application: Application): Failure {
  const error = isObject(body) && typeof body.error === "string" ? body.error : `status ${status}`;
  const more =
    isObject(body) && typeof body.error_description === "string" ? body.error_description : "";
  const words = `Entra: ${error} ${more}`.split(application.clientSecret).join("…").slice(0, 1000);
  const cause =
    status === 429 || status >= 500 ? "upstream.server_error" : "upstream.credential_rejected";
  return failure(cause, words, status);
}

function failure(
  cause:
    | "upstream.credential_rejected"
    | "upstream.connect_failed"
    | "upstream.timeout"
    | "upstream.server_error",
  operator: string,
  providerStatus?: number,
): Failure {
  return new Failure(cause, {
    provider: "azure",
    operator,
    ...(providerStatus === undefined ? {} : { providerStatus }),
  });
}
