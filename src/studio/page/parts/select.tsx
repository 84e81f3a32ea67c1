interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, label: string])[];
  onChoose(value: T): void;
  /** Shows the label to screen readers only. */
  readonly quiet?: boolean;
}

/** A choice among a few. */
export function Select<T extends string>(props: SelectProps<T>) {
  const { label, value, options, onChoose, quiet = false } = props;
  return (
    <label class="select">
      <span class={quiet ? "unseen" : "label"}>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value as T)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
