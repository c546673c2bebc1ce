export type ButtonVariant = "primary" | "quiet" | "plain" | "danger";
export type ButtonStyle = { variant?: ButtonVariant; size?: "text" | "icon"; wide?: boolean };

/** How buttons look, also for a file label or a plain link that must look like one. The rules stand in globals.css. */
export function buttonClass({ variant = "quiet", size = "text", wide = false }: ButtonStyle = {}): string {
  return `button button-${variant}${size === "icon" ? " button-icon" : ""}${wide ? " button-wide" : ""}`;
}
