/** What a run of replays found, for people. */
import type { Kind, Result } from "./replay.ts";

const kinds: readonly Kind[] = ["whole", "streamed", "cut", "error", "request"];

/** Why a recording's replays are wrong, by its name. */
export type Exceptions = ReadonlyMap<string, string>;

export function nameOf({ recording, kind, detail }: Result): string {
  return `${recording.name} [${detail === undefined ? kind : `${kind}, ${detail}`}]`;
}

/** Right ones of those replayed, by vendor and kind. */
export function table(results: readonly Result[]): string {
  const vendors = [...new Set(results.map(({ recording }) => recording.vendor))].toSorted();
  const rows = [...vendors, "all"].map((vendor) => [
    vendor,
    ...kinds.map((kind) =>
      cell(
        results.filter(
          (each) => each.kind === kind && (vendor === "all" || each.recording.vendor === vendor),
        ),
      ),
    ),
  ]);
  const lines = [["right of replayed", ...kinds], ...rows].map(([first = "", ...rest]) =>
    [first.padEnd(18), ...rest.map((each) => each.padStart(14))].join(""),
  );
  return lines.join("\n");
}

function cell(results: readonly Result[]): string {
  const replayed = results.filter(({ verdict }) => verdict !== "absent");
  const right = replayed.filter(({ verdict }) => verdict === "right");
  if (results.length === 0) return "";
  const absent = results.length - replayed.length;
  return `${right.length}/${replayed.length}${absent === 0 ? "" : ` +${absent}`}`;
}

/** By name, with the reason; reasons that many share are said once. */
export function absences(results: readonly Result[]): string[] {
  const groups = Map.groupBy(
    results.filter(({ verdict }) => verdict === "absent"),
    ({ reason }) => reason ?? "",
  );
  return [...groups].flatMap(([reason, group]) => [
    `  ${reason}:`,
    ...group.map((each) => `    ${nameOf(each)}`),
  ]);
}

export function mistakes(results: readonly Result[], exceptions: Exceptions): string[] {
  return results
    .filter(({ verdict }) => verdict === "wrong")
    .map((each) => {
      const explained = exceptions.get(each.recording.name);
      const note = explained === undefined ? "" : `\n    explained: ${explained}`;
      return `  ${nameOf(each)}\n    ${each.reason}${note}`;
    });
}
