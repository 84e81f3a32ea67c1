import type { ComponentChildren, TargetedMouseEvent } from "preact";
import { type Address, addressWith, formatAddress, go } from "../state/address.js";

interface LinkProps {
  readonly to: Partial<Address>;
  readonly class?: string;
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

/** A link within the page. Other keys and buttons do what they do with any link. */
export function Link({ to, current = false, children, ...rest }: LinkProps) {
  const follow = (event: TargetedMouseEvent<HTMLAnchorElement>) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
    scrollTo(0, 0);
  };
  return (
    <a
      {...rest}
      href={formatAddress(addressWith(to))}
      aria-current={current ? "page" : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}
