import { Fragment } from "preact";
import { useRef, useState } from "preact/hooks";
import { strings } from "../strings/index.js";

/** A command to copy. */
export function CommandLine({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const code = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers give no clipboard to a page that came over plain HTTP from another machine.
      getSelection()?.selectAllChildren(code.current as HTMLElement);
      return;
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div class="command">
      <code ref={code} translate={false}>
        {text.split(" ").map((word, at) => (
          <Fragment key={at}>
            <span class="argument">{word}</span>{" "}
          </Fragment>
        ))}
      </code>
      <button type="button" onClick={copy}>
        {copied ? strings.value.copied : strings.value.copy}
      </button>
    </div>
  );
}
