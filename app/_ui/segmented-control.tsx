import type { ReactNode } from "react";

/** A choice between a few options: native radio buttons in a row, so arrow keys and forms work. */
export function SegmentedControl<Value extends string>({
  legend,
  name,
  options,
  value,
  defaultValue,
  onChange,
  hideLegend = false,
}: {
  legend: string;
  name: string;
  options: readonly { value: Value; label: ReactNode }[];
  value?: Value;
  defaultValue?: Value;
  onChange?: (value: Value) => void;
  hideLegend?: boolean;
}) {
  return (
    <fieldset>
      <legend className={hideLegend ? "visually-hidden" : undefined}>{legend}</legend>
      <div className="choice">
        {options.map((option) => (
          <label key={option.value}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={value === undefined ? undefined : value === option.value}
              defaultChecked={value === undefined ? defaultValue === option.value : undefined}
              onChange={onChange ? () => onChange(option.value) : undefined}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
