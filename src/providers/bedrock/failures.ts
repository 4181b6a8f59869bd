/** Bedrock's errors and what they mean. */
import type { FailureRow } from "../failure-table.ts";

const converse =
  "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors";
const stream =
  "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors";
const common = "https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html";
const trouble =
  "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html";
const access = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html";
const profiles =
  "https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html";
const lifecycle = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html";
const limits =
  "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html";
const toolUse = "https://docs.aws.amazon.com/bedrock/latest/userguide/tool-use.html";
const features =
  "https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html";

/** `type` is the exception's name, from the header, the body or the stream's frame. */
export const bedrockFailures: readonly FailureRow[] = [
  // The request
  ...contextTooLong([
    "input is too long",
    "prompt is too long",
    "exceed context limit",
    "too many input tokens",
    "input tokens exceed",
    "maximum context length",
    "exceeds the maximum number of input tokens",
  ]),
  {
    message: "exceeds the model limit of",
    cause: "upstream.parameter_rejected",
    source: limits,
  },
  {
    message: "blocked by our content filters",
    cause: "upstream.content_filtered",
    source: trouble,
  },
  // The model
  {
    status: 400,
    message: "model identifier is invalid",
    cause: "upstream.model_unknown",
    source: trouble,
  },
  {
    status: 400,
    message: ["model id", "on-demand throughput"],
    cause: "upstream.model_unknown",
    source: profiles,
  },
  { message: "use case details have not been", cause: "upstream.model_unknown", source: access },
  { message: "end of its life", cause: "upstream.model_unknown", source: lifecycle },
  { type: "ResourceNotFoundException", cause: "upstream.model_unknown", source: converse },
  {
    status: 400,
    message: "doesn't support tool use",
    cause: "upstream.parameter_rejected",
    source: toolUse,
  },
  {
    status: 400,
    message: "this model doesn't support the",
    cause: "upstream.parameter_rejected",
    source: features,
  },
  {
    message: "extraneous key",
    cause: "upstream.parameter_rejected",
    source: trouble,
  },
  {
    message: "failed to satisfy constraint",
    cause: "upstream.parameter_rejected",
    source: trouble,
  },
  // The credential and the account
  {
    type: "AccessDeniedException",
    message: "marketplace",
    cause: "upstream.account_exhausted",
    source: access,
  },
  { type: "AccessDeniedException", cause: "upstream.credential_rejected", source: converse },
  ...credentialRejected([
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "ExpiredTokenException",
    "ExpiredToken",
    "InvalidClientTokenId",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "RequestExpired",
  ]),
  { type: "OptInRequired", cause: "upstream.account_exhausted", source: common },
  {
    type: "ServiceQuotaExceededException",
    cause: "upstream.account_exhausted",
    source:
      "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html#API_runtime_InvokeModel_Errors",
  },
  // Limits and the vendor's own trouble
  { type: "ThrottlingException", cause: "upstream.rate_limited", source: converse },
  { type: "TooManyRequestsException", cause: "upstream.rate_limited", source: common },
  { type: "ModelNotReadyException", cause: "upstream.overloaded", source: converse },
  { type: "ServiceUnavailableException", cause: "upstream.overloaded", source: converse },
  { type: "ServiceUnavailable", cause: "upstream.overloaded", source: common },
  { type: "ModelTimeoutException", cause: "upstream.gateway_timeout", source: converse },
  { type: "ModelErrorException", cause: "upstream.server_error", source: converse },
  { type: "ModelStreamErrorException", cause: "upstream.server_error", source: stream },
  { type: "InternalServerException", cause: "upstream.server_error", source: converse },
  { type: "InternalFailure", cause: "upstream.server_error", source: common },
  { type: "InternalFailureException", cause: "upstream.server_error", source: common },
  // What is left of errors that blame the request
  { type: "ValidationException", cause: "upstream.request_rejected", source: converse },
  { type: "ValidationError", cause: "upstream.request_rejected", source: common },
  { type: "ConflictException", cause: "upstream.request_rejected", source: common },
  { type: "SerializationException", cause: "upstream.request_rejected", source: common },
  { type: "MalformedHttpRequestException", cause: "upstream.request_rejected", source: common },
  { type: "UnknownOperationException", cause: "upstream.request_rejected", source: common },
  // By status, where no name came with it
  { status: 424, cause: "upstream.server_error", source: converse },
  { status: 408, cause: "upstream.gateway_timeout", source: converse },
  { status: 403, cause: "upstream.credential_rejected", source: converse },
  { status: 429, cause: "upstream.rate_limited", source: converse },
];

function contextTooLong(messages: readonly string[]): FailureRow[] {
  return messages.map((message) => ({
    message,
    cause: "upstream.context_too_long",
    source: trouble,
  }));
}

function credentialRejected(types: readonly string[]): FailureRow[] {
  return types.map((type) => ({ type, cause: "upstream.credential_rejected", source: common }));
}
