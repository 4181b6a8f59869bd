/** Where an exchange that asks for something other than chat differs from one that chats. */

import type { Timeouts } from "../core/channel.ts";
import type { Json } from "../core/json.ts";
import type { OperationName } from "../core/operations.ts";
import type { AnswerContext, ReadContext } from "../dialects/dialect.ts";
import type { OperationResult } from "../dialects/operation.ts";
import { operations } from "../dialects/operations.ts";
import { asFailure, Failure } from "../failures/failure.ts";
import type { HttpProvider, Provider } from "../providers/provider.ts";
import type { Offering } from "../routing/offerings.ts";
import type { Endpoint } from "../routing/operation-filter.ts";
import type { OperationRef } from "../surfaces/surface.ts";
import { answerContext } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { finishedBody, type OutgoingBody, passedBody, type SentOperation } from "./request-body.ts";
import { Watch } from "./watch.ts";

/** Reads the request. Throws `request.field_*`. */
export function parseOperation(exchange: Exchange, { name, format }: OperationRef): void {
  const { body, pathContext } = exchange;
  exchange.operation = operations[name].read(format, body, pathContext);
  const { model = body.model } = pathContext ?? {};
  exchange.model = typeof model === "string" ? model : (exchange.surface.defaultModel ?? "");
}

/** What a model must have for the request. */
export function endpointOf(exchange: Exchange): Endpoint {
  const name = exchange.operation?.name;
  return name === undefined || name === "count-tokens" || name === "compact" ? "chat" : name;
}

/** Whether the provider has to be asked, or an estimate is all there is. */
export function isEstimated(exchange: Exchange, provider: Provider): boolean {
  const { operation } = exchange;
  return operation?.estimate !== undefined && provider.operations?.[operation.name] === undefined;
}

/** Throws as `outgoingBody` does. */
export function operationBody(
  exchange: Exchange,
  offering: Offering,
  provider: HttpProvider,
  name: OperationName,
): OutgoingBody {
  const format = provider.operations?.[name];
  const { operation, surface, gateway } = exchange;
  if (format === undefined || operation === undefined)
    throw new Failure("model.no_endpoint", { provider: provider.name, param: "model" });
  const { channel, model } = offering;
  if (operation.forwardsTo(format)) {
    const { bytes, headers } = passedBody(exchange, offering);
    return {
      dialect: surface.dialect,
      operation: { call: operation, format },
      bytes,
      headers,
      passesThrough: true,
    };
  }
  const origin = { provider: provider.name, channel: channel.id, model };
  const written = operation.write(format, { model, origin });
  exchange.attemptWarnings = written.warnings;
  const dialect = gateway.dialects[provider.dialects[0] ?? surface.dialect.name];
  return {
    dialect: dialect ?? surface.dialect,
    operation: { call: operation, format },
    bytes: finishedBody(written.body, channel.overrides.body),
    headers: written.headers ?? {},
    passesThrough: false,
  };
}

/** Checks a provider's whole answer and hands it to the client. Throws the answer's failure. */
export function deliverOperation(
  exchange: Exchange,
  { call, format }: SentOperation,
  context: ReadContext,
  answer: { text: string; length: number; body: Json },
): void {
  const result = call.answer(format, answer.body, context, answerContext(exchange));
  if (result.body === undefined) {
    note(exchange, result);
    exchange.delivery.whole(answer.text, answer.length);
  } else deliver(exchange, result);
}

/** The answer of a provider inside the process. Resolves and throws as a call over HTTP does. */
export async function operateLocally(
  exchange: Exchange,
  offering: Offering,
  provider: Provider,
  timeouts: Timeouts,
): Promise<void> {
  const { model } = offering;
  const abort = new AbortController();
  let expired: Failure | undefined;
  const watch = new Watch(exchange, timeouts, (failure) => {
    expired = failure;
    abort.abort();
  });
  exchange.running = { cancel: () => abort.abort() };
  if (provider.kind === "local") exchange.simulated = provider.isSimulated(model);
  try {
    const local = provider.kind === "local" ? (provider.operations ?? {}) : {};
    const context = { model, signal: abort.signal };
    const answer = exchange.operation?.answerLocally(local, context, () => answerContext(exchange));
    if (answer === undefined) throw new Failure("model.no_endpoint", { param: "model" });
    deliver(exchange, await answer);
  } catch (thrown) {
    if (exchange.clientGone) throw new Failure("client.disconnected");
    throw expired ?? asFailure(thrown);
  } finally {
    watch.stop();
    exchange.running = undefined;
  }
}

/** Gives what Parley itself can say of the request, and says that it is an estimate. */
export function deliverEstimate(exchange: Exchange): void {
  const context: AnswerContext = answerContext(exchange);
  const result = exchange.operation?.estimate?.(context);
  if (result === undefined) throw new Failure("model.no_endpoint", { param: "model" });
  exchange.attemptWarnings = [
    {
      code: "tokens_estimated",
      message: "The model's provider counts no tokens: the figure is an estimate.",
    },
  ];
  deliver(exchange, result);
}

function deliver(exchange: Exchange, result: OperationResult): void {
  note(exchange, result);
  const text = JSON.stringify(result.body);
  exchange.delivery.whole(text, Buffer.byteLength(text));
}

function note(exchange: Exchange, { usage, model }: OperationResult): void {
  exchange.usage = usage;
  exchange.modelServed = model;
  exchange.firstContentMs = exchange.elapsed;
}
