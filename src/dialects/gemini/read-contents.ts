/** `contents` and `systemInstruction` as turns. https://ai.google.dev/api/caching#Content */
import type { Json, JsonObject } from "../../core/json.ts";
import type { NativePart, Opaque, Part, Role, ToolResultPart, Turn } from "../../core/request.ts";
import { CallIds } from "./call-ids.ts";

import { readResponse } from "./function-response.ts";
import { addTurn } from "./join-turns.ts";
import { labelFits, readMedia } from "./media.ts";
import { readName } from "./names.ts";
import { readNative } from "./native.ts";
import { readSignature } from "./signature.ts";
import {
  booleanAt,
  hasOnly,
  messageAt,
  messagesAt,
  missing,
  objectAt,
  textAt,
  without,
  wrongValue,
} from "./wire.ts";

const roles: Readonly<Record<string, Role>> = {
  user: "user",
  model: "assistant",
  function: "tool",
};

/** Throws `request.field_missing`, `request.field_type`, `request.field_value`. */
export function readContents(contents: Json | undefined): Turn[] {
  const ids = new CallIds();
  const turns: Turn[] = [];
  messagesAt(contents, "contents").forEach((content, index) => {
    for (const turn of readContent(content, index, ids)) addTurn(turns, turn);
  });
  return turns;
}

/** The instruction as one turn of role `system`; a bare string is taken too. */
export function readInstruction(instruction: Json | undefined): Turn[] {
  const param = "systemInstruction";
  if (typeof instruction === "string")
    return [{ role: "system", parts: [{ type: "text", text: instruction }] }];
  const content = messageAt(instruction, param);
  if (content === undefined) return [];
  const parts = messagesAt(content.parts, `${param}.parts`).map((part, index) =>
    readPart(part, `${param}.parts[${index}]`),
  );
  return parts.length === 0 ? [] : [{ role: "system", parts }];
}

/** One turn, or several where functions' responses stand beside the user's own words. */
function readContent(content: JsonObject, index: number, ids: CallIds): Turn[] {
  const param = `contents[${index}]`;
  const word = textAt(content.role, `${param}.role`) || "user";
  const role = roles[word];
  if (role === undefined) throw wrongValue(`${param}.role`, "must be `user` or `model`.");
  const turns: Turn[] = [];
  messagesAt(content.parts, `${param}.parts`).forEach((wire, at) => {
    const path = `${param}.parts[${at}]`;
    const response = messageAt(wire.functionResponse, `${path}.functionResponse`);
    if (response !== undefined) {
      const { part, extra } = readResult(response, `${path}.functionResponse`, (id, name) =>
        ids.response(id, name, index, at),
      );
      const turn = turnOf("tool");
      turn.parts.push(part);
      if (extra !== undefined) keepExtra(turn, part.callId, extra);
      return;
    }
    const call = messageAt(wire.functionCall, `${path}.functionCall`);
    const part =
      call === undefined
        ? readPart(wire, path)
        : readCall(wire, call, `${path}.functionCall`, (id, name) => ids.call(id, name, index, at));
    turnOf(role === "tool" ? "user" : role).parts.push(part);
  });
  return turns;

  function turnOf(wanted: Role): Turn {
    const last = turns[turns.length - 1];
    if (last?.role === wanted) return last;
    const turn: Turn = { role: wanted, parts: [] };
    turns.push(turn);
    return turn;
  }
}

type IdOf = (id: string | undefined, name: string) => string;

function readCall(wire: JsonObject, call: JsonObject, param: string, idOf: IdOf): Part {
  const name = textAt(call.name, `${param}.name`);
  if (name === undefined) throw missing(`${param}.name`);
  const args = objectAt(call.args, `${param}.args`) ?? {};
  const id = idOf(textAt(call.id, `${param}.id`) || undefined, name);
  return {
    type: "tool-call",
    id,
    name: readName(name),
    arguments: JSON.stringify(args),
    ...signatureOf(wire, param),
  };
}

const resultFields = new Set(["id", "name", "response", "parts"]);

function readResult(
  response: JsonObject,
  param: string,
  idOf: IdOf,
): { part: ToolResultPart; extra: JsonObject | undefined } {
  const name = textAt(response.name, `${param}.name`);
  if (name === undefined) throw missing(`${param}.name`);
  const whole = objectAt(response.response, `${param}.response`);
  const { text, isError } = readResponse(whole ?? { output: "" });
  const media = messagesAt(response.parts, `${param}.parts`).map((part, index) =>
    readPart(part, `${param}.parts[${index}]`),
  );
  const content: Part[] = text === "" && media.length > 0 ? [] : [{ type: "text", text }];
  const part: ToolResultPart = {
    type: "tool-result",
    callId: idOf(textAt(response.id, `${param}.id`) || undefined, name),
    name: readName(name),
    content: [...content, ...media],
  };
  if (isError) part.isError = true;
  return { part, extra: without(response, resultFields) };
}

function keepExtra(turn: Turn, callId: string, extra: JsonObject): void {
  turn.extra ??= { dialect: "gemini", fields: {} };
  turn.extra.fields[callId] = extra;
}

const plain = new Set(["text", "thought", "thoughtSignature", "inlineData", "fileData"]);

/** Any part that is no call and no response. What has no canonical form is kept whole. */
function readPart(wire: JsonObject, param: string): Part {
  if (!hasOnly(wire, plain) || !labelFits(wire, param)) return readNative(wire);
  const signature = signatureOf(wire, param);
  const text = textAt(wire.text, `${param}.text`);
  const thought = booleanAt(wire.thought, `${param}.thought`);
  if (text !== undefined) {
    if (thought === true) return { type: "reasoning", text, kind: "summary", ...signature };
    // A signature that stands alone is the state of a thought that is not shown
    if (text === "" && signature.signature !== undefined) return hiddenThought(signature.signature);
    return { type: "text", text, ...signature };
  }
  const media = thought === true ? undefined : readMedia(wire, param);
  if (media?.type === "image") return { ...media, ...signature };
  if (media !== undefined && signature.signature === undefined) return media;
  if (Object.keys(wire).length === 0)
    throw wrongValue(param, "must hold text, inlineData, fileData or another kind of data.");
  const native: NativePart = { type: "native", dialect: "gemini", value: wire };
  return native;
}

function hiddenThought(signature: Opaque): Part {
  const redacted = signature.kind === "redacted" ? { redacted: true } : {};
  return { type: "reasoning", text: "", ...redacted, signature };
}

function signatureOf(wire: JsonObject, param: string) {
  const value = textAt(wire.thoughtSignature, `${param}.thoughtSignature`);
  return value === undefined ? {} : { signature: readSignature(value) };
}
