"use client";

import { SegmentedControl } from "./segmented-control";
import { THEMES, type Theme, serializeThemeCookie } from "./theme";

const LABELS: Record<Theme, string> = { system: "Auto", light: "Light", dark: "Dark" };

/** Light, dark, or as the device has it. The cookie is for the server's next page, the attribute for this one. */
export function ThemeChoice({ theme }: { theme: Theme }) {
  return (
    <SegmentedControl
      legend="Appearance"
      name="theme"
      options={THEMES.map((value) => ({ value, label: LABELS[value] }))}
      defaultValue={theme}
      onChange={(chosen) => {
        document.cookie = serializeThemeCookie(chosen);
        if (chosen === "system") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = chosen;
      }}
    />
  );
}
