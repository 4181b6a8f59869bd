import { operation } from "../operation.ts";
import { cohereRerank } from "./cohere.ts";
import { jinaRerank } from "./jina.ts";

export const rerank = operation("rerank", { cohere: cohereRerank, jina: jinaRerank });
