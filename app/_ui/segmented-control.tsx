import type { ReactNode } from "react";

/** One of a few, all in sight: native radio buttons in a row, so arrow keys and forms just work. */
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
      <legend className={hideLegend ? "sr-only" : "pb-1.5 font-bold"}>{legend}</legend>
      <div className="flex w-fit max-w-full flex-wrap rounded border border-edge bg-sheet">
        {options.map((option) => (
          <label
            key={option.value}
            className="relative grid min-h-11 min-w-11 place-items-center rounded px-4 text-base has-checked:bg-accent-wash has-checked:font-bold has-checked:text-accent has-checked:inset-ring-2 has-checked:inset-ring-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus forced-colors:has-checked:outline-4"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={value === undefined ? undefined : value === option.value}
              defaultChecked={value === undefined ? defaultValue === option.value : undefined}
              onChange={onChange ? () => onChange(option.value) : undefined}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
