export type ButtonVariant = "primary" | "quiet" | "plain" | "danger";
export type ButtonStyle = { variant?: ButtonVariant; size?: "text" | "icon"; wide?: boolean };

/** Returns the classes of a button, also for links and file labels. The rules are in globals.css. */
export function buttonClass({ variant = "quiet", size = "text", wide = false }: ButtonStyle = {}): string {
  return `button button-${variant}${size === "icon" ? " button-icon" : ""}${wide ? " button-wide" : ""}`;
}
