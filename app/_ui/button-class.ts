export type ButtonVariant = "primary" | "quiet" | "plain" | "danger";
export type ButtonStyle = { variant?: ButtonVariant; size?: "text" | "icon"; wide?: boolean };

/** Returns the classes of a button, also for links and file labels. globals.css has the rules. */
export function buttonClass({ variant = "quiet", size = "text", wide = false }: ButtonStyle = {}): string {
  return `button button-${variant}${size === "icon" ? " button-icon" : ""}${wide ? " button-wide" : ""}`;
}
