/** Servers that one runs oneself. They work without a key and serve what was loaded into them. */
import type { CompatibleVendor } from "../entry.ts";
import { documentedAt } from "../table.ts";

export const local: readonly CompatibleVendor[] = [
  {
    name: "ollama",
    title: "Ollama",
    docs: "https://docs.ollama.com/api/openai-compatibility",
    baseUrl: "http://localhost:11434/v1",
    keyless: true,
    manners: {
      rename: { max_completion_tokens: "max_tokens" },
      // Listed as fields that the endpoint does not know.
      refuses: ["tool_choice", "logit_bias", "user", "n"],
      reasoningField: "reasoning",
    },
    failures: documentedAt("https://docs.ollama.com/api/errors", [
      [400, "upstream.request_rejected"],
      [{ status: 404, message: "model" }, "upstream.model_unknown"],
      [429, "upstream.rate_limited"],
      [500, "upstream.server_error"],
      [502, "upstream.server_error"],
    ]),
  },
  {
    name: "vllm",
    title: "vLLM",
    docs: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
    baseUrl: "http://localhost:8000/v1",
    keyless: true,
  },
  {
    name: "sglang",
    title: "SGLang",
    docs: "https://docs.sglang.ai/basic_usage/openai_api_completions.html",
    baseUrl: "http://localhost:30000/v1",
    keyless: true,
    manners: { reasoningField: "reasoning_content" },
  },
  {
    name: "lmstudio",
    title: "LM Studio",
    docs: "https://lmstudio.ai/docs/developer/openai-compat/chat-completions",
    baseUrl: "http://localhost:1234/v1",
    keyless: true,
    manners: { rename: { max_completion_tokens: "max_tokens" } },
  },
  {
    name: "llamacpp",
    title: "llama.cpp",
    docs: "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    baseUrl: "http://localhost:8080/v1",
    keyless: true,
    manners: { reasoningField: "reasoning_content" },
    failures: documentedAt(
      "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
      [[{ type: "exceed_context_size_error" }, "upstream.context_too_long"]],
    ),
  },
  {
    name: "localai",
    title: "LocalAI",
    docs: "https://localai.io/features/text-generation/",
    baseUrl: "http://localhost:8080/v1",
    keyless: true,
    failures: documentedAt("https://localai.io/reference/api-errors/", [
      [400, "upstream.request_rejected"],
      [401, "upstream.credential_rejected"],
      [{ status: 404, message: "model" }, "upstream.model_unknown"],
      [422, "upstream.request_rejected"],
      [500, "upstream.server_error"],
    ]),
  },
  {
    name: "tgi",
    title: "Text Generation Inference",
    docs: "https://huggingface.github.io/text-generation-inference/",
    baseUrl: "http://localhost:8080/v1",
    keyless: true,
    manners: {
      rename: { max_completion_tokens: "max_tokens" },
      finishReasons: { eos_token: "stop", stop_sequence: "stop" },
    },
    failures: documentedAt("https://huggingface.github.io/text-generation-inference/", [
      [{ type: "validation" }, "upstream.request_rejected"],
      [{ type: "generation" }, "upstream.server_error"],
      [{ type: "overloaded" }, "upstream.overloaded"],
      [{ type: "incomplete_generation" }, "upstream.server_error"],
    ]),
  },
  {
    name: "koboldcpp",
    title: "KoboldCpp",
    docs: "https://lite.koboldai.net/koboldcpp_api",
    baseUrl: "http://localhost:5001/v1",
    keyless: true,
  },
  {
    name: "docker-model-runner",
    title: "Docker Model Runner",
    docs: "https://docs.docker.com/ai/model-runner/api-reference/",
    baseUrl: "http://localhost:12434/engines/v1",
    keyless: true,
  },
];
