/** From what was measured to tables, ratios and the figures that are judged. */
import { CHUNKS } from "./answers/http.ts";
import type { Figure } from "./figures.ts";
import type { Burst } from "./measure.ts";
import { percentile, ratios, type Spread, spread } from "./statistics.ts";

export type Row = {
  name: string;
  title: string;
  state: "measured" | "skipped" | "failed";
  reason?: string;
  startMs: number[];
  memoryAfterStart?: number;
  memoryAfterLoad?: number;
  /** One burst a round; the same index is the same round in every row. */
  plain: Burst[];
  /** One connection, one request at a time: latency without queueing. */
  unhurried: Burst[];
  streamed: Burst[];
};

export type Latency = { p50: number; p99: number; addedP50?: number; addedP99?: number };

export type RowSummary = {
  name: string;
  title: string;
  state: Row["state"];
  reason?: string;
  startMs?: Spread;
  memoryAfterStartMb?: number;
  memoryAfterLoadMb?: number;
  plain?: {
    requestsPerSecond?: Spread;
    cpuMicrosPerRequest?: Spread;
    latencyMs: Latency;
    unhurriedMs: Latency;
  };
  streamed?: {
    requestsPerSecond?: Spread;
    cpuMicrosPerChunk?: Spread;
    firstContentMs: Latency;
    wholeMs: Latency;
    /** About one a chunk where the target passes on each chunk by itself. */
    readsPerAnswer?: Spread;
  };
};

/** Bytes. */
export const MB = 1e6;

function merged(bursts: readonly Burst[], of: (burst: Burst) => Float64Array): Float64Array {
  return Float64Array.from(bursts.flatMap((burst) => [...of(burst)])).sort();
}

function latency(
  bursts: readonly Burst[],
  direct: readonly Burst[],
  of: (burst: Burst) => Float64Array,
): Latency {
  const own = merged(bursts, of);
  const result: Latency = { p50: percentile(own, 0.5), p99: percentile(own, 0.99) };
  if (bursts === direct || direct.length === 0) return result;
  const other = merged(direct, of);
  result.addedP50 = result.p50 - percentile(other, 0.5);
  result.addedP99 = result.p99 - percentile(other, 0.99);
  return result;
}

const whole = (burst: Burst): Float64Array => burst.latencies;
const first = (burst: Burst): Float64Array => burst.firsts;
export const cpus = (bursts: readonly Burst[]): (number | undefined)[] =>
  bursts.map((burst) => burst.cpu);
const rates = (bursts: readonly Burst[]): number[] => bursts.map((burst) => burst.rate);

export function summarise(row: Row, direct: Row): RowSummary {
  const { name, title, state, reason } = row;
  const summary: RowSummary = { name, title, state, reason };
  if (state !== "measured") return summary;
  summary.startMs = spread(row.startMs);
  if (row.memoryAfterStart !== undefined) summary.memoryAfterStartMb = row.memoryAfterStart / MB;
  if (row.memoryAfterLoad !== undefined) summary.memoryAfterLoadMb = row.memoryAfterLoad / MB;
  summary.plain = {
    requestsPerSecond: spread(rates(row.plain)),
    cpuMicrosPerRequest: spread(cpus(row.plain)),
    latencyMs: latency(row.plain, direct.plain, whole),
    unhurriedMs: latency(row.unhurried, direct.unhurried, whole),
  };
  summary.streamed = {
    requestsPerSecond: spread(rates(row.streamed)),
    cpuMicrosPerChunk: spread(cpus(row.streamed)),
    firstContentMs: latency(row.streamed, direct.streamed, first),
    wholeMs: latency(row.streamed, direct.streamed, whole),
    readsPerAnswer: spread(row.streamed.map((burst) => burst.readsPerAnswer)),
  };
  return summary;
}

function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

function range(value: Spread | undefined): string {
  if (value === undefined) return "–";
  if (value.min === value.max) return digits(value.median);
  return `${digits(value.median)} (${digits(value.min)}–${digits(value.max)})`;
}

function pair(value: Latency | undefined): string {
  return value === undefined ? "–" : `${digits(value.p50)} / ${digits(value.p99)}`;
}

function added(value: Latency | undefined): string {
  if (value?.addedP50 === undefined || value.addedP99 === undefined) return "–";
  return `${digits(value.addedP50)} / ${digits(value.addedP99)}`;
}

function mb(value: number | undefined): string {
  return value === undefined ? "–" : String(Math.round(value));
}

function table(head: string[], body: string[][]): string {
  const width = head.map((text, column) =>
    Math.max(text.length, ...body.map((line) => line[column]?.length ?? 0)),
  );
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(width[0] ?? 0) : cell.padStart(width[column] ?? 0),
      )
      .join("  ");
  return [line(head), width.map((size) => "-".repeat(size)).join("  "), ...body.map(line)].join(
    "\n",
  );
}

function absent(row: RowSummary): string[] {
  return [row.title, `${row.state}: ${row.reason ?? ""}`];
}

function plainTable(rows: readonly RowSummary[]): string {
  const head = [
    "not streamed",
    "requests/s",
    "CPU-µs a request",
    "p50 / p99 ms",
    "added",
    "alone p50 / p99",
    "added",
  ];
  return table(
    head,
    rows
      .filter((row) => row.plain !== undefined)
      .map((row) => [
        row.title,
        range(row.plain?.requestsPerSecond),
        range(row.plain?.cpuMicrosPerRequest),
        pair(row.plain?.latencyMs),
        added(row.plain?.latencyMs),
        pair(row.plain?.unhurriedMs),
        added(row.plain?.unhurriedMs),
      ]),
  );
}

function streamedTable(rows: readonly RowSummary[]): string {
  const head = [
    `streamed, ${CHUNKS} chunks`,
    "streams/s",
    "CPU-µs a chunk",
    "first content p50 / p99 ms",
    "added",
    "whole p50 / p99 ms",
    "added",
    "reads",
  ];
  return table(
    head,
    rows
      .filter((row) => row.streamed !== undefined)
      .map((row) => [
        row.title,
        range(row.streamed?.requestsPerSecond),
        range(row.streamed?.cpuMicrosPerChunk),
        pair(row.streamed?.firstContentMs),
        added(row.streamed?.firstContentMs),
        pair(row.streamed?.wholeMs),
        added(row.streamed?.wholeMs),
        digits(row.streamed?.readsPerAnswer?.median ?? Number.NaN),
      ]),
  );
}

function processTable(rows: readonly RowSummary[]): string {
  const head = ["process", "start to first answer, ms", "MB after start", "MB after load"];
  return table(
    head,
    rows
      .filter((row) => row.startMs !== undefined)
      .map((row) => [
        row.title,
        range(row.startMs),
        mb(row.memoryAfterStartMb),
        mb(row.memoryAfterLoadMb),
      ]),
  );
}

function figureTable(all: readonly Figure[]): string {
  return table(
    ["figure", "limit", "here", ""],
    all.map(({ text, bound, limit, unit, value, verdict }) => [
      text,
      `${bound} ${limit} ${unit}`,
      value === undefined ? "–" : `${range(value)} ${unit}`,
      verdict,
    ]),
  );
}

/** How the checkout that `--vs` names compares: its value over this one's, of the same round. */
function versusTable(rows: readonly Row[]): string | undefined {
  const own = rows.find((row) => row.name === "parley" && row.state === "measured");
  const other = rows.find((row) => row.name.startsWith("parley@") && row.state === "measured");
  if (own === undefined || other === undefined) return undefined;
  const line = (text: string, above: (number | undefined)[], below: (number | undefined)[]) => [
    text,
    range(spread(below)),
    range(spread(above)),
    range(ratios(above, below)),
  ];
  return table(
    ["before and after", other.title, own.title, "after / before"],
    [
      line("requests/s", rates(own.plain), rates(other.plain)),
      line("CPU-µs a request", cpus(own.plain), cpus(other.plain)),
      line("CPU-µs a chunk", cpus(own.streamed), cpus(other.streamed)),
      line("start, ms", own.startMs, other.startMs),
      line("MB after start", [toMb(own.memoryAfterStart)], [toMb(other.memoryAfterStart)]),
    ],
  );
}

function toMb(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / MB;
}

/** The whole report, as text. */
export function print(
  rows: readonly Row[],
  summaries: readonly RowSummary[],
  judgedFigures?: readonly Figure[],
): string {
  const missing = summaries.filter((row) => row.state !== "measured").map(absent);
  const parts = [
    plainTable(summaries),
    streamedTable(summaries),
    processTable(summaries),
    missing.length > 0 ? table(["not measured", "why"], missing) : undefined,
    versusTable(rows),
    judgedFigures === undefined ? undefined : figureTable(judgedFigures),
  ];
  return parts.filter((part) => part !== undefined).join("\n\n");
}
