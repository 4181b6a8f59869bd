/** What is known of responses: those that are stored, and those that are being made without a client. */
import type { ResponseStore } from "../../storage/ports.ts";
import type { BackgroundRun } from "./background-run.ts";

export interface ResponsesState {
  store: ResponseStore;
  /** By id, from the start until the end has been stored. */
  running: Map<string, BackgroundRun>;
}
