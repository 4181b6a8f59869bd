/** One recording through the running gateway: its answer however it is cut, and its request. */
import type { JsonObject } from "../../src/core/json.ts";
import type { RunningGateway } from "../support/gateway.ts";
import type { Outcome } from "./answer.ts";
import { readRecorded } from "./answers/index.ts";
import { makeChannel } from "./channels.ts";
import { ask, toldBy } from "./client.ts";
import { wrongWith } from "./compare.ts";
import type { Recording, Wire } from "./recording.ts";
import { compareRequest, convertRequest } from "./requests/index.ts";
import type { Cut, Replayer } from "./upstream.ts";

export type Kind = "whole" | "streamed" | "cut" | "error" | "request";

export interface Result {
  recording: Recording;
  kind: Kind;
  /** What was done, within the kind: `7 bytes a piece`. */
  detail?: string;
  /** `absent`: it could not be replayed. */
  verdict: "right" | "wrong" | "absent";
  /** Why, where it is not right. */
  reason?: string;
}

const cuts: readonly Cut[] = [1, 7, 1021];

/** Where each wire's requests arrive. */
const doors: Readonly<Record<Wire, RegExp>> = {
  // Writer's has a shorter name.
  chat: /\/chat(\/completions)?(\?|$)/,
  messages: /\/messages$|RawPredict$/,
  gemini: /enerateContent(\?|$)/,
  responses: /\/responses(\?|$)/,
  converse: /\/converse(-stream)?$/,
  cohere: /\/v2\/chat$/,
};

/** The chat surface speaks Responses upstream for models that have nothing else. */
const responsesOnlyModel = "gpt-5-pro";

export interface Stage {
  gateway: RunningGateway;
  replayer: Replayer;
}

/** `expected`: what the recording says, where it is not to be read from its bytes. */
export async function replay(
  stage: Stage,
  recording: Recording,
  expected?: Outcome,
): Promise<Result[]> {
  const { gateway, replayer } = stage;
  const recorded = expected ?? readRecorded(recording);
  const kind: Kind = "failed" in recorded ? "error" : recording.stream ? "streamed" : "whole";
  const place = replayer.serve(recording, undefined);
  const own = recording.wire === "responses" ? responsesOnlyModel : recording.model;
  const channel = await makeChannel(gateway, recording, own, place, replayer.port);
  if ("refused" in channel)
    return [
      {
        recording,
        kind,
        verdict: "absent",
        reason: `not yet reachable: ${channel.refused}`,
      },
    ];
  const model = `${channel.name}/${own}`;
  const results = [await replayAnswer(stage, recording, recorded, { kind, model, cut: undefined })];
  if (results[0]?.verdict === "absent") return results;
  for (const cut of recording.stream ? cuts : []) {
    const how = { kind: "cut", model, cut } as const;
    results.push(await replayAnswer(stage, recording, recorded, how));
  }
  if (recording.request !== undefined)
    results.push(...(await replayRequest(stage, recording, recording.request, model)));
  return results;
}

async function replayAnswer(
  { gateway, replayer }: Stage,
  recording: Recording,
  recorded: Outcome,
  { kind, model, cut }: { kind: Kind; model: string; cut: Cut },
): Promise<Result> {
  replayer.serve(recording, cut);
  replayer.forget(recording);
  const reply = await ask(gateway, simplest(model, recording.stream));
  const path = replayer.asked(recording)?.path;
  const detail = cut === undefined ? {} : { detail: `${cut} bytes a piece` };
  if (path === undefined || !doors[recording.wire].test(path)) {
    const reason = `not yet reachable: ${path ?? toldBy(reply)}`;
    return { recording, kind, ...detail, verdict: "absent", reason };
  }
  const reason = wrongWith(reply, recorded);
  return reason === undefined
    ? { recording, kind, ...detail, verdict: "right" }
    : { recording, kind, ...detail, verdict: "wrong", reason };
}

function simplest(model: string, stream: boolean): JsonObject {
  const body: JsonObject = { model, messages: [{ role: "user", content: "Say hello." }], stream };
  return stream ? { ...body, stream_options: { include_usage: true } } : body;
}

async function replayRequest(
  { gateway, replayer }: Stage,
  recording: Recording,
  request: JsonObject,
  model: string,
): Promise<Result[]> {
  const converted = convertRequest(recording, request);
  const kind = "request";
  if ("unfit" in converted)
    return [{ recording, kind, verdict: "absent", reason: converted.unfit }];
  replayer.serve(recording, undefined);
  replayer.forget(recording);
  const reply = await ask(gateway, { ...converted.body, model });
  const asked = replayer.asked(recording);
  const reason =
    asked === undefined
      ? `refused: ${toldBy(reply)}`
      : compareRequest(recording.wire, asked.body, request);
  return reason === undefined
    ? [{ recording, kind, verdict: "right" }]
    : [{ recording, kind, verdict: "wrong", reason }];
}
