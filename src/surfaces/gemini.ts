/**
 * POST /v1beta/models/{model}:generateContent, :streamGenerateContent, :countTokens, :embedContent and
 * :batchEmbedContents: Google's Gemini API. https://ai.google.dev/api/generate-content
 */
import { asJsonArray } from "../dialects/gemini/json-array.ts";
import { Failure } from "../failures/failure.ts";
import { readGatewayOptions } from "./gateway-options.ts";
import { eventStream, type PathContext, type StreamForm, type Surface } from "./surface.ts";

const PREFIX = "/v1beta/models/";

export const geminiSurface: Surface = {
  name: "gemini",
  path: `${PREFIX}*`,
  dialect: "gemini",
  contract: "gemini",
  keyChoosesContract: false,
  answerIdPrefix: "",
  ownFields: ["gateway"],
  forwardedHeaders: [],
  readOptions: readGatewayOptions,
  readPath,
  streamForm: (url) => (/[?&]alt=sse(&|$)/.test(url) ? eventStream : jsonArray),
};

/** Without `alt=sse`, a stream is one JSON array. */
const jsonArray: StreamForm = {
  contentType: "application/json; charset=utf-8",
  keepAlive: "\n",
  wrap: asJsonArray,
};

/** The model's name may hold slashes, plain or percent-encoded, and colons. */
function readPath(url: string): PathContext {
  const question = url.indexOf("?");
  const path = question === -1 ? url : url.slice(0, question);
  const rest = path.slice(path.indexOf(PREFIX) + PREFIX.length);
  const colon = rest.lastIndexOf(":");
  const action = colon === -1 ? "" : rest.slice(colon + 1);
  const model = decoded(rest.slice(0, colon));
  if (model === undefined || model === "") unknown(path);
  const asked = actions.get(action);
  if (asked === undefined) unknown(path);
  return { model, ...asked };
}

const actions: ReadonlyMap<string, PathContext> = new Map<string, PathContext>([
  ["generateContent", { stream: false }],
  ["streamGenerateContent", { stream: true }],
  ["countTokens", { stream: false, operation: { name: "count-tokens", format: "gemini" } }],
  ["embedContent", { stream: false, operation: { name: "embeddings", format: "gemini" } }],
  [
    "batchEmbedContents",
    { stream: false, operation: { name: "embeddings", format: "gemini-batch" } },
  ],
]);

function unknown(path: string): never {
  throw new Failure("request.path_unknown", {
    message: `There is nothing at ${path.slice(0, 200)}.`,
    suggestion: `Use {model}: and one of ${[...actions.keys()].join(", ")}.`,
  });
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
