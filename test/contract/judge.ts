/** Whether a scenario shows what its row says. */
import { AssertionError } from "node:assert";
import { isObject } from "../../src/core/json.ts";
import type { World } from "./harness.ts";
import { eventsIn, type Observed } from "./http.ts";
import type { Row } from "./rows.ts";
import type { Scenario } from "./scenario.ts";

export interface Verdict {
  scenario: Scenario;
  /** What was not as the row says; empty where the row is reached. */
  wrong: string[];
  /** What the gateway lacks for the scenario; it did not run then. */
  lacks?: string;
}

export async function judge(scenario: Scenario, row: Row, world: World): Promise<Verdict> {
  const wrong: string[] = [];
  try {
    const lacks = await scenario.needs?.(world);
    if (lacks !== undefined) return { scenario, wrong, lacks };
    const answer = await scenario.provoke(world);
    if (answer.status !== row.status || answer.code !== row.code) {
      wrong.push(
        `expected ${row.status} ${row.code}, got ${answer.status} ${answer.code}: ${shown(answer)}`,
      );
    }
  } catch (thrown) {
    wrong.push(words(thrown));
  }
  // Also where the scenario fell: a control that fails as well says that the cause is another.
  try {
    const control = await scenario.control(world);
    if (!succeeded(control)) wrong.push(`the control failed: ${control.status} ${shown(control)}`);
  } catch (thrown) {
    wrong.push(`the control failed: ${words(thrown)}`);
  }
  return { scenario, wrong };
}

/** A 2xx that says no error, neither in its body nor, of a stream, in an event, and a stream that has its end. */
function succeeded({ status, body, headers, text }: Observed): boolean {
  if (status < 200 || status > 299) return false;
  if (headers["content-type"]?.startsWith("text/event-stream") === true) {
    const failed = eventsIn(text).some((event) => isObject(event) && event.error !== undefined);
    return !failed && text.trimEnd().endsWith("data: [DONE]");
  }
  // A response of the Responses API says that its error is null.
  return isObject(body) && (body.error ?? null) === null;
}

function shown({ headers, text }: Observed): string {
  return `${headers["x-parley-error"] ?? ""} ${text.slice(0, 400)}`.trim();
}

function words(thrown: unknown): string {
  if (thrown instanceof AssertionError) return thrown.message.replaceAll("\n", " ");
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}
