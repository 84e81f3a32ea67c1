import type { ComponentChildren } from "preact";

interface PanelProps {
  readonly title: string;
  /** Takes the whole width. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** A picture or chart with its title. */
export function Panel({ title, wide = false, children }: PanelProps) {
  return (
    <section class={wide ? "panel wide" : "panel"}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
