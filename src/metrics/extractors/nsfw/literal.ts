import { DataError } from "../../../core/errors.js";

/** A word, a string, a number, minified true and false, or punctuation, of a literal. */
const TOKEN =
  /"(?:[^"\\]|\\.)*"|![01]|[A-Za-z_$][\w$]*|-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[{}[\],:]/y;

/**
 * The object or string that a bundled script exports, read without running the script: what stands
 * after its last `.exports=`, as minifiers write literals.
 *
 * @throws DataError when it is not a literal of objects, arrays, strings, numbers, true, false and null
 */
export function exportedLiteral(script: string): unknown {
  const mark = ".exports=";
  const place = script.lastIndexOf(mark);
  if (place < 0) throw new DataError("the script exports nothing");
  TOKEN.lastIndex = place + mark.length;
  const parts: string[] = [];
  let depth = 0;
  do {
    const start = TOKEN.lastIndex;
    const [token] = TOKEN.exec(script) ?? [];
    const isWord = /^[A-Za-z_$]/.test(token ?? "") && token !== "null";
    if (token === undefined || (isWord && script[TOKEN.lastIndex] !== ":")) {
      throw new DataError(`the script is no literal at character ${start}`);
    }
    if ("{[".includes(token)) depth++;
    if ("}]".includes(token)) depth--;
    parts.push(asJson(token));
  } while (depth > 0);
  try {
    return JSON.parse(parts.join(""));
  } catch (error) {
    throw new DataError(`the script is no literal: ${(error as Error).message}`);
  }
}

function asJson(token: string): string {
  if (token.startsWith("!")) return String(token === "!0");
  if (/^[A-Za-z_$]/.test(token)) return token === "null" ? token : JSON.stringify(token);
  return /^[-.\d]/.test(token) ? String(Number(token)) : token;
}
