import type { ReactNode } from "react";

/**
 * The icons of the interface, on a 20 px grid with one stroke width. They are plain SVG from the
 * server: the components of an icon package would add a script to every page.
 */
const ICONS = {
  check: <path d="m4.5 10.5 3.5 3.5 7.5-8" />,
  cross: <path d="m5.5 5.5 9 9m0-9-9 9" />,
  plus: <path d="M10 4v12M4 10h12" />,
  minus: <path d="M4 10h12" />,
  again: <path d="M7 4 3.5 7.5 7 11M4 7.5h7.5a4.25 4.25 0 0 1 0 8.5H8" />,
  clock: <path d="M10 5.5V10l3 2m4-2a7 7 0 1 1-14 0 7 7 0 0 1 14 0" />,
  waiting: <path d="M6 3.5h8M6 16.5h8M7 3.5v2.2L10 10l3-4.3V3.5m-6 13v-2.2L10 10l3 4.3v2.2" />,
  alert: <path d="M10 6.5v4.25m0 2.75v.01M10 2.75l7.5 13.5h-15z" />,
  info: <path d="M10 9v4.5m0-7v.01M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0" />,
  stop: <path d="M7.1 3h5.8L17 7.1v5.8L12.9 17H7.1L3 12.9V7.1zM7.5 7.5l5 5m0-5-5 5" />,
  down: <path d="m5 7.5 5 5 5-5" />,
  left: <path d="m12.5 5-5 5 5 5" />,
  right: <path d="m7.5 5 5 5-5 5" />,
  eye: (
    <>
      <path d="M2 10s3-5.25 8-5.25S18 10 18 10s-3 5.25-8 5.25S2 10 2 10Z" />
      <circle cx="10" cy="10" r="2.25" />
    </>
  ),
  lock: <path d="M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9" />,
  upload: <path d="M10 13V4m0 0L6.5 7.5M10 4l3.5 3.5M4 13v3h12v-3" />,
  download: <path d="M10 4v9m0 0 3.5-3.5M10 13 6.5 9.5M4 13v3h12v-3" />,
  camera: (
    <>
      <path d="M2.5 6.5h3.75L7.5 4.5h5l1.25 2h3.75v9.5h-15z" />
      <circle cx="10" cy="11" r="2.75" />
    </>
  ),
  trash: <path d="M3.5 5.5h13M8 5.5v-2h4v2m-6.5 0 .75 11h7.5l.75-11" />,
  rotate: <path d="M15.5 4v3.5H12m3.25-.25A6 6 0 1 0 16 10" />,
  swap: <path d="M3.5 7h12L12 3.5M16.5 13h-12L8 16.5" />,
  person: (
    <>
      <circle cx="10" cy="7" r="3.25" />
      <path d="M3.5 16.5c.75-3.25 3.25-4.5 6.5-4.5s5.75 1.25 6.5 4.5" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof ICONS;

/** A decorative icon. Text or a VisuallyHidden beside it carries the meaning. 20 px by default. */
export function Icon({
  name,
  className = "size-5",
  strokeWidth = "1.6",
}: {
  name: IconName;
  className?: string;
  strokeWidth?: string;
}) {
  return (
    <svg
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={strokeWidth}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${className}`}
      focusable="false"
      aria-hidden="true"
    >
      {ICONS[name]}
    </svg>
  );
}
