/** The figures that are judged. */
import { CHUNKS } from "./answers/http.ts";
import { cpus, MB, type Row } from "./report.ts";
import { ratios, type Spread, spread } from "./statistics.ts";

export type Figure = {
  text: string;
  limit: number;
  bound: "at most" | "at least";
  unit: string;
  value?: Spread;
  verdict: "met" | "missed" | "not measured";
};

type Find = (name: string) => Row | undefined;

/** The figures that Parley has set itself, each against what this run has measured. */
export function figures(rows: readonly Row[]): Figure[] {
  const row: Find = (name) =>
    rows.find((candidate) => candidate.name === name && candidate.state === "measured");
  const cpuRatio = (above: string, below: string, kind: "plain" | "streamed"): Spread | undefined =>
    ratios(cpus(row(above)?.[kind] ?? []), cpus(row(below)?.[kind] ?? []));
  const memory = row("parley")?.memoryAfterStart;
  return [
    judged(
      "CPU a request, Parley / bare Fastify + undici",
      "at most",
      1.35,
      "×",
      cpuRatio("parley", "fastify", "plain"),
    ),
    judged(
      "the same / with undici's dispatch",
      "at most",
      1.35,
      "×",
      cpuRatio("parley", "fastify-dispatch", "plain"),
    ),
    judged(
      "CPU a request, Portkey / Parley",
      "at least",
      8,
      "×",
      cpuRatio("portkey", "parley", "plain"),
    ),
    judged(
      "CPU a chunk, Parley / bare Node",
      "at most",
      1.25,
      "×",
      cpuRatio("parley", "node", "streamed"),
    ),
    ...translated("parley-anthropic", "chat → Anthropic", row),
    ...translated("parley-gemini", "chat → Gemini", row),
    judged(
      "Parley, start to first answer",
      "at most",
      1500,
      "ms",
      spread(row("parley")?.startMs ?? []),
    ),
    judged(
      "Parley, memory after start",
      "at most",
      150,
      "MB",
      memory === undefined ? undefined : spread([memory / MB]),
    ),
  ];
}

/** What translation adds to passing through, and whether tokens still arrive one by one. */
function translated(name: string, title: string, row: Find): Figure[] {
  const streams = row(name)?.streamed ?? [];
  return [
    judged(
      `CPU a chunk, ${title} / passed through`,
      "at most",
      1.6,
      "×",
      ratios(cpus(streams), cpus(row("parley")?.streamed ?? [])),
    ),
    judged(
      `reads a chunk, ${title}`,
      "at least",
      0.9,
      "",
      spread(streams.map((burst) => burst.readsPerAnswer / CHUNKS)),
    ),
  ];
}

function judged(
  text: string,
  bound: Figure["bound"],
  limit: number,
  unit: string,
  value: Spread | undefined,
): Figure {
  if (value === undefined) return { text, bound, limit, unit, verdict: "not measured" };
  const met = bound === "at most" ? value.median <= limit : value.median >= limit;
  return { text, bound, limit, unit, value, verdict: met ? "met" : "missed" };
}
