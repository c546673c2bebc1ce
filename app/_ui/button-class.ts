import { cva } from "class-variance-authority";

export type ButtonVariant = "primary" | "quiet" | "plain" | "danger";

/** How buttons look, also for a file label or a plain link that must look like one. */
export const buttonClass = cva(
  "inline-flex min-h-11 min-w-11 items-center justify-center gap-2 rounded border text-base font-bold " +
    "select-none transition-colors duration-150 disabled:cursor-not-allowed disabled:opacity-55 " +
    "aria-disabled:cursor-progress",
  {
    variants: {
      variant: {
        primary: "border-transparent bg-accent text-on-accent hover:bg-accent-strong",
        quiet: "border-edge bg-sheet text-ink hover:border-ink hover:bg-well",
        plain: "border-transparent text-ink hover:bg-well",
        danger: "border-refused bg-sheet text-refused hover:bg-refused hover:text-sheet",
      },
      size: { text: "px-5 py-2", icon: "p-2" },
      wide: { true: "w-full", false: "" },
    },
    defaultVariants: { variant: "quiet", size: "text", wide: false },
  },
);

export type ButtonLook = { variant?: ButtonVariant; size?: "text" | "icon"; wide?: boolean };
