import type { UsageRow } from "../core/usage-row.ts";
import type { Exchange } from "./exchange.ts";

/** Writes down what the exchange was: its usage row, its metrics and its line in the log. Once, whatever happened. */
export function settle(exchange: Exchange): void {
  const { gateway, key, delivery, failure, usage, attempts, served } = exchange;
  gateway.inFlight--;
  const totalMs = exchange.elapsed;
  const cause = failure?.cause;
  const status = cause === "client.disconnected" ? 0 : delivery.status;
  const provider = attempts.at(-1)?.provider;
  if (key !== undefined) {
    const row: UsageRow = {
      id: exchange.id,
      at: exchange.at,
      account: key.account,
      project: key.project,
      key: key.id,
      surface: exchange.surface.name,
      contract: exchange.contract.name,
      modelRequested: exchange.model.slice(0, 512),
      modelServed: attempts.length === 0 ? undefined : (exchange.modelServed ?? served?.model),
      provider,
      channel: attempts.at(-1)?.channel,
      stream: exchange.stream,
      status,
      cause,
      finish: exchange.finish,
      usage,
      usageSource: usage === undefined ? "none" : "provider",
      attempts,
      firstContentMs:
        exchange.firstContentMs === undefined ? undefined : Math.round(exchange.firstContentMs),
      totalMs: Math.round(totalMs),
    };
    gateway.usage.append(row);
  }
  for (const attempt of attempts) {
    if (attempt.cause === undefined) continue;
    gateway.metrics.attemptFailed(attempt.provider, attempt.cause);
    if (attempt.cause === "upstream.error_unknown")
      gateway.metrics.unmapped(attempt.provider, attempt.status);
  }
  gateway.metrics.settled({
    surface: exchange.surface.name,
    contract: exchange.contract.name,
    provider: provider ?? "",
    status,
    cause: cause ?? "",
    seconds: totalMs / 1000,
    firstContentSeconds:
      exchange.stream && exchange.firstContentMs !== undefined
        ? exchange.firstContentMs / 1000
        : undefined,
    inputTokens: usage?.input ?? 0,
    outputTokens: usage?.output ?? 0,
  });
  writeLine(exchange, status, totalMs);
}

function writeLine(exchange: Exchange, status: number, totalMs: number): void {
  const { log } = exchange.gateway;
  const { failure } = exchange;
  const level = failure === undefined ? "debug" : failure.origin === "client" ? "info" : "warn";
  if (!log.isLevelEnabled(level)) return;
  log[level](
    {
      request: exchange.id,
      key: exchange.key?.id,
      surface: exchange.surface.name,
      model: exchange.model.slice(0, 200),
      channel: exchange.attempts.at(-1)?.channel,
      attempts: exchange.attempts.length,
      status,
      cause: failure?.cause,
      origin: failure?.origin,
      operator: failure?.operator,
      ms: Math.round(totalMs),
    },
    failure?.message ?? "answered",
  );
}
