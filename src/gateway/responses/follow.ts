/** Hands the events of a response that is being made to one more reader. */
import type { Delivery } from "../deliver.ts";
import type { BackgroundRun } from "./background-run.ts";

const KEEP_ALIVE_MS = 15_000;

/** Where the events go. */
export type Reader = Pick<Delivery, "write" | "onDrain" | "keepAlive" | "end" | "whenOver">;

/** From event number `from` to the last; the reader is ended after it. Each reads at its own pace. */
export function follow(run: BackgroundRun, from: number, reader: Reader): void {
  let next = from;
  let waits = false;
  let gone = false;
  const go = () => {
    while (!gone && !waits && next < run.frames.length) {
      waits = !reader.write(run.frames[next++] ?? "");
    }
    if (waits && !gone) {
      reader.onDrain(() => {
        waits = false;
        go();
      });
    } else if (run.over && !gone) {
      leave();
      reader.end();
    }
  };
  const stop = run.onChange(() => {
    if (!waits) go();
  });
  const alive = setInterval(() => {
    if (!waits) reader.keepAlive();
  }, KEEP_ALIVE_MS);
  const leave = () => {
    gone = true;
    stop();
    clearInterval(alive);
  };
  reader.whenOver(leave);
  go();
}
