import "server-only";
import { cookies } from "next/headers";
import { parseTheme, THEME_COOKIE, type Theme } from "../_ui/theme";

/** Returns the theme that the visitor chose, so the first byte of the page already has it. */
export async function getCurrentTheme(): Promise<Theme> {
  return parseTheme((await cookies()).get(THEME_COOKIE)?.value);
}
