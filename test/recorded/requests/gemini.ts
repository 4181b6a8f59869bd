/** Google's generateContent in chat's words: text, system, media, functions and their answers, thinking, JSON output. */
import { isObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import { at, defined, list, object, text } from "../walk.ts";
import { only, Unfit } from "./unfit.ts";

const fields = ["contents", "systemInstruction", "generationConfig", "tools", "toolConfig"];
const settings = [
  "temperature",
  "topP",
  "topK",
  "maxOutputTokens",
  "stopSequences",
  "seed",
  "presencePenalty",
  "frequencyPenalty",
  "responseModalities",
  "responseMimeType",
  "responseJsonSchema",
  "thinkingConfig",
  "responseLogprobs",
  "logprobs",
];

/** `provider`: who made the signatures. */
export function geminiToChat(recorded: JsonObject, provider: string): JsonObject {
  const request = object(inCamelCase(recorded));
  only(request, fields, "the request");
  const config = object(request, "generationConfig");
  only(config, settings, "generationConfig");
  const callIds = new CallIds();
  const system = list(request, "systemInstruction", "parts").map(textOf);
  return defined({
    messages: [
      ...(system.length > 0 ? [{ role: "system", content: system }] : []),
      ...list(request, "contents").flatMap((content) => contentOf(content, { callIds, provider })),
    ],
    tools: toolsOf(request),
    tool_choice: choiceOf(request),
    temperature: config.temperature,
    top_p: config.topP,
    top_k: config.topK,
    max_tokens: config.maxOutputTokens,
    stop: config.stopSequences,
    seed: config.seed,
    presence_penalty: config.presencePenalty,
    frequency_penalty: config.frequencyPenalty,
    modalities: modalitiesOf(config),
    logprobs: config.responseLogprobs,
    top_logprobs: config.logprobs,
    response_format: formatOf(config),
    reasoning: thinkingOf(object(config, "thinkingConfig")),
  });
}

/** Gemini's older models tell calls apart by name and order alone. */
class CallIds {
  #made = 0;
  readonly #open: { name: string; id: string }[] = [];

  call(name: string, id: string): string {
    const given = id || `call_${this.#made++}`;
    this.#open.push({ name, id: given });
    return given;
  }

  answer(name: string, id: string): string {
    const place = this.#open.findIndex((each) => (id === "" ? each.name === name : each.id === id));
    const [found] = place === -1 ? [] : this.#open.splice(place, 1);
    if (found === undefined) throw new Unfit("a function's answer belongs to no call");
    return found.id;
  }
}

function textOf(part: Json): JsonObject {
  only(object(part), ["text"], "a system part");
  return { type: "text", text: text(part, "text") };
}

interface Conversation {
  callIds: CallIds;
  provider: string;
}

function contentOf(content: Json, conversation: Conversation): JsonObject[] {
  const parts = list(content, "parts");
  return text(content, "role") === "model"
    ? [modelOf(parts, conversation)]
    : userOf(parts, conversation);
}

function modelOf(parts: readonly Json[], { callIds, provider }: Conversation): JsonObject {
  const content: JsonObject[] = [];
  const calls: JsonObject[] = [];
  const thoughts: JsonObject[] = [];
  for (const part of parts) {
    const { thoughtSignature: signature, ...rest } = object(part);
    const extra_content =
      signature === undefined
        ? undefined
        : { google: { thought_signature: signature }, parley: { provider } };
    const call = rest.functionCall;
    if (isObject(call)) {
      only(rest, ["functionCall"], "a call");
      const name = text(call, "name");
      calls.push(
        defined({
          id: callIds.call(name, text(call, "id")),
          type: "function",
          function: { name, arguments: JSON.stringify(call.args ?? {}) },
          extra_content,
        }),
      );
    } else if (typeof rest.text === "string" && rest.thought === true) {
      only(rest, ["text", "thought"], "a thought");
      thoughts.push({
        type: "reasoning.text",
        text: rest.text,
        format: provider,
        index: thoughts.length,
      });
    } else if (typeof rest.text === "string") {
      only(rest, ["text", "thought"], "a model's text");
      content.push(defined({ type: "text", text: rest.text, extra_content }));
    } else throw new Unfit(`the conversation holds a model's ${Object.keys(rest).join(", ")}`);
  }
  const filled = content.length > 0 ? content : null;
  return defined({
    role: "assistant",
    content: filled,
    tool_calls: calls.length > 0 ? calls : undefined,
    reasoning_details: thoughts.length > 0 ? thoughts : undefined,
  });
}

function userOf(parts: readonly Json[], { callIds }: Conversation): JsonObject[] {
  const messages: JsonObject[] = [];
  let content: JsonObject[] = [];
  for (const part of parts) {
    const answer = at(part, "functionResponse");
    if (!isObject(answer)) {
      content.push(partOf(object(part)));
      continue;
    }
    if (content.length > 0) messages.push({ role: "user", content });
    content = [];
    only(answer, ["name", "response", "id"], "a function's answer");
    if (Object.keys(object(answer, "response")).join() === "error")
      throw new Unfit("a function's answer says that it failed, for which chat has no word");
    messages.push({
      role: "tool",
      tool_call_id: callIds.answer(text(answer, "name"), text(answer, "id")),
      content: JSON.stringify(answer.response ?? {}),
    });
  }
  return content.length > 0 ? [...messages, { role: "user", content }] : messages;
}

function partOf(part: JsonObject): JsonObject {
  if (typeof part.text === "string") return textOf(part);
  only(part, ["inlineData", "fileData"], "a part");
  const data = text(part, "inlineData", "data");
  const type = text(part, "inlineData", "mimeType") || text(part, "fileData", "mimeType");
  const url = data === "" ? text(part, "fileData", "fileUri") : `data:${type};base64,${data}`;
  if (type.startsWith("image/")) return { type: "image_url", image_url: { url } };
  if (data !== "" && ["audio/wav", "audio/mpeg", "audio/mp3"].includes(type)) {
    const format = type === "audio/wav" ? "wav" : "mp3";
    return { type: "input_audio", input_audio: { data, format } };
  }
  if (type === "application/pdf" || (data !== "" && type === "text/plain"))
    return { type: "file", file: { file_data: url } };
  throw new Unfit(`the conversation holds ${type || "a file"}${data === "" ? " by address" : ""}`);
}

function toolsOf(request: JsonObject): Json[] | undefined {
  const tools = list(request, "tools").flatMap((tool) => {
    for (const name of Object.keys(object(tool)))
      if (name !== "functionDeclarations")
        throw new Unfit(`asks for ${name}, a tool that Google runs`);
    return list(tool, "functionDeclarations").map((declared) => {
      const { name, description, parametersJsonSchema: parameters, ...rest } = object(declared);
      only(rest, [], "a function");
      return { type: "function", function: defined({ name, description, parameters }) };
    });
  });
  return tools.length > 0 ? tools : undefined;
}

function choiceOf(request: JsonObject): Json | undefined {
  const config = object(request, "toolConfig");
  only(config, ["functionCallingConfig"], "toolConfig");
  const calling = object(config, "functionCallingConfig");
  const names = list(calling, "allowedFunctionNames");
  const words: JsonObject = { AUTO: "auto", ANY: "required", NONE: "none" };
  const mode = words[text(calling, "mode")];
  if (mode === undefined && Object.keys(calling).length > 0)
    throw new Unfit(`a calling mode ${text(calling, "mode")}, for which chat has no word`);
  const [first] = names;
  if (first === undefined) return mode;
  if (names.length === 1) return { type: "function", function: { name: first } };
  const tools = names.map((name) => ({ type: "function", function: { name } }));
  return { type: "allowed_tools", allowed_tools: { mode: "required", tools } };
}

function modalitiesOf(config: JsonObject): Json | undefined {
  const wanted = list(config, "responseModalities").map((each) => text(each).toLowerCase());
  return wanted.length === 0 || (wanted.length === 1 && wanted[0] === "text") ? undefined : wanted;
}

function formatOf({
  responseMimeType: type,
  responseJsonSchema: schema,
}: JsonObject): Json | undefined {
  if (isObject(schema)) return { type: "json_schema", json_schema: { name: "answer", schema } };
  return type === "application/json" ? { type: "json_object" } : undefined;
}

function thinkingOf(config: JsonObject): Json | undefined {
  only(config, ["includeThoughts", "thinkingBudget", "thinkingLevel"], "thinkingConfig");
  const { includeThoughts: shown, thinkingBudget: budget, thinkingLevel: level } = config;
  if (Object.keys(config).length === 0) return undefined;
  return defined({
    max_tokens: budget,
    effort: text(level).toLowerCase() || undefined,
    exclude: shown === false ? true : undefined,
    enabled: shown === true && budget === undefined && level === undefined ? true : undefined,
  });
}

/**
 * What means the same, said in one way: names in camel case, text alone is the default modality, `AUTO` the default calling mode,
 * a content without a role the user's; neighbours of one role are one content; `null`, empty objects and
 * lists say nothing; chat has no place for the media type of what is given by address; functions declared one a tool or all in one are the same; ids that Parley made for calls
 * that had none are not compared.
 */
export function geminiMeaning(request: JsonObject): JsonObject {
  const { contents, tools, generationConfig, toolConfig, systemInstruction, ...rest } = object(
    inCamelCase(request),
  );
  const joined: JsonObject[] = [];
  for (const content of list(contents)) {
    const role = text(content, "role") || "user";
    const parts = list(content, "parts").map(partMeaning);
    const before = joined.at(-1);
    if (before?.role === role) before.parts = [...list(before, "parts"), ...parts];
    else joined.push({ role, parts });
  }
  const config = { ...object(generationConfig) };
  if (JSON.stringify(config.responseModalities) === '["TEXT"]') delete config.responseModalities;
  const calling = object(toolConfig, "functionCallingConfig");
  return object(
    withoutNothing({
      ...rest,
      contents: joined,
      systemInstruction: list(systemInstruction, "parts"),
      tools: list(tools).flatMap((tool) => list(tool, "functionDeclarations")),
      generationConfig: config,
      calling: calling.mode === "AUTO" ? {} : calling,
    }),
  );
}

function partMeaning(part: Json): Json {
  const { functionCall, functionResponse, thought, fileData, ...rest } = object(part);
  if (isObject(fileData)) rest.fileData = { fileUri: fileData.fileUri ?? null };
  const kept: JsonObject = thought === true ? { ...rest, thought } : rest;
  for (const [name, value] of Object.entries({ functionCall, functionResponse })) {
    if (!isObject(value)) continue;
    const { id: _, ...other } = value;
    kept[name] = other;
  }
  return kept;
}

function withoutNothing(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name, withoutNothing(item)] as const)
      .filter(
        ([, item]) => item !== null && !(item instanceof Object && Object.keys(item).length === 0),
      ),
  );
}

/** What the client wrote itself, where names are its own. */
const own = /^(args|response|parameters|parameters_?json_?schema|response_?(json_?)?schema)$/i;

/** Google reads both `thought_signature` and `thoughtSignature`. */
function inCamelCase(value: Json): Json {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      own.test(name) ? item : inCamelCase(item),
    ]),
  );
}
