import { setTimeout as sleep } from "node:timers/promises";
import type { Timeouts } from "../core/channel.ts";
import type { Cause } from "../failures/catalogue/index.ts";
import { asFailure, Failure } from "../failures/failure.ts";
import type { Offering } from "../routing/offerings.ts";
import { type CallRecord, callOffering } from "./call.ts";
import type { Exchange } from "./exchange.ts";
import { answerLocally } from "./local-call.ts";
import { deliverEstimate, isEstimated } from "./operate.ts";

/** What a failed call leads to: another try on the same channel, another offering, or the end. */
type Consequence = "retry" | "fallback" | "final";

const consequences: Partial<Record<Cause, Consequence>> = {
  "upstream.connect_failed": "retry",
  "upstream.connection_lost": "retry",
  "upstream.rate_limited": "retry",
  "upstream.overloaded": "retry",
  "upstream.server_error": "retry",
  "upstream.gateway_timeout": "retry",
  "upstream.error_unknown": "retry",
  "upstream.not_json": "retry",
  "upstream.shape_unknown": "retry",
  "upstream.empty": "retry",
  "upstream.body_broken": "retry",
  "upstream.stream_expected": "retry",
  "upstream.stream_broken": "retry",
  "upstream.stream_unfinished": "retry",
  "upstream.event_unreadable": "retry",
  // Waiting as long again rarely helps; another channel may.
  "upstream.timeout": "fallback",
  "upstream.stalled": "fallback",
  "upstream.status_unexpected": "fallback",
  "upstream.credential_rejected": "fallback",
  "upstream.account_exhausted": "fallback",
  "upstream.model_unknown": "fallback",
  "upstream.body_too_large": "fallback",
  "gateway.credential_unreadable": "fallback",
  "channel.no_key": "fallback",
  "channel.mapping_failed": "fallback",
  "channel.override_invalid": "fallback",
  "model.no_offering_usable": "fallback",
  "model.no_endpoint": "fallback",
  "request.not_expressible": "fallback",
  "capability.hosted_tool": "fallback",
  "tool.arguments_unrepresentable": "fallback",
};

/**
 * Calls the offerings in turn until one answers. Once content has reached the client, its failure is final.
 * Throws the last failure, or `client.disconnected`.
 */
export async function attempt(exchange: Exchange): Promise<Exchange> {
  let last: Failure | undefined;
  for (const offering of exchange.offerings) {
    const failure = await attemptOffering(exchange, offering);
    if (failure === undefined) return exchange;
    last = failure;
    if (isOver(exchange, failure)) break;
  }
  throw exchange.clientGone
    ? new Failure("client.disconnected")
    : (last ?? new Failure("model.no_offering_usable"));
}

/** Whether nothing more is to be tried after this failure. */
function isOver(exchange: Exchange, failure: Failure): boolean {
  return (
    exchange.clientGone ||
    exchange.delivery.contentSent ||
    (consequences[failure.cause] ?? "final") === "final" ||
    exchange.elapsed >= timeoutsFor(exchange).total
  );
}

/** One offering, with its retries. The failure that remains, or undefined where it answered. */
async function attemptOffering(
  exchange: Exchange,
  offering: Offering,
): Promise<Failure | undefined> {
  const { gateway, options } = exchange;
  const { retries } = gateway.settings;
  const isLocal = offering.provider.kind === "local";
  const again = isLocal ? 0 : (options.retries ?? offering.channel.retries ?? retries.attempts);
  for (let tries = 0; ; tries++) {
    const failure = await attemptOnce(exchange, offering);
    if (failure === undefined) return undefined;
    if (isOver(exchange, failure) || consequences[failure.cause] !== "retry" || tries >= again)
      return failure;
    const pause = pauseBefore(tries, failure, retries);
    // A provider that asks for more patience than this is left; another offering may serve meanwhile.
    if (pause > retries.maxMs || exchange.elapsed + pause >= timeoutsFor(exchange).total)
      return failure;
    await pauseUnlessGone(exchange, pause);
    if (exchange.clientGone) return failure;
  }
}

async function attemptOnce(exchange: Exchange, offering: Offering): Promise<Failure | undefined> {
  const { channel, credential, model } = offering;
  const provider = exchange.gateway.providers.get(channel.provider);
  const started = performance.now();
  const record: CallRecord = {};
  exchange.served = offering;
  exchange.attemptWarnings = [];
  exchange.writer = undefined;
  exchange.modelServed = undefined;
  let failure: Failure | undefined;
  try {
    if (provider === undefined) throw new Failure("model.no_offering_usable");
    const timeouts = timeoutsFor(exchange, channel.timeouts);
    if (isEstimated(exchange, provider)) deliverEstimate(exchange);
    else if (provider.kind === "local") await answerLocally(exchange, offering, provider, timeouts);
    else await callOffering(exchange, offering, provider, timeouts, record);
  } catch (thrown) {
    failure = ofProvider(asFailure(thrown), channel.provider);
  }
  exchange.attempts.push({
    channel: channel.id,
    credential: credential?.id,
    provider: channel.provider,
    model,
    status: record.status,
    cause: failure?.cause,
    operator: failure?.operator,
    ms: Math.round(performance.now() - started),
  });
  return failure;
}

/** Names the provider in what it is concerned with. */
function ofProvider(failure: Failure, provider: string): Failure {
  const concerned = failure.cause.startsWith("upstream.") && failure.provider === undefined;
  return concerned ? failure.with({ provider }) : failure;
}

/** The gateway's time-outs, those of the channel before them, those of the request before all. */
function timeoutsFor(exchange: Exchange, ofChannel?: Partial<Timeouts>): Timeouts {
  const { settings } = exchange.gateway;
  const ofRequest = exchange.options.timeouts;
  if (ofRequest === undefined && (ofChannel === undefined || Object.keys(ofChannel).length === 0))
    return settings.timeouts;
  return { ...settings.timeouts, ...ofChannel, ...ofRequest };
}

/** Milliseconds: what the provider asks for, else doubling with jitter (half to whole). */
function pauseBefore(
  tries: number,
  failure: Failure,
  retries: { baseMs: number; maxMs: number },
): number {
  const asked = failure.retryAfterTold ? (failure.retryAfter ?? 0) * 1000 : 0;
  const backoff = Math.min(retries.maxMs, retries.baseMs * 2 ** tries);
  return Math.max(asked, backoff * (0.5 + Math.random() / 2));
}

async function pauseUnlessGone(exchange: Exchange, ms: number): Promise<void> {
  const abort = new AbortController();
  exchange.running = { cancel: () => abort.abort() };
  try {
    await sleep(ms, undefined, { signal: abort.signal });
  } catch {
    // The client left: the loop sees it.
  } finally {
    exchange.running = undefined;
  }
}
