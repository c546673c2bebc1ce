/** The themes that a visitor may choose. "system", the default, follows the device. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = "theme";

/** Reads the cookie's value. Returns "system" for an unknown one: visitors can edit cookies. */
export function parseTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}

/** Writes the cookie for `document.cookie`, valid for a year. "system" deletes it. */
export function serializeThemeCookie(theme: Theme): string {
  const maxAge = theme === "system" ? 0 : 31_536_000;
  return `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${maxAge}; SameSite=Lax`;
}
