import "server-only";
import { cookies } from "next/headers";
import { parseTheme, THEME_COOKIE, type Theme } from "../_ui/theme";

/** What this visitor chose, so that the first byte of the page already knows it. */
export async function getCurrentTheme(): Promise<Theme> {
  return parseTheme((await cookies()).get(THEME_COOKIE)?.value);
}
