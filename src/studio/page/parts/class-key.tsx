import { palette } from "./palette.js";

/** Which colour each class has in a picture of points. */
export function ClassKey({ names }: { readonly names: readonly string[] }) {
  return (
    <ul class="class-key">
      {names.map((name, at) => (
        <li key={name} data-series={at % palette.length}>
          {name}
        </li>
      ))}
    </ul>
  );
}
