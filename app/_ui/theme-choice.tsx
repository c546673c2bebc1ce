"use client";

import { SegmentedControl } from "./segmented-control";
import { serializeThemeCookie, THEMES, type Theme } from "./theme";

const LABELS: Record<Theme, string> = { system: "Auto", light: "Light", dark: "Dark" };

/** Lets the visitor choose the theme. The attribute changes this page, the cookie the next ones. */
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
