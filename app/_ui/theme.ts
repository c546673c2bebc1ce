/** What a visitor may choose. "system" leaves it to the device and is what holds without a choice. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = "theme";

/** Reads the cookie's value. Anything unknown is "system": a cookie is a visitor's to write. */
export function parseTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}

/** The cookie as `document.cookie` takes it. A year, whole site; "system" takes the choice back. */
export function serializeThemeCookie(theme: Theme): string {
  const life = theme === "system" ? 0 : 31_536_000;
  return `${THEME_COOKIE}=${theme}; Path=/; Max-Age=${life}; SameSite=Lax`;
}
