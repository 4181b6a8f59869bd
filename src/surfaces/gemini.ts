/**
 * POST /v1beta/models/{model}:generateContent and :streamGenerateContent: Google's Gemini API.
 * https://ai.google.dev/api/generate-content
 */
import type { RequestContext } from "../dialects/dialect.ts";
import { asJsonArray } from "../dialects/gemini/json-array.ts";
import { Failure } from "../failures/failure.ts";
import { readGatewayOptions } from "./gateway-options.ts";
import { eventStream, type StreamForm, type Surface } from "./surface.ts";

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
function readPath(url: string): RequestContext {
  const question = url.indexOf("?");
  const path = question === -1 ? url : url.slice(0, question);
  const rest = path.slice(path.indexOf(PREFIX) + PREFIX.length);
  const colon = rest.lastIndexOf(":");
  const action = colon === -1 ? "" : rest.slice(colon + 1);
  const model = decoded(rest.slice(0, colon));
  if (model === undefined || model === "") unknown(path);
  if (action === "generateContent") return { model, stream: false };
  if (action === "streamGenerateContent") return { model, stream: true };
  unknown(path);
}

function unknown(path: string): never {
  throw new Failure("request.path_unknown", {
    message: `There is nothing at ${path.slice(0, 200)}.`,
    suggestion: "Use {model}:generateContent or {model}:streamGenerateContent.",
  });
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
