/** What marks a word as a place in a network: URLs, host names, addresses, resource names, e-mail addresses. */
import { credential, identifier, type Judge } from "./redact-judges.ts";

/** First labels of the hosts that serve documentation. */
const documentationHosts =
  /^(?:docs?|developers?|platform|help|learn|support|status|cookbook|ai)\./;

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Endings that say nothing but "a host", however little stands before them. */
const publicEndings = words(
  "com net org io ai dev cloud cn app co eu fr de tech xyz run sh us uk jp kr ru in me so gg site online nl ch se info biz edu gov mil systems network host hosting services software",
);
/** Endings for networks of one's own, and those that RFC 2606 and RFC 6761 keep from the public. */
const internalEndings = words(
  "internal local svc cluster lan corp intranet home localdomain localhost private arpa example test invalid onion alt",
);
/** Countries' endings that are also ordinary in field paths and sentences: only with more that looks like a host. */
const countryEndings = words(
  "ad ae ar at au az bd be bg bo br by ca cc cl cr cy cz dk do ec ee eg es fi gb ge gr hk hr hu ie il ir is it ke kz la li lk lt lu lv ma mk mt mx my ng no np nz pa pe ph pk pl pt qa ro rs sa sg si sk th tn to tr tv tw tz ua uy uz ve vn za",
);
/** Endings of file names. */
const fileEndings = words(
  "py js ts mjs cjs tsx jsx json jsonl png jpg jpeg gif webp bmp svg tiff pdf txt csv html htm xml yaml yml toml md rst go rb php java kt swift c h cc cpp hpp so dll exe mp mov avi wav flac ogg webm zip gz tar doc docx ppt pptx xls xlsx log sql css bin gguf safetensors",
);

/** A URL, unless it leads to a vendor's documentation and names nobody there. */
export function url(word: string): string | undefined {
  const at = word.indexOf("://");
  if (at < 1) return undefined;
  let start = at;
  while (start > 0 && /[a-zA-Z0-9+.-]/.test(word.charAt(start - 1))) start -= 1;
  const rest = word.slice(at + 3);
  const [authority = "", ...path] = rest.split(/[/?#]/);
  const name = authority.toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const isDocumentation =
    documentationHosts.test(name) && publicEndings.has(ending) && !/[?@]/.test(word);
  return isDocumentation && !namesSomebody(path) ? word : `${word.slice(0, start)}[url]`;
}

function namesSomebody(path: readonly string[]): boolean {
  let before = { word: "", gap: "" };
  for (const piece of path) {
    if (credential(piece, before) !== undefined || identifier(piece, before) !== undefined)
      return true;
    before = { word: piece.toLowerCase(), gap: "/" };
  }
  return false;
}

export function email(word: string): string | undefined {
  const at = word.indexOf("@");
  return at > 0 && word.indexOf(".", at) > at + 1 ? "[email]" : undefined;
}

/** Amazon's names of everything: `arn:partition:service:region:account:resource`. */
export function arn(word: string): string | undefined {
  return /^arn:[a-z-]{1,20}:/i.test(word) ? "[id]" : undefined;
}

export function address(word: string): string | undefined {
  const bare = word.replace(/-+$/, "");
  if (/^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?:[:/][0-9]{1,5})?$/.test(bare))
    return "[address]";
  if (!/^\[?[0-9a-fA-F:.]{2,45}(?:%[a-z0-9]{1,15})?\]?$/.test(word)) return undefined;
  const colons = word.split(":").length - 1;
  return colons === 7 || (colons >= 2 && word.includes("::") && word.length > 2)
    ? "[address]"
    : undefined;
}

/** Words after which a name with a figure in it is a machine's. */
const machineWords = words(
  "host hostname server upstream backend instance machine worker replica vm container proxy peer",
);
/** Words after which `name:port` is a place to connect to. */
const connectWords = words("at to from host upstream backend connect connecting dial tcp via");

export const host: Judge = (word, before) => {
  const { name, port } = hostAndPort(word);
  if (name === "localhost" || /^ip(?:-[0-9]{1,3}){4}$/.test(name)) return "[host]";
  if (!/^[a-z0-9_][a-z0-9._-]*$/.test(name)) return undefined;
  if (isDotted(name)) return isHostName(name, port) ? "[host]" : undefined;
  const figured = /[a-z]/.test(name) && /[0-9]/.test(name);
  const said = before.word.replace(/[:=]$/, "");
  const connects = port.length >= 2 && (connectWords.has(said) || (figured && port.length >= 4));
  return connects || (figured && machineWords.has(said)) ? "[host]" : undefined;
};

/** The name before a port or a path, in lower case; the port is empty where there is none. */
function hostAndPort(word: string): { name: string; port: string } {
  const [place = ""] = word.split("/", 1);
  const colon = place.indexOf(":");
  if (colon < 0) return { name: place.toLowerCase(), port: "" };
  const port = place.slice(colon + 1);
  return {
    name: place.slice(0, colon).toLowerCase(),
    port: /^[0-9]{1,5}$/.test(port) ? port : "",
  };
}

function isDotted(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return dot > 0 && dot < name.length - 1;
}

function isHostName(name: string, port: string): boolean {
  const labels = name.split(".");
  const ending = labels.at(-1) ?? "";
  if (internalEndings.has(ending)) return true;
  if (publicEndings.has(ending)) return !documentationHosts.test(name);
  // `messages.0.content` is a path to a field, `gpt-4.1` a model, `photo-1.png` a file.
  if (!/^[a-z]{2,}$/.test(ending) || fileEndings.has(ending)) return false;
  if (labels.some((label) => /^[0-9]*$/.test(label) || label.includes("_"))) return false;
  const machine = labels.slice(0, -1).some((label) => /[0-9-]/.test(label));
  if (countryEndings.has(ending)) return machine || labels.length >= 3;
  return labels.length >= 3 ? machine || port.length >= 2 : machine && port.length >= 2;
}
