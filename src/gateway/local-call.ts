import type { Timeouts } from "../core/channel.ts";
import type { Event } from "../core/events.ts";
import type { Summary } from "../dialects/relay.ts";
import { asFailure, Failure } from "../failures/failure.ts";
import type { LocalProvider } from "../providers/provider.ts";
import type { Offering } from "../routing/offerings.ts";
import { deliverEvents, isContent, noteEvent, streamWriter } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { operateLocally } from "./operate.ts";
import { Watch } from "./watch.ts";

/** One call of a provider inside the process. Resolves and throws as a call over HTTP does. */
export async function answerLocally(
  exchange: Exchange,
  offering: Offering,
  provider: LocalProvider,
  timeouts: Timeouts,
): Promise<void> {
  if (exchange.operation !== undefined)
    return operateLocally(exchange, offering, provider, timeouts);
  exchange.surface.dialect.checkTranslation?.(exchange.body);
  const abort = new AbortController();
  let expired: Failure | undefined;
  const watch = new Watch(exchange, timeouts, (failure) => {
    expired = failure;
    abort.abort();
  });
  exchange.running = { cancel: () => abort.abort() };
  exchange.simulated = provider.isSimulated(offering.model);
  const events = provider.answer(exchange.readRequest(), {
    model: offering.model,
    signal: abort.signal,
  });
  try {
    if (exchange.stream) await stream(exchange, events, watch, abort.signal);
    else {
      const all: Event[] = [];
      for await (const event of events) all.push(event);
      deliverEvents(exchange, all);
    }
  } catch (thrown) {
    if (exchange.clientGone) throw new Failure("client.disconnected");
    throw expired ?? asFailure(thrown);
  } finally {
    watch.stop();
    exchange.running = undefined;
  }
}

async function stream(
  exchange: Exchange,
  events: AsyncIterable<Event>,
  watch: Watch,
  signal: AbortSignal,
): Promise<void> {
  const { delivery } = exchange;
  const writer = streamWriter(exchange);
  const summary: Summary = {};
  let held = "";
  for await (const event of events) {
    watch.lastBytes = performance.now();
    noteEvent(summary, event);
    held += writer.write(event);
    if (!delivery.contentSent) {
      if (!isContent(event)) continue;
      exchange.firstContentMs = exchange.elapsed;
      exchange.modelServed = summary.model;
      watch.contentSeen = true;
      delivery.begin();
      delivery.contentSent = true;
    }
    if (held === "") continue;
    const flowing = delivery.write(held);
    held = "";
    if (flowing) continue;
    watch.paused = true;
    await drained(exchange, signal);
    watch.paused = false;
  }
  delivery.write(held + writer.end());
  exchange.usage = summary.usage;
  exchange.finish = summary.finish;
  delivery.end();
}

function drained(exchange: Exchange, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    exchange.delivery.onDrain(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
