import { useState } from "preact/hooks";
import { strings } from "../strings/index.js";

/** A command to copy. */
export function CommandLine({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div class="command">
      <code translate={false}>{text}</code>
      <button type="button" onClick={copy}>
        {copied ? strings.value.copied : strings.value.copy}
      </button>
    </div>
  );
}
