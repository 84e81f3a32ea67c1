import type { Catalogue } from "../../../engine/catalogue.js";
import { formatNumber, strings } from "../../strings/index.js";
import { Field } from "./field.js";

interface DataFieldProps {
  readonly catalogue: Catalogue;
  /** Names of uploaded images by their references. */
  readonly uploaded: ReadonlyMap<string, string>;
  readonly value: string;
  onChange(data: string): void;
}

/** The data sets that are here, and images that were dropped. */
export function DataField({ catalogue, uploaded, value, onChange }: DataFieldProps) {
  const { train } = strings.value;
  const here = catalogue.datasets.filter((dataset) => dataset.here);
  const chosen = here.find(({ name }) => name === value);
  const help = chosen && {
    help: train.dataHelp(
      formatNumber(chosen.count),
      `${chosen.channels}×${chosen.height}×${chosen.width}`,
    ),
  };
  return (
    <Field name="data" label={train.data} {...help} problem={undefined}>
      {(attributes) => (
        <select
          {...attributes}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {[...uploaded].map(([reference, name]) => (
            <option key={reference} value={reference}>
              {name}
            </option>
          ))}
          {here.map(({ name, title }) => (
            <option key={name} value={name}>
              {name} · {title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
