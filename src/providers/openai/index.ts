/** OpenAI itself. */
import type { DialectName } from "../../dialects/dialect.ts";
import { failureFromTable } from "../failure-table.ts";
import type { HttpProvider, ProviderAddress, ProviderCall } from "../provider.ts";
import { openaiFailures } from "./failures.ts";
import { responsesOnly } from "./responses-only.ts";

const paths: Readonly<Partial<Record<DialectName, string>>> = {
  "openai-chat": "/chat/completions",
  "openai-completions": "/completions",
  "openai-responses": "/responses",
};

const completes = /^(davinci-002|babbage-002|gpt-3\.5-turbo-instruct(-\d+)?)$/;
const chats: readonly DialectName[] = ["openai-chat", "openai-responses"];

/** https://developers.openai.com/api/reference/overview */
export const openai: HttpProvider = {
  kind: "http",
  name: "openai",
  title: "OpenAI",
  docs: "https://developers.openai.com/api/reference/resources/chat",
  dialects: ["openai-chat", "openai-responses", "openai-completions"],
  // Each model's page lists its endpoints: https://developers.openai.com/api/docs/models
  dialectsOf: (model) => (completes.test(model) ? ["openai-completions"] : chats),
  responsesOnly,
  operations: { embeddings: "openai", moderations: "openai", compact: "openai" },
  // Each model's page lists its endpoints: https://developers.openai.com/api/docs/models
  onlyFor: [
    { models: ["gpt-*", "o1*", "o3*", "o4*", "chatgpt-*", "codex-*"], endpoint: "chat" },
    { models: ["text-embedding-*"], endpoint: "embeddings" },
    { models: ["omni-moderation-*", "text-moderation-*"], endpoint: "moderations" },
  ],
  baseUrl: "https://api.openai.com/v1",
  environment: { key: "OPENAI_API_KEY", baseUrl: "OPENAI_BASE_URL" },
  models: [
    "gpt-*",
    "o1*",
    "o3*",
    "o4*",
    "chatgpt-*",
    "codex-*",
    "computer-use-*",
    "davinci-002",
    "babbage-002",
    "text-embedding-3-*",
    "text-embedding-ada-*",
    "omni-moderation-*",
    "text-moderation-*",
  ],
  options: {
    organization: "sent as `OpenAI-Organization`",
    project: "sent as `OpenAI-Project`",
  },
  failures: openaiFailures,
  recorded: ["recorded/openai", "streams/openai/", "streams/open-responses"],
  address: addressOf,
  failure: (error) => failureFromTable(openaiFailures, error, "openai"),
};

function addressOf(call: ProviderCall): ProviderAddress {
  const { organization, project } = call.options;
  const path =
    call.operation === undefined
      ? (paths[call.dialect] ?? "/chat/completions")
      : call.operation === "compact"
        ? "/responses/compact"
        : `/${call.operation}`;
  return {
    url: `${call.baseUrl}${path}`,
    headers: {
      ...(call.credential === "" ? {} : { authorization: `Bearer ${call.credential}` }),
      ...(organization === undefined ? {} : { "openai-organization": organization }),
      ...(project === undefined ? {} : { "openai-project": project }),
    },
  };
}
