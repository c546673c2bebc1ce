"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { wasChanged } from "./early-input";

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
  const group = useRef<HTMLFieldSetElement>(null);
  const atStart = useRef({ options, value: value ?? defaultValue, onChange });

  // Takes up a choice that was made before this script ran.
  useEffect(() => {
    const { options, value, onChange } = atStart.current;
    const checked = group.current?.querySelector<HTMLInputElement>("input:checked");
    const chosen = options.find((option) => option.value === checked?.value);
    if (checked && chosen && chosen.value !== value && wasChanged(checked)) onChange?.(chosen.value);
  }, []);

  return (
    <fieldset ref={group}>
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
