/**
 * What the words of an error mean, whoever said them: vendors, resellers and proxies put the same few
 * things differently, and put another maker's errors behind their own status. Every expression looks a
 * bounded way ahead, and the text is short: time does not depend on what was said.
 */
import { isObject, type Json } from "../core/json.ts";
import type { Cause } from "../failures/catalogue/index.ts";
import type { ToldError } from "./told-error.ts";

/** Longest text that is looked at, in UTF-16 units. */
const LONGEST = 2000;

/** Single words of an error (`code`, `type`, `status`, `reason`), letters alone and lower case. */
export const meanings: Readonly<Record<string, Cause>> = {
  ...all("upstream.credential_rejected", [
    "apikeyinvalid",
    "apikeyexpired",
    "apikeyserviceblocked",
    "apikeynotfound",
    "invalidapikey",
    "invalidapikeyerror",
    "incorrectapikeyerror",
    "invalidkey",
    "expiredapikey",
    "missingapikey",
    "invalidtoken",
    "tokenexpired",
    "expiredtoken",
    "expiredtokenexception",
    "accesstokenexpired",
    "accesstokenscopeinsufficient",
    "consumerinvalid",
    "credentialsmissing",
    "invalidcredentials",
    "authenticationerror",
    "authenticationfailed",
    "authenticationrequired",
    "invalidauthentication",
    "invalidauthenticationerror",
    "invalidauthenticationtoken",
    "autherror",
    "authfailure",
    "unauthenticated",
    "unauthorized",
    "unauthorizederror",
    "unrecognizedclientexception",
    "invalidsignatureexception",
    "incompletesignature",
    "incompletesignatureexception",
    "missingauthenticationtoken",
    "missingauthenticationtokenexception",
    "accessdeniedexception",
    "invalidsubscription",
    "invalidsubscriptionkey",
  ]),
  ...all("upstream.account_exhausted", [
    "insufficientbalance",
    "insufficientcredits",
    "insufficientfunds",
    "insufficientquota",
    "insufficientuserquota",
    "paymentrequired",
    "billinghardlimitreached",
    "billingnotactive",
    "billingerror",
    "arrearage",
    "accountoverdue",
    "accountoverdueerror",
  ]),
  ...all("upstream.model_unknown", [
    "deploymentnotfound",
    "modelnotfound",
    "modelnotfounderror",
    "modelnotfoundexception",
    "modelnotexist",
    "modeldoesnotexist",
    "unknownmodel",
    "invalidmodel",
    "unsupportedmodel",
    "modelnotsupported",
    "modelnotavailable",
    "modelnotopen",
    "modelnotready",
    "modeldeprecated",
    "modeldecommissioned",
    "invalidendpointormodelnotfound",
  ]),
  ...all("upstream.context_too_long", [
    "contextlengthexceeded",
    "contextlengthexceedederror",
    "contextwindowexceeded",
    "contextwindowexceedederror",
    "modelcontextwindowexceeded",
    "exceedcontextsizeerror",
    "contextlengtherror",
    "contexttoolong",
    "prompttoolong",
    "inputtoolong",
    "inputlengthexceeded",
    "modelmaxprompttokensexceeded",
    "maxprompttokensexceeded",
    "tokenslimitreached",
    "toomanytokens",
  ]),
  ...all("upstream.content_filtered", [
    "contentfilter",
    "contentfiltered",
    "contentpolicyviolation",
    "contentpolicyviolationerror",
    "imagecontentpolicyviolation",
    "responsibleaipolicyviolation",
    "datainspectionfailed",
    "moderationblocked",
    "moderationfailed",
    "inputmoderationfailed",
    "promptblocked",
    "prohibitedcontent",
    "sensitivecontent",
    "sensitivecontentdetected",
    "inputtextsensitivecontentdetected",
    "inputimagesensitivecontentdetected",
    "guardrailintervened",
    "contentmoderation",
  ]),
};

function all(cause: Cause, words: readonly string[]): Record<string, Cause> {
  return Object.fromEntries(words.map((word) => [word, cause]));
}

const secret =
  "(?:(?:api|access|subscription|secret|auth|authentication)[ _-]?keys?|(?:api|access|auth|authentication|authorization|bearer|security|identity|refresh|oauth2?|jwt) ?tokens?|x-api-key|x-goog-api-key|authorization header|credentials?|service account|request signature)";
const trouble =
  "(?:invalid|not valid|not a valid|no valid|incorrect|wrong|malformed|expired|revoked|disabled|deactivated|deleted|suspended|blocked|leaked|inactive|missing|not found|not exist|no longer|unknown|not recogni[sz]ed|unrecogni[sz]ed|unauthori[sz]ed|not authori[sz]ed|not allowed|not permitted|lacks?|denied|(?:does not|doesn't|do not|don't) have|(?:did not|didn't) provide|not provided|not supplied|required|no permission|insufficient|rejected|could not be|not match|does not match)";

const credentialPhrases: readonly RegExp[] = [
  new RegExp(`\\b${secret}\\b[^.!?]{0,80}?\\b${trouble}`),
  new RegExp(`\\b${trouble}\\b[^.!?]{0,40}?\\b${secret}\\b`),
  /\bno (?:api key|auth|cookie auth|credentials)\b/,
  /\bauthentication (?:failed|fails|error|is required|required)|\bnot authenticated|\bunauthenticated|\binvalid authentication|^unauthori[sz]ed\b/,
  /^(?:the |your )?(?:invalid|expired|incorrect|missing|bad) token(?! (?:in|at|near|for|sequence|id))/,
  /\b(?:your|this|provided) token (?:has been |has |is |was )(?:expired|revoked|invalid|disabled|not valid)/,
  /(?:密钥|令牌|鉴权|认证|api[ _-]?key)[^。]{0,20}(?:无效|错误|过期|失效|不存在|不正确|失败|禁用)|无效的(?:令牌|密钥|api)/,
];
/** Where the client's own tools and fields are spoken of, a key is one of theirs. */
const aboutFields =
  /\b(?:functions?|tools?|schemas?|propert(?:y|ies)|parameters?|fields?|arguments?)\b/;

const accountPhrase =
  /\b(?:insufficient|not enough|out of) (?:account )?(?:balance|credits?|quota|funds)\b|\bquota is not enough|\bcredit balance\b|\baccount balance\b|余额不足|欠费/;

const contextPhrases: readonly RegExp[] = [
  /\bcontext[ _-]?(?:length|window|size|limit)s?\b.{0,100}?(?:exceed|longer|greater|too (?:long|large|many)|overflow|reduce|requested|resulted|maximum|\bis [0-9]|\bof [0-9])/s,
  /(?:exceed|longer than|greater than|too (?:long|large|many)|maximum|overflow|larger than|more than|reduce|beyond).{0,100}?\bcontext\b[ _-]?(?:length|window|size|limit)?/s,
  /\b(?:prompt|input|inputs|conversation|messages|message history|chat history)\b(?: text| tokens?)?(?: is| are|'s)? too (?:long|large)\b/,
  /\bmaximum (?:prompt|model|sequence|input) (?:length|tokens?|size)\b/,
  /\btoo many (?:input |prompt |total )?tokens\b/,
  /\b(?:input|prompt|request|messages?|total|model)\b.{0,60}?\btokens?\b.{0,80}?(?:exceed|too large|too long|greater than|more than|longer than|only supports? up to|must be less|must have less)/s,
  /\b(?:inputs?|prompt)\b.{0,20}?\bmust (?:be|have) (?:less|fewer|at most)\b.{0,20}?\btokens?\b/s,
  /\btoo (?:large|long) for\b.{0,40}?\bmodel\b.{0,30}?\btokens?\b/s,
  /exceed(?:s|ed|ing)?\b.{0,80}?\b(?:input|prompt|context|model|message|total)\b.{0,30}?\btokens?\b/s,
  /\binputs?\b.{0,20}?tokens?\b.{0,20}?\+.{0,5}max_(?:new_|completion_)?tokens\b/s,
  /\brange of input length\b|\bexceeds? max(?:imum)? length\b|\breduce the length of the messages\b|\bdecoder prompt\b|\btoken length too long\b|\bmax message tokens\b/,
  /(?:上下文|输入|prompt|tokens?).{0,20}(?:超过|超出|过长|超长)/s,
];
/** Limits of rate and of the answer's own length speak of tokens as well. */
const otherTokens =
  /\bper[ -](?:minute|day|hour|second)\b|\b[tr]p[md]\b|\brate[ -]limit|\bquota\b|\b(?:output|completion) tokens\b(?!.*\bcontext\b)/s;

const filterPhrases: readonly RegExp[] = [
  /\bcontent (?:management |usage |safety |filter(?:ing)? )?(?:policy|policies|filter|filtering|moderation)\b/,
  /\bsafety (?:system|filter|policy|policies|guidelines|settings)\b|\bresponsible ai\b|\bguardrail/,
  /\b(?:input|prompt|content|request|message|messages|text|image|query)\b.{0,60}?\b(?:flagged|was filtered|been filtered|violat|inappropriate|prohibited|unsafe|objectionable|sensitive)/s,
  /\binput data may contain inappropriate|\bviolates? our (?:usage|content|safety)|\bflagged (?:for|as|by)\b/,
  /敏感|不合规|违规|内容安全|安全审核/,
];
const aboutAccount =
  /\b(?:your|the|this) (?:account|organi[sz]ation|api key|project|subscription|workspace)\b.{0,40}\b(?:flagged|violat|suspended|disabled)/s;

const modelPhrases: readonly RegExp[] = [
  /\b(?:no such|unknown|unsupported|invalid|unrecogni[sz]ed|non-?existent) model\b(?! (?:output|response|input|param|config))/,
  /\b(?:not a valid|no) model (?:id|name|named|called)\b/,
  /\b(?:model|deployment|engine)\b[^!?\n]{0,80}?(?:\bnot found\b|\b(?:does|do|did) not exist\b|\bdoesn't exist\b|\bnot exist\b|\bno longer (?:available|supported)\b|\b(?:has been|is|was) (?:deprecated|decommissioned|retired|shut down|removed)\b|\bnot (?:been )?(?:loaded|deployed)\b)/,
  /\bno (?:allowed |available )?(?:endpoints|providers|deployments?)\b[^!?\n]{0,40}?\b(?:for|model)\b/,
  /模型[^。]{0,30}(?:不存在|未找到|不支持|已下线)|无此模型/,
];
/** What else a request may name that is not found. */
const otherThings = /\b(?:files?|images?|tools?|functions?|urls?|parameters?|voices?|caches?)\b/;

/** Statuses that say little; what others say is not put in doubt by words. */
function isVague(status: number | undefined): boolean {
  return (
    status === undefined ||
    [400, 403, 404, 405, 406, 409, 410, 413, 415, 422, 424, 500].includes(status)
  );
}

/** What the error's words and codes say, or nothing where they are none of the known ones. */
export function meaningOf(
  body: Json,
  told: ToldError,
  status: number | undefined,
): Cause | undefined {
  if (!isVague(status)) return undefined;
  const text = wordsOf(told);
  if (saysCredential(body, told)) return "upstream.credential_rejected";
  for (const word of kindsOf(body)) {
    const cause = meanings[word];
    if (cause !== undefined && fitsStatus(cause, status)) return cause;
  }
  if (wasFlagged(body)) return "upstream.content_filtered";
  if (accountPhrase.test(text)) return "upstream.account_exhausted";
  if (contextPhrases.some((phrase) => phrase.test(text)) && !otherTokens.test(text))
    return "upstream.context_too_long";
  if (status === undefined && /\brate limit|\btoo many requests\b|请求过于频繁/.test(text))
    return "upstream.rate_limited";
  if ((status === undefined || status === 500) && /\boverloaded\b/.test(text))
    return "upstream.overloaded";
  if (status === 500) return undefined;
  if (filterPhrases.some((phrase) => phrase.test(text)) && !aboutAccount.test(text))
    return "upstream.content_filtered";
  if (modelPhrases.some((phrase) => phrase.test(text)) && !otherThings.test(text))
    return "upstream.model_unknown";
  return undefined;
}

/** A 5xx is the provider's own trouble, but for what it says of the credential and the context. */
function fitsStatus(cause: Cause, status: number | undefined): boolean {
  return (
    status !== 500 ||
    cause === "upstream.credential_rejected" ||
    cause === "upstream.context_too_long"
  );
}

/** Whether the error is about the credential that was used, which is the gateway's and never the client's. */
export function saysCredential(body: Json, told: ToldError): boolean {
  for (const word of kindsOf(body))
    if (meanings[word] === "upstream.credential_rejected") return true;
  if (told.param !== undefined && !/auth|api.?key|token$/i.test(told.param)) return false;
  const text = wordsOf(told);
  return credentialPhrases.some((phrase) => phrase.test(text)) && !aboutFields.test(text);
}

/** What a request can name that may not exist; a 404 that names none of it is of the address. */
const things =
  /\b(?:models?|deployments?|engines?|files?|images?|items?|responses?|conversations?|assistants?|threads?|messages?|vector|stores?|caches?|cached|cachedcontents?|batch|batches|containers?|prompts?|tools?|functions?|voices?|documents?|ids?)\b|模型|文件/;

/** Whether a 404 speaks of the address that was called, not of anything in the request. */
export function saysNothingFound(told: ToldError): boolean {
  if (told.param !== undefined) return false;
  return !things.test(wordsOf(told).replace(/\S*\/\S*/g, " "));
}

function wordsOf(told: ToldError): string {
  return (told.message ?? "").slice(0, LONGEST).toLowerCase();
}

const kindFields: ReadonlySet<string> = new Set([
  "code",
  "type",
  "status",
  "reason",
  "error",
  "error_type",
  "error_code",
  "errorCode",
  "errorcode",
  "Code",
  "__type",
]);
/** How many values, and how deep, are looked at for them. */
const MOST = 200;
const DEEPEST = 5;

/** The single words by which the error names its kind, wherever in the body they stand. */
function kindsOf(body: Json): string[] {
  const kinds: string[] = [];
  let left = MOST;
  const look = (value: Json, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > DEEPEST) return;
    for (const [name, inner] of Object.entries(value)) {
      left -= 1;
      if (left < 0) return;
      if (typeof inner !== "string") look(inner, depth + 1);
      else if (kindFields.has(name) && inner.length <= 80 && !/\s/.test(inner))
        kinds.push(inner.toLowerCase().replace(/[^a-z]/g, ""));
    }
  };
  look(body, 0);
  return kinds;
}

/** OpenRouter's moderation says what it found beside the error: `metadata: {reasons, flagged_input}`. */
function wasFlagged(body: Json): boolean {
  const error = isObject(body) && isObject(body.error) ? body.error : undefined;
  const metadata = isObject(error?.metadata) ? error.metadata : undefined;
  if (metadata === undefined) return false;
  return (
    metadata.flagged_input !== undefined ||
    (Array.isArray(metadata.reasons) && metadata.reasons.length > 0)
  );
}
